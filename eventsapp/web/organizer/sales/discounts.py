"""Codes: what each is for, how often it was used, a new one, and the end of one."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from eventsapp.domain.programme.models import Series
from eventsapp.domain.ticketing.catalogue import discounts, products
from eventsapp.domain.ticketing.catalogue.errors import DiscountCodeTaken, DiscountMalformed
from eventsapp.domain.ticketing.catalogue.models import Discount, Product
from eventsapp.kernel import clock, words
from eventsapp.kernel.i18n import _, pick
from eventsapp.web import access, lists, refusals
from eventsapp.web.organizer import desk
from eventsapp.web.organizer.sales.forms import DiscountForm, ProductGroup

blueprint = Blueprint("organizer_discounts", __name__)


@blueprint.get("/organizer/<series>/codes")
@access.permission_required("catalogue.edit")
def codes(series: str) -> Any:
    shown = desk.series_for(series, "catalogue.edit")
    return _page(shown, _form(shown), 200)


@blueprint.post("/organizer/<series>/codes")
@access.permission_required("catalogue.edit")
def add(series: str) -> Any:
    shown = desk.series_for(series, "catalogue.edit")
    form = _form(shown)
    if not form.validate():
        return _page(shown, form, 422)
    copies = form.copies.data or 1
    try:
        if copies > 1:
            discounts.create_many(shown.id, form.new, copies, actor=access.actor())
            begins = discounts.fold(form.new.code)
            return redirect(url_for(".codes", series=series, done="codes", q=f"{begins}-"))
        discounts.create(shown.id, form.new, actor=access.actor())
    except (DiscountCodeTaken, DiscountMalformed) as refusal:
        field = refusal.facts.get("field", "code")
        form[field if field in form else "code"].errors = [_why(refusal)]
        return _page(shown, form, 422)
    return redirect(url_for(".codes", series=series, done="code"))


@blueprint.post("/organizer/<series>/codes/<int:discount_id>/end")
@access.permission_required("catalogue.edit")
def end(series: str, discount_id: int) -> Any:
    shown = desk.series_for(series, "catalogue.edit")
    discounts.end(shown.id, discount_id, actor=access.actor())
    return redirect(url_for(".codes", series=series, done="code_ended"))


def _why(refusal: DiscountCodeTaken | DiscountMalformed) -> str:
    if refusal.facts.get("field") == "code":
        return _("De 3 à 40 lettres, chiffres ou tirets, sans accent.")
    return refusals.sentence(refusal)


def _form(shown: Series) -> DiscountForm:
    groups: dict[int, list[Product]] = {}
    for one in products.products_of(shown.id):
        if one.archived_at is None:
            groups.setdefault(one.event_id or 0, []).append(one)
    return DiscountForm(
        zone=shown.timezone,
        groups=[
            ProductGroup(key, _title(listed[0]), tuple((one.id, _label(one)) for one in listed))
            for key, listed in sorted(groups.items(), key=_by_number)
        ],
    )


def _by_number(group: tuple[int, list[Product]]) -> tuple[bool, int]:
    """Events in the order of their numbers, passes last."""
    event = group[1][0].event
    return event is None, event.number if event is not None else 0


def _title(product: Product) -> str:
    if product.event is None:
        return _("Pass")
    return words.typo(pick(product.event.title_fr, product.event.title_en))


def _label(product: Product) -> str:
    hidden = f" ({_('masqué')})" if product.hidden else ""
    return f"{words.typo(pick(product.label_fr, product.label_en))}{hidden}"


@blueprint.get("/organizer/<series>/codes.csv")
@access.permission_required("catalogue.edit")
def export(series: str) -> Any:
    """The codes that begin as asked for: what each does, and how often it was used."""
    shown = desk.series_for(series, "catalogue.edit")
    now = clock.now()
    rows = [
        (
            one.code,
            _effect(one, shown.currency),
            ", ".join(f"{_title(product)} : {_label(product)}" for product in one.products),
            one.used,
            one.most_uses,
            state_words()[_state(one, now)],
            one.valid_from and clock.local(one.valid_from, shown.timezone),
            one.valid_until and clock.local(one.valid_until, shown.timezone),
        )
        for one in discounts.listed(shown.id, _asked())
    ]
    titles = (
        _("Code"), _("Effet"), _("Tarifs"), _("Billets pris"), _("Billets au plus"), _("État"),
        _("Valable à partir de"), _("Valable jusqu’à"),
    )  # fmt: skip
    return lists.csv_answer(f"{shown.slug}-codes.csv", titles, rows)[0]


def _asked() -> str:
    """The beginning of the codes that are looked for."""
    return request.args.get("q", "")[:60]


def _page(shown: Series, form: DiscountForm, status: int) -> Any:
    now, asked = clock.now(), _asked()
    page = render_template(
        "organizer/sales/codes.html",
        asked=asked,
        count=discounts.count(shown.id, asked),
        most_at_once=discounts.MOST_AT_ONCE,
        states=state_words(),
        series_row=shown,
        rows=[
            (one, _effect(one, shown.currency), _state(one, now))
            for one in discounts.listed(shown.id, asked, most=discounts.MOST_SHOWN)
        ],
        form=form,
        opened=request.method == "POST",
    )
    return page, status


def _effect(row: Discount, currency: str) -> str:
    if row.effect == "percent":
        return f"−{words.percent(row.value / 100)}"
    if row.effect == "fixed":
        return f"−{words.money(row.value, currency)}"
    return _("ouvre, gratuit") if row.effect == "unlock_free" else _("ouvre")


def _state(row: Discount, now: Any) -> str:
    if row.valid_until is not None and row.valid_until <= now:
        return "ended"
    if row.valid_from is not None and row.valid_from > now:
        return "later"
    return "used_up" if row.most_uses is not None and row.used >= row.most_uses else "open"


def state_words() -> dict[str, str]:
    return {
        "open": _("en cours"),
        "later": _("à venir"),
        "used_up": _("épuisé"),
        "ended": _("clos"),
    }
