"""Resources for programs: the programme, orders, refunds, and the documentation."""

import hashlib
import json
import re
from typing import Any

from flask import Blueprint, Response, current_app, request

from eventsapp.domain.accounts import people
from eventsapp.domain.accounts.api_keys import Caller
from eventsapp.domain.accounts.errors import ScopeMissing
from eventsapp.domain.programme import queries as programme
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.releases import ReleasedSeries
from eventsapp.domain.ticketing.aftersale import refunding
from eventsapp.domain.ticketing.asking import queries as asking
from eventsapp.domain.ticketing.catalogue import stock
from eventsapp.domain.ticketing.catalogue.errors import UnknownProduct
from eventsapp.domain.ticketing.catalogue.limits import Line
from eventsapp.domain.ticketing.sales import checkout, queries
from eventsapp.domain.ticketing.sales.holds import SeriesRef
from eventsapp.domain.ticketing.sales.models import OrderStatus
from eventsapp.domain.ticketing.sales.orders import Attendee, Buyer
from eventsapp.kernel import spelling
from eventsapp.kernel.errors import NotFound, Refusal
from eventsapp.kernel.memory import Brief
from eventsapp.web import addresses
from eventsapp.web.api import documented as docs
from eventsapp.web.api.auth import body_of, caller, needs, once
from eventsapp.web.api.documented import documented
from eventsapp.web.api.representations import (
    EventsOut,
    LineIn,
    OrderIn,
    OrderOut,
    QuestionsOut,
    RefundIn,
    RefundOut,
    SeriesListOut,
    event_json,
    order_json,
    questions_json,
    series_json,
    typed_answers,
    written_json,
)

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.get("/openapi.json")
def openapi() -> Any:
    return answer(200, docs.openapi(), cache="public, max-age=300")


@blueprint.get("/series")
@documented("GET", "/series", "Series that are released", response=SeriesListOut)
def list_series() -> Any:
    listed = programme.released_series()
    found = [shown for one in listed if (shown := releases.find(one.slug)) is not None]
    return answer(200, {"series": [series_json(one) for one in found]})


@blueprint.get("/series/<series>/events")
@documented(
    "GET",
    "/series/{series}/events",
    "Events with venue, times and public products",
    response=EventsOut,
    refusals=(404,),
)
def list_events(series: str) -> Any:
    shown = _released(series)
    by_event: dict[int, list[Any]] = {}
    for offer in stock.offers_of_series(shown.id).values():
        if offer.event_id is not None and not offer.hidden:
            by_event.setdefault(offer.event_id, []).append(offer)
    events = [event_json(one, by_event.get(one.id, ()), shown.timezone) for one in shown.events]
    return answer(200, {"events": events})


@blueprint.get("/series/<series>/questions")
@documented(
    "GET",
    "/series/{series}/questions",
    "What buyers and attendees are asked",
    response=QuestionsOut,
    refusals=(404,),
)
def list_questions(series: str) -> Any:
    """In the order in which people are asked; what is closed is left out."""
    shown = _released(series)
    asked = [one for one in asking.of_series(shown.id) if one.closed_at is None]
    offers = stock.offers_by_ids(one.product_id for one in asked if one.product_id is not None)
    products = {key: (offer.event_id, offer.code) for key, offer in offers.items()}
    return answer(200, {"questions": questions_json(asked, products)})


@blueprint.post("/series/<series>/orders")
@needs("orders:write")
@documented(
    "POST",
    "/series/{series}/orders",
    "Place an order",
    request=OrderIn,
    response=OrderOut,
    status=201,
    scopes=("orders:write",),
    refusals=(404, 409),
    idempotent=True,
)
def create_order(series: str) -> Any:
    who = caller()
    shown = _own_series(who, series)
    wanted = body_of(OrderIn)
    _check(wanted, who)
    status, body = once(lambda: (201, _sell(who, shown, wanted)))
    if body["status"] == OrderStatus.AWAITING_PAYMENT and wanted.payment == "stripe":
        # Between transactions: Stripe is called with the order safely stored.
        body = {**body, "payment_url": _payment_url(who, shown, body["code"])}
    return answer(status, body)


@blueprint.get("/orders/<code>")
@needs("orders:read")
@documented(
    "GET",
    "/orders/{code}",
    "An order with its tickets",
    response=OrderOut,
    scopes=("orders:read",),
    refusals=(404,),
)
def read_order(code: str) -> Any:
    order = queries.order_by_code(caller().series_id, code)
    open_page = next((one.session_url for one in order.bill.payments if one.session_url), None)
    waiting = order.status is OrderStatus.AWAITING_PAYMENT
    return answer(200, order_json(order, payment_url=open_page if waiting else None))


