"""Writing a call: made from an earlier one, and changed while that is fair to who has applied.

A call is whole from its first saving, so that it opens by its date alone: there is no half-written
call that could open. Criteria and questions come from the earlier call, or from ``starter``.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from eventsapp.domain.programme.models import Domain, Series
from eventsapp.domain.programme.naming import free_slug
from eventsapp.domain.questions.fields import Problem
from eventsapp.domain.selection.calls import calls, choice, frozen, starter
from eventsapp.domain.selection.calls.errors import CallIncomplete
from eventsapp.domain.selection.calls.models import Call
from eventsapp.kernel import audit, clock
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import EditedMeanwhile, NotFound
from eventsapp.kernel.transaction import lock, transaction

WORDS = ("title_fr", "title_en", "summary_fr", "summary_en")
NUMBERS = {"places": 1, "waitlist": 0, "reviews_each": 1}
RULE = ("best_of_each", "at_most")
CONDITIONS = ("younger_than_years", "departments", "one_per_company")
DATES = (
    "opens_at",
    "closes_at",
    "review_from",
    "review_until",
    "deliberation_at",
    "notified_at",
    "confirm_until",
    "offers_until",
)
# These take time; the others may fall on one moment.
LASTING = {"closes_at", "review_until", "confirm_until"}
RESERVED = {"new"}
"""Words of addresses that are pages of the desk."""


@dataclass(frozen=True)
class CallDraft:
    """A call as somebody is about to save it; see the columns of the same names.

    Attributes:
        at_most: how many may be chosen of one domain, None for no limit.
        departments: two digits each; empty means "not asked".
    """

    title_fr: str
    title_en: str
    summary_fr: str
    summary_en: str
    dates: Mapping[str, datetime | None]
    places: int | None
    waitlist: int | None
    reviews_each: int | None
    best_of_each: bool = False
    at_most: int | None = None
    younger_than_years: int | None = None
    departments: tuple[str, ...] = ()
    one_per_company: bool = True

    @property
    def rule(self) -> dict[str, Any]:
        limit = {"attribute": choice.DOMAIN, "at_most": self.at_most}
        return {
            "best_of_each": choice.DOMAIN if self.best_of_each else None,
            "limits": [limit] if self.at_most is not None else [],
        }

    @property
    def conditions(self) -> dict[str, Any]:
        return {
            "younger_than_years": self.younger_than_years,
            "departments": list(self.departments),
            "one_per_company": self.one_per_company,
        }


def draft_of(call: Call) -> CallDraft:
    """The call as the editor shows it."""
    rule, asked = calls.rule(call), calls.conditions(call)
    return CallDraft(
        **{name: getattr(call, name) for name in (*WORDS, *NUMBERS)},
        dates={name: getattr(call, name) for name in DATES},
        best_of_each=rule.best_of_each is not None,
        at_most=rule.limits[0].at_most if rule.limits else None,
        younger_than_years=asked.younger_than_years,
        departments=asked.departments,
        one_per_company=asked.one_per_company,
    )


def fingerprint(call: Call) -> str:
    """Names what an editor has read; it changes with every change of it."""
    shown = draft_of(call)
    parts = [
        [getattr(shown, name) for name in (*WORDS, *NUMBERS, *RULE, *CONDITIONS)],
        [at.isoformat() if at else "" for at in shown.dates.values()],
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def create(series_id: int, template_id: int | None, draft: CallDraft, *, actor: str) -> Call:
    """A new call with the criteria, scale and questions of an earlier one of the organisation.

    Args:
        template_id: the earlier call; None for the plain criteria and questions of ``starter``.

    Raises:
        NotFound: no such call to take them from.
        CallIncomplete: with the problems.
    """
    with transaction() as session:
        series = lock(Series, series_id)  # one slug at a time
        template = session.get(Call, template_id) if template_id is not None else None
        known = template is not None and template.organisation_id == series.organisation_id
        if template_id is not None and not known:
            raise NotFound(what="call", reference=template_id)
        _refuse(problems_of(draft, None, at=clock.now()))
        taken = set(session.scalars(select(Call.slug).where(Call.series_id == series.id)))
        dates = {name: at for name, at in draft.dates.items() if at is not None}
        form = _form(template, series, draft)
        _refuse_unasked(draft, form)
        return calls.open_call(
            series.id,
            series.organisation_id,
            calls.Words(
                **{name: getattr(draft, name) for name in WORDS},
                slug=free_slug(draft.title_fr, taken | RESERVED, fallback="appel"),
            ),
            calls.Calendar(**dates, grace=_grace(template)),
            terms=calls.Terms(
                places=draft.places or 0,
                criteria=template.criteria if template else starter.CRITERIA,
                rule=draft.rule,
                conditions=draft.conditions,
                waitlist=draft.waitlist or 0,
                reviews_each=draft.reviews_each or 0,
                scale=(template.scale_least, template.scale_most) if template else starter.SCALE,
            ),
            form=form,
            actor=actor,
        )


def update(call_id: int, read: str, draft: CallDraft, *, actor: str) -> Call:
    """Change a call.

    Args:
        read: ``fingerprint`` of what the page showed.

    Raises:
        AlreadyPublished: the decisions are out.
        EditedMeanwhile: somebody saved since.
        BadWeights: its criteria came from outside with weights that make no sense.
        CallIncomplete: with the problems, those of what may not change any more among them.
    """
    now = clock.now()
    with transaction():
        call = lock(Call, call_id)
        calls.refuse_published(call_id)
        calls.refuse_weights(call.criteria)
        if fingerprint(call) != read:
            raise EditedMeanwhile(what="call")
        _refuse(problems_of(draft, call, at=now))
        before, grace = draft_of(call), _grace(call)
        form = _form(call, call.series, draft)
        for name in (*WORDS, *NUMBERS):
            setattr(call, name, getattr(draft, name))
        for name, at in draft.dates.items():
            setattr(call, name, at)
        call.accepts_until = call.closes_at + grace
        call.rule, call.conditions = draft.rule, draft.conditions
        if not call.last_number:  # later both stand: dates must not be refused for either
            _refuse_unasked(draft, form)
        if form != call.question_set.questions:
            frozen.ask_instead(call, form)
        audit.note(
            "call.changed",
            f"call:{call.id}",
            actor=actor,
            series_id=call.series_id,
            detail={"changed": _changed(before, draft)},
        )
        return call


def problems_of(draft: CallDraft, call: Call | None, *, at: datetime) -> list[Problem]:
    """What keeps the draft from being saved at this instant; ``call`` is what stands already."""
    found = [] if draft.title_fr else [Problem("title_fr", "required")]
    for name, least in NUMBERS.items():
        number = getattr(draft, name)
        if number is None:
            found.append(Problem(name, "required"))
        elif number < least:
            found.append(Problem(name, "too_small", {"least": least}))
    for name in ("at_most", "younger_than_years"):
        number = getattr(draft, name)
        if number is not None and number < 1:
            found.append(Problem(name, "too_small", {"least": 1}))
    if any(not (len(d) == 2 and d.isascii() and d.isdigit()) for d in draft.departments):
        found.append(Problem("departments", "not_a_department"))
    found += _calendar(draft.dates)
    if call is None:
        closes_at = draft.dates.get("closes_at")
        if closes_at is not None and closes_at <= at:
            found.append(Problem("closes_at", "date_passed"))
    else:
        found += _unfair(draft, call, at)
    return found


def _calendar(dates: Mapping[str, datetime | None]) -> list[Problem]:
    found = [Problem(name, "required") for name in DATES if dates.get(name) is None]
    for earlier, later in pairwise(DATES):
        first, second = dates.get(earlier), dates.get(later)
        if first is None or second is None:
            continue
        if second < first or (later in LASTING and second == first):
            found.append(Problem(later, "date_order"))
    return found


def _unfair(draft: CallDraft, call: Call, at: datetime) -> list[Problem]:
    """What people rely on: dates that have passed, and the rules under which they applied."""
    found = []
    for name in DATES:
        stands, wanted = getattr(call, name), draft.dates.get(name)
        if wanted is None or wanted == stands:
            continue
        if stands <= at:
            found.append(Problem(name, "date_fixed"))
        elif name == "closes_at" and call.opens_at <= at and wanted < stands:
            found.append(Problem(name, "date_earlier"))
        elif name != "opens_at" and wanted <= at:
            found.append(Problem(name, "date_passed"))
    if not call.last_number:
        return found
    before = draft_of(call)
    for name in (*RULE, *CONDITIONS):
        if getattr(draft, name) != getattr(before, name):
            found.append(Problem(name, "rule_fixed"))
    if draft.places is not None and 0 < draft.places < call.places:
        found.append(Problem("places", "too_small", {"least": call.places}))
    return found


def _grace(template: Call | None) -> timedelta:
    return template.accepts_until - template.closes_at if template else timedelta(0)


def _form(template: Call | None, series: Series, draft: CallDraft) -> list[Any]:
    """The questions of the template with the years, domains and conditions of this call."""
    closes_at = draft.dates["closes_at"] or clock.now()
    year = clock.local(closes_at, series.timezone).year
    known = db.session.scalars(
        select(Domain).where(Domain.series_id == series.id).order_by(Domain.id)
    )
    domains = [{"id": d.slug, "label": {"fr": d.name_fr, "en": d.name_en}} for d in known]
    elsewhere = template is None or template.series_id != series.id
    outdated = _outdated_hints(template, draft)
    form = []
    for question in template.question_set.questions if template else starter.QUESTIONS:
        made = {k: v for k, v in question.items() if k != "hint" or question["id"] not in outdated}
        if made["id"] == "founded" and "max" in made:
            made["max"] = year
        if made["id"] == choice.DOMAIN and elsewhere and domains:
            made["choices"] = domains
        # A choice of nothing could not be answered.
        if made["type"] != "choice" or made["choices"]:
            form.append(made)
    return form


def _refuse_unasked(draft: CallDraft, form: list[Any]) -> None:
    """A condition that reads an answer which need not be given would let everybody through."""
    answered = {question["id"] for question in form if question.get("required")}
    reads = {
        "younger_than_years": (draft.younger_than_years is not None, "founded"),
        "departments": (bool(draft.departments), "postcode"),
        "best_of_each": (draft.best_of_each, choice.DOMAIN),
        "at_most": (draft.at_most is not None, choice.DOMAIN),
    }
    _refuse(
        [
            Problem(name, "question_missing")
            for name, (asked, question) in reads.items()
            if asked and question not in answered
        ]
    )


def _outdated_hints(template: Call | None, draft: CallDraft) -> set[str]:
    """Questions whose hint repeats a condition that is another one here."""
    if template is None:
        return set()
    before = draft_of(template)
    return {
        question
        for question, condition in (
            ("founded", "younger_than_years"),
            ("postcode", "departments"),
        )
        if getattr(before, condition) != getattr(draft, condition)
    }


def _changed(before: CallDraft, after: CallDraft) -> list[str]:
    names = [*WORDS, *NUMBERS, *RULE, *CONDITIONS]
    found = [name for name in names if getattr(before, name) != getattr(after, name)]
    return found + [name for name in DATES if before.dates[name] != after.dates.get(name)]


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise CallIncomplete(problems=problems)


def templates_for(series: Series) -> list[Call]:
    """The calls whose criteria and questions a new one may take, the latest first."""
    return list(
        db.session.scalars(
            select(Call)
            .where(Call.organisation_id == series.organisation_id)
            .order_by(Call.closes_at.desc(), Call.id.desc())
        )
    )


def next_dates(template: Call, *, at: datetime) -> dict[str, datetime | None]:
    """The calendar of an earlier call, whole weeks later, so that it opens in the coming week."""
    weeks = max(-((template.opens_at - at) // timedelta(weeks=1)), 0)
    zone = template.series.timezone
    moved: dict[str, datetime | None] = {}
    for name in DATES:
        wall = clock.local(getattr(template, name), zone).replace(tzinfo=None)
        try:
            moved[name] = clock.from_local(wall + timedelta(weeks=weeks), zone)
        except (clock.NonexistentTime, clock.AmbiguousTime):
            moved[name] = None  # the organizer gives it
    return moved


def first_draft(series: Series, *, at: datetime) -> CallDraft:
    """What the form of a call without an earlier one starts from."""
    today = clock.local_day(at, series.timezone)
    dates: dict[str, datetime | None] = {}
    for name, (days, hour, minute) in starter.CALENDAR.items():
        wall = datetime.combine(today + timedelta(days=days), time(hour, minute))
        dates[name] = clock.from_local(wall, series.timezone)
    return CallDraft("", "", "", "", dates, places=10, waitlist=5, reviews_each=3)
