"""Events of the draft and their sessions: conflicts are shown before anything is saved."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from eventsapp.domain.accounts import organisations
from eventsapp.domain.planning import consequences, saving
from eventsapp.domain.planning.checks import Report
from eventsapp.domain.planning.consequences import Consequences
from eventsapp.domain.programme import partners, queries, talks
from eventsapp.domain.programme.errors import ConflictsStand, SomebodyTouched
from eventsapp.domain.programme.models import Event, Series, Session
from eventsapp.domain.programme.slots import SlotDraft, as_drafts
from eventsapp.kernel.errors import EditedMeanwhile, Refusal
from eventsapp.kernel.i18n import _
from eventsapp.kernel.words import typo
from eventsapp.web import access, refusals
from eventsapp.web.organizer import desk
from eventsapp.web.organizer.programme import problems
from eventsapp.web.organizer.programme.forms import MOST_SLOTS, EventForm, SessionForm, SlotForm

blueprint = Blueprint("organizer_events", __name__)


@blueprint.route("/organizer/<series>/events/new", methods=["GET", "POST"])
@access.permission_required("programme.edit")
def new(series: str) -> Any:
    return _event(desk.series_for(series, "programme.edit"), None)


@blueprint.route("/organizer/<series>/events/<int:event_id>", methods=["GET", "POST"])
@access.permission_required("programme.edit")
def edit(series: str, event_id: int) -> Any:
    shown, event = _own_event(series, event_id)
    return _event(shown, event)


@blueprint.route("/organizer/<series>/events/<int:event_id>/sessions/new", methods=["GET", "POST"])
@access.permission_required("programme.edit")
def new_session(series: str, event_id: int) -> Any:
    shown, event = _own_event(series, event_id)
    return _session(shown, event, None)


@blueprint.route(
    "/organizer/<series>/events/<int:event_id>/sessions/<int:session_id>", methods=["GET", "POST"]
)
@access.permission_required("programme.edit")
def edit_session(series: str, event_id: int, session_id: int) -> Any:
    shown, event = _own_event(series, event_id)
    talk = queries.session_of(event, session_id)
    if request.method == "POST" and request.form.get("step") == "remove":
        talks.remove_session(talk.id, actor=access.actor())
        return redirect(url_for(".edit", series=series, event_id=event_id, done="removed"))
    return _session(shown, event, talk)


def _own_event(slug: str, event_id: int) -> tuple[Series, Event]:
    series = desk.series_for(slug, "programme.view")
    event = queries.draft_event(series.id, event_id)
    access.require("programme.edit", desk.place_of_event(series, event))
    return series, event


def _event(series: Series, event: Event | None) -> Any:
    own = desk.own_organisation(access.signed_in_account(), series, event)
    curates = _curates(series, event)
    choices = _choices(series, own, event, curates=curates)
    form = EventForm(choices, data=_event_values(event, series, own))
    slots = _slot_forms(series, event)
    report, touched = None, Consequences()
    refused, theirs, event_id = "", None, event.id if event else 0
    if request.method == "POST" and _all_valid(form, slots):
        draft = form.draft(as_drafts(event) if event and _many(event) else _times(slots))
        organisation_id = own or int(form.organisation.data)
        try:
            if request.form.get("step") == "check":
                report = saving.check_event(series.id, event_id, draft)
                touched = consequences.of_event(event_id, draft)
            else:
                saved = saving.save_event(
                    series.id,
                    event_id,
                    form.version_read,
                    draft,
                    organisation_id=organisation_id,
                    actor=access.actor(),
                    accepted=request.form.getlist("accepted"),
                    reason=request.form.get("reason", "")[:500],
                    seen=request.form.get("seen", ""),
                    curator=curates,
                )
                return redirect(
                    url_for(".edit", series=series.slug, event_id=saved.id, done="saved")
                )
        except ConflictsStand:
            report = saving.check_event(series.id, event_id, draft)
            touched = consequences.of_event(event_id, draft)
        except SomebodyTouched:
            touched = consequences.of_event(event_id, draft)
        except EditedMeanwhile as refusal:
            refused = refusals.sentence(refusal)
            theirs = _event_values(queries.draft_event(series.id, event_id), series, own)
        except Refusal as refusal:
            refused = refusals.sentence(refusal)
    page = render_template(
        "organizer/programme/event.html",
        series_row=series,
        event=queries.draft_event(series.id, event_id) if event_id else None,
        form=form,
        slots=slots,
        many=_many(event),
        report=report,
        problems=problems.sentences(report, series.timezone) if report else [],
        touched=touched,
        touched_words=problems.touched(touched, series.timezone),
        refused=refused,
        theirs=theirs,
        reason=request.form.get("reason", ""),
        own=own,
        curates=curates,
        **_beside(series),
    )
    return page, _status(refused, report, form, slots, asks=bool(touched))


def _beside(series: Series) -> dict[str, Any]:
    """Words of states, and whether the reader may write to people."""
    writes = access.may("messages.send", desk.place_of(series))
    return {"states": desk.state_words(), "writes": writes}


def _curates(series: Series, event: Event | None) -> bool:
    place = desk.place_of_event(series, event) if event else desk.place_of(series)
    return access.may("programme.publish", place)


def _session(series: Series, event: Event, talk: Session | None) -> Any:
    rooms = [(str(room.id), typo(room.name)) for room in event.venue.rooms] if event.venue else []
    choices = {"room": [("", _("sans salle")), *rooms]}
    form = SessionForm(choices, data=_session_values(talk))
    times = SlotForm(
        request.form if request.method == "POST" else None,
        prefix="time-",
        zone=series.timezone,
        data=_session_times(event, talk),
    )
    report: Report | None = None
    refused, theirs, event_id, session_id = "", None, event.id, talk.id if talk else 0
    if request.method == "POST" and _all_valid(form, [times], needs_time=True):
        draft = form.draft(times.starts_at.data, times.ends_at.data)
        try:
            step = request.form.get("step")
            if step == "check":
                report = saving.check_session(series.id, event_id, session_id, draft)
            elif step != "preview":
                saving.save_session(
                    series.id,
                    event_id,
                    session_id,
                    form.version_read,
                    draft,
                    actor=access.actor(),
                    accepted=request.form.getlist("accepted"),
                    reason=request.form.get("reason", "")[:500],
                )
                return redirect(
                    url_for(".edit", series=series.slug, event_id=event_id, done="saved")
                )
        except ConflictsStand:
            report = saving.check_session(series.id, event_id, session_id, draft)
        except EditedMeanwhile as refusal:
            refused = refusals.sentence(refusal)
            saved = queries.session_of(queries.draft_event(series.id, event_id), session_id)
            theirs = _session_values(saved)
        except Refusal as refusal:
            refused = refusals.sentence(refusal)
    page = render_template(
        "organizer/programme/session.html",
        series_row=series,
        event=queries.draft_event(series.id, event_id),
        talk=talk,
        form=form,
        times=times,
        report=report,
        problems=problems.sentences(report, series.timezone) if report else [],
        refused=refused,
        theirs=theirs,
        reason=request.form.get("reason", ""),
    )
    return page, _status(refused, report, form, [times])


def _status(
    refused: str, report: Report | None, form: Any, slots: list[SlotForm], *, asks: bool = False
) -> int:
    if refused:
        return 409
    if asks or form.errors or any(slot.errors for slot in slots) or (report and report.grave):
        return 422
    return 200


def _all_valid(form: Any, slots: list[SlotForm], *, needs_time: bool = False) -> bool:
    good = form.validate()
    for slot in slots:
        good = slot.validate() and good
    if needs_time and slots[0].blank:
        slots[0].starts_at.errors = [_("Donnez un début et une fin.")]
        return False
    return good


def _times(slots: list[SlotForm]) -> tuple[SlotDraft, ...]:
    return tuple(
        SlotDraft(one.starts_at.data, one.ends_at.data, one.row_id)
        for one in slots
        if not one.blank and one.starts_at.data is not None and one.ends_at.data is not None
    )


def _many(event: Event | None) -> bool:
    """More times than a form shows well: they have a page of their own."""
    return event is not None and len(event.slots) > MOST_SLOTS


def _slot_forms(series: Series, event: Event | None) -> list[SlotForm]:
    """One form a slot, and an empty one more while there may be more; none where there are many."""
    if _many(event):
        return []
    posted = request.form if request.method == "POST" else None
    known = [
        {"row": str(s.id), "starts_at": s.starts_at, "ends_at": s.ends_at}
        for s in (event.slots if event else ())
    ]
    if posted is None:
        count = min(len(known) + 1, max(MOST_SLOTS, len(known)))
    else:
        count = sum(1 for n in range(40) if f"slot{n}-starts_at" in posted)
    return [
        SlotForm(
            posted,
            prefix=f"slot{n}-",
            zone=series.timezone,
            # What was sent says itself which row it is: the list may be another one by now.
            data=known[n] if posted is None and n < len(known) else {},
        )
        for n in range(count)
    ]


def _choices(
    series: Series, own: int | None, event: Event | None, *, curates: bool
) -> dict[str, list[tuple[str, str]]]:
    """For somebody who may not publish an event that is public, its state is no choice."""
    venues = [one for one in queries.venues(series.id) if one.usable]
    bodies = [one for one in partners.proposers(series) if own in (None, one.id)]
    if event is not None and event.organisation_id not in {one.id for one in bodies}:
        # Of a partner that has left since: it stays under its name.
        bodies.append(organisations.organisation(event.organisation_id))
    bounded = None if curates else event
    return {
        "kind": list(desk.kind_words().items()),
        "domain": [("", _("sans domaine"))]
        + [(str(one.id), typo(one.name_fr)) for one in queries.domains(series.id)],
        "venue": [("", _("à trouver"))]
        + [(str(one.id), f"{typo(one.name)}, {one.city}") for one in venues],
        "organisation": [(str(one.id), typo(one.name)) for one in bodies],
        "state": [
            one
            for one in desk.state_words().items()
            if bounded is None or bounded.released_state is None or one[0] == bounded.state
        ],
        "access": list(desk.access_words().items()),
        "entry": list(desk.entry_words().items()),
    }


PLAIN = [
    "title_fr",
    "title_en",
    "summary_fr",
    "summary_en",
    "kind",
    "external_url",
    "capacity",
    "instant_capacity",
    "doors_minutes_before",
    "setup_minutes",
    "teardown_minutes",
    "address_hidden",
    "free",
]


def _event_values(event: Event | None, series: Series, own: int | None) -> dict[str, Any]:
    if event is None:
        return {
            "version": "0",
            "kind": "conference",
            "state": "draft",
            "access": "open",
            "entry": "",
            "doors_minutes_before": 30,
            "organisation": str(own or series.organisation_id),
            "free": True,
        }
    return {name: getattr(event, name) for name in PLAIN} | {
        "version": str(event.version),
        "domain": str(event.domain_id or ""),
        "venue": str(event.venue_id or ""),
        "organisation": str(event.organisation_id),
        "state": event.state.value,
        "access": event.access.value,
        "entry": event.entry.value if event.entry else "",
        "headline": bool((event.traits or {}).get("headline")),
    }


def _session_values(talk: Session | None) -> dict[str, Any]:
    if talk is None:
        return {"version": "0", "language": "fr"}
    parts = sorted(talk.people, key=lambda part: part.position)
    lines = [
        f"{part.person.name}, {part.person.company}" if part.person.company else part.person.name
        for part in parts
    ]
    return {
        "version": str(talk.version),
        "title_fr": talk.title_fr,
        "title_en": talk.title_en,
        "room": str(talk.room_id or ""),
        "language": talk.language,
        "abstract_fr": talk.abstract_fr,
        "abstract_en": talk.abstract_en,
        "people": "\n".join(lines),
    }


def _session_times(event: Event, talk: Session | None) -> dict[str, Any]:
    if talk is not None:
        return {"starts_at": talk.starts_at, "ends_at": talk.ends_at}
    last = max((one.ends_at for one in event.sessions), default=None)
    start = last or (event.slots[0].starts_at if event.slots else None)
    return {"starts_at": start, "ends_at": None}
