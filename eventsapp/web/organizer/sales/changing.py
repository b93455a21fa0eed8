"""Changing a ticket at the desk: first what will happen, then the deed."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Series
from eventsapp.domain.ticketing.aftersale import exchanging
from eventsapp.domain.ticketing.aftersale.exchanging import Change, Wish
from eventsapp.domain.ticketing.catalogue import sale, stock
from eventsapp.domain.ticketing.catalogue.sale import Way
from eventsapp.domain.ticketing.sales import queries, tickets
from eventsapp.domain.ticketing.sales.errors import DealMalformed
from eventsapp.domain.ticketing.sales.models import HoldLine, Order, Ticket
from eventsapp.kernel import clock, spelling, words
from eventsapp.kernel.errors import NotFound, Refusal
from eventsapp.kernel.i18n import _, pick
from eventsapp.web import access, refusals
from eventsapp.web.forms import numbers
from eventsapp.web.organizer import desk

blueprint = Blueprint(
    "organizer_changing", __name__, url_prefix="/organizer/<series>/orders/<code>"
)

REASON_MOST = 500


@blueprint.route("/tickets/<ticket_code>", methods=["GET", "POST"])
@access.permission_required("orders.refund")
def change(series: str, code: str, ticket_code: str) -> Any:
    shown = desk.series_for(series, "orders.refund")
    order = queries.order_by_code(shown.id, code)
    ticket = next((one for one in order.tickets if one.public_id == ticket_code), None)
    if ticket is None:
        raise NotFound(what="ticket", reference=ticket_code)
    if request.method == "GET":
        return _page(shown, order, ticket, _as_it_is(order, ticket), None, "", 200)
    try:
        wish = _wish()
    except ValueError:
        return _page(
            shown, order, ticket, _as_it_is(order, ticket), None, _("Choisissez un tarif."), 422
        )
    if request.form.get("step") == "rename":
        tickets.rename(
            ticket.id,
            first_name=wish.first_name,
            last_name=wish.last_name,
            company=wish.company,
            actor=access.actor(),
        )
        return redirect(url_for("organizer_orders.order", series=series, code=code, done="renamed"))
    return _exchange(shown, order, ticket, wish)


def _exchange(shown: Series, order: Order, ticket: Ticket, wish: Wish) -> Any:
    """Show what would happen; with the difference that was shown, do it."""
    typed = request.form.get("shown", "")
    foreseen = None
    try:
        foreseen = exchanging.foresee(order.id, ticket.public_id, wish)
        if request.form.get("step") != "exchange":
            return _page(shown, order, ticket, wish, foreseen, "", 200)
        exchanging.exchange(
            order.id,
            ticket.public_id,
            wish,
            settled=request.form.get("settled", ""),
            shown_difference_cents=_signed(typed),
            reason=spelling.line(request.form.get("reason"))[:REASON_MOST],
            actor=access.actor(),
        )
    except DealMalformed as refusal:
        again = queries.order_by_code(shown.id, order.code)
        sentence = (
            _("Dites pourquoi la différence n’est pas payée : le journal le garde.")
            if refusal.facts["field"] == "reason"
            else _("Dites comment la différence est payée.")
        )
        return _page(shown, again, ticket, wish, foreseen, sentence, 422)
    except Refusal as refusal:
        told = refusals.answer(refusal)
        again = queries.order_by_code(shown.id, order.code)
        return _page(shown, again, ticket, wish, None, told.sentence, told.status)
    target = url_for("organizer_orders.order", series=shown.slug, code=order.code, done="exchanged")
    return redirect(target)


def _wish() -> Wish:
    """Raises ValueError for a tariff that is no number."""
    product, _dash, slot = request.form.get("tariff", "").partition("-")
    return Wish(
        numbers.whole(product),
        numbers.whole(slot) if slot else None,
        spelling.line(request.form.get("first_name"))[:100],
        spelling.line(request.form.get("last_name"))[:100],
        spelling.line(request.form.get("company"))[:200],
    )


def _as_it_is(order: Order, ticket: Ticket) -> Wish:
    line = _line_of(order, ticket)
    return Wish(
        ticket.product_id, line.slot_id, ticket.first_name, ticket.last_name, ticket.company
    )


def _line_of(order: Order, ticket: Ticket) -> HoldLine:
    return next(line for line in order.hold.lines if line.id == ticket.hold_line_id)


def _signed(typed: str) -> int:
    """Cents that may be less than nothing; what is none equals no difference there is."""
    sign = -1 if typed.startswith("-") else 1
    try:
        return sign * numbers.whole(typed.removeprefix("-"))
    except ValueError:
        return -numbers.LARGEST


def _page(
    shown: Series,
    order: Order,
    ticket: Ticket,
    wish: Wish,
    foreseen: Change | None,
    error: str,
    status: int,
) -> Any:
    offers = _offers(shown, ticket)
    page = render_template(
        "organizer/sales/change.html",
        series_row=shown,
        order=order,
        ticket=ticket,
        wish=wish,
        chosen=_value(wish.product_id, wish.slot_id),
        offers=offers,
        old=dict(offers).get(_value(ticket.product_id, _line_of(order, ticket).slot_id), ""),
        new=dict(offers).get(_value(wish.product_id, wish.slot_id), ""),
        foreseen=foreseen,
        error=error,
        typed=request.form,
    )
    return page, status


def _value(product_id: int, slot_id: int | None) -> str:
    return f"{product_id}-{slot_id}" if slot_id else str(product_id)


def _offers(shown: Series, ticket: Ticket) -> list[tuple[str, str]]:
    """(value, words) of what the ticket may become: what it is, and what the desk can give now."""
    now = clock.now()
    events = {one.id: one for one in releases.current(shown.slug).events}
    found = []
    for offer in stock.offers_of_series(shown.id).values():
        event = events.get(offer.event_id or 0)
        title = words.typo(pick(event.title_fr, event.title_en)) if event else _("Pass")
        label = words.typo(pick(offer.label_fr, offer.label_en))
        price = words.money(offer.price_cents, offer.currency) if offer.price_cents else ""
        slots = [one for one in event.slots if one.id in offer.slots()] if event else []
        for slot in slots if offer.per_slot else [None]:
            slot_id = slot.id if slot else None
            mine = offer.product_id == ticket.product_id
            try:
                sale.refuse(offer, now, way=Way.ORGANIZER, slot_id=slot_id)
            except Refusal:
                if not mine:
                    continue
            hour = words.moment(slot.starts_at, event.zone) if slot and event else ""
            told = [title, label, hour, price or _("Gratuit")]
            found.append((_value(offer.product_id, slot_id), ", ".join(one for one in told if one)))
    return found
