"""Inviting somebody to a role: asked by letter, and theirs from the moment they accept."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, select, update

from eventsapp.domain.accounts import people, sign_in
from eventsapp.domain.accounts.errors import AlreadyInTeam, InvitationOver
from eventsapp.domain.accounts.facts import PersonInvited
from eventsapp.domain.accounts.invitations import OPEN
from eventsapp.domain.accounts.models import Account, Invitation, Opening, Role, RoleName
from eventsapp.kernel import audit, clock, dialects, facts, limits, secrets, spelling
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import lock, transaction

LENGTH = timedelta(days=7)
# Letters in an hour to one address, from whatever desk: a mailbox is shielded, a mistyped name can
# be mended.
LETTERS, WINDOW_SECONDS = 5, 3600
PURPOSE = "invitation"


@dataclass(frozen=True)
class Accepted:
    """``session`` is the cookie's secret; None when they must sign in themselves."""

    account_id: int
    invitation_id: int
    session: str | None


def invite(
    email: str,
    name: str,
    role: RoleName,
    *,
    organisation_id: int,
    series_id: int | None = None,
    event_id: int | None = None,
    desk_organisation_id: int | None = None,
    desk_series_id: int | None = None,
    locale: str = "fr",
    made_by_id: int | None = None,
) -> Invitation:
    """Ask somebody to take a role. The same asked again while it waits is the same invitation.

    Args:
        desk_organisation_id: who asks, where the role is one of a partner's organisation.
        desk_series_id: the series at whose desk it is done, for a role in all of them.
        made_by_id: the account that invites, and answers for it.

    Raises:
        BadAddress: ``email`` is no address.
        AlreadyInTeam: they have this role there.
        TooManyAttempts: this mailbox was written to often enough.
    """
    folded = people.fold_email(email)
    now = clock.now()
    with transaction() as session:
        # No constraint sees two rows of one role for a whole series: their event is NULL.
        dialects.take_turns(f"invitations of {folded}")
        place = (organisation_id, series_id, event_id)
        _refuse_who_is_there(folded, role, *place)
        found = _asked_already(folded, role, *place)
        if found is not None:
            return found
        _shield(folded)
        made = Invitation(
            email=folded,
            name=spelling.line(name)[:200],
            locale=locale,
            role=role,
            organisation_id=organisation_id,
            series_id=series_id,
            event_id=event_id,
            desk_organisation_id=desk_organisation_id or organisation_id,
            desk_series_id=series_id or desk_series_id,
            made_by_id=made_by_id,
            created_at=now,
            sent_at=now,
            expires_at=now + LENGTH,
        )
        session.add(made)
        session.flush()
        facts.record(PersonInvited(made.id, 1, made.desk_series_id))
        _note("invitation.made", made, _actor(made_by_id))
        return made


def send_again(invitation_id: int, *, by_id: int) -> None:
    """A new letter with a new link for seven more days; the link of the one before is dead.

    Args:
        by_id: who sends it invites from now on.

    Raises:
        InvitationOver: accepted or withdrawn meanwhile.
        TooManyAttempts: this mailbox was written to often enough.
    """
    now = clock.now()
    with transaction():
        row = lock(Invitation, invitation_id)
        if row.accepted_at or row.withdrawn_at:
            raise InvitationOver
        _shield(row.email)
        row.letter += 1
        row.made_by_id, row.sent_at, row.expires_at = by_id, now, now + LENGTH
        facts.record(PersonInvited(row.id, row.letter, row.desk_series_id))
        _note("invitation.sent_again", row, _actor(by_id))


def link_of(invitation: Invitation) -> str:
    """The secret in the link of the latest letter. Signed and not stored: neither a copy of the
    database nor the outbox opens anything."""
    return secrets.sign(PURPOSE, f"{invitation.id}:{invitation.letter}")


