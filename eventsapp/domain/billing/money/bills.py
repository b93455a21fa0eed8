"""Writing a bill, and what is still owed on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from eventsapp.domain.billing.money.models import Bill, BillLine, LedgerEntry, Payment
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import lock, transaction

_bill, _line = Bill.__table__, BillLine.__table__
_insert_bill = insert(_bill).returning(_bill.c.id)
_insert_lines = insert(_line)


@dataclass(frozen=True)
class Charge:
    """One line to be billed; cents include VAT, the rate is in basis points."""

    label_fr: str
    label_en: str
    quantity: int
    unit_cents: int
    vat_bp: int
    share_key: str


def write(
    session: Session,
    *,
    organisation_id: int,
    seller_id: int,
    series_id: int,
    reference: str,
    buyer: dict[str, Any],
    currency: str,
    charges: Sequence[Charge],
    due_at: datetime | None,
) -> int:
    """Write a bill with its lines inside the open transaction; returns its id."""
    made = session.execute(
        _insert_bill,
        {
            "organisation_id": organisation_id,
            "seller_id": seller_id,
            "series_id": series_id,
            "reference": reference,
            "buyer": buyer,
            "currency": currency,
            "total_cents": total(charges),
            "created_at": clock.now(),
            "due_at": due_at,
        },
    )
    bill_id = int(made.scalar_one())
    session.execute(
        _insert_lines,
        _rows(bill_id, charges, 0),
    )
    return bill_id


def _rows(bill_id: int, charges: Sequence[Charge], first: int) -> list[dict[str, Any]]:
    return [
        {
            "bill_id": bill_id,
            "position": position,
            "label_fr": charge.label_fr,
            "label_en": charge.label_en,
            "quantity": charge.quantity,
            "unit_cents": charge.unit_cents,
            "gross_cents": charge.quantity * charge.unit_cents,
            "vat_bp": charge.vat_bp,
            "share_key": charge.share_key,
        }
        for position, charge in enumerate(charges, first)
    ]


def amend(bill_id: int, charges: Sequence[Charge]) -> int:
    """Add lines to a bill; negative quantities take something back. Returns its new total. What was
    billed stays readable: no line is changed."""
    with transaction() as session:
        bill = lock(Bill, bill_id)
        last = session.scalar(
            select(func.max(BillLine.position)).where(BillLine.bill_id == bill_id)
        )
        session.execute(_insert_lines, _rows(bill_id, charges, (last or 0) + 1))
        bill.total_cents += total(charges)
        session.flush()
        return bill.total_cents


def total(charges: Sequence[Charge]) -> int:
    return sum(charge.quantity * charge.unit_cents for charge in charges)


def booked_cents(bill_id: int) -> int:
    """Paid minus refunded, by the ledger, in cents."""
    booked = db.session.scalar(
        select(func.sum(LedgerEntry.amount_cents)).where(LedgerEntry.bill_id == bill_id)
    )
    return int(booked or 0)


def received_cents(bill_id: int) -> int:
    """All that was paid on it, whatever went back since, in cents."""
    came = db.session.scalar(
        select(func.sum(Payment.received_cents)).where(Payment.bill_id == bill_id)
    )
    return int(came or 0)


def kept_cents(bill_id: int) -> int:
    """Received minus what refunds have reserved, in cents: what stays if they all succeed."""
    kept = db.session.scalar(
        select(func.sum(Payment.received_cents - Payment.refunding_cents)).where(
            Payment.bill_id == bill_id
        )
    )
    return int(kept or 0)


def count_in_attention(series_id: int) -> int:
    """Bills of a series that ask for a person's eye."""
    statement = select(func.count(Bill.id)).where(
        Bill.series_id == series_id, Bill.attention.is_not(None)
    )
    return db.session.scalar(statement) or 0


def flag(bill_id: int, reason: str) -> None:
    """Ask for a person's eye: the bill shows in *À traiter* with this reason."""
    with transaction() as session:
        session.execute(update(Bill).where(Bill.id == bill_id).values(attention=reason))


def unflag(bill_id: int, *, only: str | None = None, starting: str | None = None) -> None:
    """It is settled; with ``only``, or ``starting`` with, unless something else has come up."""
    settled = update(Bill).where(Bill.id == bill_id).values(attention=None)
    if only is not None:
        settled = settled.where(Bill.attention == only)
    if starting is not None:
        settled = settled.where(Bill.attention.startswith(starting, autoescape=True))
    with transaction() as session:
        session.execute(settled)
