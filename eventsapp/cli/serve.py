"""``eventsapp serve``: the production WSGI server; ``eventsapp run``: server and worker."""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from eventsapp.cli import db as migrations
from eventsapp.demo import accounts as demo_accounts
from eventsapp.demo import load as demo
from eventsapp.demo.story import Story
from eventsapp.kernel.db import db

THREADS = 4


class Server(BaseApplication):
    """gunicorn without a configuration file: threads, time-outs, drained on SIGTERM."""

    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self.flask_app = app
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        return self.flask_app


def add_to(commands: argparse._SubParsersAction) -> None:
    for name, help_, run in (
        ("serve", "production web server", run_serve),
        ("run", "migrate, load the demo, serve and work: all in one", run_all),
    ):
        parser = commands.add_parser(name, help=help_)
        parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
        parser.add_argument("--workers", type=int, default=2)
        parser.set_defaults(run=run)


def run_serve(app: Flask, arguments: argparse.Namespace) -> int:
    with app.app_context():
        try:
            migrations.refuse_old_schema()
        except migrations.OldSchema as error:
            print(error, file=sys.stderr)
            return 1
        # A connection of the parent must not be shared with the forked workers.
        db.engine.dispose()
    serve(app, arguments)
    return 0


def serve(app: Flask, arguments: argparse.Namespace) -> None:
    Server(
        app,
        {
            "bind": f"{arguments.host}:{arguments.port}",
            "workers": arguments.workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "timeout": 60,
            "graceful_timeout": 20,
            "keepalive": 5,
            "preload_app": True,
            "backlog": 2048,
            "loglevel": "warning",
            "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,  # noqa: S108
        },
    ).run()


def run_all(app: Flask, arguments: argparse.Namespace) -> int:
    """What ``make run`` does: one command to a living demo. Ctrl-C stops everything."""
    with app.app_context():
        migrations.upgrade()
        if not demo.loaded():
            print("Chargement de la démonstration…", flush=True)
            demo.refuse_foreign_series()
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
    address = f"http://{arguments.host}:{arguments.port}"
    print(f"\n  {address}/fr/{demo.SLUG}/    (English: {address}/en/{demo.SLUG}/)")
    print(f"  {address}/fr/sign-in    mot de passe / password: {demo_accounts.PASSWORD}\n")
    for entry in demo_accounts.listing():
        print(f"    {entry['role']:12} {entry['email']}")
    print(flush=True)
