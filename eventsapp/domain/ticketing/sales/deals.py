"""What the organizers agree on with who buys at the desk. Pure."""

import enum
from dataclasses import dataclass
from datetime import datetime

from eventsapp.domain.billing.money.models import PaymentMethod
from eventsapp.domain.ticketing.sales.errors import DealMalformed
from eventsapp.kernel import bank

REASON_MOST = 500


class Means(enum.StrEnum):
    """GIVEN: 0 EUR, with a reason. TERMINAL: paid by card on the spot; we write it down and charge
    nothing. TRANSFER: to pay by a date, to the seller's account. PURCHASE_ORDER: the same by a
    public body, whose numbers stand on the bill. No cash: that would make this a till."""

    GIVEN = "given"
    TERMINAL = "terminal"
    TRANSFER = "transfer"
    PURCHASE_ORDER = "purchase_order"


ON_THE_SPOT = {Means.TERMINAL: PaymentMethod.TERMINAL}
BY_TRANSFER = (Means.TRANSFER, Means.PURCHASE_ORDER)


@dataclass(frozen=True)
class PurchaseOrder:
    """What a public body wants to read on a bill (law.md L19). SIRET with its key; the service
    and the engagement where the body has them."""

    siret: str
    service: str = ""
    engagement: str = ""

    def plain(self) -> dict[str, str]:
        """As the bill keeps it."""
        return {"siret": self.siret, "service": self.service, "engagement": self.engagement}

    def checked(self) -> "PurchaseOrder":
        """Raises DealMalformed for a SIRET that is none."""
        try:
            return PurchaseOrder(bank.siret(self.siret), self.service[:100], self.engagement[:100])
        except ValueError as error:
            raise DealMalformed(field="siret") from error


@dataclass(frozen=True)
class Deal:
    """How an order made at the desk is paid.

    Attributes:
        reason: why it is given; needed with ``GIVEN`` where it would cost something.
        due_at: until when the places wait for a transfer; None with other means.
        beyond: why the limits of a person, of an order or of time do not hold here; empty: they
            do. It goes into the journal. Places are never beyond what there are.
    """

    means: Means
    reason: str = ""
    due_at: datetime | None = None
    purchase: PurchaseOrder | None = None
    beyond: str = ""

    def check(self, list_cents: int, now: datetime, over_at: datetime | None) -> None:
        """Refuse what is not complete.

        Args:
            list_cents: what the basket costs without a gift.
            over_at: when the first event of the basket is over.

        Raises:
            DealMalformed: with the field.
        """
        if self.means is Means.GIVEN and list_cents and not self.reason.strip():
            raise DealMalformed(field="reason")
        if self.means not in BY_TRANSFER or not list_cents:
            return
        if self.due_at is None or self.due_at <= now:
            raise DealMalformed(field="due")
        if over_at is not None and self.due_at > over_at and not self.beyond:
            raise DealMalformed(field="due_late")
        if self.means is Means.PURCHASE_ORDER:
            (self.purchase or PurchaseOrder("")).checked()