def living(secret: str) -> Invitation:
    """The invitation behind a link, while it can be accepted.

    Raises:
        InvitationOver: it cannot.
    """
    found = db.session.scalar(
        select(Invitation).where(
            OPEN,
            ~_came_too_late(),
            Invitation.id == _named(secret)[0],
            Invitation.letter == _named(secret)[1],
            Invitation.expires_at > clock.now(),
        )
    )
    if found is None:
        raise InvitationOver
    return found


def accept(secret: str, *, device: str, locale: str) -> Accepted:
    """Make the account where there is none, give the role and sign in: all of it or nothing.

    Whoever has chosen a password since the letter was written signs in with it: what was asked for
    before is dead by then, and an old letter in somebody's hands must not undo that.

    Raises:
        InvitationOver: unknown, used, withdrawn, replaced or too old (of two clicks, one wins).
    """
    now = clock.now()
    number, letter = _named(secret)
    with transaction() as session:
        # Two first owners at once: the second waits here, and sees the first.
        dialects.take_turns("first owner")
        taken = session.scalar(
            update(Invitation)
            .where(
                OPEN,
                ~_came_too_late(),
                Invitation.id == number,
                Invitation.letter == letter,
                Invitation.expires_at > now,
            )
            .values(accepted_at=now)
            .returning(Invitation.id)
        )
        if taken is None:
            raise InvitationOver
        row = session.get_one(Invitation, taken, populate_existing=True)
        account = people.create_account(row.email, row.name, locale=locale, actor="invited")
        actor = _actor(account.id)
        people.grant_role(
            account.id,
            row.role,
            organisation_id=row.organisation_id,
            series_id=row.series_id,
            event_id=row.event_id,
            actor=actor,
        )
        _note("invitation.accepted", row, actor)
        if account.password_set_at is not None and account.password_set_at > row.sent_at:
            return Accepted(account.id, row.id, None)
        opened = sign_in.open_session(
            account.id, device=device, opened_by=Opening.LINK, locale=locale
        )
        return Accepted(account.id, row.id, opened)


def _came_too_late() -> ColumnElement[bool]:
    """The host asks for first owners alone: who has an owner names the next ones themselves."""
    owned = select(Role.id).where(
        Role.name == RoleName.OWNER, Role.organisation_id == Invitation.organisation_id
    )
    return Invitation.desk_series_id.is_(None) & owned.exists()


def _named(secret: str) -> tuple[int, int]:
    try:
        number, _colon, letter = secrets.unsign(PURPOSE, secret).partition(":")
    except secrets.BadLink:
        raise InvitationOver from None
    return int(number), int(letter)


def _asked_already(
    email: str, role: RoleName, organisation_id: int, series_id: int | None, event_id: int | None
) -> Invitation | None:
    return db.session.scalar(
        select(Invitation).where(
            OPEN,
            Invitation.expires_at > clock.now(),
            Invitation.email == email,
            Invitation.role == role,
            Invitation.organisation_id == organisation_id,
            Invitation.series_id.is_not_distinct_from(series_id),
            Invitation.event_id.is_not_distinct_from(event_id),
        )
    )


def _refuse_who_is_there(
    email: str, role: RoleName, organisation_id: int, series_id: int | None, event_id: int | None
) -> None:
    name = db.session.scalar(
        select(Account.name)
        .join(Role, Role.account_id == Account.id)
        .where(
            Account.email == email,
            Role.name == role,
            Role.organisation_id == organisation_id,
            Role.series_id.is_not_distinct_from(series_id),
            Role.event_id.is_not_distinct_from(event_id),
        )
        .limit(1)
    )
    if name is not None:
        raise AlreadyInTeam(name=name)


def _note(action: str, row: Invitation, actor: str) -> None:
    audit.note(
        action,
        f"invitation:{row.id}",
        actor=actor,
        series_id=row.desk_series_id,
        detail={"role": row.role.value, "organisation": row.organisation_id},
    )


def _shield(email: str) -> None:
    limits.hit(f"invitation:{email}", limit=LETTERS, per=WINDOW_SECONDS)


def _actor(account_id: int | None) -> str:
    return f"account:{account_id}" if account_id else "system"
