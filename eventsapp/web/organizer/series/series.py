"""A new series, and the frame and legal identity of one that exists."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from eventsapp.domain.accounts import organisations
from eventsapp.domain.accounts.models import Organisation
from eventsapp.domain.accounts.permissions import Place
from eventsapp.domain.planning import zones
from eventsapp.domain.programme import frame, queries
from eventsapp.domain.programme.errors import ZoneChanges
from eventsapp.domain.programme.models import Series
from eventsapp.kernel.errors import Forbidden, Refusal
from eventsapp.web import access, refusals
from eventsapp.web.forms import numbers
from eventsapp.web.organizer import desk
from eventsapp.web.organizer.series.forms import SeriesForm, values_of

blueprint = Blueprint("organizer_series", __name__)


@blueprint.route("/organizer/series/new", methods=["GET", "POST"])
@access.permission_required("series.edit")
def new() -> Any:
    houses = _own_organisations()
    asked = request.values.get("for", type=numbers.whole)
    chosen = next((one for one in houses if one.id == asked), None)
    if chosen is None and len(houses) > 1:
        return render_template("organizer/series/for_whom.html", houses=houses)
    return _edit(None, chosen or houses[0])


@blueprint.route("/organizer/<series>/settings", methods=["GET", "POST"])
@access.permission_required("series.edit")
def settings(series: str) -> Any:
    shown = desk.series_for(series, "series.edit")
    return _edit(shown, organisations.organisation(shown.organisation_id))


def _own_organisations() -> list[Organisation]:
    """The organisations the account may open a series for, at least one."""
    ids = {role.organisation_id for role in access.signed_in_account().roles}
    may = [one for one in ids if access.may("series.edit", Place(organisation_id=one))]
    if not may:
        raise Forbidden(action="series.edit")
    return organisations.named(may)


def _edit(series: Series | None, seller: Organisation) -> Any:
    form = SeriesForm(data=_values(series, seller))
    refused, seller_id, zone_change = "", seller.id, None
    series_id = series.id if series else None
    sharing = [one for one in queries.series_of(seller_id) if one.id != series_id]
    asks = False
    if request.method == "POST" and form.validate():
        asks = _changes_others(form, seller, sharing)
    if request.method == "POST" and not form.errors and not asks:
        actor = access.actor()
        try:
            if series_id is None:
                saved = frame.create_series(seller_id, form.draft(), actor=actor)
            else:
                seen = request.form.get("zone_seen", "")
                saved = zones.update_series(series_id, form.draft(), actor=actor, seen=seen)
            organisations.set_identity(seller_id, form.seller.data or "", form.legal(), actor=actor)
        except ZoneChanges:
            zone_change = zones.change(series_id or 0, form.draft().timezone)
        except Refusal as refusal:
            refused = refusals.sentence(refusal)
        else:
            return redirect(url_for(".settings", series=saved.slug, done="saved"))
    page = render_template(
        "organizer/series/settings.html",
        series_row=queries.series_by_slug(series.slug) if series else None,
        form=form,
        refused=refused,
        zone_change=zone_change,
        sharing=sharing,
        seller_name=seller.name,
        seller_id=seller_id,
        asks_seller=_mark(sharing) if asks else "",
        missing=form.named(organisations.missing(organisations.organisation(seller_id).legal)),
    )
    return page, 409 if refused else 422 if form.errors or zone_change or asks else 200


def _changes_others(form: SeriesForm, seller: Organisation, sharing: list[Series]) -> bool:
    """Whether another identity is sent that other series share, and nobody was shown which."""
    seen = request.form.get("seller_seen", "") == _mark(sharing)
    name = form.seller.data or ""
    return bool(sharing) and not seen and organisations.changes(seller, name, form.legal())


def _mark(sharing: list[Series]) -> str:
    return ",".join(str(one.id) for one in sharing)


def _values(series: Series | None, seller: Organisation) -> dict[str, Any]:
    values = {"seller": seller.name, **values_of(seller.legal or {})}
    if series is None:
        return values
    lines = [f"{one.name_fr} ; {one.name_en}" for one in queries.domains(series.id)]
    names = ("title_fr", "title_en", "slug", "starts_on", "ends_on", "timezone")
    return values | {name: getattr(series, name) for name in names} | {"domains": "\n".join(lines)}
