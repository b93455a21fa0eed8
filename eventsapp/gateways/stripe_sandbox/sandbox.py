"""The sandbox as one object: what the application, the worker, the demo and the tests use."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from eventsapp.gateways.stripe_sandbox import payments, webhooks
from eventsapp.gateways.stripe_sandbox.api import Api
from eventsapp.gateways.stripe_sandbox.client import InProcessClient
from eventsapp.gateways.stripe_sandbox.pages import PaymentPages
from eventsapp.gateways.stripe_sandbox.store import Doc, Store

FILE_NAME = "sandbox-stripe.sqlite3"
MOUNTED_AT = "/sandbox-stripe"
API_KEY = "sk_test_sandbox"


@dataclass(frozen=True, kw_only=True)
class PaidPayment:
    """A payment that happened before the sandbox existed (orders loaded with the demo).

    ``reference`` names it for ever: recording it again changes nothing.
    """

    reference: str
    amount_cents: int
    currency: str
    paid_at: datetime
    metadata: dict[str, str] = field(default_factory=dict)
    email: str | None = None
    refunded_cents: int = 0


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """The ids at the sandbox of a recorded payment."""

    session_id: str
    payment_intent_id: str
    charge_id: str
    fee_cents: int
    refund_id: str | None


GIVEN_UP = ("failed", "canceled")


class SandboxStripe:
    """A Stripe account in a file.

    Args:
        folder: where ``sandbox-stripe.sqlite3`` lives; web and worker give the same.
        base_url: of the application, to build the address of the payment page.
        webhook_secret: signs the deliveries to ``webhook_url``; without it none are sent.
        webhook_url: default ``base_url`` + /webhooks/stripe.
    """

    def __init__(
        self,
        folder: Path,
        *,
        base_url: str,
        webhook_secret: str | None = None,
        webhook_url: str | None = None,
        webhook_events: Sequence[str] = ("*",),
    ) -> None:
        self.store = Store(folder / FILE_NAME)
        pay = base_url.rstrip("/") + MOUNTED_AT + "/pay/"
        self.api = Api(self.store, lambda session_id: pay + session_id)
        # A WSGI application, to mount at MOUNTED_AT for the buyer's browser.
        self.pages = PaymentPages(self.store)
        if webhook_secret:
            self._own_endpoint(
                webhook_url or base_url.rstrip("/") + "/webhooks/stripe",
                webhook_secret,
                list(webhook_events),
            )

    def http_client(self) -> InProcessClient:
        """For ``Stripe(API_KEY, http_client=…)``."""
        return InProcessClient(self.api)

    def _own_endpoint(self, url: str, secret: str, events: list[str]) -> None:
        endpoint_id = "we_" + sha256(b"own endpoint").hexdigest()[:24]
        known = self.store.get(endpoint_id)
        if known and (known["url"], known["_secret"]) == (url, secret):
            return
        self.store.put(
            {
                "id": endpoint_id,
                "object": "webhook_endpoint",
                "created": payments.epoch(),
                "enabled_events": events,
                "livemode": False,
                "status": "enabled",
                "url": url,
                "_secret": secret,
            }
        )

    # What the worker calls, every few seconds

    def deliver_webhooks(
        self, post: webhooks.Post = webhooks.post_over_http, *, limit: int = 50
    ) -> int:
        """Let time pass at the sandbox, then send due events. Returns how many were taken."""
        payments.settle_due(self.store)
        return webhooks.deliver(self.store, post, limit)

    # What a buyer can do, for tests

    def pay(self, session_id: str, *, even_expired: bool = False) -> Doc | None:
        return payments.pay(self.store, session_id, even_expired=even_expired)

    def decline(self, session_id: str) -> Doc | None:
        return payments.decline(self.store, session_id)

    def start_debit(self, session_id: str, *, will_succeed: bool) -> Doc | None:
        return payments.start_debit(self.store, session_id, will_succeed=will_succeed)

    def change_refund(self, refund_id: str, status: str, failure_reason: str | None = None) -> None:
        """A refund that stays pending or fails days later, as the bank decides."""
        with self.store.writing():
            refund = self.store.get(refund_id, "refund")
            if refund is None:
                raise LookupError(refund_id)
            given_up = refund["status"] in GIVEN_UP
            refund |= {"status": status, "failure_reason": failure_reason}
            self.store.put(refund)
            if status in GIVEN_UP and not given_up:
                charge = self.store.get(refund["charge"], "charge")
                if charge is not None:
                    charge["amount_refunded"] -= refund["amount"]
                    charge["refunded"] = False
                    self.store.put(charge)
            webhooks.announce(
                self.store, "refund.failed" if status == "failed" else "refund.updated", refund
            )

    # What the demo calls

    def record_paid(self, paid: Iterable[PaidPayment]) -> list[Recorded]:
        """Write past payments in bulk, without events, in one transaction."""
        with self.store.writing():
            return [self._record(payment) for payment in paid]

    def _record(self, payment: PaidPayment) -> Recorded:
        tail = sha256(payment.reference.encode()).hexdigest()[:24]
        at = int(payment.paid_at.timestamp())
        currency = payment.currency.lower()
        intent = payments.new_intent(
            "pi_" + tail,
            amount=payment.amount_cents,
            currency=currency,
            metadata=payment.metadata,
            at=at,
        )
        charge, booked = payments.new_charge(intent, at=at, charge_id="ch_" + tail)
        intent |= {
            "status": "succeeded",
            "amount_received": payment.amount_cents,
            "latest_charge": charge["id"],
        }
        charge["amount_refunded"] = payment.refunded_cents
        charge["refunded"] = payment.refunded_cents == payment.amount_cents
        docs: list[dict[str, Any]] = [booked, charge, intent, _past_session(payment, tail, at)]
        if payment.refunded_cents:
            docs.append(_past_refund(payment, tail, at))
        if self.store.get("pi_" + tail) is None:
            for doc in docs:
                self.store.put(doc)
        return Recorded(
            session_id="cs_test_" + tail,
            payment_intent_id="pi_" + tail,
            charge_id="ch_" + tail,
            fee_cents=booked["fee"],
            refund_id="re_" + tail if payment.refunded_cents else None,
        )


def _past_session(payment: PaidPayment, tail: str, at: int) -> dict[str, Any]:
    return {
        "id": "cs_test_" + tail,
        "object": "checkout.session",
        "amount_subtotal": payment.amount_cents,
        "amount_total": payment.amount_cents,
        "client_reference_id": payment.reference,
        "created": at,
        "currency": payment.currency.lower(),
        "customer_email": payment.email,
        "expires_at": at + 1800,
        "livemode": False,
        "metadata": dict(payment.metadata),
        "mode": "payment",
        "payment_intent": "pi_" + tail,
        "payment_status": "paid",
        "status": "complete",
        "success_url": None,
        "cancel_url": None,
        "url": None,
        "_lines": [],
        "_intent": {},
    }


def _past_refund(payment: PaidPayment, tail: str, at: int) -> dict[str, Any]:
    return {
        "id": "re_" + tail,
        "object": "refund",
        "amount": payment.refunded_cents,
        "charge": "ch_" + tail,
        "created": at,
        "currency": payment.currency.lower(),
        "metadata": dict(payment.metadata),
        "payment_intent": "pi_" + tail,
        "reason": "requested_by_customer",
        "status": "succeeded",
    }
