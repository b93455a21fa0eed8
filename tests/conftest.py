"""Fixtures: an application on each database, a client, and a clock that can be set."""

import gc
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine, event, text

from eventsapp.app import create_app
from eventsapp.kernel import clock, i18n, memory
from eventsapp.kernel.db import db
from eventsapp.settings import Settings, use
from tests import postgres

# Times are never asserted: a busy machine is no defect. In CI the examples are always the same, so
# that a change is judged by what it changes; on a desk they are new at each run and find more.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "house")

NOON = datetime(2026, 9, 10, 10, 0, tzinfo=UTC)
COULD_NOT_RUN: set[str] = set()
COMPILED = pytest.StashKey[str]()
# Browsers, phones without network, servers that are slow or killed.
WAITING = ("tests/journeys/test_every_page", "tests/journeys/test_door", "tests/faults/")


def in_ci() -> bool:
    return bool(os.environ.get("CI") or os.environ.get("EVENTSAPP_CI"))


def pytest_configure(config: pytest.Config) -> None:
    """A template is compiled once for all processes of a run, servers of journeys among them."""
    shared = getattr(config, "workerinput", {}).get("compiled")
    folder = shared or tempfile.mkdtemp(prefix="eventsapp-templates-")
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(folder)}
    if not shared:
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    config.stash[COMPILED] = folder


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["compiled"] = node.config.stash[COMPILED]


@pytest.fixture(scope="session")
def postgres_server() -> str:
    url = os.environ.get("EVENTSAPP_TEST_POSTGRES") or postgres.start()
    if url is None:
        COULD_NOT_RUN.add("PostgreSQL: no server was found on this machine")
        if in_ci():
            pytest.fail("PostgreSQL is required in CI")
        pytest.skip("no PostgreSQL on this machine")
    return url


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several processes share the tests, those that wait are strewn among those that work.

    In the order of their folders all processes would wait at the same time, and the machine with
    them. The longest comes first, so that none is left alone with it at the end.
    """
    if not hasattr(config, "workerinput"):
        return
    waiting = [item for start in WAITING for item in items if item.nodeid.startswith(start)]
    working = [item for item in items if not item.nodeid.startswith(WAITING)]
    apart = max(1, len(working) * 4 // 5 // (len(waiting) + 1))
    items.clear()
    for at, item in enumerate(working):
        if at % apart == 0 and waiting:
            items.append(waiting.pop(0))
        items.append(item)
    items += waiting


def pytest_collection_finish() -> None:
    """What was imported stays for ever: it is not searched for garbage while tests run."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for reason in sorted(COULD_NOT_RUN):
        terminalreporter.write_line(f"NOT RUN: {reason}", red=True)


def make_settings(folder: Path, database_url: str) -> Settings:
    return Settings(
        env="test",
        secret_key="a secret for tests, of forty characters.",
        base_url="http://localhost",
        database_url=database_url,
        data_dir=folder,
        mail_url="memory:",
    )


def new_database(server: str) -> str:
    """A fresh database on the PostgreSQL server; returns its URL."""
    name = f"t{uuid.uuid4().hex[:12]}"
    engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return f"{server}/{name}"


@pytest.fixture(scope="session")
def sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("sqlite")
    return _with_tables(make_settings(folder, f"sqlite:///{folder / 'test.sqlite3'}"))


@pytest.fixture(scope="session")
def postgres_app(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("postgres")
    return _with_tables(make_settings(folder, new_database(postgres_server)))


def _with_tables(settings: Settings) -> Flask:
    app = create_app(settings, threads=8)
    app.extensions["settings"] = settings
    # Tests keep one application context open; a request must not see what another kept in g.
    app.before_request_funcs.setdefault(None, []).insert(0, lambda: g.__dict__.clear())
    with app.app_context():
        db.create_all()
    return app


@pytest.fixture(params=["sqlite", "postgres"])
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application with an empty database, on SQLite and then on PostgreSQL."""
    made: Flask = request.getfixturevalue(f"{request.param}_app")
    use(made.extensions["settings"])
    clock.freeze(NOON)
    i18n.set_locale("fr")
    memory.forget_everything()
    with made.app_context():
        yield made
        db.session.rollback()
        db.session.remove()
        empty()
    clock.freeze(None)


def empty() -> None:
    """Delete every row; faster than making the tables again. One call to the database for all."""
    deletes = ";".join(f'DELETE FROM "{table.name}"' for table in db.metadata.sorted_tables)
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET session_replication_role = replica;{deletes}")
            connection.exec_driver_sql("SET session_replication_role = DEFAULT")
            connection.commit()
        else:
            driver = connection.connection.driver_connection
            driver.executescript(f"BEGIN;PRAGMA defer_foreign_keys=ON;{deletes};COMMIT")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    made = app.test_client()
    made.environ_base["HTTP_ORIGIN"] = "http://localhost"
    return made


@pytest.fixture
def now(app: Flask) -> Callable[..., datetime]:
    """``now()`` reads the clock, ``now(instant)`` sets it, ``now(hours=2)`` advances it."""

    def control(instant: datetime | None = None, **delta: float) -> datetime:
        if instant is not None:
            clock.freeze(instant)
        if delta:
            clock.freeze(clock.now() + timedelta(**delta))
        return clock.now()

    return control


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """The SQL statements executed while the test runs; clear it before what you measure."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, _parameters, _context, _many) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)
