"""Saving with the conflicts looked at in the same transaction: shown before, or accepted aloud."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from eventsapp.domain.planning import checks, consequences
from eventsapp.domain.planning.checks import Plan, Report, Talk
from eventsapp.domain.planning.queries import (
    chosen_by_visit,
    places_of_slots,
    quota_of_slot,
    sold_at,
    sold_in,
    whole_quota,
)
from eventsapp.domain.programme import editing, releases, slots, talks
from eventsapp.domain.programme.diff import Change
from eventsapp.domain.programme.editing import EventDraft
from eventsapp.domain.programme.errors import (
    ConflictsStand,
    SlotNotChosen,
    SlotSold,
    SomebodyTouched,
)
from eventsapp.domain.programme.models import Event, EventState, Release, Session, Venue
from eventsapp.domain.programme.talks import SessionDraft
from eventsapp.domain.ticketing.catalogue import products
from eventsapp.domain.ticketing.sales import ended_slots
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import EditedMeanwhile
from eventsapp.kernel.transaction import lock, transaction


def plan_of(event_id: int, draft: EventDraft) -> Plan:
    """The plan that an event's draft makes; a cancelled one occupies nothing."""
    cancelled = draft.state is EventState.CANCELLED
    return Plan(
        event_id=event_id,
        title=draft.title_fr,
        venue_id=None if cancelled else draft.venue_id,
        slots=draft.slots,
        capacity=draft.capacity,
        instant_capacity=draft.instant_capacity,
        setup_minutes=draft.setup_minutes,
        teardown_minutes=draft.teardown_minutes,
    )


def check_event(series_id: int, event_id: int, draft: EventDraft) -> Report:
    """What saving would clash with; nothing is saved."""
    return checks.of_event(series_id, plan_of(event_id, draft), sold=sold_at(event_id))


def save_event(
    series_id: int,
    event_id: int,
    version: int,
    draft: EventDraft,
    *,
    organisation_id: int,
    actor: str,
    accepted: Collection[str] = (),
    reason: str = "",
    seen: str = "",
    curator: bool = True,
) -> Event:
    """Create (``event_id`` 0) or change an event.

    Args:
        accepted: fingerprints of the problems that were shown and are accepted.
        reason: why; kept with the author.
        seen: mark of the ``consequences`` that were shown.
        curator: may publish this event. What anybody else changes acts with the release that a
            curator reads: places on sale as they were until then, no place on the front page,
            no other organisation, and no cancellation of what is public.

    Raises:
        ConflictsStand: a blocking problem, or one that was not shown or has no reason.
        SomebodyTouched: tickets or sessions that it touches were not shown.
        SlotSold: a slot that tickets are for would go.
        SlotNotChosen: a slot closes of an event whose tickets are for all of them.
        EditedMeanwhile: somebody saved after ``version`` was read.
    """
    if not curator:
        draft, organisation_id = _bounded(event_id, draft, organisation_id)
    with transaction():
        if draft.venue_id is not None:
            # One at a time looks at a place and takes it.
            lock(Venue, draft.venue_id)
        report = check_event(series_id, event_id, draft)
        _refuse(report, accepted, reason)
        if event_id:
            _refuse_unseen(event_id, version, draft, seen, curator=curator)
            places = places_of_slots(event_id)
            closing = slots.closing(lock(Event, event_id), draft.slots)
            event = editing.update_event(
                event_id, version, draft, actor=actor, organisation_id=organisation_id
            )
            if curator:
                _resize(event, actor)
                _resize_slots(event, places, actor)
                _close_at_once(event, closing)
                products.open_new_slots(event.id)
        else:
            event = editing.create_event(
                series_id, draft, organisation_id=organisation_id, actor=actor
            )
        # Again with the saved row: a new event has its id only now, and so its fingerprints.
        saved = checks.of_event(series_id, plan_of(event.id, draft))
        checks.waive(series_id, saved.to_waive, reason=reason, actor=actor)
    return event


def _bounded(event_id: int, draft: EventDraft, organisation_id: int) -> tuple[EventDraft, int]:
    """What only a curator decides stays as it is. Of an event that the public sees, that is too
    what acts at once: whether it takes place (buyers are told), how many a gate lets in."""
    event = db.session.get(Event, event_id) if event_id else None
    headline = bool(event and (event.traits or {}).get("headline"))
    owner = event.organisation_id if event else organisation_id
    bounded = replace(draft, headline=headline)
    if event is not None and event.released_state is not None:
        bounded = replace(bounded, state=event.state, instant_capacity=event.instant_capacity)
    return bounded, owner


