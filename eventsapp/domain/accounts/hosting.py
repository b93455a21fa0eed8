"""What the host of an installation does: organisations, and who owns each first."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from eventsapp.domain.accounts import inviting, organisations, people
from eventsapp.domain.accounts.errors import HasOwner, NameNeeded
from eventsapp.domain.accounts.invitations import OPEN
from eventsapp.domain.accounts.models import Invitation, Organisation, Role, RoleName
from eventsapp.kernel import spelling
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.transaction import transaction

BY_HOST = Invitation.desk_series_id.is_(None)


@dataclass(frozen=True)
class House:
    """An organisation as the host sees it: its name, who owns it, and who is asked to."""

    organisation: Organisation
    owners: Sequence[Role]
    asked: Sequence[Invitation]


def houses() -> list[House]:
    """Every organisation, in the order in which they were made."""
    owners = db.session.scalars(
        select(Role).where(Role.name == RoleName.OWNER).options(joinedload(Role.account))
    ).all()
    asked = db.session.scalars(select(Invitation).where(OPEN, BY_HOST)).all()
    rows = db.session.scalars(select(Organisation).order_by(Organisation.id))
    return [
        House(
            row,
            [one for one in owners if one.organisation_id == row.id],
            [one for one in asked if one.organisation_id == row.id],
        )
        for row in rows
    ]


def found(name: str, email: str, owner_name: str, *, locale: str, by_id: int) -> Organisation:
    """Make an organisation and ask its first owner: both or nothing.

    Raises:
        NameNeeded: ``name`` is empty.
        BadAddress: ``email`` is no address.
        TooManyAttempts: this mailbox was written to often enough.
    """
    if not spelling.line(name):
        raise NameNeeded
    with transaction():
        made = organisations.found(name, actor=f"account:{by_id}")
        ask_owner(made.id, email, owner_name, locale=locale, by_id=by_id)
    return made


def ask_owner(
    organisation_id: int, email: str, owner_name: str, *, locale: str, by_id: int
) -> Invitation:
    """Ask somebody to be the first owner of an organisation that has none.

    Raises:
        NotFound: no such organisation.
        HasOwner: it has one, and the host gives no key to it.
        BadAddress, TooManyAttempts: as ``found``.
    """
    with transaction():
        organisation = organisations.organisation(organisation_id)
        if people.has_owner(organisation.id):
            raise HasOwner(name=organisation.name)
        return inviting.invite(
            email,
            owner_name,
            RoleName.OWNER,
            organisation_id=organisation.id,
            locale=locale,
            made_by_id=by_id,
        )


def asked_by_host(invitation_id: int) -> Invitation:
    """Raises NotFound unless it waits, and was written by a host."""
    found = db.session.scalar(
        select(Invitation).where(Invitation.id == invitation_id, OPEN, BY_HOST)
    )
    if found is None:
        raise NotFound(what="invitation", reference=invitation_id)
    return found
