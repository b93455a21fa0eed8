"""Money by transfer at the desk: booked, reminded, completed, given back where it is too much."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint, redirect, request, url_for

from eventsapp.domain.programme.models import Series
from eventsapp.domain.ticketing.aftersale import review
from eventsapp.domain.ticketing.sales import queries, ways_out
from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.kernel import clock
from eventsapp.kernel.errors import Refusal
from eventsapp.kernel.i18n import _
from eventsapp.web import access, refusals
from eventsapp.web.forms import numbers
from eventsapp.web.organizer import desk
from eventsapp.web.organizer.sales import orders
from eventsapp.web.organizer.sales.selling_form import end_of

blueprint = Blueprint(
    "organizer_transfers", __name__, url_prefix="/organizer/<series>/orders/<code>"
)

MOST_CENTS = 99_999_999_99


@blueprint.post("/transfers")
@access.permission_required("orders.refund")
def receive(series: str, code: str) -> Any:
    """A transfer is on the bank's statement: its day, its amount, and how it is named there."""
    shown, found = _found(series, code)
    reference = request.form.get("reference", "").strip()
    on = day_of(request.form.get("on", ""))
    today = clock.local_day(clock.now(), shown.timezone)
    if on is None or on > today or not reference:
        words = _("Donnez le jour du relevé et la référence du virement.")
        return orders.page(shown, found, words, 422)
    try:
        cents = _cents(request.form.get("amount", ""))
    except ValueError:
        words = _("Écrivez ce qui est arrivé, en euros, par exemple 19,00.")
        return orders.page(shown, found, words, 422)
    try:
        ways_out.receive_transfer(
            found.id, on=on, reference=reference, actor=access.actor(), amount_cents=cents
        )
    except Refusal as refusal:
        return _refused(shown, code, refusal)
    return redirect(url_for("organizer_orders.order", series=series, code=code, done="transfer"))


@blueprint.post("/reminders")
@access.permission_required("orders.refund")
def remind(series: str, code: str) -> Any:
    """Write once more what is to be transferred, and until when."""
    shown, found = _found(series, code)
    until = _until(shown)
    if until is None:
        return orders.page(shown, found, _("Donnez un jour à venir."), 422)
    try:
        ways_out.remind(found.id, until=until, actor=access.actor())
    except Refusal as refusal:
        return _refused(shown, code, refusal)
    return redirect(url_for("organizer_orders.order", series=series, code=code, done="reminded"))


@blueprint.post("/rests")
@access.permission_required("orders.refund")
def ask_rest(series: str, code: str) -> Any:
    """A part came: its buyer is asked for the rest until another date."""
    shown, found = _found(series, code)
    until = _until(shown)
    if until is None:
        return orders.page(shown, found, _("Donnez un jour à venir."), 422)
    try:
        review.ask_rest(found.id, until=until, actor=access.actor())
    except Refusal as refusal:
        return _refused(shown, code, refusal)
    return redirect(url_for("organizer_orders.order", series=series, code=code, done="reminded"))


@blueprint.post("/excesses")
@access.permission_required("orders.refund")
def give_back_excess(series: str, code: str) -> Any:
    """What came beyond the total goes back; the tickets stay."""
    shown, found = _found(series, code)
    try:
        review.give_back_excess(found.id, actor=access.actor())
    except Refusal as refusal:
        return _refused(shown, code, refusal)
    return redirect(url_for("organizer_orders.order", series=series, code=code, done="refund"))


def day_of(text: str) -> date | None:
    """A day of this age; None for anything else."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2200 else None


def _until(shown: Series) -> datetime | None:
    return end_of(day_of(request.form.get("until", "")), shown.timezone)


def _cents(typed: str) -> int | None:
    """What came, above zero; None for all that is owed."""
    if not typed.strip():
        return None
    cents = numbers.cents(typed, most=MOST_CENTS)
    if cents <= 0:
        raise ValueError("nothing came")
    return cents


def _found(series: str, code: str) -> tuple[Series, Order]:
    shown = desk.series_for(series, "orders.refund")
    return shown, queries.order_by_code(shown.id, code)


def _refused(shown: Series, code: str, refusal: Refusal) -> Any:
    words = refusals.answer(refusal)
    return orders.page(shown, queries.order_by_code(shown.id, code), words.sentence, words.status)
