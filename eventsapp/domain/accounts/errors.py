"""Refusals of the accounts area."""

from eventsapp.kernel.errors import Refusal


class WrongCredentials(Refusal):
    """Address or password is wrong; which of them is not said. No facts."""

    code = "wrong_credentials"


class LinkUsed(Refusal):
    """A sign-in link is unknown, too old or already used. No facts."""

    code = "sign_in_link_used"


class InvitationOver(Refusal):
    """An invitation is unknown, used, withdrawn, replaced by a later one or too old. No facts."""

    code = "invitation_over"


class HasOwner(Refusal):
    """An organisation with an owner names the next ones itself. Facts: ``name``."""

    code = "has_owner"


class NameNeeded(Refusal):
    """An organisation has a name. No facts."""

    code = "name_needed"


class AlreadyInTeam(Refusal):
    """The person has this very role there. Facts: ``name``."""

    code = "already_in_team"


class WeakPassword(Refusal):
    """Facts: ``least`` (characters asked for)."""

    code = "weak_password"


class LongPassword(Refusal):
    """Facts: ``most`` (characters that are read)."""

    code = "long_password"


class GuessablePassword(Refusal):
    """Common, repeated, a run of keys, or made of the person's own words. No facts."""

    code = "guessable_password"


class WrongPassword(Refusal):
    """The present password, asked again before another is chosen, is not it. No facts."""

    code = "wrong_password"


class FreshLinkNeeded(Refusal):
    """A first password is chosen just after a sign-in by link. No facts."""

    code = "fresh_link_needed"


class AccountElsewhere(Refusal):
    """The account has roles in other organisations: only its role here may be taken. No facts."""

    code = "account_elsewhere"


class KeyEndsBefore(Refusal):
    """A key for programs that would end before it begins. No facts."""

    code = "key_ends_before"


class BadAddress(Refusal):
    """Facts: ``address`` as it was typed."""

    code = "bad_address"


class OwnerExists(Refusal):
    """The house has an owner already, and a second organisation must be named. No facts."""

    code = "owner_exists"


class UnknownScope(Refusal):
    """Facts: ``scope`` (as asked for), ``known`` (those that exist)."""

    code = "unknown_scope"


class IdempotencyKeyReused(Refusal):
    """The key was used with another body. No facts."""

    code = "idempotency_key_reused"


class KeyRefused(Refusal):
    """No key, an unknown or a revoked one. No facts."""

    code = "key_refused"


class ScopeMissing(Refusal):
    """The key is good for other things. Facts: ``scope``."""

    code = "scope_missing"


class BadRequest(Refusal):
    """The body is not what the documentation asks for. Facts: ``errors`` (field, message)."""

    code = "invalid_request"
