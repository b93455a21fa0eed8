"""``eventsapp stripe``: set up the webhook endpoint, compare the books with Stripe."""

import argparse
import sys

from flask import Flask

from eventsapp import settings
from eventsapp.domain.billing.money import reconciliation
from eventsapp.domain.billing.money.stripe_events import SUBSCRIBED
from eventsapp.gateways.stripe import StripeRefused, StripeUnreachable
from eventsapp.gateways.stripe_account import stripe_account


def add_to(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser("stripe", help="payments at Stripe")
    actions = parser.add_subparsers(dest="action", required=True)
    setup = actions.add_parser("setup", help="create the webhook endpoint with the exact events")
    setup.set_defaults(run=run_setup)
    compare = actions.add_parser("reconcile", help="compare the ledger with Stripe now")
    compare.add_argument("--days", type=int, default=7)
    compare.set_defaults(run=run_reconcile)


def run_setup(app: Flask, _arguments: argparse.Namespace) -> int:
    config = settings.current()
    if not config.payments_open:
        print("EVENTSAPP_STRIPE_API_KEY is not set", file=sys.stderr)
        return 1
    try:
        secret = stripe_account().set_up_webhook(f"{config.base_url}/webhooks/stripe", SUBSCRIBED)
    except (StripeRefused, StripeUnreachable) as error:
        print(f"Stripe: {error}", file=sys.stderr)
        if isinstance(error, StripeUnreachable):
            # The endpoint may be there, with a secret that nobody will see again.
            print("Look for it in Stripe's dashboard and delete it, then call this again.",
                  file=sys.stderr)  # fmt: skip
        return 1
    print(f"EVENTSAPP_STRIPE_WEBHOOK_SECRETS={secret}")
    return 0


def run_reconcile(app: Flask, arguments: argparse.Namespace) -> int:
    if not settings.current().payments_open:
        print("EVENTSAPP_STRIPE_API_KEY is not set", file=sys.stderr)
        return 1
    with app.app_context():
        try:
            found = reconciliation.reconcile(arguments.days)
        except (StripeRefused, StripeUnreachable) as error:
            print(f"Stripe: {error}", file=sys.stderr)
            return 1
    for one in found:
        print(f"{one.side}: {one.what} {one.reference} {one.cents / 100:.2f}")
    print(f"{len(found)} difference(s)")
    return 1 if found else 0
