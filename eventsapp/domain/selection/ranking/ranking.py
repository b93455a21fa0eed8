"""The ranking of a call: gathers what the pure rules want, and remembers the last results."""

import hashlib
import json
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from eventsapp.domain.questions.models import Answer
from eventsapp.domain.selection.calls import calls, choice, eligibility
from eventsapp.domain.selection.calls.models import Application, ApplicationState, Call
from eventsapp.domain.selection.jury.models import Review
from eventsapp.domain.selection.ranking import diagnostics, scoring, table
from eventsapp.domain.selection.ranking.models import Pin
from eventsapp.kernel.db import db

JUDGED_ON = ("founded", "postcode", "siren")


@dataclass(frozen=True)
class Case:
    """All that the choice depends on, as plain values. ``digest`` names it."""

    candidates: tuple[choice.Candidate, ...]
    reasons: dict[int, list[eligibility.Reason]]
    """application id -> reasons of ineligibility, empty for the eligible ones."""
    marks: tuple[scoring.Mark, ...]
    rule: choice.Rule
    pins: dict[int, bool]
    seed: int
    digest: str

    @property
    def eligible(self) -> dict[Hashable, bool]:
        return {key: not reasons for key, reasons in self.reasons.items()}

    @property
    def readings(self) -> Counter[int]:
        """application id -> how many reviews count."""
        return Counter(int(str(mark.application)) for mark in self.marks)

    @property
    def open_to_choice(self) -> list[choice.Candidate]:
        return [c for c in self.candidates if not self.reasons[int(str(c.key))]]

    @property
    def pinned_rule(self) -> choice.Rule:
        """The rule of the call with the overrides of people."""
        return choice.Rule(
            self.rule.places,
            self.rule.best_of_each,
            self.rule.limits,
            must=frozenset(key for key, chosen in self.pins.items() if chosen),
            never=frozenset(key for key, chosen in self.pins.items() if not chosen),
        )


@dataclass(frozen=True)
class Choice:
    """Who is chosen and who waits, in order."""

    chosen: list[int]
    reserve: list[int]


def of(call: Call) -> tuple[Case, table.Table]:
    """The ranking of a call now."""
    case = gather(call)
    return case, _ranked(case.digest, _Held(case))


def choose(call: Call, case: Case, ranked: table.Table) -> Choice:
    """Apply the call's rule, with the overrides, to the scores."""
    chosen = choice.choose(case.open_to_choice, ranked.scores, case.pinned_rule)
    reserve = choice.reserve(
        case.open_to_choice,
        ranked.scores,
        chosen,
        size=call.waitlist,
        never=case.pinned_rule.never,
    )
    return Choice([int(str(k)) for k in chosen], [int(str(k)) for k in reserve])


def gather(call: Call) -> Case:
    """Read applications, answers, reviews and overrides: five statements, whatever their number."""
    applications = db.session.execute(
        select(
            Application.id,
            Application.number,
            Application.company,
            Application.domain,
            Application.submitted_at,
            Application.waived,
            Application.sheet_id,
        )
        .where(Application.call_id == call.id, Application.state == ApplicationState.SUBMITTED)
        .order_by(Application.number)
    ).all()
    answers = _answers(call.id)
    entries = [
        eligibility.Entry(
            number=row.number,
            company=row.company,
            submitted_at=row.submitted_at,
            founded=answers.get((row.sheet_id, "founded")),
            postcode=answers.get((row.sheet_id, "postcode")),
            siren=answers.get((row.sheet_id, "siren")),
            waived=frozenset(row.waived),
        )
        for row in applications
    ]
    verdicts = eligibility.judge(entries, calls.conditions(call))
    marks = _marks(call, {row.id for row in applications})
    overridden = db.session.execute(
        select(Pin.application_id, Pin.chosen, Pin.reason, Pin.told).where(Pin.call_id == call.id)
    ).all()
    pins = {row.application_id: row.chosen for row in overridden}
    reasons = {row.id: verdicts[row.number] for row in applications}
    return Case(
        candidates=tuple(
            choice.Candidate(row.id, row.number, {choice.DOMAIN: row.domain or ""})
            for row in applications
        ),
        reasons=reasons,
        marks=marks,
        rule=calls.rule(call),
        pins=pins,
        seed=call.seed,
        digest=_digest(call, applications, reasons, marks, overridden),
    )


def jury_report(call: Call, case: Case, ranked: table.Table) -> list[diagnostics.JurorReport]:
    """How each juror uses the scale; keys are juror ids."""
    rows = db.session.execute(
        select(Review.juror_id, Review.scores).where(
            Review.call_id == call.id,
            Review.submitted_at.is_not(None),
            Review.excluded_at.is_(None),
        )
    ).all()
    single: dict[Hashable, list[float]] = {}
    for juror_id, scores in rows:
        single.setdefault(juror_id, []).extend(s for s in scores.values() if s is not None)
    bounds = (float(call.scale_least), float(call.scale_most))
    return diagnostics.report(case.marks, single, bounds, ranked.calibration)


def _answers(call_id: int) -> dict[tuple[int, str], Any]:
    rows = db.session.execute(
        select(Answer.sheet_id, Answer.question, Answer.value)
        .join(Application, Application.sheet_id == Answer.sheet_id)
        .where(Application.call_id == call_id, Answer.question.in_(JUDGED_ON))
    )
    return {(sheet_id, question): value["is"] for sheet_id, question, value in rows}


def _marks(call: Call, applications: set[int]) -> tuple[scoring.Mark, ...]:
    rows = db.session.execute(
        select(Review.application_id, Review.juror_id, Review.scores)
        .where(
            Review.call_id == call.id,
            Review.submitted_at.is_not(None),
            Review.excluded_at.is_(None),
        )
        .order_by(Review.id)
    )
    weights = call.weights
    return tuple(
        scoring.Mark(application_id, juror_id, scoring.weighted_score(scores, weights))
        for application_id, juror_id, scores in rows
        if application_id in applications
    )


def _digest(call: Call, applications: Any, reasons: Any, marks: Any, overridden: Any) -> str:
    """Names the case: the same digest gives the same choice on any machine."""
    parts = [
        call.seed,
        call.places,
        call.waitlist,
        call.reviews_each,
        call.rule,
        [(row.id, row.number, row.domain) for row in applications],
        sorted(key for key, found in reasons.items() if found),
        [(m.application, m.juror, m.value) for m in marks],
        # With the words of their letters: decisions prepared under others are out of date.
        sorted(tuple(row) for row in overridden),
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


class _Held:
    """Carries a case past the cache: the digest alone is the key."""

    def __init__(self, case: Case) -> None:
        self.case = case

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=8)
def _ranked(digest: str, held: _Held) -> table.Table:
    case = held.case
    return table.build(case.candidates, case.eligible, case.marks, case.rule, seed=case.seed)
