"""``eventsapp db``: migrations."""

import argparse

from alembic import command
from alembic.config import Config
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
    with app.app_context():
        upgrade()
    print("database: up to date")
    return 0


def run_check(app: Flask, _arguments: argparse.Namespace) -> int:
    with app.app_context():
        command.check(config())
    return 0


def run_downgrade(app: Flask, _arguments: argparse.Namespace) -> int:
    with app.app_context():
        command.downgrade(config(), "-1")
    return 0
