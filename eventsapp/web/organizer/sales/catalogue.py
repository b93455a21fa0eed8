"""Box office: what is for sale, event by event, with its places and limits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from eventsapp.domain.programme import queries
from eventsapp.domain.programme.models import Series
from eventsapp.domain.ticketing.catalogue import products as rules
from eventsapp.domain.ticketing.catalogue.drafts import MOST_PLACES
from eventsapp.domain.ticketing.catalogue.models import Product, Quota
from eventsapp.domain.ticketing.sales import persons
from eventsapp.kernel import words
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.i18n import _, pick
from eventsapp.web import access
from eventsapp.web.forms import numbers
from eventsapp.web.organizer import desk
from eventsapp.web.organizer.sales import rows

blueprint = Blueprint("organizer_catalogue", __name__)


@blueprint.get("/organizer/<series>/catalogue")
@access.permission_required("catalogue.edit")
def products(series: str) -> Any:
    return _page(desk.series_for(series, "catalogue.edit"), {}, 200)


@blueprint.post("/organizer/<series>/catalogue/quotas/<int:quota_id>")
@access.permission_required("catalogue.edit")
def resize(series: str, quota_id: int) -> Any:
    shown = desk.series_for(series, "catalogue.edit")
    rules.refuse_foreign_quota(shown.id, quota_id)
    target = request.form.get("target", type=numbers.whole)
    if target is None or target > MOST_PLACES:
        return _page(shown, {f"quota-{quota_id}": _("Donnez un nombre de places.")}, 422)
    rules.resize(quota_id, target, actor=access.actor())
    return redirect(url_for(".products", series=series, done="quota"))


@blueprint.post("/organizer/<series>/catalogue/events/<int:event_id>/limit")
@access.permission_required("catalogue.edit")
def limit(series: str, event_id: int) -> Any:
    """What one person may have of an event; empty for no limit."""
    shown = desk.series_for(series, "catalogue.edit")
    if queries.plain_event(shown.id, event_id) is None:
        raise NotFound(what="event", reference=event_id)
    typed = request.form.get("most", "").strip()
    most = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else 0
    if typed and most < 1:
        words = _("Donnez un nombre de places d’au moins 1, ou rien.")
        return _page(shown, {f"event-{event_id}": words}, 422)
    persons.set_limit(event_id, most or None, actor=access.actor())
    return redirect(url_for(".products", series=series, done="limit"))


def _page(shown: Series, errors: dict[str, str], status: int) -> Any:
    tariffs: dict[int | None, list[Product]] = {}
    known = rules.products_of(shown.id)
    for product in known:
        if product.archived_at is not None:
            continue
        tariffs.setdefault(product.event_id, []).append(product)
    quotas = {
        draw.quota.id: draw.quota
        for listed in tariffs.values()
        for product in listed
        for draw in product.quotas
    }
    slots = [one for one in quotas.values() if one.slot_id is not None]
    starts = queries.slot_starts(shown.id) if slots else {}
    events = queries.numbered_events(shown.id)
    page = render_template(
        "organizer/sales/products.html",
        series_row=shown,
        events=events,
        titles={one.id: words.typo(pick(one.title_fr, one.title_en)) for one in events},
        tariffs=tariffs,
        passes=tariffs.get(None, []),
        archived=[one for one in known if one.archived_at is not None],
        whole={one.event_id: one for one in quotas.values() if one.whole_event},
        per_slot=_by_event(slots, starts),
        slot_words={
            one.id: words.moment(starts[one.slot_id], shown.timezone)
            for one in slots
            if one.slot_id in starts
        },
        errors=errors,
        **rows.speakers(shown),
    )
    return page, status


def _by_event(
    slots: list[Quota], starts: Mapping[int | None, datetime]
) -> dict[int | None, list[Quota]]:
    found: dict[int | None, list[Quota]] = {}
    for one in sorted(slots, key=lambda one: (starts[one.slot_id], one.id)):
        found.setdefault(one.event_id, []).append(one)
    return found
