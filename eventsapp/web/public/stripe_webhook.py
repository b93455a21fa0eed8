"""One route: verify the signature on the raw body, hand over, answer."""

import logging
from typing import Any

from flask import Blueprint, jsonify, request

from eventsapp import settings
from eventsapp.domain.billing.money import stripe_events
from eventsapp.gateways.stripe import SignatureRefused, StripeRefused, StripeUnreachable
from eventsapp.gateways.stripe_account import stripe_account

blueprint = Blueprint("stripe_webhook", __name__)
log = logging.getLogger(__name__)

MOST_BYTES = 512 * 1024


@blueprint.post("/webhooks/stripe")
def receive() -> Any:
    """2xx once the work is stored; 400 for forged or stale; 403 without a secret; 503 to have
    it sent again."""
    account = stripe_account() if settings.current().payments_open else None
    if account is None or not account.webhook_secrets:
        return _answer(403, "no_webhook_secret")
    if (request.content_length or 0) > MOST_BYTES:
        return _answer(413, "too_large")
    try:
        event = account.read_event(request.get_data(), request.headers.get("Stripe-Signature"))
    except SignatureRefused:
        return _answer(400, "bad_signature")
    try:
        outcome = stripe_events.receive(event)
    except (StripeUnreachable, StripeRefused) as error:
        log.warning("webhook %s: %s; it will be sent again", event.id, error)
        return _answer(503, "try_again")
    return _answer(200, outcome)


def _answer(status: int, outcome: str) -> Any:
    return jsonify({"outcome": outcome}), status
