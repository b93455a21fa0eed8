"""What others may care about in billing."""

from dataclasses import dataclass

from eventsapp.kernel.facts import Fact


@dataclass(frozen=True)
class PaymentConfirmed(Fact):
    """Money arrived and is booked. ``as_agreed`` is False when amount or currency differ."""

    payment_id: int
    bill_id: int
    as_agreed: bool


@dataclass(frozen=True)
class PaymentLapsed(Fact):
    """Nobody can pay this attempt any more, and no money came."""

    bill_id: int


@dataclass(frozen=True)
class DebitUnderWay(Fact):
    """The buyer gave his order to a method that takes days: money is on its way, not here."""

    payment_id: int
    series_id: int


@dataclass(frozen=True)
class DebitFailed(Fact):
    """Money that was on its way will not come: the bank said no."""

    payment_id: int
    series_id: int


@dataclass(frozen=True)
class RefundRequested(Fact):
    refund_id: int
    series_id: int


@dataclass(frozen=True)
class RefundSettled(Fact):
    """Succeeded, or failed for good (``succeeded`` False), which may still turn."""

    refund_id: int
    series_id: int
    succeeded: bool
