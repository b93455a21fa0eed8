"""Codes: what each is for, how often it was used, a new one, and the end of one."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from eventsapp.domain.programme.models import Series
from eventsapp.domain.ticketing.catalogue import discounts, products
from eventsapp.domain.ticketing.catalogue.errors import DiscountCodeTaken, DiscountMalformed
from eventsapp.domain.ticketing.catalogue.models import Discount, Product
from eventsapp.kernel import clock, words
from eventsapp.kernel.i18n import _, pick
from eventsapp.web import access, refusals
from eventsapp.web.organizer import desk
from eventsapp.web.organizer.sales.forms import DiscountForm

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
    try:
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
    listed = [
        (one.id, _label(one)) for one in products.products_of(shown.id) if one.archived_at is None
    ]
    return DiscountForm(zone=shown.timezone, products=listed)


def _label(product: Product) -> str:
    label = words.typo(pick(product.label_fr, product.label_en))
    hidden = f" ({_('masqué')})" if product.hidden else ""
    if product.event is None:
        return f"{label}{hidden}"
    return f"{words.typo(pick(product.event.title_fr, product.event.title_en))} : {label}{hidden}"


def _page(shown: Series, form: DiscountForm, status: int) -> Any:
    now = clock.now()
    page = render_template(
        "organizer/sales/codes.html",
        series_row=shown,
        rows=[
            (one, _effect(one, shown.currency), _state(one, now))
            for one in discounts.listed(shown.id)
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
