"""The invitation list of an event: addresses pasted or imported, letters, what became of them."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage

from eventsapp.domain.programme.models import Event, Series
from eventsapp.domain.ticketing.catalogue import guest_lines, guests
from eventsapp.domain.ticketing.catalogue.errors import GuestMalformed, GuestPlacesTaken
from eventsapp.domain.ticketing.catalogue.guest_lines import MOST_ALONG, Read
from eventsapp.domain.ticketing.catalogue.guests import GUESTS, NewGuests
from eventsapp.domain.ticketing.catalogue.models import Guest
from eventsapp.kernel.i18n import _
from eventsapp.web import access, lists, refusals
from eventsapp.web.forms import numbers
from eventsapp.web.organizer import desk, exporting
from eventsapp.web.organizer.sales import rows

blueprint = Blueprint("organizer_guests", __name__)

#: What is read of a file: 2,000 lines are far less.
MOST_BYTES = 1_000_000


@blueprint.route("/organizer/<series>/events/<int:event_id>/guests", methods=["GET", "POST"])
@access.permission_required("catalogue.edit")
def guests_of(series: str, event_id: int) -> Any:
    shown, event = desk.event_for(series, event_id, "catalogue.edit")
    if request.method == "GET":
        return _page(shown, event)
    text = _text()
    read = guest_lines.read(text)
    errors: dict[str, str] = {}
    try:
        along = numbers.whole(request.form.get("along", "").strip() or "0", most=MOST_ALONG)
    except ValueError:
        along = 0
        errors["along"] = _("Écrivez un nombre de {least} à {most}.", least=0, most=MOST_ALONG)
    if read.unreadable:
        errors["lines"] = _("Rien n’est enregistré : corrigez les lignes ci-dessous.")
    elif not read.lines:
        errors["lines"] = _("Donnez une adresse par ligne.")
    chosen = [
        int(one) for one in request.form.getlist("product") if one.isascii() and one.isdigit()
    ]
    if not chosen:
        errors["product"] = _("Choisissez au moins un tarif.")
    if errors or request.form.get("step", "check") == "check":
        return _page(shown, event, text=text, read=read, errors=errors), 422 if errors else 200
    new = NewGuests(
        lines=read.lines,
        along=along,
        product_ids=chosen,
        free="free" in request.form,
        locale="en" if request.form.get("locale") == "en" else "fr",
    )
    try:
        guests.invite(shown.id, event.id, new, actor=access.actor())
    except GuestMalformed as refusal:
        errors["lines"] = refusals.sentence(refusal)
        return _page(shown, event, text=text, read=read, errors=errors), 422
    return redirect(url_for(".guests_of", series=series, event_id=event_id, done="guests"))


@blueprint.get("/organizer/<series>/events/<int:event_id>/guests.csv")
@access.permission_required("catalogue.edit")
def export(series: str, event_id: int) -> Any:
    shown, event = desk.event_for(series, event_id, "catalogue.edit")
    return exporting.csv(GUESTS, shown, **_file(shown, event))


@blueprint.post("/organizer/<series>/events/<int:event_id>/guests/files")
@access.permission_required("catalogue.edit")
def make_file(series: str, event_id: int) -> Any:
    shown, event = desk.event_for(series, event_id, "catalogue.edit")
    back = url_for(".guests_of", series=series, event_id=event_id)
    return exporting.begin(GUESTS, shown, back=back, **_file(shown, event))


@blueprint.post("/organizer/<series>/events/<int:event_id>/guests/letters")
@access.permission_required("catalogue.edit")
def send_waiting(series: str, event_id: int) -> Any:
    """To all who have no letter yet."""
    shown, event = desk.event_for(series, event_id, "catalogue.edit")
    guests.send_waiting(shown.id, event.id, actor=access.actor())
    return redirect(url_for(".guests_of", series=series, event_id=event_id, done="guests_sent"))


@blueprint.get("/organizer/<series>/events/<int:event_id>/guests/<int:guest_id>")
@access.permission_required("catalogue.edit")
def guest(series: str, event_id: int, guest_id: int) -> Any:
    return _one(*_own(series, event_id, guest_id))


@blueprint.post("/organizer/<series>/events/<int:event_id>/guests/<int:guest_id>/letters")
@access.permission_required("catalogue.edit")
def send_again(series: str, event_id: int, guest_id: int) -> Any:
    shown, _event, row = _own(series, event_id, guest_id)
    guests.send_again(shown.id, row.id, actor=access.actor())
    where = {"series": series, "event_id": event_id, "guest_id": guest_id}
    return redirect(url_for(".guest", **where, done="guest_sent"))


@blueprint.post("/organizer/<series>/events/<int:event_id>/guests/<int:guest_id>/withdrawal")
@access.permission_required("catalogue.edit")
def withdraw(series: str, event_id: int, guest_id: int) -> Any:
    shown, _event, row = _own(series, event_id, guest_id)
    guests.withdraw(shown.id, row.id, actor=access.actor())
    where = {"series": series, "event_id": event_id, "guest_id": guest_id}
    return redirect(url_for(".guest", **where, done="guest_withdrawn"))


@blueprint.post("/organizer/<series>/events/<int:event_id>/guests/<int:guest_id>/places")
@access.permission_required("catalogue.edit")
def change_places(series: str, event_id: int, guest_id: int) -> Any:
    shown, event, row = _own(series, event_id, guest_id)
    most = MOST_ALONG + 1
    try:
        places = numbers.whole(request.form.get("places", "").strip(), most=most)
        guests.change_places(shown.id, row.id, places, actor=access.actor())
    except (ValueError, GuestMalformed):
        words = _("Écrivez un nombre de {least} à {most}.", least=1, most=most)
        return _one(shown, event, row, words), 422
    except GuestPlacesTaken as refusal:
        return _one(shown, event, row, refusals.sentence(refusal)), 409
    where = {"series": series, "event_id": event_id, "guest_id": guest_id}
    return redirect(url_for(".guest", **where, done="guest"))


def _own(slug: str, event_id: int, guest_id: int) -> tuple[Series, Event, Guest]:
    shown, event = desk.event_for(slug, event_id, "catalogue.edit")
    return shown, event, guests.guest_of(event.id, guest_id)


def _file(shown: Series, event: Event) -> dict[str, Any]:
    name = f"{shown.slug}-{event.slug}-invites"
    return {"scope": (event.id,), "name": name, "about": f"event:{event.id}"}


def _text() -> str:
    """What was pasted, and after it what a file holds."""
    file = request.files.get("file")
    pasted = request.form.get("lines", "")[:MOST_BYTES]
    imported = _of_file(file) if file is not None and file.filename else ""
    return "\n".join(one for one in (pasted, imported) if one.strip())


def _of_file(file: FileStorage) -> str:
    data = file.stream.read(MOST_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:  # a file of an older Excel
        text = data.decode("cp1252", "replace")
    return text.replace("\0", "")


def _page(
    shown: Series,
    event: Event,
    *,
    text: str = "",
    read: Read | None = None,
    errors: dict[str, str] | None = None,
) -> str:
    products = guests.openable(event.id)
    first = [products[0].id] if products else []
    chosen = request.form.getlist("product") if request.method == "POST" else map(str, first)
    listing = GUESTS.listing(event.id)
    return render_template(
        "organizer/sales/guests.html",
        series_row=shown,
        event=event,
        found=lists.show(listing, GUESTS.titles(event.id), numbers=("taken", "places", "letter")),
        figures=guests.figures(event.id),
        states=state_words(),
        list_url=lists.same_list,
        public=event.released_state == "confirmed",
        access=event.access.value,
        products=products,
        chosen=set(chosen),
        price_words=rows.speakers(shown)["price_words"],
        text=text,
        read=read,
        errors={"lines": "", "along": "", "product": ""} | (errors or {}),
        along=request.form.get("along", "0"),
        free=request.method == "GET" or "free" in request.form,
        locale=request.form.get("locale", "fr"),
        most=guests.MOST_AT_ONCE,
        kept_days=guests.KEPT_FOR.days,
    )


def _one(shown: Series, event: Event, row: Guest, error: str = "") -> str:
    return render_template(
        "organizer/sales/guest.html",
        series_row=shown,
        event=event,
        guest=row,
        public=event.released_state == "confirmed",
        products=row.discount.products,
        error=error,
        typed=request.form.get("places", row.discount.most_uses),
    )


def state_words() -> dict[str, tuple[str, str]]:
    """State of a guest -> its word and tone."""
    return {
        "waiting": (_("lettre en attente"), "is-soft"),
        "asked": (_("pas encore répondu"), ""),
        "partly": (_("en partie pris"), "is-good"),
        "whole": (_("tout est pris"), "is-good"),
        "withdrawn": (_("invitation retirée"), "is-bad"),
    }
