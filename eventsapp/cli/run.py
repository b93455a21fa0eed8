"""``eventsapp run``: migrate, load the demo, serve and work, all in one. What ``make run`` does."""

import argparse
import signal
import subprocess
import sys

from flask import Flask

from eventsapp import settings
from eventsapp.cli import db as migrations
from eventsapp.cli import guard
from eventsapp.cli.serve import add_address_to, serve
from eventsapp.demo import accounts as demo_accounts
from eventsapp.demo import load as demo
from eventsapp.demo.story import Story
from eventsapp.kernel.db import db


def add_to(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser("run", help="migrate, load the demo, serve and work: all in one")
    add_address_to(parser)
    parser.set_defaults(run=run_all)


def run_all(app: Flask, arguments: argparse.Namespace) -> int:
    """What ``make run`` does: one command to a living demo. Ctrl-C stops everything."""
    if settings.current().production:
        print("the demo is never loaded in production: `serve` and `worker`", file=sys.stderr)
        return 1
    with app.app_context():
        migrations.upgrade()
        try:
            guard.refuse_foreign_series()
            if not demo.loaded():
                demo.refuse_foreign_series()
        except (guard.NotADemo, demo.NotADemo) as error:
            print(f"refused: {error}", file=sys.stderr)
            return 1
        if not demo.loaded():
            print("Chargement de la démonstration…", flush=True)
            demo.load(Story.at())
        db.engine.dispose()
    _announce(arguments)
    worker = subprocess.Popen([sys.executable, "-m", "eventsapp", "worker"])  # noqa: S603
    try:
        serve(app, arguments)
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=30)
    return 0


def _announce(arguments: argparse.Namespace) -> None:
    address = settings.current().base_url
    if arguments.host in settings.ANY_INTERFACE:
        print(f"\n  Sur cette machine / on this machine: http://127.0.0.1:{arguments.port}/")
        print("  Dans le réseau local / in the local network (phones at the door):", end="")
    print(f"\n  {address}/fr/{demo.SLUG}/    (English: {address}/en/{demo.SLUG}/)")
    print(f"  {address}/fr/sign-in    mot de passe / password: {demo_accounts.PASSWORD}\n")
    for entry in demo_accounts.listing():
        print(f"    {entry['role']:12} {entry['email']}")
    print(flush=True)
