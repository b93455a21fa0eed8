"""The few statements that the two databases spell differently, each in one function."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from eventsapp.kernel.db import db


def insert(table: Table) -> Any:
    """``INSERT`` with ``on_conflict_do_nothing`` / ``on_conflict_do_update`` on both."""
    if db.engine.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def on_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"
