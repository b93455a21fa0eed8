"""The outbox: what must happen after the commit, with a lease, retries and back-off.

A row is written in the transaction of its cause, so a rolled-back order sends nothing and a
committed one is never forgotten. The worker (``delivery/worker.py``) hands rows over at least
once; handlers are repeatable.
"""

import enum
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Index,
    Select,
    Text,
    UniqueConstraint,
    cast,
    false,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.kernel import audit, clock, dialects
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.transaction import transaction

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 40
# Seconds: quick at first, then every ten minutes, so that a mail server which was down for
# four hours is met again within ten minutes of its return.
BACKOFF_SECONDS = (5, 15, 30, 60, 120, 300, 600)


class Priority(enum.IntEnum):
    """In the order in which due messages leave; of one kind the oldest first.

    Links that somebody waits for at the screen are few, and an urgent word is for thousands: before
    them, nobody could sign in for an hour, who has to withdraw it.
    """

    AWAITED = 0
    URGENT = 1
    USUAL = 2
    BULK = 3


class OutboxMessage(db.Model):
    """One thing to do. ``done_at`` or ``failed_at`` ends it."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        UniqueConstraint("kind", "key"),
        # In the order of ``claim``: the first one is found without a look at the others.
        Index("ix_outbox_message_leaving", "ended", "priority", "due_at", "id"),
        # Failed ones are few, and the desk counts them on its first page.
        Index(
            "ix_outbox_message_failed",
            "series_id",
            postgresql_where=text("failed_at IS NOT NULL"),
            sqlite_where=text("failed_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    # Whose desk shows it when it fails; None for what belongs to no series (sign-in links).
    series_id: Mapped[int | None]
    payload: Mapped[dict[str, Any]]
    priority: Mapped[int] = mapped_column(default=Priority.USUAL, server_default="2")
    # What the release before reads in its place; the next one drops it.
    urgent: Mapped[bool] = mapped_column(default=False, server_default=false())
    ended: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    last_error: Mapped[str | None]


def later(
    kind: str,
    key: str,
    payload: dict[str, Any],
    *,
    series_id: int | None = None,
    due_at: datetime | None = None,
    priority: Priority = Priority.USUAL,
) -> None:
    """Ask for ``kind`` to be done once this transaction is committed.

    ``(kind, key)`` is unique: asking twice is asking once.
    """
    now = clock.now()
    with transaction() as session:
        statement = dialects.insert(OutboxMessage.__table__).values(
            kind=kind,
            key=key,
            series_id=series_id,
            payload=payload,
            priority=priority,
            urgent=priority is Priority.AWAITED,
            ended=False,
            created_at=now,
            due_at=due_at or now,
            attempts=0,
        )
        session.execute(statement.on_conflict_do_nothing(index_elements=["kind", "key"]))


def later_each(
    kind: str,
    wanted: Mapping[str, dict[str, Any]],
    *,
    series_id: int,
    priority: Priority,
) -> None:
    """``later`` for many of a kind, each key with its payload, in one statement."""
    now = clock.now()
    rows = [
        {
            "kind": kind,
            "key": key,
            "series_id": series_id,
            "payload": payload,
            "priority": priority,
            "urgent": False,
            "ended": False,
            "created_at": now,
            "due_at": now,
            "attempts": 0,
        }
        for key, payload in wanted.items()
    ]
    if rows:
        with transaction() as session:
            statement = dialects.insert(OutboxMessage.__table__).values(rows)
            session.execute(statement.on_conflict_do_nothing(index_elements=["kind", "key"]))


def key_of(row_id: Any) -> ColumnElement[str]:
    """The key of a message that bears the id of a row, as a column."""
    return cast(row_id, Text)


def claim(limit: int) -> list[OutboxMessage]:
    """Take up to ``limit`` due rows under a lease; a worker that dies loses it after 60 s."""
    now = clock.now()
    with transaction() as session:
        due = (
            select(OutboxMessage.id)
            .where(OutboxMessage.ended.is_(False), OutboxMessage.due_at <= now)
            .order_by(OutboxMessage.priority, OutboxMessage.due_at, OutboxMessage.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        ids = list(session.scalars(due))
        if not ids:
            return []
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id.in_(ids))
            .values(due_at=now + LEASE, attempts=OutboxMessage.attempts + 1)
        )
        rows = session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.id.in_(ids))
            .order_by(OutboxMessage.priority, OutboxMessage.id)
        )
        return list(rows)


def put_back(message_ids: Sequence[int]) -> None:
    """Give claimed rows up untried: due at once, for whoever comes first."""
    with transaction() as session:
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id.in_(message_ids), OutboxMessage.ended.is_(False))
            .values(due_at=clock.now(), attempts=OutboxMessage.attempts - 1)
        )


def finish(message_id: int) -> None:
    with transaction() as session:
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == message_id)
            .values(ended=True, done_at=clock.now(), last_error=None)
        )


def retry(message_id: int, attempts: int, error: str) -> None:
    """Put it back, later each time; after the last attempt it fails loudly (À traiter)."""
    now = clock.now()
    if attempts >= MAX_ATTEMPTS:
        fail(message_id, error)
        return
    wait = BACKOFF_SECONDS[min(attempts, len(BACKOFF_SECONDS)) - 1]
    with transaction() as session:
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == message_id)
            .values(due_at=now + timedelta(seconds=wait), last_error=error[:2000])
        )


def fail(message_id: int, error: str) -> None:
    with transaction() as session:
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == message_id)
            .values(ended=True, failed_at=clock.now(), last_error=error[:2000])
        )


def hurry(kind: str) -> None:
    """What stood in the way of these is gone: they are due now, not at the end of their wait."""
    with transaction() as session:
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.kind == kind, OutboxMessage.ended.is_(False))
            .values(due_at=clock.now())
        )


def revive(kind: str, key: str) -> None:
    """What ended without its thing being done is due again, from its first attempt."""
    with transaction() as session:
        session.execute(
            update(OutboxMessage)
            .where(
                OutboxMessage.kind == kind,
                OutboxMessage.key == key,
                OutboxMessage.ended.is_(True),
            )
            .values(ended=False, done_at=None, failed_at=None, attempts=0, due_at=clock.now())
        )


def revive_all(kind: str, keys: Select[Any]) -> None:
    """``revive`` for the keys that a select gives."""
    with transaction() as session:
        session.execute(
            update(OutboxMessage)
            .where(
                OutboxMessage.kind == kind,
                OutboxMessage.key.in_(keys),
                OutboxMessage.ended.is_(True),
            )
            .values(ended=False, done_at=None, failed_at=None, attempts=0, due_at=clock.now())
        )


def end(kind: str, keys: Select[Any]) -> None:
    """Give up those that wait, of the keys that a select gives: nobody wants them any more. One
    that a worker holds at this moment may still leave."""
    with transaction() as session:
        session.execute(
            update(OutboxMessage)
            .where(
                OutboxMessage.kind == kind,
                OutboxMessage.key.in_(keys),
                OutboxMessage.ended.is_(False),
            )
            .values(ended=True, done_at=clock.now())
        )


def failed(
    series_id: int, *, homeless: bool, but: str = "", limit: int = 100
) -> list[OutboxMessage]:
    """What did not leave for a series, the latest first.

    Args:
        homeless: those of no series too (sign-in links): for who answers for the whole house.
        but: a kind that is told of elsewhere.
    """
    statement = (
        select(OutboxMessage)
        .where(
            OutboxMessage.failed_at.is_not(None),
            OutboxMessage.kind != but,
            _of(series_id, homeless),
        )
        .order_by(OutboxMessage.failed_at.desc(), OutboxMessage.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def count_failed(series_id: int, *, homeless: bool, but: str = "") -> int:
    statement = select(func.count(OutboxMessage.id)).where(
        OutboxMessage.failed_at.is_not(None),
        OutboxMessage.kind != but,
        _of(series_id, homeless),
    )
    return db.session.scalar(statement) or 0


@dataclass(frozen=True)
class Tally:
    """Where some messages are: they left, they wait for the worker, or they failed."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0


