"""Box office: products with their quotas, prices and sale periods."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from eventsapp.domain.programme import queries
from eventsapp.domain.programme.models import Series
from eventsapp.domain.ticketing.catalogue import products as rules
from eventsapp.domain.ticketing.catalogue.errors import CodeTaken
from eventsapp.domain.ticketing.catalogue.models import Product
from eventsapp.domain.ticketing.catalogue.products import NewProduct
from eventsapp.domain.ticketing.sales import persons
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.i18n import _
from eventsapp.web import access, refusals
from eventsapp.web.forms import numbers
from eventsapp.web.organizer import desk

blueprint = Blueprint("organizer_catalogue", __name__)

MOST_PLACES, MOST_CENTS = 1_000_000, 10_000_00


@blueprint.get("/organizer/<series>/catalogue")
@access.permission_required("catalogue.edit")
def products(series: str) -> Any:
    return _page(desk.series_for(series, "catalogue.edit"), {}, 200)


@blueprint.post("/organizer/<series>/catalogue")
@access.permission_required("catalogue.edit")
def add(series: str) -> Any:
    shown = desk.series_for(series, "catalogue.edit")
    errors, new = _read_new(shown)
    if errors or new is None:
        return _page(shown, errors, 422)
    event_id = request.form.get("event", type=numbers.whole) or 0
    try:
        rules.add_product(event_id, new, actor=access.actor())
    except CodeTaken as refusal:
        return _page(shown, {"code": refusals.sentence(refusal)}, 422)
    return redirect(url_for(".products", series=series, done="product"))


@blueprint.post("/organizer/<series>/catalogue/products/<int:product_id>")
@access.permission_required("catalogue.edit")
def change(series: str, product_id: int) -> Any:
    """Price in euros; running baskets keep the price they saw."""
    shown = desk.series_for(series, "catalogue.edit")
    rules.refuse_foreign_product(shown.id, product_id)
    cents = cents_of(request.form.get("price", ""))
    label = request.form.get("label_fr", "").strip()
    if cents is None or not label or len(label) > 200:
        return _page(shown, {f"product-{product_id}": _("Vérifiez le libellé et le prix.")}, 422)
    rules.update_product(
        product_id,
        actor=access.actor(),
        price_cents=cents,
        label_fr=label,
        label_en=request.form.get("label_en", "").strip()[:200] or label,
    )
    return redirect(url_for(".products", series=series, done="product"))


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


def cents_of(text: str) -> int | None:
    """Euros as typed, "19" or "19,50", in cents; None when it is no price."""
    try:
        return numbers.cents(text, most=MOST_CENTS)
    except ValueError:
        return None


def _read_new(shown: Series) -> tuple[dict[str, str], NewProduct | None]:
    form = request.form
    errors: dict[str, str] = {}
    if queries.plain_event(shown.id, form.get("event", type=numbers.whole) or 0) is None:
        errors["event"] = _("Choisissez un événement.")
    code = form.get("code", "").strip().upper()
    if not code or len(code) > 30 or not code.replace("-", "").isalnum():
        errors["code"] = _("Un code court : lettres, chiffres, tirets.")
    label = form.get("label_fr", "").strip()
    if not label or len(label) > 200:
        errors["label_fr"] = _("Donnez un libellé.")
    cents = cents_of(form.get("price", ""))
    if cents is None:
        errors["price"] = _("Un prix en euros, par exemple 19 ou 19,50.")
    places = form.get("places", type=numbers.whole)
    if (places is None and form.get("places", "").strip()) or (places or 0) > MOST_PLACES:
        errors["places"] = _("Donnez un nombre de places.")
    if errors or cents is None:
        return errors, None
    vat = form.get("vat", type=numbers.whole)
    english = form.get("label_en", "").strip()[:200] or label
    return {}, NewProduct(
        code=code,
        label_fr=label,
        label_en=english,
        price_cents=cents,
        places=places,
        vat_bp=vat if vat in (0, 210, 550, 1000, 2000) else 2000,
    )


def _page(shown: Series, errors: dict[str, str], status: int) -> Any:
    groups: dict[int | None, list[Product]] = {}
    for product in rules.products_of(shown.id):
        groups.setdefault(product.event_id, []).append(product)
    page = render_template(
        "organizer/sales/products.html",
        series_row=shown,
        groups=list(groups.values()),
        events=queries.numbered_events(shown.id),
        errors=errors,
        typed=request.form,
    )
    return page, status
