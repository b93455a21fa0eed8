"""Invitations as they stand: those that wait, and the ends that they come to unaccepted."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update

from eventsapp.domain.accounts import permissions
from eventsapp.domain.accounts.models import Invitation
from eventsapp.domain.accounts.permissions import HOST, Grant, Place
from eventsapp.kernel import audit, clock
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.transaction import transaction

#: Where nobody answers for so long after the end, the address is forgotten.
KEPT = timedelta(days=30)
OPEN = Invitation.accepted_at.is_(None) & Invitation.withdrawn_at.is_(None)


def waiting(organisation_id: int, series_id: int | None) -> list[Invitation]:
    """What was not accepted nor withdrawn, the oldest first; those too old are among them, so that
    they can be sent again.

    Args:
        series_id: a series and all that is of the whole organisation; None for the latter alone.
    """
    statement = (
        select(Invitation)
        .where(OPEN, _of(organisation_id, series_id))
        .order_by(Invitation.created_at, Invitation.id)
    )
    return list(db.session.scalars(statement))


def one_of(invitation_id: int, organisation_id: int, series_id: int | None) -> Invitation:
    """Raises NotFound when it is none of this desk's, or waits no more."""
    found = db.session.scalar(
        select(Invitation).where(
            Invitation.id == invitation_id, OPEN, _of(organisation_id, series_id)
        )
    )
    if found is None:
        raise NotFound(what="invitation", reference=invitation_id)
    return found


def withdraw(invitation_id: int, *, actor: str) -> None:
    """Its link opens nothing from now on. What was accepted a moment before stays: it is a role,
    and taken back as one."""
    with transaction() as session:
        gone = session.execute(
            update(Invitation)
            .where(Invitation.id == invitation_id, OPEN)
            .values(withdrawn_at=clock.now())
            .returning(Invitation.desk_series_id, Invitation.role)
        ).first()
        if gone is not None:
            audit.note(
                "invitation.withdrawn",
                f"invitation:{invitation_id}",
                actor=actor,
                series_id=gone.desk_series_id,
                detail={"role": gone.role.value},
            )


def withdraw_to(email: str, organisation_ids: Iterable[int], *, actor: str) -> None:
    """Somebody's account is closed there: no letter in the mailbox brings it back."""
    _withdraw_all(
        Invitation.email == email,
        or_(
            Invitation.organisation_id.in_(list(organisation_ids)),
            Invitation.desk_organisation_id.in_(list(organisation_ids)),
        ),
        actor=actor,
    )


def withdraw_made_by(account_id: int, grants: Iterable[Grant], *, actor: str) -> None:
    """Those that this account made where it may invite nobody any more.

    Args:
        grants: what the account still holds.
    """
    held = list(grants)
    with transaction() as session:
        rows = session.scalars(select(Invitation).where(OPEN, Invitation.made_by_id == account_id))
        for row in rows.all():
            place = Place(row.desk_organisation_id, row.series_id or row.desk_series_id)
            hosts = row.desk_series_id is None and any(one.role == HOST for one in held)
            if not hosts and not permissions.allowed(held, "people.edit", place):
                withdraw(row.id, actor=actor)


def forget_old() -> int:
    """Delete what ended ``KEPT`` ago; the journal has what was done. Returns how many."""
    before = clock.now() - KEPT
    with transaction() as session:
        ids = session.scalars(
            delete(Invitation)
            .where(
                or_(
                    Invitation.expires_at < before,
                    Invitation.accepted_at < before,
                    Invitation.withdrawn_at < before,
                )
            )
            .returning(Invitation.id)
        ).all()
    return len(ids)


def _withdraw_all(*conditions: ColumnElement[bool], actor: str) -> None:
    with transaction() as session:
        for row_id in session.scalars(select(Invitation.id).where(OPEN, *conditions)).all():
            withdraw(row_id, actor=actor)


def _of(organisation_id: int, series_id: int | None) -> ColumnElement[bool]:
    everywhere = Invitation.series_id.is_(None) & (Invitation.organisation_id == organisation_id)
    return everywhere if series_id is None else or_(Invitation.series_id == series_id, everywhere)