def tally(kind: str, keys: Sequence[str]) -> Tally:
    """Where the messages of a kind are. One statement a thousand keys, which databases limit."""
    found: Counter[str] = Counter()
    for start in range(0, len(keys), 1000):
        some = keys[start : start + 1000]
        rows = db.session.execute(
            select(OutboxMessage.ended, OutboxMessage.failed_at.is_not(None), func.count())
            .where(OutboxMessage.kind == kind, OutboxMessage.key.in_(some))
            .group_by(OutboxMessage.ended, OutboxMessage.failed_at.is_not(None))
        )
        for ended, lost, count in rows:
            found["failed" if lost else ("sent" if ended else "waiting")] += count
    return Tally(**found)


def count_waiting(series_id: int, *, homeless: bool) -> int:
    statement = select(func.count(OutboxMessage.id)).where(
        OutboxMessage.ended.is_(False), _of(series_id, homeless)
    )
    return db.session.scalar(statement) or 0


def counts() -> tuple[int, int]:
    """How many wait and how many failed, in the whole house."""
    waiting = select(func.count(OutboxMessage.id)).where(OutboxMessage.ended.is_(False))
    lost = select(func.count(OutboxMessage.id)).where(OutboxMessage.failed_at.is_not(None))
    return db.session.scalar(waiting) or 0, db.session.scalar(lost) or 0


def send_again(message_id: int, *, series_id: int, homeless: bool, actor: str) -> None:
    """An organizer asks for a failed message of his series to be tried again.

    Raises:
        NotFound: no such failed message there.
    """
    with transaction() as session:
        tried: Any = session.execute(
            update(OutboxMessage)
            .where(
                OutboxMessage.id == message_id,
                OutboxMessage.failed_at.is_not(None),
                _of(series_id, homeless),
            )
            .values(ended=False, failed_at=None, attempts=0, due_at=clock.now())
        )
        if tried.rowcount == 0:
            raise NotFound(what="message", reference=message_id)
        audit.note("message.retried", f"message:{message_id}", actor=actor, series_id=series_id)


def _of(series_id: int, homeless: bool) -> ColumnElement[bool]:
    own = OutboxMessage.series_id == series_id
    return or_(own, OutboxMessage.series_id.is_(None)) if homeless else own


def oldest_waiting_seconds() -> float:
    """Age of the oldest due row, in seconds; 0 when nothing waits. Letters to thousands wait for
    their turn, and are no sign of trouble."""
    now = clock.now()
    oldest = db.session.scalar(
        select(func.min(OutboxMessage.created_at)).where(
            OutboxMessage.ended.is_(False),
            OutboxMessage.priority < Priority.BULK,
            or_(OutboxMessage.attempts > 0, OutboxMessage.due_at <= now),
        )
    )
    return (now - oldest).total_seconds() if oldest else 0.0
