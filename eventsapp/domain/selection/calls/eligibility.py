"""Is an application eligible? Said early while the form is filled in, and again at the close."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from eventsapp.kernel import spelling

LATE = "late"
TOO_OLD = "too_old"
OUTSIDE_AREA = "outside_area"
DUPLICATE = "duplicate"
CODES = frozenset({LATE, TOO_OLD, OUTSIDE_AREA, DUPLICATE})


@dataclass(frozen=True)
class Conditions:
    """The published conditions of a call; None or empty means "not asked".

    Attributes:
        closes_at: the last second in which an application is accepted, inclusive.
        younger_than_years: age is the closing day's year minus the year of foundation.
        departments: the first two digits of the postcode of the head office or of a branch.
    """

    closes_at: datetime
    closing_year: int
    grace: timedelta = timedelta(0)
    younger_than_years: int | None = None
    departments: tuple[str, ...] = ()
    one_per_company: bool = True


@dataclass(frozen=True)
class Entry:
    """What eligibility looks at. ``waived``: codes that a person has set aside, with a reason."""

    number: int
    company: str
    submitted_at: datetime
    founded: int | None = None
    postcode: str | None = None
    siren: str | None = None
    waived: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True)
class Reason:
    """Why an application is ineligible: a stable code and facts, no sentence."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)


def in_time(instant: datetime, conditions: Conditions) -> bool:
    """The whole of the last second counts: 23:59:59.9 is in time when the call says 23:59:59."""
    return instant.replace(microsecond=0) <= conditions.closes_at + conditions.grace


def company_reasons(
    founded: int | None, postcode: str | None, conditions: Conditions
) -> list[Reason]:
    """Return what the company itself fails; known as soon as the two fields are filled in."""
    reasons = []
    years = conditions.younger_than_years
    if years is not None and founded is not None and conditions.closing_year - founded >= years:
        reasons.append(Reason(TOO_OLD, {"age": conditions.closing_year - founded, "below": years}))
    departments = conditions.departments
    if departments and postcode is not None and postcode.replace(" ", "")[:2] not in departments:
        facts = {"postcode": postcode, "departments": ", ".join(departments)}
        reasons.append(Reason(OUTSIDE_AREA, facts))
    return reasons


def judge(entries: Iterable[Entry], conditions: Conditions) -> dict[int, list[Reason]]:
    """Return number -> reasons of ineligibility, empty for the eligible ones.

    Withdrawn applications are not among the entries: they do not make a later one a duplicate.
    """
    entries = list(entries)
    firsts = duplicates(entries) if conditions.one_per_company else {}
    verdicts = {}
    for entry in entries:
        reasons = []
        if not in_time(entry.submitted_at, conditions):
            late_by = entry.submitted_at - conditions.closes_at
            reasons.append(Reason(LATE, {"seconds": int(late_by.total_seconds())}))
        reasons += company_reasons(entry.founded, entry.postcode, conditions)
        if entry.number in firsts:
            reasons.append(Reason(DUPLICATE, {"of": firsts[entry.number]}))
        verdicts[entry.number] = [r for r in reasons if r.code not in entry.waived]
    return verdicts


def duplicates(entries: Iterable[Entry]) -> dict[int, int]:
    """Return number -> number of the earlier application of the same company.

    The same company: the same folded name, or the same SIREN.
    """
    first: dict[str, int] = {}
    found: dict[int, int] = {}
    for entry in sorted(entries, key=lambda e: (e.submitted_at, e.number)):
        keys = [f"name:{spelling.fold(entry.company)}"]
        if entry.siren:
            keys.append(f"siren:{entry.siren}")
        earlier = [first[key] for key in keys if key in first]
        if earlier:
            found[entry.number] = earlier[0]
        for key in keys:
            first.setdefault(key, entry.number)
    return found
