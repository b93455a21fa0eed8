"""Tariffs as a buy box shows them: words, limits, and why one cannot be taken."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from eventsapp import settings
from eventsapp.domain.programme.releases import ReleasedEvent, ReleasedSeries, ReleasedSlot
from eventsapp.domain.ticketing.catalogue import sale
from eventsapp.domain.ticketing.catalogue.limits import Offer
from eventsapp.domain.ticketing.catalogue.pricing import Reduction
from eventsapp.domain.ticketing.catalogue.queries import FEW_PLACES
from eventsapp.kernel import clock, words
from eventsapp.kernel.i18n import _, ngettext, pick

#: More visits than this stand under their days, folded.
MANY_VISITS = 8


@dataclass(frozen=True)
class Tariff:
    """One row of a buy box. ``field`` names its quantity; ``off`` says why it is closed."""

    field: str
    label: str
    notes: tuple[str, ...]
    price: str
    cents: int
    most: int
    least: int
    off: str
    price_field: str = ""
    price_suggested: str = ""
    option: bool = False
    # The day under which visits stand together, where there are many.
    day: str = ""


@dataclass(frozen=True)
class Till:
    """What the rows of one buy box share."""

    zone: str
    reduction: Reduction | None
    payable: bool


def tariffs(
    offers: Iterable[Offer],
    event: ReleasedEvent | None,
    zone: str,
    reduction: Reduction | None = None,
    *,
    payable: bool,
) -> tuple[Tariff, ...]:
    """The rows of an event's buy box, one for each slot where the slot is chosen.

    Args:
        payable: whether this series takes payments here (``payable``).
    """
    now = clock.now()
    till = Till(zone, reduction, payable)
    rows: list[Tariff] = []
    listed = list(offers)
    by_visit = [one for one in listed if one.per_slot]
    for offer in listed:
        if not offer.per_slot or event is None:
            rows.append(_tariff(offer, now, till))
        elif offer is by_visit[0]:
            rows += _visits(by_visit, event, now, till)
    return tuple(rows)


def _visits(
    offers: Sequence[Offer], event: ReleasedEvent, now: datetime, till: Till
) -> Iterator[Tariff]:
    """Visit after visit, each with its tariffs; of many, those that are over are left out."""
    many = len(event.slots) > MANY_VISITS
    for slot in event.slots:
        if many and slot.ends_at <= now:
            continue
        for offer in offers:
            if slot.id in offer.slots():
                row = _tariff(offer, now, till, slot=slot)
                if many:
                    hours = words.hours(slot.starts_at, slot.ends_at, till.zone)
                    label = f"{hours}, {words.typo(pick(offer.label_fr, offer.label_en))}"
                    day = words.day(words.local(slot.starts_at, till.zone).date())
                    row = replace(row, label=label, day=day)
                yield row


def _tariff(
    offer: Offer,
    now: datetime,
    till: Till,
    *,
    slot: ReleasedSlot | None = None,
) -> Tariff:
    label = words.typo(pick(offer.label_fr, offer.label_en))
    slot_id = slot.id if slot is not None else None
    when = words.moment(slot.starts_at, till.zone) if slot is not None else ""
    left = offer.left(slot_id)
    off = _off(offer, now, left, slot_id) or _unpayable(offer, till)
    zone, reduction = till.zone, till.reduction
    free_price = offer.price_max_cents is not None
    cents, notes = offer.price_cents, _notes(offer, zone, left, off)
    if reduction is not None and offer.product_id in reduction.products and not free_price:
        cents = reduction.price(offer.price_cents)
        if cents < offer.price_cents and not off:
            was = words.money(offer.price_cents, offer.currency)
            why = (
                _("au lieu de {price}, sur invitation", price=was)
                if reduction.personal
                else _("au lieu de {price}, avec le code {code}", price=was, code=reduction.code)
            )
            notes = (why, *notes)
    suffix = f"-{slot_id}" if slot_id is not None else ""
    return Tariff(
        field=f"qty-{offer.product_id}{suffix}",
        label=f"{label}, {when}" if when else label,
        notes=notes,
        price=_("Prix libre") if free_price else _price(cents, offer.currency),
        cents=cents,
        most=max(0, min(offer.per_order_max, left)),
        least=offer.per_order_min,
        off=off,
        price_field=f"price-{offer.product_id}" if free_price else "",
        price_suggested=_suggested(offer) if free_price else "",
        option=bool(offer.requires),
    )


def _price(cents: int, currency: str) -> str:
    return words.money(cents, currency) if cents else _("Gratuit")


def _suggested(offer: Offer) -> str:
    """What stands in the field of a free price: what is suggested, or the least where it is one."""
    cents = offer.price_suggested_cents or offer.price_cents
    if not cents:
        return ""
    return f"{cents // 100},{cents % 100:02d}" if cents % 100 else str(cents // 100)


def _off(offer: Offer, now: datetime, left: int, slot_id: int | None) -> str:
    if not sale.stands(offer, now, slot_id):
        return _("n’est plus en vente")
    if not offer.closed and offer.sale_from is not None and offer.sale_from > now:
        return _("en vente plus tard")
    if not offer.on_sale(now):
        return _("vente terminée")
    if offer.closed_slot(slot_id):
        return _("séance fermée : elle ne prend plus personne")
    if left < offer.per_order_min:
        return _("complet")
    return ""


def _unpayable(offer: Offer, till: Till) -> str:
    if offer.price_cents and not till.payable:
        return _("le paiement en ligne n’est pas encore ouvert")
    return ""


def payable(series: ReleasedSeries) -> bool:
    return settings.current().takes_payments(demo_series=series.is_demo)


def _notes(offer: Offer, zone: str, left: int, off: str) -> tuple[str, ...]:
    notes = []
    if off:
        return ()
    if sale.asks_first(offer):
        notes.append(_("sur demande : l’organisateur répond par courriel"))
    if 0 < left <= FEW_PLACES:
        notes.append(ngettext("plus que {n} place", "plus que {n} places", left))
    if offer.per_order_min > 1:
        notes.append(_("à partir de {n}", n=offer.per_order_min))
    if offer.price_max_cents is not None:
        least, most = (
            words.money(cents, offer.currency)
            for cents in (offer.price_cents, offer.price_max_cents)
        )
        notes.append(_("de {least} à {most}", least=least, most=most))
    if offer.tickets_per_unit > 1:
        notes.append(ngettext("{n} billet", "{n} billets", offer.tickets_per_unit))
    if offer.proof:
        notes.append(_("sur justificatif, à montrer à l’entrée"))
    if offer.requires:
        notes.append(_("en plus d’une entrée"))
    if offer.sale_until is not None:
        notes.append(_("jusqu’au {moment}", moment=words.moment(offer.sale_until, zone)))
    return tuple(notes)


def chosen(form: Mapping[str, str]) -> dict[str, str]:
    """What was typed, so that a refused basket is shown again as it was."""
    wanted = ("qty-", "price-", "code")
    return {name: text for name, text in form.items() if name.startswith(wanted)}