@blueprint.post("/orders/<code>/refunds")
@needs("orders:refund")
@documented(
    "POST",
    "/orders/{code}/refunds",
    "Refund tickets, an amount, or the whole order",
    request=RefundIn,
    response=RefundOut,
    status=201,
    scopes=("orders:refund",),
    refusals=(404, 409),
    idempotent=True,
)
def create_refund(code: str) -> Any:
    who = caller()
    wanted = body_of(RefundIn)
    order_id = queries.order_by_code(who.series_id, code).id

    def refund() -> tuple[int, dict[str, Any]]:
        given = {"reason": wanted.reason, "actor": who.actor}
        if wanted.tickets is not None:
            cents = refunding.refund_tickets(order_id, wanted.tickets, **given)
        elif wanted.amount_cents is not None:
            cents = refunding.refund_amount(order_id, wanted.amount_cents, **given)
        else:
            cents = refunding.refund_order(order_id, **given)
        return 201, {"amount_cents": cents, "status": "requested"}

    return answer(*once(refund))


def answer(status: int, body: dict[str, Any], *, cache: str = "no-store") -> Response:
    made = Response(json.dumps(body, ensure_ascii=False), status, mimetype="application/json")
    made.headers["Cache-Control"] = cache
    if status == 200 and cache != "no-store":
        made.set_etag(hashlib.sha256(made.get_data()).hexdigest()[:20])
        made.make_conditional(request.environ)
    return made


def _check(wanted: OrderIn, who: Caller) -> None:
    if wanted.payment == "offline" and "orders:offline" not in who.scopes:
        raise ScopeMissing(scope="orders:offline")


def _sell(who: Caller, shown: ReleasedSeries, wanted: OrderIn) -> dict[str, Any]:
    lines, attendees = [], []
    for line in wanted.lines:
        product_id = _product_id(shown, line)
        lines.append(Line(product_id, len(line.attendees), line.slot, line.price_cents))
        attendees.append(
            [
                Attendee(
                    first_name=spelling.line(one.first_name)[:100],
                    last_name=spelling.line(one.last_name)[:100],
                    email=people.fold_email(one.email) if one.email else "",
                    company=spelling.line(one.company)[:200],
                )
                for one in line.attendees
            ]
        )
    written = checkout.sell(
        SeriesRef(shown.id, shown.organisation_id),
        lines,
        Buyer(email=people.fold_email(wanted.email), locale=wanted.locale),
        attendees,
        payment=wanted.payment,
        notify=wanted.notify,
        code=wanted.discount or None,
        answers=typed_answers(wanted),
    )
    return written_json(written, {event.id: event.slug for event in shown.events})


#: (database, event id, code) -> product id. A tariff that nothing was sold with may get another
#: code, or leave it to another tariff.
_product_ids: Brief[int] = Brief(1)


def _product_id(shown: ReleasedSeries, line: LineIn) -> int:
    event = (
        shown.event_by_id(line.event) if isinstance(line.event, int) else shown.event(line.event)
    )
    if event is None and isinstance(line.event, str) and re.fullmatch("[0-9]{1,18}", line.event):
        event = shown.event_by_id(int(line.event))
    if event is None:
        raise UnknownProduct(product=f"{line.event}/{line.product}"[:100])
    place = (current_app.config["SQLALCHEMY_DATABASE_URI"], event.id, line.product)
    known = _product_ids.get(place)
    if known is None:
        for offer in stock.offers_of_event(event.id).values():
            _product_ids.keep((place[0], event.id, offer.code), offer.product_id)
        known = _product_ids.get(place)
    if known is None:
        raise UnknownProduct(product=f"{line.event}/{line.product}"[:100])
    return known


def _payment_url(who: Caller, shown: ReleasedSeries, code: str) -> str | None:
    """The address of Stripe's page; None when Stripe does not answer (ask for the order)."""
    order_id, locale, secret = queries.place_of(who.series_id, code)
    page = f"/{locale}/{shown.slug}/orders/{code}/{secret}?retour=1"
    # The buyer comes back to the site's address; programs may ask at another, inside the network.
    try:
        return checkout.start_payment(order_id, return_url=addresses.absolute(page))
    except Refusal:
        order = queries.order_by_code(who.series_id, code)
        return next((one.session_url for one in order.bill.payments if one.session_url), None)


def _own_series(who: Caller, slug: str) -> ReleasedSeries:
    """The series of the key; another one is not found, whether it exists or not."""
    shown = _released(slug)
    if shown.id != who.series_id:
        raise NotFound(what="series", reference=slug)
    return shown


def _released(slug: str) -> ReleasedSeries:
    shown = releases.recent(slug)
    if shown is None:
        raise NotFound(what="series", reference=slug)
    return shown
