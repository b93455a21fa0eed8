"""What Stripe says, as plain values, and the ways in which it says no."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

API_VERSION = "2026-10-28.endive"


class StripeUnreachable(Exception):
    """No usable answer: nothing is known about what happened. Try again later: under the same
    key, or under a new one when the answer is ``stored``. ``status`` is None when none came.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status

    @property
    def stored(self) -> bool:
        """Stripe keeps this answer with its key and would give it again until tomorrow."""
        return self.status is not None and self.status >= 500


class StripeForbidden(StripeUnreachable):
    """Our key is not accepted (any more), or may not do this: nothing was done. Somebody mends
    the key, and the same call is made again; it says nothing about the payment or refund."""

    def __init__(self, code: str, status: int, message: str = "") -> None:
        super().__init__(message or code, status)
        self.code = code


class StripeRefused(Exception):
    """Stripe understood and said no. The same key would give the same answer again."""

    def __init__(self, code: str, status: int, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code
        self.status = status


class SessionNotOpen(StripeRefused):
    """Only open sessions can be expired: this one is complete or expired. Look at it."""


class SignatureRefused(Exception):
    """The delivery is forged, altered, too old, too young, or not an event."""


@dataclass(frozen=True, kw_only=True)
class OpenSession:
    """What a payment page needs. Every value comes from stored data, never from now().

    Stripe refuses a replayed idempotency key whose parameters differ, ``expires_at`` included.
    ``lines`` are (label, unit price in cents, quantity).
    """

    idempotency_key: str
    lines: Sequence[tuple[str, int, int]]
    currency: str
    expires_at: datetime
    success_url: str
    cancel_url: str
    client_reference_id: str
    metadata: Mapping[str, str]
    locale: str
    customer_email: str | None = None
    statement_suffix: str | None = None


@dataclass(frozen=True, kw_only=True)
class SessionFacts:
    """A Checkout Session as Stripe sees it now.

    ``status``: open, complete, expired. ``payment_status``: paid, unpaid, no_payment_required.
    ``amount_received_cents`` and ``fee_cents`` are None while no charge exists.
    """

    id: str
    status: str
    payment_status: str
    amount_total: int
    currency: str
    livemode: bool
    expires_at: datetime
    url: str | None = None
    payment_intent_id: str | None = None
    payment_intent_status: str | None = None
    charge_id: str | None = None
    amount_received_cents: int | None = None
    fee_cents: int | None = None
    client_reference_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def paid(self) -> bool:
        """Money is there. ``complete`` with ``unpaid`` (SEPA on its way) is not."""
        return self.status == "complete" and self.payment_status in ("paid", "no_payment_required")

    @property
    def payable(self) -> bool:
        """Money may still come: the place must be kept."""
        return self.status == "open" or (self.status == "complete" and not self.paid_or_failed)

    @property
    def paid_or_failed(self) -> bool:
        """The outcome is final: paid, or the delayed method failed."""
        return self.paid or self.payment_intent_status in ("requires_payment_method", "canceled")


@dataclass(frozen=True, kw_only=True)
class RefundFacts:
    """A refund now. ``status``: pending, requires_action, succeeded, failed, canceled."""

    id: str
    status: str
    amount_cents: int
    currency: str
    created_at: datetime
    payment_intent_id: str | None = None
    charge_id: str | None = None
    failure_reason: str | None = None
    pending_reason: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ChargeFacts:
    """A charge now, for reconciliation."""

    id: str
    status: str
    paid: bool
    amount_cents: int
    amount_refunded_cents: int
    currency: str
    created_at: datetime
    livemode: bool
    disputed: bool = False
    payment_intent_id: str | None = None
    fee_cents: int | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class EventFacts:
    """A webhook whose signature holds. Says where to look, not what is true."""

    id: str
    type: str
    livemode: bool
    created_at: datetime
    object_type: str
    object_id: str | None
    session_id: str | None
    payment_intent_id: str | None
    metadata: Mapping[str, str]
    account: str | None
    payload: Mapping[str, Any]


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _id_of(value: Any) -> str | None:
    """Stripe gives an id, or the whole object when it was asked to expand."""
    if isinstance(value, Mapping):
        value = value.get("id")
    return value if isinstance(value, str) else None


def session_facts(doc: Mapping[str, Any]) -> SessionFacts:
    intent = doc.get("payment_intent")
    whole_intent = intent if isinstance(intent, Mapping) else {}
    charge = whole_intent.get("latest_charge")
    return SessionFacts(
        id=doc["id"],
        status=doc["status"],
        payment_status=doc["payment_status"],
        amount_total=doc["amount_total"],
        currency=doc["currency"].upper(),
        livemode=doc["livemode"],
        expires_at=_instant(doc["expires_at"]),
        url=doc.get("url"),
        payment_intent_id=_id_of(intent),
        payment_intent_status=whole_intent.get("status"),
        charge_id=_id_of(charge),
        amount_received_cents=whole_intent.get("amount_received"),
        fee_cents=_fee(charge),
        client_reference_id=doc.get("client_reference_id"),
        metadata=dict(doc.get("metadata") or {}),
    )


def _fee(charge: Any) -> int | None:
    booked = charge.get("balance_transaction") if isinstance(charge, Mapping) else None
    return booked.get("fee") if isinstance(booked, Mapping) else None


def refund_facts(doc: Mapping[str, Any]) -> RefundFacts:
    return RefundFacts(
        id=doc["id"],
        status=doc["status"],
        amount_cents=doc["amount"],
        currency=doc["currency"].upper(),
        created_at=_instant(doc["created"]),
        payment_intent_id=_id_of(doc.get("payment_intent")),
        charge_id=_id_of(doc.get("charge")),
        failure_reason=doc.get("failure_reason"),
        pending_reason=doc.get("pending_reason"),
        metadata=dict(doc.get("metadata") or {}),
    )


def charge_facts(doc: Mapping[str, Any]) -> ChargeFacts:
    return ChargeFacts(
        id=doc["id"],
        status=doc["status"],
        paid=doc["paid"],
        amount_cents=doc["amount"],
        amount_refunded_cents=doc.get("amount_refunded") or 0,
        currency=doc["currency"].upper(),
        created_at=_instant(doc["created"]),
        livemode=doc["livemode"],
        disputed=bool(doc.get("disputed")),
        payment_intent_id=_id_of(doc.get("payment_intent")),
        fee_cents=_fee(doc),
        metadata=dict(doc.get("metadata") or {}),
    )


def event_facts(payload: Mapping[str, Any]) -> EventFacts:
    if payload["object"] != "event":
        raise ValueError("not an event")
    about = payload["data"]["object"]
    kind = str(about.get("object", ""))
    object_id = _id_of(about.get("id"))
    return EventFacts(
        id=str(payload["id"]),
        type=str(payload["type"]),
        livemode=bool(payload["livemode"]),
        created_at=_instant(int(payload["created"])),
        object_type=kind,
        object_id=object_id,
        session_id=object_id if kind == "checkout.session" else None,
        payment_intent_id=(
            object_id if kind == "payment_intent" else _id_of(about.get("payment_intent"))
        ),
        metadata={str(k): str(v) for k, v in (about.get("metadata") or {}).items()},
        account=payload.get("account"),
        payload=payload,
    )
