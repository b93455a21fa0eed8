"""An event at a glance: places left, few left, full, free, by invitation, elsewhere."""

from dataclasses import dataclass
from typing import Any

from eventsapp.domain.programme.releases import ReleasedEvent
from eventsapp.kernel import words
from eventsapp.kernel.i18n import _, ngettext


@dataclass(frozen=True)
class Places:
    """What a card says. ``kind`` chooses the disc: open, few, full, closed, cancelled, …"""

    kind: str
    words: str
    price: str
    free: bool


def places_of(event: ReleasedEvent, availability: Any | None) -> Places:
    """Words for an event and what the box office knows of it.

    Args:
        availability: ``state`` (open, few, full, closed), ``left``, ``from_price_cents``; None
            when nothing is sold here.
    """
    cents = availability.from_price_cents if availability else None
    free = not cents if availability and cents is not None else event.free
    return Places(*_state(event, availability), _price(event, cents, free), free)


def _price(event: ReleasedEvent, cents: int | None, free: bool) -> str:
    if event.traits.get("pay_what_you_want"):
        return _("Prix libre")
    if event.access == "external" and cents is None:
        return _("Gratuit") if event.free else ""
    if cents:
        return words.money(cents)
    return _("Gratuit") if free else ""


def _state(event: ReleasedEvent, availability: Any | None) -> tuple[str, str]:
    if event.cancelled:
        return "cancelled", _("Annulé")
    if event.access == "external":
        return "elsewhere", _("Inscription ailleurs")
    if event.access == "invitation":
        return "invitation", _("Sur invitation")
    if availability is None:
        return ("approval", _("Sur demande")) if event.access == "approval" else ("none", "")
    state = str(availability.state)
    if state == "few":
        left = availability.left or 0
        return "few", ngettext("Plus que {n} place", "Plus que {n} places", left)
    if state == "full":
        return "full", _("Complet")
    if state in ("closed", "not_yet", "ended"):
        return "closed", _("Vente fermée")
    return "open", _("Il reste des places")
