"""transaction(): the only place in the code base that commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventsapp.kernel import facts
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound

Row = TypeVar("Row")


class ChangedOutside(RuntimeError):
    """Objects were changed before the transaction began; they would be committed by accident."""


class ErrorSwallowed(RuntimeError):
    """An inner transaction failed, its error was caught, and the outer one tried to commit."""


@contextmanager
def transaction() -> Iterator[Session]:
    """All of the block, or none of it.

    Joins the transaction that is open, if any; the outermost one runs the reactions to the
    recorded facts and commits once. Objects loaded earlier in the request are expired at the
    start, so that a command never decides on what the page had read.

    Raises:
        ChangedOutside: there are unsaved changes from before.
        ErrorSwallowed: an inner block raised and the error was caught; use ``savepoint``.
    """
    session = db.session()
    if session.info.get("depth", 0):
        yield from _join(session)
        return
    if session.new or session.dirty or session.deleted:
        raise ChangedOutside("changes were made outside transaction()")
    session.commit()  # ends the reader's side; nothing is pending, so nothing is written
    session.expire_all()
    session.info.update(depth=1, broken=False, facts=[])
    try:
        yield session
        facts.react()
        if session.info["broken"]:
            raise ErrorSwallowed("an inner error was swallowed; nothing was saved")
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.update(depth=0, broken=False, facts=[])


def _join(session: Session) -> Iterator[Session]:
    session.info["depth"] += 1
    try:
        yield session
    except BaseException:
        session.info["broken"] = True
        raise
    finally:
        session.info["depth"] -= 1


@contextmanager
def savepoint() -> Iterator[Session]:
    """A part that may fail alone: its changes and its facts are undone, the rest goes on."""
    session = db.session()
    if not session.info.get("depth", 0):
        raise RuntimeError("savepoint() belongs inside transaction()")
    broken, waiting = session.info["broken"], list(session.info["facts"])
    try:
        with session.begin_nested():
            yield session
    except BaseException:
        session.info["broken"] = broken
        # In place: a reaction that catches this is called by a walk over that very list.
        session.info["facts"][:] = waiting
        raise


def lock(kind: type[Row], key: Any) -> Row:
    """The row as it is now, held until the end of the transaction.

    SQLite's writer is alone already (BEGIN IMMEDIATE); PostgreSQL takes FOR UPDATE.

    Raises:
        NotFound: there is no such row.
    """
    session = db.session()
    table: Any = kind
    # Of this row alone: relationships loaded in the same statement are only read.
    statement = select(kind).where(table.id == key).with_for_update(of=table)
    row = session.execute(statement, execution_options={"populate_existing": True}).scalar()
    if row is None:
        raise NotFound(what=kind.__name__, reference=key)
    return row
