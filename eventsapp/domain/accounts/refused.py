"""What was refused at the doors of the house, counted by hour, kind and account.

No address and no name is kept: the account concerned, when there is one, and a digest of the last
network. A stranger who knocks a million times makes one row an hour, and at most one write a
second.
"""

import enum
import logging
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.domain.accounts.models import Role
from eventsapp.kernel import clock, dialects, secrets
from eventsapp.kernel.db import TextEnum, db
from eventsapp.kernel.memory import Brief
from eventsapp.kernel.transaction import transaction

log = logging.getLogger(__name__)

KEPT, SHOWN = timedelta(days=90), timedelta(days=7)
NOBODY = 0


class Kind(enum.StrEnum):
    SIGN_IN = "sign_in"
    PASSWORD = "password"  # noqa: S105 - a word, no secret
    LINK = "link"
    PERMISSION = "permission"
    ORIGIN = "origin"
    KEY = "key"


class RefusedCount(db.Model):
    """Refusals of one kind in one hour, about one account; ``account_id`` 0 is about nobody."""

    __tablename__ = "refused_count"

    hour: Mapped[datetime] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(TextEnum(Kind, "known_kind"), primary_key=True)
    account_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int]
    last_network: Mapped[str]


# Written within this second, and what came since: it goes with the next one.
_written: Brief[bool] = Brief(1)
_waiting: Brief[list[int]] = Brief(3600)


def note(kind: Kind, *, network: str, account_id: int | None = None) -> None:
    """Count a refusal. Never fails: what is refused stays refused while the database is away."""
    whom = account_id or NOBODY
    place = (kind, whom)
    waiting = _waiting.get(place) or _waiting.keep(place, [0])
    waiting[0] += 1
    if _written.get(place):
        return
    count, waiting[0] = waiting[0], 0
    _written.keep(place, True)
    digest = secrets.digest(f"network:{network}")[:16]
    log.warning("refused: %s, account %s, network %s, %s times", kind.value, whom, digest, count)
    try:
        _write(kind, whom, count, digest)
    except SQLAlchemyError:
        log.warning("refused: not counted", exc_info=True)


def _write(kind: Kind, account_id: int, count: int, network: str) -> None:
    with transaction() as session:
        statement = dialects.insert(RefusedCount.__table__).values(
            hour=clock.now().replace(minute=0, second=0, microsecond=0),
            kind=kind,
            account_id=account_id,
            count=count,
            last_network=network,
        )
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["hour", "kind", "account_id"],
                set_={"count": RefusedCount.count + count, "last_network": network},
            )
        )


def of_the_week(organisation_id: int) -> dict[Kind, int]:
    """Refusals of the last seven days about accounts of this organisation, or about nobody."""
    ours = select(Role.account_id).where(Role.organisation_id == organisation_id)
    rows = db.session.execute(
        select(RefusedCount.kind, func.sum(RefusedCount.count))
        .where(
            RefusedCount.hour > clock.now() - SHOWN,
            or_(RefusedCount.account_id == NOBODY, RefusedCount.account_id.in_(ours)),
        )
        .group_by(RefusedCount.kind)
    )
    found = {row[0]: int(row[1]) for row in rows}
    return {kind: found[kind] for kind in Kind if kind in found}


def forget_old() -> None:
    """Delete what is older than 90 days (the worker calls it)."""
    with transaction() as session:
        session.execute(delete(RefusedCount).where(RefusedCount.hour < clock.now() - KEPT))
