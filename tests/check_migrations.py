"""An empty database goes up, agrees with the models, goes one step down, and up again."""

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from alembic import command  # noqa: E402

import eventsapp.app  # noqa: E402, F401 - imports every model
from eventsapp.app import create_app  # noqa: E402
from eventsapp.cli.db import config  # noqa: E402
from eventsapp.settings import read  # noqa: E402


def check(database_url: str | None = None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "EVENTSAPP_ENV": "test",
            "EVENTSAPP_DATA_DIR": folder,
            "EVENTSAPP_DATABASE_URL": database_url or f"sqlite:///{folder}/check.sqlite3",
        }
        with create_app(read(environment)).app_context():
            command.upgrade(config(), "head")
            command.check(config())
            command.downgrade(config(), "-1")
            command.upgrade(config(), "head")


if __name__ == "__main__":
    check()
    print("migrations: up, equal to the models, down and up")
