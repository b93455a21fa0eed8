"""What others may care about in ticketing."""

from dataclasses import dataclass

from eventsapp.kernel.facts import Fact


@dataclass(frozen=True)
class OrderPlaced(Fact):
    order_id: int


@dataclass(frozen=True)
class OrderPaid(Fact):
    """Its tickets are issued."""

    order_id: int
    series_id: int


@dataclass(frozen=True)
class TransferAwaited(Fact):
    """An order waits for a transfer: its buyer has to learn where to and until when."""

    order_id: int
    series_id: int


@dataclass(frozen=True)
class MoneyDiffers(Fact):
    """Money came that is not what was asked for: no tickets, a person decides."""

    order_id: int
    payment_id: int
    series_id: int


@dataclass(frozen=True)
class OrderEnded(Fact):
    """Expired or cancelled: nothing can be used or paid any more."""

    order_id: int


@dataclass(frozen=True)
class TicketsVoided(Fact):
    order_id: int
