"""The shop: choose, fill in, order. The order's own page is in ``orders.py``."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, Response, abort, g, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from eventsapp.domain.programme import releases
from eventsapp.domain.programme.releases import ReleasedEvent, ReleasedSeries
from eventsapp.domain.questions.fields import Problem
from eventsapp.domain.ticketing.asking.concern import Plan
from eventsapp.domain.ticketing.asking.errors import AnswersMissing
from eventsapp.domain.ticketing.catalogue import discounts, stock
from eventsapp.domain.ticketing.catalogue.errors import DiscountUnknown
from eventsapp.domain.ticketing.catalogue.pricing import Reduction
from eventsapp.domain.ticketing.sales import asked, checkout, holds
from eventsapp.domain.ticketing.sales.errors import HoldGone
from eventsapp.domain.ticketing.sales.holds import SeriesRef
from eventsapp.domain.ticketing.sales.models import Hold, Order, OrderStatus
from eventsapp.kernel import clock, limits
from eventsapp.kernel.errors import Refusal
from eventsapp.kernel.i18n import _
from eventsapp.web import access, addresses, frame, pages, refusals
from eventsapp.web.forms import answering as answers
from eventsapp.web.forms.basket_lines import Unreadable, read_lines
from eventsapp.web.forms.tickets import BuyerForm, attendees, without_line
from eventsapp.web.public import accepted, basket
from eventsapp.web.public.orders import order_url
from eventsapp.web.public.recap import Recap, recap_of
from eventsapp.web.public.tariffs import chosen, payable, tariffs

blueprint = Blueprint("public_tickets", __name__)

# Codes that do not exist, from one network in ten minutes, before it is told to wait.
CODE_GUESSES, CODE_SECONDS = 100, 600
# Fields in a buyer's own words, to be copied when they came too late.
_TYPED = re.compile(r"(email|phone|siren|first|last|company)(_name)?(-\d+-\d+)?$")


@blueprint.get("/<lang>/<series>/tickets")
def choose(lang: str, series: str) -> Any:
    """Every tariff of the series on one page, so that several events make one order."""
    shown = _series(series)
    asked = shown.event(request.args.get("event", ""))
    frame.about_events([asked.id] if asked else [])
    typed = _code(request.args)
    try:
        reduction = _find(shown, typed) if typed else None
    except Refusal as refusal:
        words = refusals.answer(refusal)
        return _choose(shown, [words.sentence], {"code": typed}, words.status)
    return _choose(shown, [], {"code": typed}, 200, reduction)


@blueprint.post("/<lang>/<series>/hold")
def hold(lang: str, series: str) -> Any:
    shown = _series(series)
    reduction = None
    try:
        lines = read_lines(request.form.items())
        code = _code(request.form)
        reduction = _find(shown, code) if code else None
        secret = basket.hold_secret()
        if secret and _living(shown) is not None:
            holds.add(secret, lines, code=code)
        elif secret and (made := _ordered(secret, shown)) is not None:
            # The answer that named this order was lost with its cookie's end: a second one, for
            # the same evening, is what a buyer who saw neither would make.
            target = order_url(made, series) + "?deja=1"
            return basket.forget(redirect(target, code=303))
        else:
            ref = SeriesRef(shown.id, shown.organisation_id)
            secret = holds.make(ref, lines, code=code, network=access.visitor_network())
    except Unreadable:
        message = _("Une quantité ou un prix n’est pas un nombre. Corrigez-le.")
        return _choose(shown, [message], chosen(request.form), 422, reduction)
    except Refusal as refusal:
        words = refusals.answer(refusal)
        return _choose(shown, [words.sentence], chosen(request.form), words.status, reduction)
    count = sum(line.quantity for line in lines)
    answer = redirect(url_for(".details", lang=lang, series=series), code=303)
    return basket.remember(answer, secret, count)


@blueprint.route("/<lang>/<series>/checkout", methods=["GET", "POST"])
def details(lang: str, series: str) -> Any:
    shown = _series(series)
    kept = _living(shown)
    if kept is None:
        return _ended(shown)
    recap, plan = recap_of(kept, shown), asked.of_hold(kept)
    form = BuyerForm(paid=recap.total_cents > 0)
    if not form.is_submitted():
        return _details(shown, kept, recap, form, [], 200, plan=plan)
    people = attendees(request.form, [line.tickets for line in recap.lines])
    typed = answers.typed_in(request.form, plan)
    if not form.validate():
        wrong = answers.problems_of(plan, typed, people)
        return _details(shown, kept, recap, form, [], 422, plan=plan, problems=wrong)
    if _code_waits(kept):
        # Typed, and Enter or the big button pressed: its price is shown before anything is ordered.
        return apply_code(lang, series)
    try:
        order = checkout.place_order(
            basket.hold_secret(),
            form.buyer(lang),
            people,
            shown_total_cents=form.shown_total.data,
            terms_digest=accepted.keep_words(shown, lang),
            answers=typed,
        )
    except HoldGone:
        return _gone()
    except AnswersMissing as refusal:
        # Asked anew: a question may have come since the page was read.
        wrong = answers.told(refusal)
        return _details(shown, kept, recap, form, [], 422, plan=asked.of_hold(kept), problems=wrong)
    except Refusal as refusal:
        words = refusals.answer(refusal)
        return _details(shown, kept, recap, form, [words.sentence], words.status, plan=plan)
    return basket.forget(redirect(_next_step(order, series), code=303))


@blueprint.route("/<lang>/<series>/checkout/extensions", methods=["GET", "POST"])
def extend(lang: str, series: str) -> Any:
    """Ten minutes more."""
    return _changed(lang, series, holds.extend)


@blueprint.route("/<lang>/<series>/checkout/codes", methods=["GET", "POST"])
def apply_code(lang: str, series: str) -> Any:
    """Give the basket the prices of a code."""

    def apply(secret: str) -> None:
        with _guess():
            holds.apply_code(secret, _code(request.form))

    return _changed(lang, series, apply)


@blueprint.route("/<lang>/<series>/checkout/lines/<int:line_id>/removals", methods=["GET", "POST"])
def remove(lang: str, series: str, line_id: int) -> Any:
    """Take a line out; the names of the others stay where they were typed."""
    shown = _series(series)
    kept = _living(shown)
    ids = [line.id for line in kept.lines] if kept is not None else []
    if request.method == "POST" and ids == [line_id]:
        holds.remove_line(basket.hold_secret(), line_id)
        target = url_for("public_programme.programme", lang=lang, series=series)
        return basket.forget(redirect(target, code=303))
    typed = without_line(request.form, ids.index(line_id)) if line_id in ids else request.form
    return _changed(lang, series, lambda secret: holds.remove_line(secret, line_id), typed)


def _code_waits(kept: Hold) -> bool:
    """Whether a code was typed that the basket does not have."""
    applied = {line.discount.code for line in kept.lines if line.discount is not None}
    typed = discounts.fold(_code(request.form))
    return bool(typed) and typed not in applied


def _changed(
    lang: str,
    series: str,
    change: Callable[[str], None],
    typed: MultiDict[str, str] | None = None,
) -> Any:
    """Change the basket, and show the form again as it was typed: names are not typed twice.

    Who comes by a link (another language, a reload) is led to the form.
    """
    shown = _series(series)
    if request.method == "GET":
        return redirect(url_for(".details", lang=lang, series=series))
    errors, status = [], 200
    try:
        change(basket.hold_secret())
    except HoldGone:
        return _gone()
    except Refusal as refusal:
        words = refusals.answer(refusal)
        errors, status = [words.sentence], words.status
    kept = _living(shown)
    if kept is None:
        return _gone()
    recap = recap_of(kept, shown)
    form = BuyerForm(paid=recap.total_cents > 0)
    return _details(shown, kept, recap, form, errors, status, typed, plan=asked.of_hold(kept))


def _series(slug: str) -> ReleasedSeries:
    shown = releases.recent(slug)
    if shown is None:
        abort(404)
    g.released_series = shown
    pages.may_lead_to_payment()
    return shown


def _living(shown: ReleasedSeries) -> Hold | None:
    kept = holds.living(basket.hold_secret())
    return kept if kept is not None and kept.series_id == shown.id else None


def _next_step(order: Order, series: str) -> str:
    """The payment page, or the order's own. If Stripe does not answer the order stands, and
    its page says so: nothing was charged, the places are kept."""
    target = order_url(order, series)
    if order.status is not OrderStatus.AWAITING_PAYMENT:
        return target
    try:
        page = addresses.absolute(target)
        return checkout.start_payment(order.id, return_url=f"{page}?retour=1", cancel_url=page)
    except Refusal:
        return target + "?suspens=1"


def _code(given: Mapping[str, str]) -> str:
    return given.get("code", "").strip()[:200]


def _find(shown: ReleasedSeries, code: str) -> Reduction:
    with _guess():
        return discounts.find(shown.id, code)


@contextmanager
def _guess() -> Iterator[None]:
    """A code may be short: guessing is made slow, for one network at a time. One that exists is no
    guess: a school whose pupils type the same right code is not refused."""
    counted = f"code:{access.network()}"
    limits.hit(counted, limit=CODE_GUESSES, per=CODE_SECONDS)
    try:
        yield
    except DiscountUnknown:
        raise
    except Refusal:
        limits.forgive(counted, per=CODE_SECONDS)
        raise
    limits.forgive(counted, per=CODE_SECONDS)


def _ended(shown: ReleasedSeries) -> Response:
    """The hold is an order already (a double click, another tab, a lost answer), whatever became of
    it since: its page says so. Or its time is over."""
    order = _order_of(basket.hold_secret(), shown)
    if order is None:
        return _gone()
    clicked = request.method == "POST"
    target = _next_step(order, shown.slug) if clicked else order_url(order, shown.slug)
    return basket.forget(redirect(target, code=303))


def _order_of(secret: str, shown: ReleasedSeries) -> Order | None:
    try:
        order = checkout.order_of(secret)
    except HoldGone:
        return None
    return order if order.series_id == shown.id else None


def _ordered(secret: str, shown: ReleasedSeries) -> Order | None:
    """The order that this basket became, while it stands."""
    order = _order_of(secret, shown)
    ended = (OrderStatus.EXPIRED, OrderStatus.CANCELLED)
    return order if order is not None and order.status not in ended else None


def _gone() -> Response:
    """The hold has ended: the page says so, shows what was typed and leads to the tariffs."""
    typed = [text for name, text in request.form.items() if _TYPED.match(name) and text.strip()]
    secret = basket.hold_secret()
    # A basket of another series goes on there: it has not ended, and there is none here.
    elsewhere = holds.living(secret) is not None
    known = not elsewhere and holds.known(secret)
    answer = Response(
        render_template("public/tickets/gone.html", typed=typed, known=known), status=410
    )
    return answer if elsewhere else basket.forget(answer)


def _choose(
    shown: ReleasedSeries,
    errors: list[str],
    typed: dict[str, str],
    status: int,
    reduction: Reduction | None = None,
) -> Any:
    """The tariffs; a code shows its prices, and the products that it opens."""
    slug = request.form.get("event") or request.args.get("event")
    only = shown.event(slug) if slug else None
    opened = reduction.opens if reduction else frozenset()
    by_event: dict[int | None, list[stock.Offer]] = {}
    for offer in stock.offers_of_series(shown.id).values():
        if not offer.hidden or offer.product_id in opened:
            by_event.setdefault(offer.event_id, []).append(offer)
    pays = payable(shown)
    listed = [only] if only else [one for one in shown.events if not one.cancelled]
    groups = [
        (event, tariffs(by_event[event.id], event, shown.timezone, reduction, payable=pays))
        for event in listed
        if event.id in by_event and _sold_here(event, by_event[event.id], opened)
    ]
    page = render_template(
        "public/tickets/choose.html",
        groups=groups,
        passes=tariffs(by_event.get(None, []), None, shown.timezone, reduction, payable=pays)
        if not only
        else (),
        code=_shown_code(reduction, typed),
        invited=reduction.left if reduction is not None and reduction.personal else None,
        errors=errors,
        typed=typed,
        only=only,
    )
    return page, status


def _shown_code(reduction: Reduction | None, typed: Mapping[str, str]) -> str:
    """What the form sends along: the code, or the link of a guest as it came."""
    if reduction is None:
        return ""
    return typed.get("code", "") if reduction.personal else reduction.code


def _sold_here(event: ReleasedEvent, offers: Iterable[stock.Offer], opened: frozenset[int]) -> bool:
    """Events by invitation have tariffs for whoever has a code; those elsewhere have none."""
    if event.access in ("code", "invitation"):
        return any(offer.product_id in opened for offer in offers)
    return event.access != "external"


def _details(
    shown: ReleasedSeries,
    kept: Hold,
    recap: Recap,
    form: BuyerForm,
    errors: list[str],
    status: int,
    typed: MultiDict[str, str] | None = None,
    *,
    plan: Plan,
    problems: Sequence[Problem] = (),
) -> Any:
    typed = request.form if typed is None else typed
    left = int((kept.expires_at - clock.now()).total_seconds())
    page = render_template(
        "public/tickets/details.html",
        form=form,
        errors=errors,
        recap=recap,
        kept=kept,
        seconds_left=max(0, left),
        can_extend=kept.extensions < holds.MAX_EXTENSIONS,
        typed=typed,
        asked=answers.basket(plan, typed, problems),
        seller=shown.organizer_name,
        secret=basket.hold_secret(),
    )
    # It holds the secret of the basket.
    return page, status, {"Cache-Control": "no-store"}
