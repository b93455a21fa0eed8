"""An order made at the desk: what, then for whom and how it is paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from eventsapp.domain.accounts import organisations
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Series
from eventsapp.domain.programme.releases import ReleasedEvent, ReleasedSeries
from eventsapp.domain.questions.fields import Problem
from eventsapp.domain.ticketing.asking.errors import AnswersMissing
from eventsapp.domain.ticketing.catalogue import sale, stock
from eventsapp.domain.ticketing.catalogue.offers import Offer
from eventsapp.domain.ticketing.catalogue.sale import Way
from eventsapp.domain.ticketing.sales import asked, checkout, holds, orders
from eventsapp.domain.ticketing.sales.errors import DealMalformed, HoldGone
from eventsapp.domain.ticketing.sales.holds import SeriesRef
from eventsapp.domain.ticketing.sales.models import Hold, HoldLine
from eventsapp.kernel import clock, spelling, words
from eventsapp.kernel.errors import NotFound, Refusal
from eventsapp.kernel.i18n import _, pick
from eventsapp.web import access, refusals
from eventsapp.web.forms import answering
from eventsapp.web.forms.basket_lines import Unreadable, read_lines
from eventsapp.web.forms.tickets import attendees
from eventsapp.web.organizer import desk
from eventsapp.web.organizer.sales.selling_form import SaleForm

blueprint = Blueprint("organizer_selling", __name__)

BEYOND_MOST = 500


@dataclass(frozen=True)
class Row:
    """A tariff, or one visit of it, that can be given now. ``field`` names its quantity."""

    field: str
    label: str
    cents: int
    left: int
    price_field: str = ""


@dataclass(frozen=True)
class Kept:
    """A line of the basket, as the second page shows it."""

    label: str
    title: str
    when: str
    quantity: int
    cents: int
    tickets: int
    named: bool


@blueprint.route("/organizer/<series>/sales/new", methods=["GET", "POST"])
@access.permission_required("orders.sell")
def choose(series: str) -> Any:
    shown = desk.series_for(series, "orders.sell")
    if request.method == "GET":
        return _choose(shown, "", 200)
    beyond = spelling.line(request.form.get("beyond"))[:BEYOND_MOST]
    try:
        secret = holds.make(
            SeriesRef(shown.id, shown.organisation_id),
            read_lines(request.form.items()),
            way=Way.ORGANIZER,
            beyond=bool(beyond),
        )
    except Unreadable:
        return _choose(shown, _("Une quantité ou un prix n’est pas un nombre. Corrigez-le."), 422)
    except Refusal as refusal:
        told = refusals.answer(refusal)
        return _choose(shown, told.sentence, told.status)
    target = url_for(".details", series=series, secret=secret, beyond=beyond or None)
    return redirect(target, code=303)


@blueprint.route("/organizer/<series>/sales/<secret>", methods=["GET", "POST"])
@access.permission_required("orders.sell")
def details(series: str, secret: str) -> Any:
    shown = desk.series_for(series, "orders.sell")
    kept = _living(shown, secret)
    if kept is None:
        return _ended(shown, secret)
    total = sum(line.quantity * line.unit_cents for line in kept.lines)
    form = SaleForm(zone=shown.timezone, costs=total > 0)
    if request.method == "GET":
        form.due.data = _due(shown)
        form.beyond.data = request.args.get("beyond", "")[:BEYOND_MOST]
        return _details(shown, kept, form, "", 200)
    plan = asked.of_hold(kept)
    people = attendees(request.form, [_tickets(line) for line in kept.lines])
    typed = answering.typed_in(request.form, plan)
    if not form.validate():
        wrong = answering.problems_of(plan, typed, people)
        return _details(shown, kept, form, "", 422, wrong)
    try:
        order = checkout.place_order(
            secret,
            form.buyer(),
            people,
            shown_total_cents=0 if form.chosen.value == "given" else form.shown_total.data,
            terms_digest=None,
            answers=typed,
            deal=form.deal(),
            notify=form.writes,
            actor=access.actor(),
        )
    except HoldGone:
        return _ended(shown, secret)
    except DealMalformed as refusal:
        form.refuse(refusal.facts["field"])
        return _details(shown, kept, form, "", 422)
    except AnswersMissing as refusal:
        return _details(shown, kept, form, "", 422, answering.told(refusal))
    except Refusal as refusal:
        told = refusals.answer(refusal)
        return _details(shown, kept, form, told.sentence, told.status)
    target = url_for("organizer_orders.order", series=series, code=order.code, done="sold")
    return redirect(target, code=303)


def _choose(shown: Series, error: str, status: int) -> Any:
    public = releases.current(shown.slug)
    page = render_template(
        "organizer/sales/sell.html",
        series_row=shown,
        groups=_groups(shown, public),
        typed=request.form,
        error=error,
        currency=shown.currency,
    )
    return page, status


def _groups(shown: Series, public: ReleasedSeries) -> list[tuple[str, str, list[Row]]]:
    """(title, when, rows) of each event with something to give now; passes come last."""
    now = clock.now()
    by_event: dict[int | None, list[Offer]] = {}
    for offer in stock.offers_of_series(shown.id).values():
        by_event.setdefault(offer.event_id, []).append(offer)
    found = []
    for event in sorted(public.events, key=lambda one: one.starts_at or now):
        rows = [row for offer in by_event.get(event.id, ()) for row in _rows(offer, event)]
        if rows:
            title = words.typo(pick(event.title_fr, event.title_en))
            found.append((title, _when(event, None, shown.timezone), rows))
    passes = [row for offer in by_event.get(None, ()) for row in _rows(offer, None)]
    return found + ([(_("Pass"), "", passes)] if passes else [])


def _rows(offer: Offer, event: ReleasedEvent | None) -> list[Row]:
    now = clock.now()
    label = words.typo(pick(offer.label_fr, offer.label_en))
    priced = f"price-{offer.product_id}" if offer.price_max_cents is not None else ""
    slots = [one for one in event.slots if one.id in offer.slots()] if event else []
    found = []
    for slot in slots if offer.per_slot else [None]:
        slot_id = slot.id if slot else None
        try:
            sale.refuse(offer, now, way=Way.ORGANIZER, slot_id=slot_id)
        except Refusal:
            continue
        field = f"qty-{offer.product_id}" + (f"-{slot_id}" if slot_id else "")
        at = f", {words.moment(slot.starts_at, event.zone)}" if slot and event else ""
        # One price for all visits of a tariff: it is asked beside the first.
        own = priced if not found else ""
        found.append(Row(field, label + at, offer.price_cents, offer.left(slot_id), own))
    return found


def _details(
    shown: Series,
    kept: Hold,
    form: SaleForm,
    error: str,
    status: int,
    problems: Sequence[Problem] = (),
) -> Any:
    lines = [_kept(line, shown) for line in kept.lines]
    page = render_template(
        "organizer/sales/sell_details.html",
        series_row=shown,
        kept=kept,
        lines=lines,
        total_cents=sum(line.cents for line in lines),
        form=form,
        error=error,
        typed=request.form,
        asked=answering.basket(asked.of_hold(kept), request.form, problems),
        bank=organisations.bank_account(kept.lines[0].product.seller_id),
        currency=shown.currency,
    )
    return page, status


def _kept(line: HoldLine, shown: Series) -> Kept:
    event = releases.current(shown.slug).event_by_id(line.product.event_id or 0)
    return Kept(
        words.typo(pick(line.product.label_fr, line.product.label_en)),
        words.typo(pick(event.title_fr, event.title_en)) if event else "",
        _when(event, line.slot_id, shown.timezone),
        line.quantity,
        line.quantity * line.unit_cents,
        _tickets(line),
        line.product.kind.value != "add_on",
    )


def _tickets(line: HoldLine) -> int:
    return line.quantity * line.product.tickets_per_unit


def _when(event: ReleasedEvent | None, slot_id: int | None, zone: str) -> str:
    if event is None or not event.slots:
        return ""
    return words.moment(event.slots_of(slot_id)[0].starts_at, zone, year=True)


def _due(shown: Series) -> Any:
    return clock.local_day(clock.now() + orders.TRANSFER_TIME - timedelta(days=1), shown.timezone)


def _living(shown: Series, secret: str) -> Hold | None:
    """Raises NotFound for a basket of another series, or none at all."""
    kept = holds.living(secret)
    if kept is None and not holds.known(secret):
        raise NotFound(what="hold", reference="")
    if kept is not None and kept.series_id != shown.id:
        raise NotFound(what="hold", reference="")
    return kept


def _ended(shown: Series, secret: str) -> Any:
    """It is an order already (a double click, a lost answer), or its time is over."""
    try:
        order = checkout.order_of(secret)
    except HoldGone as refusal:
        told = refusals.answer(refusal)
        return _choose(shown, told.sentence, told.status)
    if order.series_id != shown.id:
        raise NotFound(what="hold", reference="")
    return redirect(url_for("organizer_orders.order", series=shown.slug, code=order.code), 303)
