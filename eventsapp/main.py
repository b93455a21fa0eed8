"""Entry point: reads the command line, makes the application, hands over."""

import argparse
import gc
import importlib
import os
import sys
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

from eventsapp import __version__, settings

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
    # What is made while starting stays for ever: searching it for garbage is a tenth of the
    # start, and in forked servers it would copy every page of it (see ``cli/serve.py``).
    gc.disable()
    # Database, letters, keys, uploads, the sandbox's books: nobody else on this machine reads them.
    os.umask(0o077)
    try:
        run, arguments = _prepare(given)
    except settings.SettingsError as error:
        print(f"eventsapp: {error}", file=sys.stderr)
        return 2
    finally:
        gc.freeze()
        gc.enable()
    code: int = run(arguments)
    return code


def _prepare(given: list[str]) -> tuple[Callable[[argparse.Namespace], int], argparse.Namespace]:
    """Read the command line and make the application for it."""
    parser = argparse.ArgumentParser(
        prog="eventsapp",
        description="Tickets, programme, stands, jury and doors for a series of events.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    subparsers = parser.add_subparsers(dest="command", required=True)
    for module in _modules(given):
        module.add_to(subparsers)
    arguments = parser.parse_args(given)
    _tell_address(arguments)
    app: Any = importlib.import_module("eventsapp.app").create_app(settings.read())
    carry_out = importlib.import_module("eventsapp.cli.outcome").carry_out
    return partial(carry_out, arguments.run, app), arguments


def _modules(given: list[str]) -> list[ModuleType]:
    named = COMMANDS.get(given[0]) if given else None
    names = [named] if named else list(COMMANDS.values())
    return [importlib.import_module(f"eventsapp.cli.{name}") for name in names]


def _tell_address(arguments: argparse.Namespace) -> None:
    """Without a base URL, links lead to where this server listens; its worker inherits it."""
    if "port" in arguments:
        os.environ["HOST"], os.environ["PORT"] = arguments.host, str(arguments.port)
