"""An order's own page: a capability link with its tickets, papers and payment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, g, redirect, render_template, request, url_for
from markupsafe import Markup

from eventsapp.domain.accounts import organisations
from eventsapp.domain.billing.money import bills, payments
from eventsapp.domain.billing.money.models import Payment, PaymentMethod, PaymentStatus
from eventsapp.domain.billing.papers import terms
from eventsapp.domain.programme import calendar, releases
from eventsapp.domain.programme.releases import ReleasedSeries
from eventsapp.domain.questions.fields import Problem
from eventsapp.domain.ticketing.asking.answering import Raw
from eventsapp.domain.ticketing.asking.errors import AnswersMissing, AnswersOver
from eventsapp.domain.ticketing.sales import (
    asked,
    checkout,
    codes,
    copies,
    deadlines,
    money,
    queries,
    tickets,
)
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus, TicketStatus
from eventsapp.domain.ticketing.sales.papers import paper_of, tickets_paper
from eventsapp.gateways import qr
from eventsapp.gateways.stripe import StripeRefused, StripeUnreachable
from eventsapp.kernel import limits, spelling
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.i18n import _
from eventsapp.web import access, addresses, frame, pages, refusals
from eventsapp.web.forms import answering as answers
from eventsapp.web.forms.asked import Laid
from eventsapp.web.public import legal

blueprint = Blueprint("public_orders", __name__)

# Letters asked for in an hour, for one address and from one network. On the opening night the whole
# hall stands behind one address, and asks for the tickets that it cannot find.
FINDS, NETWORK_FINDS = 5, 300
# A buyer is asked for money in these alone.
PAYABLE = (money.Money.NONE, money.Money.FAILED)


@dataclass(frozen=True)
class Wrong:
    """Answers that were not kept: of which ticket (None: of the order), what was typed, and why."""

    ticket_id: int | None
    raw: Raw
    problems: Sequence[Problem]
    status: int
    sentence: str = ""


@blueprint.get("/<lang>/<series>/orders/<code>/<secret>")
def show(lang: str, series: str, code: str, secret: str) -> Any:
    return _show(lang, series, code, secret)


def _show(lang: str, series: str, code: str, secret: str, wrong: Wrong | None = None) -> Response:
    """``wrong``: answers that were not kept, drawn where they were typed."""
    order, shown = _order(series, code, secret)
    returned = "retour" in request.args
    if returned and _awaits(order):
        _ask_stripe(order)
        order, shown = _order(series, code, secret)
    frame.about_events(one.event_id for ticket in order.tickets for one in ticket.admissions)
    state, payment = money.of(order), _last_payment(order)
    payable = state in PAYABLE and _awaits(order)
    # Until the worker has opened the page that the buyer was sent away from.
    unopened = "suspens" in request.args and payable and not (payment and payment.session_url)
    slow = unopened and payment is not None and payment.status is PaymentStatus.CREATED
    page = render_template(
        "public/tickets/order.html",
        order=order,
        papers=[paper_of(ticket, shown) for ticket in order.tickets],
        codes={ticket.id: _qr(ticket) for ticket in order.tickets if _valid(ticket)},
        waiting=returned and payable,
        payable=payable,
        state=state,
        received_cents=money.received_cents(order),
        rest_cents=order.total_cents - bills.kept_cents(order.bill_id)
        if state is money.Money.REST
        else 0,
        payment=payment,
        slow=slow,
        refused=unopened and not slow,
        url=order_url(order, series),
        latest=_latest(order),
        links=_links(order, lang, series),
        seller=shown.organizer_name,
        bank=organisations.bank_account(order.seller_id)
        if order.status is OrderStatus.AWAITING_TRANSFER
        else None,
        sheets=_sheets(order, wrong),
        wrong=wrong,
    )
    answer = _private(page)
    if wrong is not None:
        answer.status_code = wrong.status
    if slow:
        answer.status_code = 503
        answer.headers["Retry-After"] = str(refusals.RETRY_AFTER_S)
    return answer


@blueprint.post("/<lang>/<series>/orders/<code>/<secret>/payments")
def pay(lang: str, series: str, code: str, secret: str) -> Any:
    order, _shown = _order(series, code, secret)
    page = addresses.absolute(order_url(order, series))
    paying = checkout.start_payment(order.id, return_url=f"{page}?retour=1", cancel_url=page)
    return redirect(paying, code=303)


@blueprint.get("/<lang>/<series>/orders/<code>/<secret>/tickets.pdf")
def pdf(lang: str, series: str, code: str, secret: str) -> Any:
    order, shown = _order(series, code, secret)
    valid = [ticket for ticket in order.tickets if _valid(ticket)]
    if not valid:
        raise NotFound(what="tickets", reference=code)
    body = tickets_paper(valid, shown, lang)
    answer = Response(body, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="billets-{order.code}.pdf"'
    return answer


@blueprint.get("/<lang>/<series>/orders/<code>/<secret>/calendar.ics")
def ical(lang: str, series: str, code: str, secret: str) -> Any:
    order, shown = _order(series, code, secret)
    slots = {slot for ticket in order.tickets if _valid(ticket) for slot in _slots(ticket, shown)}
    if not slots:
        raise NotFound(what="tickets", reference=code)
    body = calendar.feed(shown, _event_address(lang), slots=slots)
    answer = Response(body, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = f'attachment; filename="{order.code}.ics"'
    return answer


@blueprint.get("/<lang>/<series>/orders/<code>/<secret>/note")
def note(lang: str, series: str, code: str, secret: str) -> Any:
    """The note that the law gives a private person from 25 EUR, on request below (L08); of an order
    that waits for a transfer, what is to be paid and where to."""
    order, shown = _order(series, code, secret)
    if order.paid_at is None and order.status is not OrderStatus.AWAITING_TRANSFER:
        raise NotFound(what="note", reference=code)
    seller = organisations.identity_at(order.seller_id, order.bill.created_at)
    page = render_template(
        "public/tickets/note.html",
        order=order,
        shown=shown,
        seller=seller,
        legal=legal.facts_of(seller),
        bank=organisations.bank_account(order.seller_id),
        papers=[paper_of(ticket, shown) for ticket in order.tickets],
    )
    return _private(page)


@blueprint.post("/<lang>/<series>/orders/<code>/<secret>/names")
def rename(lang: str, series: str, code: str, secret: str) -> Any:
    order, _shown = _order(series, code, secret)
    public_id = request.form.get("ticket", "")
    found = next((one for one in order.tickets if one.public_id == public_id), None)
    if found is None or not _valid(found):
        raise NotFound(what="ticket", reference="")
    tickets.rename(
        found.id,
        first_name=request.form.get("first_name", ""),
        last_name=request.form.get("last_name", ""),
        company=request.form.get("company", ""),
        actor=f"order:{order.code}",
    )
    return redirect(order_url(order, series) + f"#billet-{found.id}", code=303)


@blueprint.post("/<lang>/<series>/orders/<code>/<secret>/answers")
def answer(lang: str, series: str, code: str, secret: str) -> Any:
    """Change the answers of the order, or of the ticket that is named."""
    order, _shown = _order(series, code, secret)
    public_id = request.form.get("ticket", "")
    found = next((one for one in order.tickets if one.public_id == public_id), None)
    ticket_id = found.id if found is not None else None
    sheet = asked.sheets(order).get(ticket_id)
    if sheet is None or (public_id and found is None):
        raise NotFound(what="answers", reference=code)
    raw = answers.raw_of(request.form, sheet.open, _suffix(ticket_id))
    try:
        asked.correct(order.id, ticket_id, raw, actor=f"order:{order.code}")
    except AnswersMissing as refusal:
        return _show(lang, series, code, secret, Wrong(ticket_id, raw, answers.told(refusal), 422))
    except AnswersOver as refusal:
        words = refusals.answer(refusal)
        return _show(
            lang, series, code, secret, Wrong(ticket_id, raw, [], words.status, words.sentence)
        )
    place = f"billet-{ticket_id}" if ticket_id is not None else "reponses"
    return redirect(order_url(order, series) + f"?repondu=1#{place}", code=303)


@blueprint.post("/<lang>/<series>/orders/<code>/<secret>/mails")
def send_again(lang: str, series: str, code: str, secret: str) -> Any:
    order, _shown = _order(series, code, secret)
    limits.hit(f"resend:{order.id}", limit=5, per=3600)
    copies.send_tickets_again(order.id)
    return redirect(order_url(order, series) + "?envoye=1", code=303)


@blueprint.route("/<lang>/<series>/orders", methods=["GET", "POST"])
def find(lang: str, series: str) -> Any:
    """ "Renvoyer mes billets": the links go to the address; the page says the same either way."""
    shown = _series(series)
    if request.method == "POST":
        address = spelling.address_or_words(request.form.get("email", ""))
        limits.hit(f"find:network:{access.network()}", limit=NETWORK_FINDS, per=3600)
        limits.hit(f"find:{address}", limit=FINDS, per=3600)
        copies.send_links(shown.id, address)
        return render_template("public/tickets/find.html", sent=True, most=queries.MOST_LINKS)
    return render_template("public/tickets/find.html", sent=False)


@blueprint.get("/<lang>/<series>/legal/terms/<digest>")
def accepted_terms(lang: str, series: str, digest: str) -> Any:
    """The conditions as they were accepted, byte for byte."""
    _series(series)
    kept = terms.read(digest)
    return render_template("public/tickets/terms.html", kept=kept, body=Markup(kept.body))  # noqa: S704 - our own words, escaped when kept


def order_url(order: Order, series: str) -> str:
    return url_for(
        "public_orders.show",
        lang=order.locale,
        series=series,
        code=order.code,
        secret=order.secret,
    )


def _order(series: str, code: str, secret: str) -> tuple[Order, ReleasedSeries]:
    shown = _series(series)
    order = queries.order_by_secret(code, secret)
    if order.series_id != shown.id:
        raise NotFound(what="order", reference=code)
    return order, shown


def _series(slug: str) -> ReleasedSeries:
    shown = releases.recent(slug)
    if shown is None:
        abort(404)
    g.released_series = shown
    pages.may_lead_to_payment()
    return shown


def _ask_stripe(order: Order) -> None:
    """The buyer is back: look at Stripe now instead of waiting for its news."""
    payment = _last_payment(order)
    if payment is None or payment.session_id is None:
        return
    try:
        payments.look_and_confirm(payment.id)
    except (StripeUnreachable, StripeRefused):
        payments.look_soon(payment.id)  # the page says "being checked"; the worker will know


def _awaits(order: Order) -> bool:
    return order.status is OrderStatus.AWAITING_PAYMENT


def _latest(order: Order) -> datetime | None:
    """The hour after which no new payment page keeps the places."""
    if order.status is not OrderStatus.AWAITING_PAYMENT:
        return None
    pressed = [one.created_at for one in order.bill.payments if one.method is PaymentMethod.STRIPE]
    return deadlines.latest(order.deadline, min(pressed, default=None))


def _last_payment(order: Order) -> Payment | None:
    if order.total_cents == 0:
        return None
    stripe = [one for one in order.bill.payments if one.method is PaymentMethod.STRIPE]
    paid = [one for one in stripe if one.status is PaymentStatus.CONFIRMED]
    return (paid or stripe or [None])[-1]


def _qr(ticket: Any) -> Markup:
    drawing = qr.svg(codes.token(ticket), label=_("Code QR du billet"))
    return Markup(drawing)  # noqa: S704 - drawn by us from a token


def _sheets(order: Order, wrong: Wrong | None) -> dict[int | None, tuple[asked.Sheet, Laid]]:
    """Ticket id (None: the order) -> its answers as a form."""
    found = {}
    for key, sheet in asked.sheets(order).items():
        mine = wrong if wrong is not None and wrong.ticket_id == key else None
        typed, problems = (mine.raw, mine.problems) if mine is not None else (None, ())
        found[key] = (sheet, answers.sheet(sheet, _suffix(key), typed, problems))
    return found


def _suffix(ticket_id: int | None) -> str:
    return "" if ticket_id is None else f"-t{ticket_id}"


def _valid(ticket: Any) -> bool:
    return ticket.status is TicketStatus.VALID


def _slots(ticket: Any, shown: ReleasedSeries) -> set[int]:
    """When its holder is expected: at all events of a pass, at the one hour that was bought."""
    found: set[int] = set()
    for admission in ticket.admissions:
        event = shown.event_by_id(admission.event_id)
        whole = {slot.id for slot in event.slots} if event else set()
        # An hour that has left the programme since: better the whole event than nothing.
        found |= whole & {admission.slot_id} or whole
    return found


def _links(order: Order, lang: str, series: str) -> dict[str, str]:
    at = {"lang": lang, "series": series, "code": order.code, "secret": order.secret}
    names = ("pdf", "ical", "note", "pay", "send_again", "rename", "answer")
    return {name: url_for(f".{name}", **at) for name in names}


def _event_address(lang: str) -> Any:
    def address(series_slug: str, event_slug: str) -> str:
        path = url_for("public_programme.event", lang=lang, series=series_slug, slug=event_slug)
        return addresses.absolute(path)

    return address


def _private(page: str) -> Response:
    """A capability link: never in a cache, never in a search engine."""
    answer = Response(page)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
