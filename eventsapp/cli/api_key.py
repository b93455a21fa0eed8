"""``eventsapp api-key create``: prints a key, once."""

import argparse
import sys

from flask import Flask
from sqlalchemy import select

from eventsapp.domain.accounts import api_keys
from eventsapp.domain.programme.models import Series
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import Refusal
from eventsapp.web import refusals


def add_to(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser("api-key", help="keys of programs")
    actions = parser.add_subparsers(dest="action", required=True)
    create = actions.add_parser("create", help="make a key; it is printed once")
    create.add_argument("--label", required=True)
    create.add_argument("--series", required=True, metavar="SLUG")
    create.add_argument("--scope", required=True, action="append", metavar="SCOPE")
    create.set_defaults(run=run)


def run(app: Flask, arguments: argparse.Namespace) -> int:
    with app.app_context():
        series = db.session.scalar(select(Series).where(Series.slug == arguments.series))
        if series is None:
            print(f"no series {arguments.series!r}", file=sys.stderr)
            return 1
        try:
            key = api_keys.create(
                arguments.label,
                series_id=series.id,
                organisation_id=series.organisation_id,
                scopes=arguments.scope,
            )
        except Refusal as refusal:
            print(refusals.sentence(refusal), file=sys.stderr)
            return 1
    print(key)
    return 0
