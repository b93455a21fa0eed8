"""Entry point: reads the command line, makes the application, hands over."""

import argparse
import sys

from eventsapp import __version__, settings
from eventsapp.app import create_app
from eventsapp.cli import (
    api_key,
    db,
    demo,
    doctor,
    exchange,
    organizer,
    serve,
    stands,
    stripe,
    worker,
)

COMMANDS = (serve, worker, db, demo, organizer, api_key, exchange, stands, stripe, doctor)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="eventsapp", description=__doc__)
    parser.add_argument("--version", action="version", version=__version__)
    subparsers = parser.add_subparsers(dest="command", required=True)
    for module in COMMANDS:
        module.add_to(subparsers)
    arguments = parser.parse_args(argv)
    try:
        app = create_app(settings.read())
    except settings.SettingsError as error:
        print(f"eventsapp: {error}", file=sys.stderr)
        return 2
    return arguments.run(app, arguments)
