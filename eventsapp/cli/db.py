"""``eventsapp db``: migrations."""

import argparse
import sys
from collections.abc import Callable

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from flask import Flask

from eventsapp import bundle


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(bundle.MIGRATIONS))
    # Written by "alembic revision" as 0002_words.py.
    made.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return made


def upgrade() -> None:
    command.upgrade(config(), "head")


def add_to(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser("db", help="migrations")
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("upgrade", help="migrate to this version").set_defaults(run=run_upgrade)
    actions.add_parser("check", help="models and migrations agree").set_defaults(run=run_check)
    down = actions.add_parser("downgrade", help="go back one step")
    down.set_defaults(run=run_downgrade)


def run_upgrade(app: Flask, _arguments: argparse.Namespace) -> int:
    done = _told(app, upgrade)
    if done == 0:
        print("database: up to date")
    return done


def run_check(app: Flask, _arguments: argparse.Namespace) -> int:
    return _told(app, lambda: command.check(config()))


def run_downgrade(app: Flask, _arguments: argparse.Namespace) -> int:
    return _told(app, lambda: command.downgrade(config(), "-1"))


def _told(app: Flask, deed: Callable[[], None]) -> int:
    """Carry it out; what Alembic refuses is a sentence, not a stack trace."""
    try:
        with app.app_context():
            deed()
    except CommandError as error:
        print(f"eventsapp: {error}", file=sys.stderr)
        return 1
    return 0
