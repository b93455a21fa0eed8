"""``eventsapp stripe``: set up the webhook endpoint, compare the books with Stripe."""

import argparse
import sys
from collections.abc import Callable

from flask import Flask

from eventsapp import settings
from eventsapp.domain.billing.money import reconciliation
from eventsapp.domain.billing.money.stripe_events import SUBSCRIBED
from eventsapp.gateways.stripe import Stripe, StripeRefused, StripeUnreachable
from eventsapp.gateways.stripe_account import stripe_account


def add_to(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser("stripe", help="payments at Stripe")
    actions = parser.add_subparsers(dest="action", required=True)
    setup = actions.add_parser("setup", help="one webhook endpoint with the exact events")
    setup.set_defaults(run=run_setup)
    rotate = actions.add_parser("rotate", help="another secret for the webhook, in two steps")
    rotate.add_argument("--finish", action="store_true", help="delete the older endpoints")
    rotate.set_defaults(run=run_rotate)
    compare = actions.add_parser("reconcile", help="compare the ledger with Stripe now")
    compare.add_argument("--days", type=int, default=7)
    compare.set_defaults(run=run_reconcile)


def run_setup(app: Flask, _arguments: argparse.Namespace) -> int:
    """One endpoint for this address: made, or given the exact events when it is there."""
    return _with_stripe(_set_up)


def run_rotate(app: Flask, arguments: argparse.Namespace) -> int:
    """Another secret, in two steps, between which both are good."""
    return _with_stripe(_drop_older if arguments.finish else _make_another)


def _set_up(stripe: Stripe, url: str) -> int:
    known = stripe.webhooks_of(url)
    if not known:
        print(f"EVENTSAPP_STRIPE_WEBHOOK_SECRETS={stripe.set_up_webhook(url, SUBSCRIBED)}")
        return 0
    for endpoint in known:
        stripe.change_webhook(endpoint.id, SUBSCRIBED)
    print(f"The endpoint {known[0].id} is there: it has the exact events, and keeps its secret.")
    if not known[0].current:
        print("It speaks another version of the API: `eventsapp stripe rotate`", file=sys.stderr)
        return 1
    if len(known) > 1:
        print(f"{len(known)} endpoints have this address, each with a secret of its own: "
              "`eventsapp stripe rotate --finish` keeps the newest.", file=sys.stderr)  # fmt: skip
        return 1
    return 0


def _make_another(stripe: Stripe, url: str) -> int:
    secret = stripe.set_up_webhook(url, SUBSCRIBED)
    print(f"Put this secret before the old one, separated by a comma:\n{secret}")
    print("Restart both services, then: `eventsapp stripe rotate --finish`")
    return 0


def _drop_older(stripe: Stripe, url: str) -> int:
    newest, *older = stripe.webhooks_of(url) or [None]
    if newest is None:
        print("There is no endpoint for this address: `eventsapp stripe setup`", file=sys.stderr)
        return 1
    for endpoint in older:
        stripe.drop_webhook(endpoint.id)
    print(f"{len(older)} older endpoint(s) deleted; take the old secret(s) out of the setting.")
    return 0


def _with_stripe(deed: Callable[[Stripe, str], int]) -> int:
    config = settings.current()
    if not config.payments_open:
        print("EVENTSAPP_STRIPE_API_KEY is not set", file=sys.stderr)
        return 1
    try:
        return deed(stripe_account(), f"{config.base_url}/webhooks/stripe")
    except (StripeRefused, StripeUnreachable) as error:
        print(f"Stripe: {error}", file=sys.stderr)
        if isinstance(error, StripeUnreachable):
            # The endpoint may be there, with a secret that nobody will see again.
            print("Look for a new endpoint in Stripe's dashboard and delete it, then call this "
                  "again.", file=sys.stderr)  # fmt: skip
        return 1


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
