"""A tariff of the box office in words: what it is, what it costs, whether it sells."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from eventsapp.domain.programme.models import Series
from eventsapp.domain.ticketing.catalogue import passes
from eventsapp.domain.ticketing.catalogue.models import Product
from eventsapp.kernel import clock, words
from eventsapp.kernel.i18n import _, ngettext


def speakers(series: Series) -> dict[str, Callable[[Product], Any]]:
    """What the templates of the box office ask of a tariff, in the hours of the series."""
    now = clock.now()
    return {
        "traits": traits,
        "price_words": lambda product: price_words(product, series.currency),
        "selling": lambda product: selling(product, now, series.timezone),
        "shares_of": shares_of,
    }


def traits(product: Product) -> list[str]:
    """What is particular about it, in the fewest words."""
    kinds = {
        "invitation": _("invitation"),
        "exhibitor": _("exposant"),
        "press": _("presse"),
        "door_sale": _("vente à la porte"),
        "add_on": _("option"),
    }
    group = product.tickets_per_unit
    said = {
        kinds.get(product.kind.value, ""): product.kind.value in kinds,
        _("masqué"): product.hidden,
        _("sur demande"): product.approval,
        _("sur justificatif"): product.proof,
        _("par séance"): product.per_slot,
        ngettext("{n} billet par unité", "{n} billets par unité", group): group > 1,
        _("avec {codes}", codes=words.listing(product.requires or [])): bool(product.requires),
    }
    return [word for word, so in said.items() if so]


def price_words(product: Product, currency: str) -> str:
    if product.price_max_cents is not None:
        least = words.money(product.price_cents, currency)
        most = words.money(product.price_max_cents, currency)
        return _("{least} à {most}", least=least, most=most)
    return words.money(product.price_cents, currency) if product.price_cents else _("Gratuit")


def selling(product: Product, now: datetime, zone: str) -> tuple[str, str, str]:
    """(word, tone, when it changes): whether it sells, by hand and by its own dates."""
    if product.archived_at is not None:
        return _("archivé"), "is-soft", ""
    if product.closed_at is not None:
        closed = words.moment(product.closed_at, zone)
        return _("fermé"), "is-bad", _("le {moment}", moment=closed)
    if product.sale_from is not None and product.sale_from > now:
        opens = words.moment(product.sale_from, zone)
        return _("à venir"), "is-soft", _("le {moment}", moment=opens)
    if product.sale_until is None:
        return _("en vente"), "is-good", ""
    ends = words.moment(product.sale_until, zone)
    if product.sale_until <= now:
        return _("vente terminée"), "is-soft", _("le {moment}", moment=ends)
    return _("en vente"), "is-good", _("jusqu’au {moment}", moment=ends)


def shares_of(product: Product) -> Mapping[int, int]:
    """Event id -> what it stands for of the price of a pass, in cents."""
    ordered = sorted(product.admits, key=lambda one: one.id)
    return passes.shares(product.price_cents, {one.event_id: one.share_cents for one in ordered})
