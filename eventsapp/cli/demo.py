"""``eventsapp demo``: load the reference series, list its sign-ins."""

import argparse
import json
import sys
from datetime import datetime

from flask import Flask

from eventsapp import settings
from eventsapp.cli import db as migrations
from eventsapp.demo import accounts, load, story
from eventsapp.demo.story import DEFAULT_MOMENT, Story


def add_to(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser("demo", help="the reference series")
    actions = parser.add_subparsers(dest="action", required=True)
    loader = actions.add_parser("load", help="load it as it stood at a moment of its calendar")
    loader.add_argument("--reset", action="store_true", help="empty the database first")
    loader.add_argument("--at", type=_moment, default=DEFAULT_MOMENT)
    loader.add_argument("--no-shift", action="store_true", help="keep the year 2015")
    loader.set_defaults(run=run_load)
    lister = actions.add_parser("accounts", help="the demo's sign-ins")
    lister.add_argument("--json", action="store_true")
    lister.set_defaults(run=run_accounts)


def _moment(text: str) -> datetime:
    """A wall clock of the series: naive, whatever zone the text names."""
    try:
        return story.wall(text)
    except (ValueError, OverflowError) as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no moment: 2015-09-10T12:00") from error


def run_load(app: Flask, arguments: argparse.Namespace) -> int:
    if settings.current().production:
        print("the demo is never loaded in production", file=sys.stderr)
        return 1
    with app.app_context():
        migrations.upgrade()
        try:
            load.refuse_foreign_series()
        except load.NotADemo as error:
            print(f"refused: the series {error} is not a demo", file=sys.stderr)
            return 1
        if arguments.reset:
            load.reset()
        elif load.loaded():
            print("already loaded; --reset loads it again")
            return 0
        load.load(Story.at(arguments.at, shift=not arguments.no_shift))
    print(f"loaded: {settings.current().base_url}/fr/{load.SLUG}/")
    return 0


def run_accounts(app: Flask, arguments: argparse.Namespace) -> int:
    if settings.current().production:
        print("there is no demo in production", file=sys.stderr)
        return 1
    entries = accounts.listing()
    if arguments.json:
        print(json.dumps(entries, ensure_ascii=False, indent=2))
        return 0
    for entry in entries:
        print(f"{entry['role']:12} {entry['email']:40} {entry['password']}")
    return 0
