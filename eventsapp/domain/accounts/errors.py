"""Refusals of the accounts area."""

from eventsapp.kernel.errors import Refusal


class WrongCredentials(Refusal):
    """Address or password is wrong; which of them is not said. No facts."""

    code = "wrong_credentials"


class LinkUsed(Refusal):
    """A sign-in link is unknown, too old or already used. No facts."""

    code = "sign_in_link_used"


class WeakPassword(Refusal):
    """Facts: ``least`` (characters asked for)."""

    code = "weak_password"


class BadAddress(Refusal):
    """Facts: ``address`` as it was typed."""

    code = "bad_address"
