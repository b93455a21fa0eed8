"""Gates, phones, live attendance, badges and the printed list: the door seen from the desk."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from eventsapp import settings
from eventsapp.domain.checkin import (
    badges,
    devices,
    gates,
    hours,
    incidents,
    queries,
    revoking,
    strays,
)
from eventsapp.domain.checkin.errors import DeviceHoldsScans, GateNameTaken, NoEventAtGate
from eventsapp.domain.checkin.models import Device, Gate
from eventsapp.domain.programme.models import Event, Series
from eventsapp.domain.ticketing.sales import codes
from eventsapp.gateways import qr
from eventsapp.kernel import clock, i18n, words
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.i18n import _, pick
from eventsapp.web import access, addresses, refusals
from eventsapp.web.forms.door import GateForm
from eventsapp.web.organizer import desk

blueprint = Blueprint("organizer_door", __name__, url_prefix="/organizer/<series>/door")

CHART_WIDTH, CHART_HEIGHT = 860, 220


def _event(slug: str, event_id: int) -> tuple[Series, Event]:
    """The evening of an event, for the crew of the series or of this event alone."""
    row, _found = desk.event_for(slug, event_id, "door.view")
    event = queries.event_of(row.id, event_id)
    if event is None:
        raise NotFound(what="event", reference=event_id)
    return row, event


def _gate(row: Series, gate_id: int) -> Gate:
    gate = queries.gate(row.id, gate_id)
    if gate is None:
        raise NotFound(what="gate", reference=gate_id)
    return gate


def _back(row: Series, done: str, what: str | None = None) -> Any:
    return redirect(url_for(".gates", series=row.slug, done=done, what=what))


def _done() -> str:
    """What the last command did, said once more after the redirect."""
    what = request.args.get("what", "")[:60]
    return {
        "created": _("La porte {what} est créée."),
        "rehearsing": _("{what} est en répétition."),
        "rehearsed": _("{what} n’est plus en répétition."),
        "cleared": _("Passages répétés oubliés : {what}."),
        "held": _("Toutes les portes sont tenues."),
        "opened": _("Les portes sont rouvertes."),
        "revoked": _("{what} est révoqué : il l’apprend à son prochain contact."),
        "handing_over": _(
            "À son prochain contact, {what} ne contrôle plus, transmet ses scans, puis est révoqué."
        ),
        "cut_off": _("{what} est coupé : plus rien n’est accepté de ce téléphone."),
    }.get(request.args.get("done", ""), "").replace("{what}", what)


@blueprint.route("/", methods=["GET", "POST"], endpoint="gates")
@access.permission_required("door.view")
def gates_page(series: str) -> Any:
    """The gates, their phones, and a form for one more."""
    row = desk.series_for(series, "door.edit" if request.method == "POST" else "door.view")
    events = queries.events_with_admissions(row.id)
    form = GateForm([(event.id, pick(event.title_fr, event.title_en)) for event in events])
    if form.validate_on_submit():
        try:
            gate = gates.create_gate(
                row.id,
                form.name.data or "",
                event_ids=form.events.data or [],
                rehearsal=bool(form.rehearsal.data),
                actor=access.actor(),
            )
        except GateNameTaken as refusal:
            form.name.errors = [*form.name.errors, refusals.sentence(refusal)]
        except NoEventAtGate as refusal:
            form.events.errors = [*form.events.errors, refusals.sentence(refusal)]
        else:
            return _back(row, "created", gate.name)
    rows, phones = queries.gates_of(row.id), queries.devices_of(row.id)
    page = render_template(
        "organizer/door/gates.html",
        row=row,
        form=form,
        done=_done(),
        gates=rows,
        rehearsing=gates.in_rehearsal,
        held=any(gate.held_at for gate in rows),
        devices=phones,
        in_use=sum(not phone.revoked_at for phone in phones),
        unaware=devices.unaware_of_hold(phones),
        events=_events_at(rows),
        may_edit=access.may("door.edit", desk.place_of(row)),
    )
    return page, 422 if form.errors else 200


def _events_at(rows: Sequence[Gate]) -> list[Event]:
    found = {event.id: event for gate in rows for event in gate.events}
    return list(found.values())


@blueprint.post("/gates/<int:gate_id>/pairings")
@access.permission_required("door.edit")
def offer_pairing(series: str, gate_id: int) -> Any:
    """The code for one phone, shown once: reloading makes another."""
    row = desk.series_for(series, "door.edit")
    gate = _gate(row, gate_id)
    code = devices.offer_pairing(gate.id, actor=access.actor())
    address = addresses.absolute(url_for("door.pair", code=code))
    label = _("Code d’appairage de la porte {gate}", gate=gate.name)
    return render_template(
        "organizer/door/pairing.html",
        row=row,
        gate=gate,
        address=address,
        unreachable=settings.current().on_this_machine_only,
        code=qr.svg(address, label=label),
    )


@blueprint.post("/gates/<int:gate_id>/rehearsal")
@access.permission_required("door.edit")
def set_rehearsal(series: str, gate_id: int) -> Any:
    row = desk.series_for(series, "door.edit")
    on = request.form.get("on") == "1"
    gate = gates.set_rehearsal(_gate(row, gate_id).id, on, actor=access.actor())
    return _back(row, "rehearsing" if on else "rehearsed", gate.name)


@blueprint.post("/gates/<int:gate_id>/rehearsal/clearings")
@access.permission_required("door.edit")
def clear_rehearsal(series: str, gate_id: int) -> Any:
    row = desk.series_for(series, "door.edit")
    count = gates.clear_rehearsal(_gate(row, gate_id).id, actor=access.actor())
    return _back(row, "cleared", str(count))


@blueprint.post("/holds")
@access.permission_required("door.edit")
def hold_doors(series: str) -> Any:
    row = desk.series_for(series, "door.edit")
    on = request.form.get("on") == "1"
    gates.hold_doors(row.id, on, actor=access.actor())
    return _back(row, "held" if on else "opened")


@blueprint.get("/devices/<int:device_id>/departure")
@access.permission_required("door.edit")
def departure(series: str, device_id: int) -> Any:
    """How a phone leaves the door: what it holds, and what each way does with that."""
    row = desk.series_for(series, "door.edit")
    device = _device(row, device_id)
    return render_template("organizer/door/departure.html", row=row, device=device)


@blueprint.post("/devices/<int:device_id>/revocations")
@access.permission_required("door.edit")
def revoke_device(series: str, device_id: int) -> Any:
    row = desk.series_for(series, "door.edit")
    try:
        device = revoking.revoke(_device(row, device_id).id, actor=access.actor())
    except DeviceHoldsScans:
        return redirect(url_for(".departure", series=row.slug, device_id=device_id))
    return _back(row, "revoked", device.name)


@blueprint.post("/devices/<int:device_id>/handovers")
@access.permission_required("door.edit")
def ask_to_hand_over(series: str, device_id: int) -> Any:
    row = desk.series_for(series, "door.edit")
    device = revoking.ask_to_hand_over(_device(row, device_id).id, actor=access.actor())
    return _back(row, "handing_over", device.name)


@blueprint.post("/devices/<int:device_id>/cut-offs")
@access.permission_required("door.edit")
def cut_off_device(series: str, device_id: int) -> Any:
    row = desk.series_for(series, "door.edit")
    device = revoking.cut_off(_device(row, device_id).id, actor=access.actor())
    return _back(row, "cut_off", device.name)


def _device(row: Series, device_id: int) -> Device:
    device = queries.device(row.id, device_id)
    if device is None:
        raise NotFound(what="device", reference=device_id)
    return device


@blueprint.get("/events/<int:event_id>/attendance")
@access.permission_required("door.view")
def attendance(series: str, event_id: int) -> Any:
    """Live: inside, per gate, arrivals per five minutes as a picture and as a table."""
    row, event = _event(series, event_id)
    at_event = [gate for gate in queries.gates_of(row.id) if event in gate.events]
    rehearsal = any(gates.in_rehearsal(gate) for gate in at_event)
    emptied = {} if rehearsal else hours.emptied(row.slug, [event.id], clock.now())
    bins = queries.arrivals([event.id], rehearsal=rehearsal, since=emptied.get(event.id))
    to_check, all_to_check = incidents.of_event(event.id, rehearsal=rehearsal)
    unreadable, all_unreadable = strays.of_event(event.id)
    return render_template(
        "organizer/door/attendance.html",
        row=row,
        event=event,
        may_all=access.may("door.view", desk.place_of(row)),
        rehearsal=rehearsal,
        count=queries.count([event.id], rehearsal=rehearsal, emptied=emptied),
        when=words.times([(one.starts_at, one.ends_at) for one in event.slots], row.timezone),
        per_gate=queries.per_gate([event.id], rehearsal=rehearsal),
        incidents=to_check,
        all_incidents=all_to_check,
        readings=_readings(),
        unreadable=unreadable,
        all_unreadable=all_unreadable,
        wrong=_unreadable_words(),
        chart=_chart(bins, row.timezone),
        refresh_s=15,
    )


def _readings() -> dict[str, str]:
    return {
        "double_offline": _("Plusieurs personnes sont entrées avec ce billet."),
        "revoked_accepted": _("Ce billet était annulé quand il est entré."),
        "other_event": _("Ce billet est pour un événement que cette porte ne contrôle pas."),
        "unknown_uploaded": _("Personne ne connaît ce code à cette porte."),
    }


def _unreadable_words() -> dict[str, str]:
    """What could not be read, by the name of the field; ``""`` for the whole."""
    return {
        "uuid": _("son numéro"),
        "token": _("le code"),
        "gate": _("la porte : elle n’existe pas"),
        "kind": _("le sens (entrée ou sortie)"),
        "scanned_at": _("l’heure"),
        "local_verdict": _("la réponse donnée à la personne"),
        "local_reason": _("le motif du refus"),
        revoking.AFTERWARDS: _("rien, mais le téléphone était déjà révoqué"),
        "": _("l’ensemble"),
    }


def _chart(bins: Sequence[tuple[datetime, int]], zone: str) -> dict[str, Any]:
    """Bars with their geometry: a page without inline style draws by attributes."""
    top = max((n for _at, n in bins), default=0)
    step = CHART_WIDTH / max(len(bins), 12)
    every = max(1, len(bins) // 8)
    bars = [
        {
            "x": round(index * step + step * 0.12, 1),
            "width": round(step * 0.76, 1),
            "height": round(n / top * CHART_HEIGHT, 1) if top else 0,
            "y": round(CHART_HEIGHT - (n / top * CHART_HEIGHT if top else 0), 1),
            "n": n,
            "at": words.hour(words.local(at, zone)),
            "label": index % every == 0,
        }
        for index, (at, n) in enumerate(bins)
    ]
    return {"bars": bars, "top": top, "width": CHART_WIDTH, "height": CHART_HEIGHT}


@blueprint.get("/events/<int:event_id>/badges.pdf")
@access.permission_required("door.view")
def badges_pdf(series: str, event_id: int) -> Response:
    row, event = _event(series, event_id)
    answer = Response(badges.badges_of(event, lang=i18n.locale()), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="badges-{event.slug}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/events/<int:event_id>/list")
@access.permission_required("door.view")
def printed_list(series: str, event_id: int) -> Any:
    """The list A to Z that works when nothing else does."""
    row, event = _event(series, event_id)
    people = sorted(
        queries.attendees(row.id, event_id=event.id, valid_only=True), key=queries.by_name
    )
    return render_template(
        "organizer/door/list.html",
        row=row,
        event=event,
        may_all=access.may("door.view", desk.place_of(row)),
        people=people,
        when=words.times([(one.starts_at, one.ends_at) for one in event.slots], row.timezone),
        short=codes.short_of,
    )
