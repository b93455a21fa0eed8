"""Stripe: our types in, our types out.

The only file that imports the ``stripe`` library's API classes. Callers keep network calls between
transactions, hand over deterministic idempotency keys, and read state from a fresh look, never
from a webhook's payload.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import stripe
from stripe import StripeClient
from stripe import WebhookSignature as _Signature

from eventsapp.gateways import outward
from eventsapp.gateways.outward import Patience
from eventsapp.gateways.stripe_facts import (
    API_VERSION,
    ChargeFacts,
    EventFacts,
    OpenSession,
    RefundFacts,
    SessionFacts,
    SessionNotOpen,
    SignatureRefused,
    StripeForbidden,
    StripeRefused,
    StripeUnreachable,
    charge_facts,
    event_facts,
    refund_facts,
    session_facts,
)
from eventsapp.kernel import clock

__all__ = [
    "API_VERSION",
    "ChargeFacts",
    "EventFacts",
    "OpenSession",
    "RefundFacts",
    "SessionFacts",
    "SessionNotOpen",
    "SignatureRefused",
    "Stripe",
    "StripeForbidden",
    "StripeRefused",
    "StripeUnreachable",
]

DEFAULT_API_BASE = "https://api.stripe.com"
# A webhook older or younger than this is refused. The library checks only the past.
SIGNATURE_TOLERANCE_S = 300
# Telemetry adds the timing of the last call to the next one; nobody here needs it.
stripe.enable_telemetry = False


@dataclass(frozen=True)
class Endpoint:
    """Where Stripe sends its news. ``current``: in the version of the API that we read."""

    id: str
    current: bool


class Stripe:
    """One Stripe account. Cheap to keep for the life of the process; safe between threads."""

    def __init__(
        self,
        api_key: str,
        *,
        api_base: str = DEFAULT_API_BASE,
        webhook_secrets: Sequence[str] = (),
        http_client: stripe.HTTPClient | None = None,
        max_network_retries: int | None = None,
    ) -> None:
        self.webhook_secrets = tuple(webhook_secrets)

        def client(patience: Patience) -> StripeClient:
            timeouts: Any = (patience.connect_s, patience.answer_s)
            repeats = patience.repeats if max_network_retries is None else max_network_retries
            return StripeClient(
                api_key,
                stripe_version=API_VERSION,
                base_addresses={"api": api_base.rstrip("/")},
                http_client=http_client or stripe.RequestsClient(timeout=timeouts),
                max_network_retries=repeats,
            )

        self._clients = {one: client(one) for one in (outward.IN_A_REQUEST, outward.OUTSIDE)}

    @property
    def _client(self) -> StripeClient:
        """Impatient in a request, patient elsewhere."""
        return self._clients[outward.patience()]

    # Checkout

    def open_session(self, wanted: OpenSession) -> SessionFacts:
        """Create the payment page, or get the same one again under the same key."""
        params = _session_params(wanted)
        with _translated():
            answer = self._client.v1.checkout.sessions.create(
                params, {"idempotency_key": wanted.idempotency_key}
            )
        return session_facts(_plain(answer))

    def look_at_session(self, session_id: str) -> SessionFacts:
        """The session now, with its charge and the fee when there is one."""
        with _translated():
            answer = self._client.v1.checkout.sessions.retrieve(
                session_id,
                {"expand": ["payment_intent.latest_charge.balance_transaction"]},
            )
        return session_facts(_plain(answer))

    def expire_session(self, session_id: str) -> SessionFacts:
        """Close an open session, so that nobody can pay it any more.

        Raises:
            SessionNotOpen: it is complete (money, or money on its way) or already expired.
        """
        try:
            with _translated():
                answer = self._client.v1.checkout.sessions.expire(session_id)
        except StripeRefused as refused:
            if refused.status == 400:
                raise SessionNotOpen(refused.code, refused.status, str(refused)) from refused
            raise
        return session_facts(_plain(answer))

    # Refunds

    def refund(
        self,
        payment_intent: str,
        amount_cents: int,
        *,
        idempotency_key: str,
        metadata: Mapping[str, str],
    ) -> RefundFacts:
        """Give money back to the means it came from. The total never exceeds the charge."""
        with _translated():
            answer = self._client.v1.refunds.create(
                {
                    "payment_intent": payment_intent,
                    "amount": amount_cents,
                    "metadata": dict(metadata),
                },
                {"idempotency_key": idempotency_key},
            )
        return refund_facts(_plain(answer))

    def look_at_refund(self, refund_id: str) -> RefundFacts:
        with _translated():
            answer = self._client.v1.refunds.retrieve(refund_id)
        return refund_facts(_plain(answer))

    # Reconciliation

    def is_open(self) -> datetime | None:
        """The cheapest question that needs a working key; what Stripe's clock says.

        Raises:
            StripeForbidden, StripeUnreachable.
        """
        with _translated():
            answer = self._client.v1.refunds.list({"limit": 1})
        date = getattr(answer.last_response, "headers", {}).get("Date")
        return parsedate_to_datetime(date) if date else None

    def charges_since(self, since: datetime) -> Iterator[ChargeFacts]:
        """Every charge created at or after ``since``, newest first, page by page."""
        with _translated():
            pages = self._client.v1.charges.list(
                {
                    "created": {"gte": int(since.timestamp())},
                    "limit": 100,
                    "expand": ["data.balance_transaction"],
                }
            )
            for charge in pages.auto_paging_iter():
                yield charge_facts(_plain(charge))

    def refunds_since(self, since: datetime) -> Iterator[RefundFacts]:
        """Every refund created at or after ``since``, newest first, page by page."""
        with _translated():
            pages = self._client.v1.refunds.list(
                {"created": {"gte": int(since.timestamp())}, "limit": 100}
            )
            for refund in pages.auto_paging_iter():
                yield refund_facts(_plain(refund))

    def refunds_of(self, payment_intent: str) -> list[RefundFacts]:
        """All refunds of one payment, so that those made in the Dashboard are seen too."""
        with _translated():
            pages = self._client.v1.refunds.list({"payment_intent": payment_intent, "limit": 100})
            return [refund_facts(_plain(refund)) for refund in pages.auto_paging_iter()]

    # Webhooks

    def read_event(self, raw_body: bytes, signature_header: str | None) -> EventFacts:
        """Check the signature on the raw body against every secret, then read.

        Raises:
            SignatureRefused: forged, altered, cut, not JSON, or more than 300 s away from now.
        """
        self._check_signature(raw_body, signature_header)
        try:
            return event_facts(json.loads(raw_body))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise SignatureRefused("not an event") from error

    def webhooks_of(self, url: str) -> list[Endpoint]:
        """The endpoints that Stripe has for this address, the newest first."""
        with _translated():
            answer = self._client.v1.webhook_endpoints.list({"limit": 100})
        return [
            Endpoint(one["id"], one.get("api_version") in (None, API_VERSION))
            for one in _plain(answer)["data"]
            if one["url"] == url
        ]

    def set_up_webhook(self, url: str, event_types: Sequence[str]) -> str:
        """Create an endpoint with the exact list and the pinned version; return its secret, which
        Stripe never tells again."""
        wanted: Any = {
            "url": url,
            "enabled_events": list(event_types),
            "api_version": API_VERSION,
        }
        with _translated():
            answer = self._client.v1.webhook_endpoints.create(wanted)
        return str(_plain(answer)["secret"])

    def change_webhook(self, endpoint_id: str, event_types: Sequence[str]) -> None:
        """Give an endpoint the exact list; its secret stays."""
        wanted: Any = {"enabled_events": list(event_types)}
        with _translated():
            self._client.v1.webhook_endpoints.update(endpoint_id, wanted)

    def drop_webhook(self, endpoint_id: str) -> None:
        """Stripe sends nothing there any more, and its secret is worth nothing."""
        with _translated():
            self._client.v1.webhook_endpoints.delete(endpoint_id)

    def _check_signature(self, raw_body: bytes, header: str | None) -> None:
        sent_at = re.search(r"(?:^|,)t=(\d{1,12})(?:,|$)", header or "")
        if header is None or sent_at is None:
            raise SignatureRefused("no usable signature header")
        if abs(clock.now().timestamp() - int(sent_at[1])) > SIGNATURE_TOLERANCE_S:
            raise SignatureRefused("signed too long ago, or in the future")
        for secret in self.webhook_secrets:
            try:
                # Without tolerance: the library compares with its own clock, and only backwards.
                _Signature.verify_header(raw_body, header, secret, None)
            except (stripe.SignatureVerificationError, UnicodeDecodeError):
                continue
            return
        raise SignatureRefused("no secret matches")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        with outward.call():
            yield
    except outward.Busy as error:
        raise StripeUnreachable(str(error)) from error
    except stripe.APIConnectionError as error:
        raise StripeUnreachable(str(error)) from error
    except stripe.StripeError as error:
        status = error.http_status or 0
        code = (error.error.code if error.error else None) or error.code or type(error).__name__
        # 409: the same key is being worked on elsewhere. 429 is decided before the key is looked
        # at. 5xx: unknown outcome. In all three the same call, same key, may be made again.
        if status in (0, 409, 429) or status >= 500:
            raise StripeUnreachable(str(error), status or None) from error
        if status in (401, 403):
            raise StripeForbidden(code, status, str(error)) from error
        raise StripeRefused(code, status, str(error)) from error


def _session_params(wanted: OpenSession) -> Any:
    # No payment_method_types: this API version answers 400 to it. The methods are chosen in
    # Stripe's dashboard. Session metadata is not copied to the payment, so it is given twice.
    intent: dict[str, Any] = {"metadata": dict(wanted.metadata)}
    if wanted.statement_suffix:
        intent["statement_descriptor_suffix"] = _descriptor(wanted.statement_suffix)
    params: dict[str, Any] = {
        "mode": "payment",
        "line_items": [
            {
                "quantity": quantity,
                "price_data": {
                    "currency": wanted.currency.lower(),
                    "unit_amount": cents,
                    "product_data": {"name": label},
                },
            }
            for label, cents, quantity in wanted.lines
        ],
        "expires_at": int(wanted.expires_at.timestamp()),
        "success_url": wanted.success_url,
        "cancel_url": wanted.cancel_url,
        "client_reference_id": wanted.client_reference_id,
        "metadata": dict(wanted.metadata),
        "payment_intent_data": intent,
        "locale": wanted.locale,
    }
    if wanted.customer_email:
        params["customer_email"] = wanted.customer_email
    return params


def _descriptor(text: str) -> str:
    """Card statements take 22 Latin characters, none of < > \\ ' " *, prefix included."""
    return re.sub(r"[^A-Za-z0-9 .,-]", "", text)[:12].strip()


def _plain(answer: stripe.StripeObject) -> dict[str, Any]:
    return answer.to_dict()
