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
    several_prices: bool
    free: bool


def places_of(event: ReleasedEvent, availability: Any | None) -> Places:
    """Words for an event and what the box office knows of it.

    Args:
        availability: ``state`` (places, few, full, soon, closed, invitation, none), ``left``,
            ``from_price_cents``, ``several_prices``, ``free``, ``free_price``; None when nothing is
            sold here. Where something is, its tariffs say whether it is free, not the programme.
    """
    known = None if availability is None or availability.state == "none" else availability
    free = known.free if known else event.free
    return Places(*_state(event, known), *_price(event, known, free), free)


def _price(event: ReleasedEvent, known: Any | None, free: bool) -> tuple[str, bool]:
    if known and known.free_price or not known and event.traits.get("pay_what_you_want"):
        return _("Prix libre"), False
    cents = known.from_price_cents if known else None
    if cents:
        return words.money(cents), bool(known and known.several_prices)
    if event.access in ("code", "invitation") and cents is None:
        return "", False
    return (_("Gratuit"), False) if free else ("", False)


def _state(event: ReleasedEvent, known: Any | None) -> tuple[str, str]:
    if event.cancelled:
        return "cancelled", _("Annulé")
    if event.access == "external":
        return "elsewhere", _("Inscription ailleurs")
    if event.access == "code":
        return "invitation", _("Avec un code")
    if event.access == "invitation" or (known and known.state == "invitation"):
        return "invitation", _("Sur invitation")
    if known is None:
        return ("approval", _("Sur demande")) if event.access == "approval" else ("none", "")
    if known.state == "few":
        return "few", ngettext("Plus que {n} place", "Plus que {n} places", known.left)
    if known.state == "full":
        return "full", _("Complet")
    if known.state == "soon":
        return "closed", _("Vente à venir")
    if known.state == "closed":
        return "closed", _("Vente fermée")
    if event.access == "approval":
        return "approval", _("Sur demande")
    return "open", _("Il reste des places")