def _refuse_unseen(
    event_id: int, version: int, draft: EventDraft, seen: str, *, curator: bool
) -> None:
    """Held first, so that what is counted stays true until the event is saved."""
    event = lock(Event, event_id)
    if event.version != version:
        raise EditedMeanwhile(what="event")
    if slots.closing(event, draft.slots) and not chosen_by_visit(event_id):
        raise SlotNotChosen
    touched = consequences.of_event(event_id, draft)
    stuck = [one for one in touched.slots if one.becomes is None and one.chose]
    if stuck:
        raise SlotSold(starts_at=stuck[0].starts_at, holders=stuck[0].chose)
    if touched and touched.mark != seen:
        raise SomebodyTouched(
            holders=sum(one.holders for one in touched.slots), talks=len(touched.talks)
        )
    for slot in slots.gone(event, draft.slots) if curator else ():
        ended_slots.close_slot(slot.id)


def _resize(event: Event, actor: str) -> None:
    """The places on sale follow the capacity of the event; what is sold stays sold."""
    quota = whole_quota(event.id)
    if quota is not None and event.capacity is not None and quota.target != event.capacity:
        products.resize(quota.id, event.capacity, actor=actor)


def _resize_slots(event: Event, before: Mapping[int, int | None], actor: str) -> None:
    """The places of a visit that was given another number."""
    for slot in event.slots:
        if slot.id in before and before[slot.id] != slot.capacity:
            _resize_slot(slot.id, slot.capacity, actor)


def _resize_slot(slot_id: int, places: int | None, actor: str) -> None:
    quota = quota_of_slot(slot_id)
    if quota is not None and places is not None and quota.target != places:
        products.resize(quota.id, places, actor=actor)


def _close_at_once(event: Event, closing: Collection[int]) -> None:
    """A visit that is closed takes nobody from now on: a ticket sold until the next release would
    be one to give back. One that opens again waits for the release, as all that sells; so does one
    that a contributor closed, whatever is saved beside it."""
    for slot in event.slots:
        slot.off_sale = slot.off_sale or slot.id in closing


def check_session(series_id: int, event_id: int, session_id: int, draft: SessionDraft) -> Report:
    known = talks.known_people(series_id, draft.people)
    talk = Talk(
        session_id,
        event_id,
        draft.title_fr,
        draft.room_id,
        draft.starts_at,
        draft.ends_at,
        known,
    )
    return checks.of_talk(series_id, talk)


def save_session(
    series_id: int,
    event_id: int,
    session_id: int,
    version: int,
    draft: SessionDraft,
    *,
    actor: str,
    accepted: Collection[str] = (),
    reason: str = "",
) -> Session:
    """Create (``session_id`` 0) or change a session; refusals as ``save_event``."""
    with transaction():
        _refuse(check_session(series_id, event_id, session_id, draft), accepted, reason)
        if session_id:
            talk = talks.update_session(session_id, version, draft, actor=actor)
        else:
            talk = talks.create_session(event_id, draft, actor=actor)
        saved = check_session(series_id, event_id, talk.id, draft)
        checks.waive(series_id, saved.to_waive, reason=reason, actor=actor)
    return talk


def check_series(series_id: int) -> Report:
    """Every problem of the draft, tickets sold included: what a release looks at."""
    return checks.of_series(series_id, sold=sold_in(series_id))


def publish(series_id: int, *, actor: str) -> Release:
    """Release the draft when nothing stands against it.

    Raises:
        ConflictsStand: a problem is neither settled nor accepted.
        NothingToRelease: the public reads this already.
    """
    with transaction():
        report = check_series(series_id)
        if report.grave:
            codes = sorted({one.code for one in (*report.blocking, *report.to_waive)})
            raise ConflictsStand(codes=codes)
        release = releases.publish(series_id, actor=actor)
        _act_on_sales(release.changes, actor)
        return release


def _act_on_sales(changes: Collection[Change], actor: str) -> None:
    """Places of what the public reads now: those that somebody changed who may not publish, and
    those of slots that are new to it."""
    for one in changes:
        if one["code"] == "edited" and one["field"] == "capacity" and one["event"]:
            _resize(db.session.get_one(Event, one["event"]), actor)
        elif one["code"] == "edited" and one["field"] == "slot.capacity":
            _resize_slot(one["slot"], one["after"], actor)
        elif one["code"] in ("slot_added", "added", "restored") and one["event"]:
            products.open_new_slots(one["event"])


def _refuse(report: Report, accepted: Collection[str], reason: str) -> None:
    standing = {one.fingerprint for one in report.to_waive}
    if report.blocking or (standing and (not reason.strip() or not standing <= set(accepted))):
        raise ConflictsStand(codes=sorted({one.code for one in report.problems}))
