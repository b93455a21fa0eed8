"""The page of one tariff: made, changed, put in its place."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from eventsapp.domain.programme import queries
from eventsapp.domain.programme.models import Event, Series
from eventsapp.domain.ticketing.catalogue import editing, ending, products
from eventsapp.domain.ticketing.catalogue.errors import CodeTaken, ProductFixed, ProductMalformed
from eventsapp.domain.ticketing.catalogue.models import Product
from eventsapp.domain.ticketing.sales import tariffs
from eventsapp.kernel import words
from eventsapp.kernel.errors import EditedMeanwhile
from eventsapp.kernel.i18n import pick
from eventsapp.web import access, refusals
from eventsapp.web.organizer import desk
from eventsapp.web.organizer.sales import tariff_form
from eventsapp.web.organizer.sales.tariff_form import TariffForm

blueprint = Blueprint("organizer_tariffs", __name__)


@blueprint.route("/organizer/<series>/catalogue/events/<int:event_id>/new", methods=["GET", "POST"])
@access.permission_required("catalogue.edit")
def new(series: str, event_id: int) -> Any:
    shown = desk.series_for(series, "catalogue.edit")
    event = queries.draft_event(shown.id, event_id)
    form = _form(shown, event, None)
    if request.method == "POST" and form.validate():
        code = products.free_code(event.id, shown.id, form.label_fr.data or "")
        draft = replace(form.draft(code), position=products.next_position(event.id, shown.id))
        try:
            products.add_product(event.id, draft, actor=access.actor())
        except (CodeTaken, ProductMalformed) as refusal:
            _say(form, refusal)
        else:
            return _back(shown, event)
    return _page(shown, event, form), 422 if form.errors else 200


@blueprint.route("/organizer/<series>/catalogue/tariffs/<int:product_id>", methods=["GET", "POST"])
@access.permission_required("catalogue.edit")
def edit(series: str, product_id: int) -> Any:
    shown = desk.series_for(series, "catalogue.edit")
    product = editing.of_series(shown.id, product_id)
    event = queries.draft_event(shown.id, product.event_id or 0)
    form = _form(shown, event, product)
    theirs = None
    if request.method == "POST" and form.validate():
        draft = form.draft(product.code)
        try:
            tariffs.change(product_id, form.version_read, draft, actor=access.actor())
        except (CodeTaken, ProductMalformed, ProductFixed) as refusal:
            _say(form, refusal)
        except EditedMeanwhile:
            theirs = _saved(shown, event, editing.of_series(shown.id, product_id))
        else:
            return _back(shown, event)
    product = editing.of_series(shown.id, product_id)
    return _page(shown, event, form, product, theirs), _status(form, theirs)


@blueprint.post("/organizer/<series>/catalogue/tariffs/<int:product_id>/place")
@access.permission_required("catalogue.edit")
def place(series: str, product_id: int) -> Any:
    """Up or down on the page of its event."""
    shown = desk.series_for(series, "catalogue.edit")
    product = editing.of_series(shown.id, product_id)
    event_id = product.event_id
    editing.move(product_id, up=request.form.get("to") != "down", actor=access.actor())
    back = url_for("organizer_catalogue.products", series=series)
    return redirect(f"{back}#event-{event_id}" if event_id else f"{back}#passes")


@blueprint.post("/organizer/<series>/catalogue/tariffs/<int:product_id>/sale")
@access.permission_required("catalogue.edit")
def sale(series: str, product_id: int) -> Any:
    """Close the sale at once, or open it again."""
    shown = desk.series_for(series, "catalogue.edit")
    page = _page_of(series, editing.of_series(shown.id, product_id))
    if request.form.get("to") == "open":
        ending.open_again(product_id, actor=access.actor())
        return redirect(f"{page}?done=opened")
    ending.close(product_id, actor=access.actor())
    return redirect(f"{page}?done=closed")


@blueprint.post("/organizer/<series>/catalogue/tariffs/<int:product_id>/archive")
@access.permission_required("catalogue.edit")
def archive(series: str, product_id: int) -> Any:
    """Out of the lists, or back into them."""
    shown = desk.series_for(series, "catalogue.edit")
    editing.of_series(shown.id, product_id)
    listed = url_for("organizer_catalogue.products", series=series)
    if request.form.get("to") == "lists":
        ending.bring_back(product_id, actor=access.actor())
        return redirect(f"{listed}?done=brought_back")
    ending.archive(product_id, actor=access.actor())
    return redirect(f"{listed}?done=archived")


@blueprint.post("/organizer/<series>/catalogue/tariffs/<int:product_id>/removal")
@access.permission_required("catalogue.edit")
def remove(series: str, product_id: int) -> Any:
    """For good, asked first by the page."""
    shown = desk.series_for(series, "catalogue.edit")
    editing.of_series(shown.id, product_id)
    tariffs.remove(product_id, actor=access.actor())
    return redirect(url_for("organizer_catalogue.products", series=series, done="gone"))


def _page_of(series: str, product: Product) -> str:
    kind = "organizer_passes" if product.event_id is None else "organizer_tariffs"
    return url_for(f"{kind}.edit", series=series, product_id=product.id)


def _back(shown: Series, event: Event) -> Any:
    listed = url_for("organizer_catalogue.products", series=shown.slug, done="product")
    return redirect(f"{listed}#event-{event.id}")


def _status(form: TariffForm, theirs: TariffForm | None) -> int:
    if theirs is not None:
        return 409
    return 422 if form.errors else 200


def _say(form: TariffForm, refusal: CodeTaken | ProductMalformed | ProductFixed) -> None:
    field = refusal.facts.get("field", "code")
    said = tariff_form.MALFORMED.get(field) if isinstance(refusal, ProductMalformed) else None
    tariff_form.beside(form, field, [said() if said else refusals.sentence(refusal)])


def _form(shown: Series, event: Event, product: Product | None) -> TariffForm:
    """What is typed, or what is saved. What a used tariff keeps is not asked for."""
    typed = None
    if request.method == "POST":
        typed = MultiDict(request.form)
        if product is not None and tariffs.used([product.id]):
            for name, value in tariff_form.values(product, None).items():
                if name in ("kind", "tickets_per_unit", "code") or (name == "per_slot" and value):
                    typed.setdefault(name, str(value))
    return TariffForm(
        zone=shown.timezone,
        others=_others(event, product),
        formdata=typed,
        data=tariff_form.values(product, _places(product)),
    )


def _saved(shown: Series, event: Event, product: Product) -> TariffForm:
    return TariffForm(
        zone=shown.timezone,
        others=_others(event, product),
        formdata=None,
        data=tariff_form.values(product, _places(product)),
    )


def _places(product: Product | None) -> int | None:
    own = editing.own_quota(product) if product is not None else None
    return own.target if own is not None else None


def _others(event: Event, product: Product | None) -> list[tuple[str, str]]:
    return [
        (one.code, words.typo(pick(one.label_fr, one.label_en)))
        for one in products.of_event(event.id)
        if (product is None or one.id != product.id)
        and (one.archived_at is None or (product and one.code in (product.requires or ())))
    ]


def _page(
    shown: Series,
    event: Event,
    form: TariffForm,
    product: Product | None = None,
    theirs: TariffForm | None = None,
) -> str:
    return render_template(
        "organizer/sales/tariff.html",
        series_row=shown,
        event=event,
        form=form,
        product=product,
        used=product is not None and bool(tariffs.used([product.id])),
        own=editing.own_quota(product) if product is not None else None,
        kinds=tariff_form.kind_words(),
        theirs=theirs,
        differences=tariff_form.differences(form, theirs) if theirs is not None else [],
    )
