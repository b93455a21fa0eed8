"""The few statements that the two databases spell differently, each in one function."""

from typing import Any

from sqlalchemy import Table, text
from sqlalchemy.dialects import postgresql, sqlite

from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction


def insert(table: Table) -> Any:
    """``INSERT`` with ``on_conflict_do_nothing`` / ``on_conflict_do_update`` on both."""
    if db.engine.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def take_turns(name: str) -> None:
    """Whoever comes second under ``name`` waits until the first transaction is over; SQLite's
    writer is alone already."""
    if on_postgresql():
        with transaction() as session:
            session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": name})


def refresh_statistics() -> None:
    """Tell PostgreSQL's planner of many rows that came at once.

    It looks by itself within a minute; until then a scan at the door would read a whole table.
    """
    if on_postgresql():
        with transaction() as session:
            session.execute(text("ANALYZE"))


def on_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"
