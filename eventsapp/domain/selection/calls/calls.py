"""Opening a call, and the calendar of its phases."""

import enum
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from eventsapp.domain.questions import answers
from eventsapp.domain.selection.calls import choice, eligibility
from eventsapp.domain.selection.calls.errors import AlreadyPublished, BadWeights
from eventsapp.domain.selection.calls.models import Call, DecisionBatch
from eventsapp.kernel import audit, clock
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction


class Phase(enum.StrEnum):
    """Where a call stands. The words for people are in the templates."""

    SOON = "soon"
    OPEN = "open"
    CLOSED = "closed"  # applications are in, the jury has not begun
    JUDGING = "judging"
    DELIBERATION = "deliberation"
    CONFIRMING = "confirming"
    OVER = "over"


@dataclass(frozen=True)
class Calendar:
    """The instants of a call, each published beforehand."""

    opens_at: datetime
    closes_at: datetime
    review_from: datetime
    review_until: datetime
    deliberation_at: datetime
    notified_at: datetime
    confirm_until: datetime
    offers_until: datetime
    grace: timedelta = timedelta(0)


@dataclass(frozen=True)
class Terms:
    """What is judged and how: see the columns of the same names."""

    places: int
    criteria: list[Any]
    rule: dict[str, Any]
    conditions: dict[str, Any]
    waitlist: int = 0
    reviews_each: int = 3
    scale: tuple[int, int] = (1, 5)
    seed: int = 1


@dataclass(frozen=True)
class Words:
    title_fr: str
    title_en: str
    summary_fr: str = ""
    summary_en: str = ""
    slug: str = field(default="call")


def open_call(
    series_id: int,
    organisation_id: int,
    words: Words,
    calendar: Calendar,
    *,
    terms: Terms,
    form: list[Any],
    actor: str,
) -> Call:
    """Write a call with its form.

    Raises:
        ValueError: the form cannot be asked.
        BadWeights: a score would be divided by nothing.
    """
    refuse_weights(terms.criteria)
    with transaction() as session:
        question_set = answers.create_set(organisation_id, form)
        call = Call(
            organisation_id=organisation_id,
            series_id=series_id,
            question_set=question_set,
            slug=words.slug,
            title_fr=words.title_fr,
            title_en=words.title_en,
            summary_fr=words.summary_fr,
            summary_en=words.summary_en,
            opens_at=calendar.opens_at,
            closes_at=calendar.closes_at,
            accepts_until=calendar.closes_at + calendar.grace,
            review_from=calendar.review_from,
            review_until=calendar.review_until,
            deliberation_at=calendar.deliberation_at,
            notified_at=calendar.notified_at,
            confirm_until=calendar.confirm_until,
            offers_until=calendar.offers_until,
            places=terms.places,
            waitlist=terms.waitlist,
            reviews_each=terms.reviews_each,
            criteria=terms.criteria,
            scale_least=terms.scale[0],
            scale_most=terms.scale[1],
            rule=terms.rule,
            conditions=terms.conditions,
            seed=terms.seed,
        )
        session.add(call)
        session.flush()
        audit.note("call.opened", f"call:{call.id}", actor=actor, series_id=series_id)
        return call


def refuse_weights(criteria: list[Any]) -> None:
    """Raises BadWeights: no criteria, or a weight that is not a finite number above zero."""
    bad = [c["id"] for c in criteria if not 0 < float(c["weight"]) < float("inf")]
    if bad or not criteria:
        raise BadWeights(criteria=", ".join(bad))


def phase(call: Call, at: datetime, *, published: bool = False) -> Phase:
    """Where the call stands at an instant; ``published`` says that the decisions are out."""
    if published:
        return Phase.CONFIRMING if at <= call.offers_until else Phase.OVER
    if at < call.opens_at:
        return Phase.SOON
    if accepts(call, at):
        return Phase.OPEN
    if at < call.review_from:
        return Phase.CLOSED
    return Phase.JUDGING if at <= call.review_until else Phase.DELIBERATION


def accepts(call: Call, at: datetime) -> bool:
    """Whether an application may be submitted; the last second counts whole."""
    return call.opens_at <= at and to_the_second(at) <= call.accepts_until


def to_the_second(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def conditions(call: Call) -> eligibility.Conditions:
    """The published conditions as the pure rules want them."""
    asked = call.conditions
    return eligibility.Conditions(
        closes_at=call.closes_at,
        closing_year=clock.local(call.closes_at, call.series.timezone).year,
        grace=call.accepts_until - call.closes_at,
        younger_than_years=asked.get("younger_than_years"),
        departments=tuple(asked.get("departments", ())),
        one_per_company=bool(asked.get("one_per_company", False)),
    )


def published(call_id: int) -> bool:
    """Whether the applicants have their answers."""
    found = select(DecisionBatch.id).where(
        DecisionBatch.call_id == call_id, DecisionBatch.published_at.is_not(None)
    )
    return db.session.scalar(found.limit(1)) is not None


def refuse_published(call_id: int) -> None:
    """Raises AlreadyPublished once the applicants have their answers."""
    if published(call_id):
        raise AlreadyPublished


def rule(call: Call) -> choice.Rule:
    return choice.from_json(call.rule, call.places)
