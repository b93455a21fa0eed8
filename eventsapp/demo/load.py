"""Loads the reference series, room by room, as it stood at a moment of its own calendar."""

from sqlalchemy import select

from eventsapp.demo.accounts import load as load_accounts
from eventsapp.demo.door import load as load_door
from eventsapp.demo.programme import load as load_programme
from eventsapp.demo.selection import load as load_selection
from eventsapp.demo.story import Story
from eventsapp.demo.ticketing import load as load_ticketing
from eventsapp.domain.programme import queries
from eventsapp.domain.programme.models import Series
from eventsapp.kernel import dialects
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction

SLUG = "ftw2015"

# In this order: later rooms refer to earlier ones. Each is ``load(story) -> None``.
ROOMS = (load_programme, load_accounts, load_ticketing, load_door, load_selection)


class NotADemo(Exception):
    """The database holds a series that is not a demo; nothing was touched."""


def loaded() -> bool:
    return db.session.scalar(select(Series.id).where(Series.slug == SLUG)) is not None


def refuse_foreign_series() -> None:
    """A demo never stands beside a real series.

    Raises:
        NotADemo: there is one.
    """
    foreign = queries.real_series()
    if foreign is not None:
        raise NotADemo(foreign)


def load(story: Story) -> None:
    """All of it or nothing: a start that is interrupted leaves no half demo behind."""
    with transaction():
        for room in ROOMS:
            room(story)
    dialects.refresh_statistics()


def reset() -> None:
    """Empty every table. Refused where a real series lives."""
    refuse_foreign_series()
    with transaction() as session:
        if db.engine.dialect.name == "postgresql":
            names = ", ".join(f'"{table.name}"' for table in db.metadata.sorted_tables)
            session.connection().exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
            return
        session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for table in reversed(db.metadata.sorted_tables):
            session.execute(table.delete())
