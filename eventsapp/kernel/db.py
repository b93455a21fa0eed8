"""The database: typed base, column types, constraint names and how each database is opened.

Reads run on an AUTOCOMMIT connection of the pool (no BEGIN, no COMMIT on the wire); writes run
inside ``kernel.transaction``, which begins explicitly: ``BEGIN IMMEDIATE`` on SQLite, because a
plain BEGIN fails at the first write under concurrency whatever the busy time-out.
"""

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any
from weakref import WeakKeyDictionary

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Connection,
    Date,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Integer,
    MetaData,
    Text,
    event,
)
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.orm import Session as PlainSession
from sqlalchemy.types import TypeDecorator

READER = "eventsapp_reader"

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Refuses naive values; gives back aware UTC on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive instant {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def TextEnum(kind: type[enum.StrEnum], name: str) -> Enum:  # noqa: N802 - used like a type
    """A column that stores the values of ``kind`` as text behind a CHECK named ``name``."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


# Text that is sorted by letters as programs compare them, not as the database's language has it.
SortText = Text().with_variant(Text(collation="C"), "postgresql")


class Base(DeclarativeBase):
    # In an explicit registry: set on the class they break Flask-SQLAlchemy with SQLAlchemy 2.1.
    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: UtcDateTime,
            date: Date,
            str: Text,
            bool: Boolean,
            int: BigInteger().with_variant(Integer, "sqlite"),
            dict[str, Any]: JSON(none_as_null=True),
            list[Any]: JSON(none_as_null=True),
        },
    )


class RoutingSession(FlaskSession):
    """Sends reads outside a transaction to the autocommit side of the same pool."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        bind = super().get_bind(*args, **kwargs)
        if self.info.get("depth", 0) or not isinstance(bind, Engine):
            return bind
        return _reader(bind)


_readers: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()


def _reader(engine: Engine) -> Engine:
    reader = _readers.get(engine)
    if reader is None:
        options: dict[str, Any] = {READER: True}
        if engine.dialect.name != "sqlite":
            options["isolation_level"] = "AUTOCOMMIT"
        reader = engine.execution_options(**options)
        _readers[engine] = reader
    return reader


db = SQLAlchemy(
    model_class=Base,
    session_options={"class_": RoutingSession, "expire_on_commit": False},
)


class FlushedOutside(RuntimeError):
    """Code changed objects outside ``transaction()``: a mistake of ours, never of a user."""


@event.listens_for(PlainSession, "before_flush")
def _refuse_outside(session: PlainSession, _context: Any, _instances: Any) -> None:
    if isinstance(session, RoutingSession) and not session.info.get("depth", 0):
        raise FlushedOutside("changes belong inside transaction()")


ROWS_AT_ONCE = 2000


@contextmanager
def reading_long() -> Iterator[Connection]:
    """A connection for one long answer that is read row by row, in memory that does not grow.

    PostgreSQL keeps a cursor only inside a transaction, which ends with the block and has written
    nothing; SQLite reads from its snapshot, and no writer waits.
    """
    engine = db.engine
    if engine.dialect.name == "sqlite":
        engine = engine.execution_options(**{READER: True})
    with engine.connect() as connection:
        yield connection.execution_options(yield_per=ROWS_AT_ONCE)


def init_app(app: Flask, database_url: str, *, threads: int = 4) -> None:
    """Bind the extension to an application; ``threads`` sizes the pool."""
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(database_url, threads=threads)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)


def engine_options(database_url: str, *, threads: int) -> dict[str, Any]:
    # Twice the threads: one connection reads while the same request's session writes.
    options: dict[str, Any] = {
        "pool_size": threads,
        "max_overflow": threads,
        "pool_timeout": 10,
        # An error names its statement and not what was in it: names and addresses of people.
        "hide_parameters": True,
    }
    if database_url.startswith("postgresql"):
        options["connect_args"] = {
            "connect_timeout": 5,
            "options": "-c timezone=UTC -c statement_timeout=20000 -c lock_timeout=10000"
            " -c idle_in_transaction_session_timeout=60000",
        }
    return options


def prepare_engine(engine: Engine) -> None:
    """Install the SQLite recipe; without it check-then-insert oversells without an error."""
    if engine.dialect.name != "sqlite" or event.contains(engine, "connect", _connect):
        return
    event.listen(engine, "connect", _connect)
    event.listen(engine, "begin", _begin)


def _connect(dbapi_connection: Any, _record: Any) -> None:
    dbapi_connection.isolation_level = None
    for pragma in (
        "busy_timeout=15000",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
    ):
        dbapi_connection.execute("PRAGMA " + pragma)


def _begin(connection: Connection) -> None:
    if not connection.get_execution_options().get(READER):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
