"""Places offered to winners, their answers, and freed places offered to the reserve in order.

Everything runs under the lock of the call's row: a place is offered once, and jobs may run twice.
An offer counts as a place until it is refused or has expired.
"""

from datetime import datetime, time, timedelta

from sqlalchemy import func, select

from eventsapp.domain.selection.calls import calls, choice
from eventsapp.domain.selection.calls.models import (
    Application,
    ApplicationState,
    Call,
    DecisionBatch,
)
from eventsapp.domain.selection.decisions.errors import NoOffer, OfferOver
from eventsapp.domain.selection.decisions.facts import PlaceConfirmed, PlaceOffered
from eventsapp.domain.selection.decisions.models import (
    Decision,
    Grounds,
    Offer,
    OfferState,
    Outcome,
)
from eventsapp.kernel import audit, clock, facts
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import lock, transaction

TIME_TO_ANSWER = timedelta(hours=72)
QUIET_FROM, QUIET_UNTIL = 22, 8
USING_A_PLACE = (OfferState.OFFERED, OfferState.CONFIRMED)


def make(call: Call, application_id: int, *, expires_at: datetime, from_reserve: bool) -> Offer:
    """Offer a place, inside the caller's transaction and under the call's lock."""
    with transaction() as session:
        offer = Offer(
            organisation_id=call.organisation_id,
            call_id=call.id,
            application_id=application_id,
            from_reserve=from_reserve,
            offered_at=clock.now(),
            expires_at=expires_at,
        )
        session.add(offer)
        session.flush()
        return offer


def answer(application_id: int, *, confirm: bool, actor: str = "applicant") -> Offer:
    """Confirm or refuse a place. The same answer twice is one answer.

    Raises:
        NoOffer: there is none.
        OfferOver: the date has passed, or the other answer was given.
    """
    now = clock.now()
    wanted = OfferState.CONFIRMED if confirm else OfferState.REFUSED
    with transaction() as session:
        application = session.get_one(Application, application_id)
        call = lock(Call, application.call_id)
        offer = _offer_of(application_id)
        if offer is None:
            raise NoOffer
        if offer.state is wanted:
            return offer
        if offer.state is not OfferState.OFFERED or now > offer.expires_at:
            raise OfferOver(state=offer.state.value)
        offer.state = wanted
        offer.answered_at = now
        audit.note(
            f"offer.{wanted.value}",
            f"application:{application_id}",
            actor=actor,
            series_id=call.series_id,
        )
        session.flush()
        if confirm:
            facts.record(PlaceConfirmed(application_id, call.series_id))
        else:
            promote(call)
        return offer


def let_go(call: Call, application_id: int) -> None:
    """The application is withdrawn: its place, if it has one, is free again."""
    with transaction() as session:
        offer = _offer_of(application_id)
        if offer is None or offer.state not in USING_A_PLACE:
            return
        offer.state = OfferState.REFUSED
        offer.answered_at = clock.now()
        session.flush()
        promote(call)


def expire_due() -> int:
    """End the offers whose date has passed and offer their places on. Returns how many ended."""
    now = clock.now()
    due = select(Offer.call_id).where(Offer.state == OfferState.OFFERED, Offer.expires_at < now)
    ended = 0
    for call_id in db.session.scalars(due.distinct()).all():
        with transaction() as session:
            call = lock(Call, call_id)
            over = session.scalars(
                select(Offer)
                .where(
                    Offer.call_id == call_id,
                    Offer.state == OfferState.OFFERED,
                    Offer.expires_at < now,
                )
                .execution_options(populate_existing=True)
            ).all()
            for offer in over:
                offer.state = OfferState.EXPIRED
                audit.note(
                    "offer.expired",
                    f"application:{offer.application_id}",
                    actor="system",
                    series_id=call.series_id,
                )
            session.flush()
            ended += len(over)
            promote(call)
    return ended


def promote(call: Call) -> list[Offer]:
    """Offer free places to the reserve, in the published order, within the rule of the call.

    The caller holds the call's lock.
    """
    made: list[Offer] = []
    if clock.now() >= call.offers_until:
        return made
    with transaction():
        rule, used = calls.rule(call), _places_used(call.id)
        free = call.places - sum(used.values())
        waiting, passed = _waiting(call.id), set[int]()
        while waiting and len(made) < free:
            domains = [decision.application.domain or "" for decision in waiting]
            place = choice.next_in_line(domains, used, rule)
            for decision in waiting[:place]:
                if decision.id not in passed:
                    _note_skipped(call, decision)
            passed |= {decision.id for decision in waiting[:place]}
            if place is None:
                break
            used[domains[place]] = used.get(domains[place], 0) + 1
            made.append(_promote(call, waiting.pop(place)))
    return made


def _promote(call: Call, decision: Decision) -> Offer:
    now = clock.now()
    with transaction():
        decision.outcome = Outcome.ACCEPTED
        decision.grounds = Grounds.FREED
        decision.version += 1
        decision.decided_at = now
        decision.decided_by = "system"
        offer = make(
            call,
            decision.application_id,
            expires_at=answer_by(now, call.offers_until, call.series.timezone),
            from_reserve=True,
        )
        facts.record(PlaceOffered(offer.id, call.series_id))
        audit.note(
            "reserve.promoted",
            f"application:{decision.application_id}",
            actor="system",
            series_id=call.series_id,
            detail={"rank": decision.rank},
        )
        return offer


def _note_skipped(call: Call, decision: Decision) -> None:
    audit.note(
        "reserve.skipped",
        f"application:{decision.application_id}",
        actor="system",
        series_id=call.series_id,
        detail={"rank": decision.rank, "why": "rule of the call"},
    )


def answer_by(now: datetime, latest: datetime, zone: str) -> datetime:
    """Three days, never at night, never after ``latest``."""
    until = now + TIME_TO_ANSWER
    hour = clock.local(until, zone).hour
    if hour >= QUIET_FROM or hour < QUIET_UNTIL:
        day = clock.local_day(until, zone) + timedelta(days=1 if hour >= QUIET_FROM else 0)
        until = clock.from_local(datetime.combine(day, time(QUIET_UNTIL + 1)), zone)
    return min(until, latest)


def _offer_of(application_id: int) -> Offer | None:
    # Read again under the lock: what the page had read may be old.
    return db.session.scalar(
        select(Offer)
        .where(Offer.application_id == application_id)
        .execution_options(populate_existing=True)
    )


def _places_used(call_id: int) -> dict[str, int]:
    """domain -> places offered or confirmed."""
    used = (
        select(Application.domain, func.count())
        .join(Offer, Offer.application_id == Application.id)
        .where(Offer.call_id == call_id, Offer.state.in_(USING_A_PLACE))
        .group_by(Application.domain)
    )
    return {domain or "": count for domain, count in db.session.execute(used)}


def _waiting(call_id: int) -> list[Decision]:
    return list(
        db.session.scalars(
            select(Decision)
            .join(DecisionBatch, DecisionBatch.id == Decision.batch_id)
            .join(Application, Application.id == Decision.application_id)
            .outerjoin(Offer, Offer.application_id == Decision.application_id)
            .where(
                Decision.call_id == call_id,
                Decision.outcome == Outcome.RESERVE,
                DecisionBatch.published_at.is_not(None),
                Application.state == ApplicationState.SUBMITTED,
                Offer.id.is_(None),
            )
            .order_by(Decision.rank)
        )
    )
