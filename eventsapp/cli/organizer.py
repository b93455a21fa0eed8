"""``eventsapp organizer create EMAIL``: the owner of an organisation, with a one-time link."""

import argparse
from datetime import timedelta

from flask import Flask

from eventsapp import settings
from eventsapp.domain.accounts import people, sign_in


def add_to(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser("organizer", help="organizers")
    actions = parser.add_subparsers(dest="action", required=True)
    create = actions.add_parser(
        "create",
        help="the first owner, and host of the installation; prints a one-time sign-in link",
    )
    create.add_argument("email")
    create.add_argument("--organisation", metavar="NAME", help="one more, with EMAIL as its owner")
    create.set_defaults(run=run)


def run(app: Flask, arguments: argparse.Namespace) -> int:
    with app.app_context():
        account = people.first_owner(arguments.email, arguments.organisation)
        secret = sign_in.new_link(account.id, length=timedelta(hours=24))
    print(f"{settings.current().base_url}/fr/sign-in/{secret}")
    return 0
