"""Which migration the database has, and which this version needs.

Read without Alembic, whose import would cost a third of the start of every server.
"""

import re

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from eventsapp import bundle
from eventsapp.kernel.db import db

_REVISION = re.compile(r"^revision = \"(\w+)\"$", re.MULTILINE)


class OldSchema(Exception):
    """The database is behind (or empty): ``eventsapp db upgrade`` first."""


def newest() -> str:
    """The last revision that lies in the migrations folder (they are numbered)."""
    last = max((bundle.MIGRATIONS / "versions").glob("[0-9]*.py"))
    found = _REVISION.search(last.read_text(encoding="utf-8"))
    if found is None:
        raise RuntimeError(f"{last.name} names no revision")
    return found[1]


def is_current() -> bool:
    """Whether the database was migrated to this version; False for an empty one.

    Raises:
        OperationalError: the database does not answer.
    """
    db.session.execute(text("SELECT 1"))
    try:
        version = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        return False
    return bool(version == newest())


def refuse_old() -> None:
    """Raises OldSchema when the migrations of this version have not been run."""
    if not is_current():
        raise OldSchema("the database is not migrated: run `eventsapp db upgrade`")
