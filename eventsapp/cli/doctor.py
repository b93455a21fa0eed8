"""``eventsapp doctor``: settings, connections, and the invariants of the specs with counts."""

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from eventsapp import schema, settings
from eventsapp.cli import connections
from eventsapp.delivery import promises
from eventsapp.domain.billing.money.models import (
    LedgerEntry,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from eventsapp.domain.checkin import presence
from eventsapp.domain.selection.decisions import invariants as selection
from eventsapp.domain.ticketing.sales import forgetting, invariants, retention
from eventsapp.domain.ticketing.sales import queries as ticketing
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus, Ticket
from eventsapp.kernel import audit, outbox
from eventsapp.kernel.db import db
from eventsapp.kernel.outbox import OutboxMessage

SECRET = ("secret_key", "stripe_api_key", "stripe_webhook_secrets", "mail_url", "database_url",
          "redis_url")  # fmt: skip


@dataclass(frozen=True)
class Check:
    """One invariant: ``broken`` counts what violates it; a warning never fails the doctor."""

    name: str
    broken: int
    detail: str = ""
    warning: bool = False

    @property
    def ok(self) -> bool:
        return self.broken == 0 or self.warning


def add_to(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser("doctor", help="settings, connections, invariants")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(app: Flask, arguments: argparse.Namespace) -> int:
    with app.app_context():
        checks = examine()
    healthy = all(check.ok for check in checks)
    if arguments.json:
        body = {
            "ok": healthy,
            "settings": shown_settings(),
            "checks": [asdict(check) | {"ok": check.ok} for check in checks],
        }
        print(json.dumps(body, ensure_ascii=False, indent=2))
        return 0 if healthy else 1
    for name, value in shown_settings().items():
        print(f"  {name:24} {value}")
    for check in checks:
        mark = "ok  " if check.broken == 0 else ("note" if check.warning else "FAIL")
        print(f"{mark}  {check.name}{f': {check.broken}' if check.broken else ''}  {check.detail}")
    return 0 if healthy else 1


def shown_settings() -> dict[str, Any]:
    """The settings without what must not be read over a shoulder."""
    config = settings.current()
    return {
        one.name: ("set" if getattr(config, one.name) else "not set")
        if one.name in SECRET
        else str(getattr(config, one.name))
        for one in fields(config)
    }


def examine() -> list[Check]:
    try:
        schema.refuse_old()
    except schema.OldSchema as error:
        return [Check("schema is of this version", 1, str(error))]
    except SQLAlchemyError as error:
        return [Check("database answers", 1, type(error).__name__)]
    checks = [Check("database answers", 0), Check("schema is of this version", 0)]
    owed = tuple((promise.name, promise.owed) for promise in promises.PROMISES)
    for name, count in INVARIANTS + owed:
        rows = count()
        checks.append(Check(name, len(rows), ", ".join(_named(one) for one in rows[:5])))
    checks += [Check(name, count) for name, count in selection.broken().items()]
    kept = f"{forgetting.kept()} kept; they go 30 days after their event"
    checks.append(Check("sensitive answers are erased in time", forgetting.overdue(), kept))
    checks.append(Check("buyers are forgotten in time", retention.overdue()))
    failed = db.session.scalar(
        select(func.count(OutboxMessage.id)).where(OutboxMessage.failed_at.is_not(None))
    )
    oldest = outbox.oldest_waiting_seconds()
    checks += [
        Check("messages that failed", failed or 0, warning=True),
        Check("worker keeps up", int(oldest > 300), f"oldest {oldest:.0f} s", warning=True),
        Check("audit rows not sealed yet", audit.unsealed_count(), warning=True),
    ]
    for name, why_not, warning in connections.CONNECTIONS:
        found = why_not()
        checks.append(Check(name, int(bool(found)), found, warning=warning))
    return checks


def _named(row: Any) -> str:
    return str(row[0] if isinstance(row, tuple) and len(row) < 3 else row)


def paid_without_ticket() -> Sequence[Any]:
    """I7: a paid order has its tickets."""
    has_ticket = select(Ticket.id).where(Ticket.order_id == Order.id).exists()
    return db.session.scalars(
        select(Order.code).where(Order.status == OrderStatus.PAID, ~has_ticket)
    ).all()


def tickets_without_payment() -> Sequence[Any]:
    """I7: tickets exist for orders that are or were paid."""
    waiting = (OrderStatus.AWAITING_PAYMENT, OrderStatus.AWAITING_TRANSFER,
               OrderStatus.AWAITING_APPROVAL)  # fmt: skip
    return db.session.scalars(
        select(Order.code)
        .join(Ticket, Ticket.order_id == Order.id)
        .where(Order.status.in_(waiting))
    ).all()


def payments_off_the_books() -> Sequence[Any]:
    """I4: the ledger holds what each confirmed payment received."""
    booked = (
        select(func.coalesce(func.sum(LedgerEntry.amount_cents), 0))
        .where(LedgerEntry.payment_id == Payment.id, LedgerEntry.kind == "payment")
        .scalar_subquery()
    )
    return db.session.scalars(
        select(Payment.public_id).where(
            Payment.status == PaymentStatus.CONFIRMED, booked != Payment.received_cents
        )
    ).all()


def refunds_over_payments() -> Sequence[Any]:
    """I6: refunds that may still succeed stay within their payment."""
    living = (
        select(func.coalesce(func.sum(Refund.amount_cents), 0))
        .where(
            Refund.payment_id == Payment.id,
            Refund.status.in_(
                (RefundStatus.REQUESTED, RefundStatus.SUBMITTED, RefundStatus.SUCCEEDED)
            ),
        )
        .scalar_subquery()
    )
    return db.session.scalars(
        select(Payment.public_id).where(living > Payment.received_cents)
    ).all()


INVARIANTS: tuple[tuple[str, Callable[[], Sequence[Any]]], ...] = (
    ("every place is counted once (I1)", ticketing.unbalanced_quotas),
    ("the sealed journal is unchanged", audit.broken_seals),
    ("every use of a code is counted once (I1)", invariants.miscounted),
    ("paid orders have tickets (I7)", paid_without_ticket),
    ("tickets belong to paid orders (I7)", tickets_without_payment),
    ("payments are in the books (I4)", payments_off_the_books),
    ("refunds stay within payments (I6)", refunds_over_payments),
    ("presence is the fold of the scans", presence.disagreements),
)
