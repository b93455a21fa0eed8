"""What is owed, what was paid, and what went back. Billing knows no order."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.kernel.db import TextEnum, db


class Bill(db.Model):
    """What one buyer owes one seller. An order, or a stand's contract, holds its id.

    ``buyer`` is a snapshot: bills keep the names and addresses of their day.
    """

    __tablename__ = "bill"
    __table_args__ = (CheckConstraint("total_cents >= 0", name="total_not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    seller_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    reference: Mapped[str]  # what the buyer sees: the order's code
    buyer: Mapped[dict[str, Any]]
    currency: Mapped[str]
    total_cents: Mapped[int]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    # Why a person must look at it; None when all is well.
    attention: Mapped[str | None]
    # When its buyer was erased from it (``sales.retention``).
    forgotten_at: Mapped[datetime | None]

    lines: Mapped[list["BillLine"]] = relationship(order_by="BillLine.position")
    payments: Mapped[list["Payment"]] = relationship(back_populates="bill", order_by="Payment.id")


class BillLine(db.Model):
    """One line: gross cents for the whole quantity, VAT in basis points.

    ``share_key`` names what a part of the money belongs to (an event), so that a refund and a
    pass can be shared out to the cent.
    """

    __tablename__ = "bill_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    bill_id: Mapped[int] = mapped_column(ForeignKey("bill.id"), index=True)
    position: Mapped[int]
    label_fr: Mapped[str]
    label_en: Mapped[str]
    quantity: Mapped[int]
    unit_cents: Mapped[int]
    gross_cents: Mapped[int]
    vat_bp: Mapped[int]
    share_key: Mapped[str]


class PaymentMethod(enum.StrEnum):
    STRIPE = "stripe"
    TRANSFER = "transfer"
    OFFLINE = "offline"
    # On the spot, on a terminal of the organizers; nothing is charged by us. Cash would make this a
    # till, with the closings that the law asks of one (CGI 286 I 3 bis): it is not taken down here.
    TERMINAL = "terminal"


class PaymentStatus(enum.StrEnum):
    CREATED = "created"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    EXPIRED = "expired"


class Payment(db.Model):
    """One attempt to pay a bill; its amount is fixed when it is made.

    ``attempt``, ``closes_at`` and the parameters derived from them are stored before Stripe is
    called, so that a repeated call is the same call (``spec/stripe.md`` D8).
    ``refunding_cents`` reserves what refunds asked for: two clicks cannot exceed the payment.
    """

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("amount_cents >= 0", name="amount_not_negative"),
        CheckConstraint(
            "refunding_cents >= 0 AND refunding_cents <= received_cents",
            name="refunds_within_payment",
        ),
        Index("ix_payment_status_look_at", "status", "look_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    bill_id: Mapped[int] = mapped_column(ForeignKey("bill.id"), index=True)
    method: Mapped[PaymentMethod] = mapped_column(TextEnum(PaymentMethod, "known_method"))
    status: Mapped[PaymentStatus] = mapped_column(TextEnum(PaymentStatus, "known_status"))
    amount_cents: Mapped[int]
    received_cents: Mapped[int] = mapped_column(default=0)
    refunding_cents: Mapped[int] = mapped_column(default=0)
    fee_cents: Mapped[int | None]
    currency: Mapped[str]
    attempt: Mapped[int] = mapped_column(default=1)
    closes_at: Mapped[datetime | None]
    # Where the buyer comes back to, and the language of the payment page: parameters of the
    # session, stored so that a repeated call is the same call.
    return_url: Mapped[str] = mapped_column(default="")
    cancel_url: Mapped[str] = mapped_column(default="")
    locale: Mapped[str] = mapped_column(default="fr")
    session_id: Mapped[str | None] = mapped_column(unique=True)
    session_url: Mapped[str | None]
    payment_intent: Mapped[str | None] = mapped_column(index=True)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    # When the sweeper asks Stripe next; None when there is nothing to ask.
    look_at: Mapped[datetime | None]

    @property
    def under_way(self) -> bool:
        """Money is on its way (a debit): only then is the intent known before the end."""
        unsettled = self.status in (PaymentStatus.CREATED, PaymentStatus.PENDING)
        return unsettled and self.payment_intent is not None

    @property
    def failed_on_its_way(self) -> bool:
        return self.status is PaymentStatus.FAILED and self.payment_intent is not None

    bill: Mapped[Bill] = relationship(back_populates="payments")
    refunds: Mapped[list["Refund"]] = relationship(back_populates="payment", order_by="Refund.id")


class RefundStatus(enum.StrEnum):
    REQUESTED = "requested"
    SUBMITTED = "submitted"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


class Refund(db.Model):
    """Money going back on one payment. ``origin`` says who decided it."""

    __tablename__ = "refund"
    __table_args__ = (CheckConstraint("amount_cents > 0", name="amount_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    status: Mapped[RefundStatus] = mapped_column(TextEnum(RefundStatus, "known_status"))
    origin: Mapped[str]  # organizer, late, duplicate, cancelled, external
    amount_cents: Mapped[int]
    reason: Mapped[str]
    attempt: Mapped[int] = mapped_column(default=1)
    # When Stripe was first asked for it. From then on it may have been made, whatever was
    # answered: it is looked for before it is asked for again.
    asked_at: Mapped[datetime | None]
    external_id: Mapped[str | None] = mapped_column(unique=True)
    failure: Mapped[str | None]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    payment: Mapped[Payment] = relationship(back_populates="refunds")


class LedgerEntry(db.Model):
    """Append-only books: signed cents, each thing at Stripe or the bank once a kind."""

    __tablename__ = "ledger_entry"
    __table_args__ = (UniqueConstraint("source", "external_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bill_id: Mapped[int] = mapped_column(ForeignKey("bill.id"), index=True)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("refund.id"))
    source: Mapped[str]  # stripe, bank, offline
    external_id: Mapped[str]
    kind: Mapped[str]  # payment, refund, refund_reversed
    amount_cents: Mapped[int]
    at: Mapped[datetime]


class StripeTrouble(db.Model):
    """Stripe does not accept our key, or not for everything: payments and refunds wait. One row
    per code, gone when the key works again."""

    __tablename__ = "stripe_trouble"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    status: Mapped[int]
    since_at: Mapped[datetime]
    last_at: Mapped[datetime]


class WebhookEvent(db.Model):
    """A delivery whose signature held, stored in the transaction of its effects."""

    __tablename__ = "webhook_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(unique=True)
    type: Mapped[str]
    outcome: Mapped[str]
    payload: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]
