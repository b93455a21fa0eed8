"""Entry point: reads the command line, makes the application, hands over."""

import argparse
import importlib
import os
import sys
from types import ModuleType

from eventsapp import __version__, settings
from eventsapp.app import create_app

# Command -> module of ``eventsapp.cli``. Only the one that is asked for is loaded: a server that
# starts in a second does not wait for migrations and demo data that it does not use.
COMMANDS = {
    "serve": "serve",
    "worker": "worker",
    "run": "run",
    "db": "db",
    "demo": "demo",
    "organizer": "organizer",
    "api-key": "api_key",
    "export": "exchange",
    "stands": "stands",
    "stripe": "stripe",
    "doctor": "doctor",
}


def main(argv: list[str] | None = None) -> int:
    given = sys.argv[1:] if argv is None else argv
    parser = argparse.ArgumentParser(prog="eventsapp", description=__doc__)
    parser.add_argument("--version", action="version", version=__version__)
    subparsers = parser.add_subparsers(dest="command", required=True)
    for module in _modules(given):
        module.add_to(subparsers)
    arguments = parser.parse_args(given)
    _tell_address(arguments)
    try:
        app = create_app(settings.read())
    except settings.SettingsError as error:
        print(f"eventsapp: {error}", file=sys.stderr)
        return 2
    code: int = arguments.run(app, arguments)
    return code


def _modules(given: list[str]) -> list[ModuleType]:
    named = COMMANDS.get(given[0]) if given else None
    names = [named] if named else list(COMMANDS.values())
    return [importlib.import_module(f"eventsapp.cli.{name}") for name in names]


def _tell_address(arguments: argparse.Namespace) -> None:
    """Without a base URL, links lead to where this server listens; its worker inherits it."""
    if "port" in arguments:
        os.environ["HOST"], os.environ["PORT"] = arguments.host, str(arguments.port)
