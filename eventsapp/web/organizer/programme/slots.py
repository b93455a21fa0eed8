"""The visits of an event: a batch is made, each one is moved, closed or taken away."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from eventsapp.domain.planning import consequences, saving
from eventsapp.domain.planning import queries as sold
from eventsapp.domain.planning.checks import Report
from eventsapp.domain.planning.consequences import Consequences
from eventsapp.domain.programme import queries, visits
from eventsapp.domain.programme.editing import EventDraft
from eventsapp.domain.programme.errors import ConflictsStand, SomebodyTouched
from eventsapp.domain.programme.models import Event, Series, Slot
from eventsapp.kernel import words
from eventsapp.kernel.errors import Refusal
from eventsapp.kernel.i18n import _
from eventsapp.web import access, refusals
from eventsapp.web.organizer import desk
from eventsapp.web.organizer.programme import problems
from eventsapp.web.organizer.programme.forms import DeskForm
from eventsapp.web.organizer.programme.slots_form import BatchForm, VisitForm

blueprint = Blueprint("organizer_slots", __name__)


@dataclass(frozen=True)
class Row:
    """A visit in words. ``taken`` of ``places``; empty where no tariff is sold per visit."""

    id: int
    day: str
    hours: str
    taken: str
    state: str
    tone: str


@dataclass
class Asked:
    """What a page was asked to do, and what came of it."""

    report: Report | None = None
    touched: Consequences = Consequences()
    refused: str = ""
    saved: bool = False

    @property
    def status(self) -> int:
        if self.refused:
            return 409
        return 422 if self.touched or (self.report and self.report.grave) else 200


@blueprint.route("/organizer/<series>/events/<int:event_id>/slots", methods=["GET", "POST"])
@access.permission_required("programme.edit")
def slots(series: str, event_id: int) -> Any:
    shown, event = _own_event(series, event_id)
    form = BatchForm(zone=shown.timezone, data=_first_batch(event))
    asked, made = Asked(), []
    if request.method == "POST" and form.validate():
        look = request.form.get("step", "check") == "check"
        try:
            made = visits.times(form.batch())
        except Refusal as refusal:
            asked = Asked(refused=refusals.sentence(refusal))
        else:
            asked = _ask(shown, event, form, lambda: visits.with_batch(event, form.batch()), look)
        if asked.saved:
            return redirect(url_for(".slots", series=series, event_id=event_id, done="slots"))
        event = queries.draft_event(shown.id, event_id)
    page = render_template(
        "organizer/programme/slots.html",
        series_row=shown,
        event=event,
        rows=rows(event, shown.timezone),
        by_visit=sold.chosen_by_visit(event.id),
        form=form,
        asked=asked,
        made=_in_words(made, shown.timezone),
        problems=problems.sentences(asked.report, shown.timezone) if asked.report else [],
        reason=request.form.get("reason", ""),
    )
    return page, 422 if form.errors else asked.status


@blueprint.route(
    "/organizer/<series>/events/<int:event_id>/slots/<int:slot_id>", methods=["GET", "POST"]
)
@access.permission_required("programme.edit")
def edit(series: str, event_id: int, slot_id: int) -> Any:
    shown, event = _own_event(series, event_id)
    visits.refuse_foreign(event, slot_id)
    slot = next(one for one in event.slots if one.id == slot_id)
    form = VisitForm(zone=shown.timezone, data=_values(slot) | {"version": str(event.version)})
    step = request.form.get("step", "save")
    changes: dict[str, Callable[[], EventDraft]] = {
        "close": lambda: visits.closed(event, slot_id, closed=True),
        "open": lambda: visits.closed(event, slot_id, closed=False),
        "remove": lambda: visits.without(event, slot_id),
    }
    asked = Asked()
    if request.method == "POST" and (step in changes or form.validate()):
        change = changes.get(step) or (lambda: visits.with_change(event, form.draft(slot_id)))
        asked = _ask(shown, event, form, change, step == "check")
        if asked.saved:
            return _after(series, event_id, step)
        event = queries.draft_event(shown.id, event_id)
        slot = next(one for one in event.slots if one.id == slot_id)
    taken = sold.holders_of_slots(event.id)
    page = render_template(
        "organizer/programme/slot.html",
        series_row=shown,
        event=event,
        slot=slot,
        title=_when(slot.starts_at, slot.ends_at, shown.timezone),
        chose=taken.get(slot.id, 0),
        whole=taken.get(None, 0),
        by_visit=sold.chosen_by_visit(event.id),
        form=form,
        step=step,
        asked=asked,
        touched_words=problems.touched(asked.touched, shown.timezone),
        problems=problems.sentences(asked.report, shown.timezone) if asked.report else [],
        reason=request.form.get("reason", ""),
    )
    return page, 422 if form.errors else asked.status


def _own_event(slug: str, event_id: int) -> tuple[Series, Event]:
    series = desk.series_for(slug, "programme.view")
    event = queries.draft_event(series.id, event_id)
    access.require("programme.edit", desk.place_of_event(series, event))
    return series, event


def _ask(
    series: Series,
    event: Event,
    form: DeskForm,
    change: Callable[[], EventDraft],
    look: bool,
) -> Asked:
    """Look at a change, or save it; what it clashes with and whom it touches is said first."""
    asked = Asked()
    try:
        draft = change()
        if look:
            asked.report = saving.check_event(series.id, event.id, draft)
            asked.touched = consequences.of_event(event.id, draft)
            return asked
        try:
            saving.save_event(
                series.id,
                event.id,
                form.version_read,
                draft,
                organisation_id=event.organisation_id,
                actor=access.actor(),
                accepted=request.form.getlist("accepted"),
                reason=request.form.get("reason", "")[:500],
                seen=request.form.get("seen", ""),
                curator=access.may("programme.publish", desk.place_of_event(series, event)),
            )
        except ConflictsStand:
            asked.report = saving.check_event(series.id, event.id, draft)
            asked.touched = consequences.of_event(event.id, draft)
        except SomebodyTouched:
            asked.touched = consequences.of_event(event.id, draft)
        else:
            asked.saved = True
    except Refusal as refusal:
        asked.refused = refusals.sentence(refusal)
    return asked


def rows(event: Event, zone: str) -> list[Row]:
    """The visits of an event in words, in their order."""
    stocks, holders = sold.taken_of_slots(event.id), sold.holders_of_slots(event.id)
    found = []
    for slot in event.slots:
        stock = stocks.get(slot.id)
        taken = words.number(holders.get(slot.id, 0))
        if stock is not None:
            taken = f"{words.number(stock.taken)} / {words.number(stock.size)}"
        elif slot.capacity is not None:
            taken = f"{taken} / {words.number(slot.capacity)}"
        found.append(
            Row(
                slot.id,
                words.day(words.local(slot.starts_at, zone).date()),
                words.hours(slot.starts_at, slot.ends_at, zone),
                taken,
                *_state(slot),
            )
        )
    return found


def _state(slot: Slot) -> tuple[str, str]:
    if slot.closed:
        return _("fermée"), "is-bad"
    if slot.off_sale:
        return _("rouvre à la prochaine publication"), "is-soft"
    return _("ouverte"), "is-good"


def _first_batch(event: Event) -> dict[str, Any]:
    """An interval that most visits have; the first begins where the last that is there ends."""
    last = event.slots[-1] if event.slots else None
    return {
        "version": str(event.version),
        "first_at": last.ends_at if last else None,
        "every_minutes": 45,
        "length_minutes": 30,
        "places": last.capacity if last and last.capacity is not None else 15,
    }


def _values(slot: Slot) -> dict[str, Any]:
    return {"starts_at": slot.starts_at, "ends_at": slot.ends_at, "places": slot.capacity}


def _in_words(made: list[tuple[datetime, datetime]], zone: str) -> list[str]:
    """Each with its hours, the first of a day with its day."""
    found: list[str] = []
    known = None
    for start, end in made:
        day = words.local(start, zone).date()
        found.append(words.hours(start, end, zone) if day == known else _when(start, end, zone))
        known = day
    return found


def _when(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    day = words.day(words.local(starts_at, zone).date())
    return f"{day}, {words.hours(starts_at, ends_at, zone)}"


def _after(series: str, event_id: int, step: str) -> Any:
    where = {"series": series, "event_id": event_id}
    if step == "close":
        return redirect(url_for(".slots", **where, done="slot_closed"))
    if step == "open":
        return redirect(url_for(".slots", **where, done="slot_opened"))
    if step == "remove":
        return redirect(url_for(".slots", **where, done="removed"))
    return redirect(url_for(".slots", **where, done="saved"))
