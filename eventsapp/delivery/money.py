"""Calls that move money: refunds are sent here, after their commit, as often as needed."""

from typing import Any

from eventsapp.domain.billing.money import refunds
from eventsapp.domain.ticketing.sales import fulfilment


def send_refund(payload: dict[str, Any]) -> None:
    refunds.send(payload["refund_id"])


def fulfil(payload: dict[str, Any]) -> None:
    """Try again to give what was paid for."""
    fulfilment.fulfil_again(payload["payment_id"], as_agreed=payload.get("as_agreed", True))
