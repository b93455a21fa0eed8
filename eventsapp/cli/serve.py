"""``eventsapp serve``: the production WSGI server."""

import argparse
import logging
import os
import sys
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger

from eventsapp import __version__, schema
from eventsapp.cli import guard
from eventsapp.cli.patient import PatientWorker
from eventsapp.kernel.db import db

log = logging.getLogger(__name__)

THREADS = 4


class OneVoice(Logger):
    """What the server says goes the way of all that the process says, in the same form."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


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
    parser = commands.add_parser("serve", help="production web server")
    add_address_to(parser)
    parser.set_defaults(run=run_serve)


def add_address_to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
    parser.add_argument("--port", type=int, default=os.environ.get("PORT") or "8000")
    parser.add_argument("--workers", type=_processes, default=2)


def _processes(text: str) -> int:
    if not (number := int(text)) > 0:
        raise argparse.ArgumentTypeError("one process at least")
    return number


def run_serve(app: Flask, arguments: argparse.Namespace) -> int:
    with app.app_context():
        try:
            schema.refuse_old()
            guard.refuse_foreign_series()
        except (schema.OldSchema, guard.NotADemo) as error:
            print(error, file=sys.stderr)
            return 1
        # A connection of the parent must not be shared with the forked workers.
        db.engine.dispose()
    serve(app, arguments)
    return 0


def serve(app: Flask, arguments: argparse.Namespace) -> None:
    log.info(
        "eventsapp %s: %s processes of %s threads on %s:%s",
        __version__, arguments.workers, THREADS, arguments.host, arguments.port,
    )  # fmt: skip
    Server(
        app,
        {
            "bind": f"{arguments.host}:{arguments.port}",
            "workers": arguments.workers,
            "worker_class": PatientWorker,
            "threads": THREADS,
            "timeout": 60,
            "graceful_timeout": 20,
            "keepalive": 5,
            "preload_app": True,
            "backlog": 2048,
            "loglevel": "warning",
            "logger_class": OneVoice,
            "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,  # noqa: S108
        },
    ).run()
