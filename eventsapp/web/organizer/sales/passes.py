"""The page of a pass: its price, its events, and what part of the price each stands for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from eventsapp.domain.programme import queries
from eventsapp.domain.programme.models import Event, Series
from eventsapp.domain.ticketing.catalogue import editing, passes, products
from eventsapp.domain.ticketing.catalogue.errors import CodeTaken, ProductFixed, ProductMalformed
from eventsapp.domain.ticketing.catalogue.models import Product
from eventsapp.domain.ticketing.sales import tariffs
from eventsapp.kernel import words
from eventsapp.kernel.errors import EditedMeanwhile, NotFound
from eventsapp.kernel.i18n import _, pick
from eventsapp.web import access, refusals
from eventsapp.web.organizer import desk
from eventsapp.web.organizer.sales import tariff_form
from eventsapp.web.organizer.sales.tariff_form import PartForm, PassForm

blueprint = Blueprint("organizer_passes", __name__)


@dataclass
class Parts:
    """The events of the series beside a pass, with the weights of their shares."""

    events: list[Event]
    forms: dict[int, PartForm]
    wrong: str = ""

    @property
    def chosen(self) -> list[tuple[int, int]]:
        return [(key, one.weight.data or 0) for key, one in self.forms.items() if one.on.data]

    def validate(self) -> bool:
        return all([one.validate() for one in self.forms.values()])


@blueprint.route("/organizer/<series>/catalogue/passes/new", methods=["GET", "POST"])
@access.permission_required("catalogue.edit")
def new(series: str) -> Any:
    shown = desk.series_for(series, "catalogue.edit")
    form, parts = _form(shown, None), _parts(shown, None)
    if request.method == "POST" and _valid(form, parts):
        code = products.free_code(None, shown.id, form.label_fr.data or "")
        draft = replace(form.draft(code), position=products.next_position(None, shown.id))
        try:
            passes.add_pass(
                shown.id,
                draft,
                parts.chosen,
                actor=access.actor(),
                organisation_id=shown.organisation_id,
            )
        except (CodeTaken, ProductMalformed) as refusal:
            _say(form, parts, refusal)
        else:
            return _back(shown)
    return _page(shown, form, parts), _status(form, parts)


@blueprint.route("/organizer/<series>/catalogue/passes/<int:product_id>", methods=["GET", "POST"])
@access.permission_required("catalogue.edit")
def edit(series: str, product_id: int) -> Any:
    shown = desk.series_for(series, "catalogue.edit")
    product = _pass_of(shown, product_id)
    form, parts = _form(shown, product), _parts(shown, product)
    theirs = None
    if request.method == "POST" and _valid(form, parts):
        draft = form.draft(product.code)
        version = form.version_read
        try:
            tariffs.change_pass(product_id, version, draft, parts.chosen, actor=access.actor())
        except (CodeTaken, ProductMalformed, ProductFixed) as refusal:
            _say(form, parts, refusal)
        except EditedMeanwhile:
            theirs = PassForm(
                zone=shown.timezone, formdata=None, data=_values(_pass_of(shown, product_id))
            )
        else:
            return _back(shown)
    page = _page(shown, form, parts, _pass_of(shown, product_id), theirs)
    return page, 409 if theirs is not None else _status(form, parts)


def _pass_of(shown: Series, product_id: int) -> Product:
    product = editing.of_series(shown.id, product_id)
    if product.event_id is not None:
        raise NotFound(what="product", reference=product_id)
    return product


def _valid(form: PassForm, parts: Parts) -> bool:
    good = all([form.validate(), parts.validate()])
    if not parts.chosen:
        parts.wrong = _("Cochez au moins un événement.")
        return False
    return good


def _status(form: PassForm, parts: Parts) -> int:
    wrong = parts.wrong or any(one.errors for one in parts.forms.values())
    return 422 if request.method == "POST" and (form.errors or wrong) else 200


def _back(shown: Series) -> Any:
    listed = url_for("organizer_catalogue.products", series=shown.slug, done="pass")
    return redirect(f"{listed}#passes")


def _say(
    form: PassForm, parts: Parts, refusal: CodeTaken | ProductMalformed | ProductFixed
) -> None:
    field = refusal.facts.get("field", "code")
    said = tariff_form.MALFORMED.get(field) if isinstance(refusal, ProductMalformed) else None
    sentence = said() if said else refusals.sentence(refusal)
    if field == "events":
        parts.wrong = sentence
    else:
        tariff_form.beside(form, field, [sentence])


def _values(product: Product | None) -> dict[str, Any]:
    own = editing.own_quota(product) if product is not None else None
    return tariff_form.values(product, own.target if own is not None else None)


def _form(shown: Series, product: Product | None) -> PassForm:
    """What is typed, or what is saved. What a used pass keeps is not asked for."""
    typed = MultiDict(request.form) if request.method == "POST" else None
    if typed is not None and product is not None and tariffs.used([product.id]):
        typed.setdefault("tickets_per_unit", str(product.tickets_per_unit))
        typed.setdefault("code", product.code)
    return PassForm(zone=shown.timezone, formdata=typed, data=_values(product))


def _parts(shown: Series, product: Product | None) -> Parts:
    """One line an event; of a used pass its own events alone, which stay ticked."""
    saved = passes.admits_of(product) if product is not None else {}
    fixed = product is not None and bool(tariffs.used([product.id]))
    prices = passes.proposed(shown.id)
    events = [one for one in queries.numbered_events(shown.id) if not fixed or one.id in saved]
    typed = MultiDict(request.form) if request.method == "POST" else None
    forms = {}
    for event in events:
        if typed is not None and fixed:
            typed[f"event{event.id}-on"] = "y"
        weight = saved.get(event.id, prices.get(event.id, 0))
        forms[event.id] = PartForm(
            event.id, formdata=typed, data={"on": event.id in saved, "weight": weight}
        )
    return Parts(events, forms)


def _shares(form: PassForm, parts: Parts) -> Mapping[int, int]:
    """What each event stands for at the price that is typed: shown before anything is saved."""
    price = form.price.data
    return passes.shares(price, dict(parts.chosen)) if price is not None and parts.chosen else {}


def _page(
    shown: Series,
    form: PassForm,
    parts: Parts,
    product: Product | None = None,
    theirs: PassForm | None = None,
) -> str:
    return render_template(
        "organizer/sales/pass.html",
        series_row=shown,
        form=form,
        parts=parts,
        shares=_shares(form, parts),
        product=product,
        used=product is not None and bool(tariffs.used([product.id])),
        own=editing.own_quota(product) if product is not None else None,
        kinds={},
        theirs=theirs,
        differences=_differences(form, parts, product, theirs),
    )


def _differences(
    form: PassForm, parts: Parts, product: Product | None, theirs: PassForm | None
) -> list[tuple[str, str, str]]:
    """What another editor saved beside what is typed here, the events last."""
    if theirs is None or product is None:
        return []
    found = tariff_form.differences(form, theirs)
    saved, typed = passes.admits_of(product), dict(parts.chosen)
    if saved != typed:
        found.append((_("Événements"), _spoken(parts, saved), _spoken(parts, typed)))
    return found


def _spoken(parts: Parts, weights: Mapping[int, int]) -> str:
    return ", ".join(
        f"{words.typo(pick(one.title_fr, one.title_en))} {words.money(weights[one.id])}"
        for one in parts.events
        if one.id in weights
    )
