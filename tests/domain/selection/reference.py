"""The reference call as plain values, for tests of the pure rules."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from eventsapp.domain.selection.calls import choice, eligibility
from eventsapp.domain.selection.ranking import scoring

FOLDER = Path(__file__).parents[3] / "eventsapp" / "demo" / "ftw2015"


@cache
def load(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def weights() -> dict[str, float]:
    return {criterion["id"]: criterion["weight"] for criterion in load("call")["criteria"]}


def marks() -> list[scoring.Mark]:
    return [
        scoring.Mark(
            review["application"],
            review["juror"],
            scoring.weighted_score({name: review[name] for name in weights()}, weights()),
        )
        for review in load("scores")
    ]


def number(reference: str) -> int:
    return int(reference.removeprefix("APP-"))


def candidates() -> list[choice.Candidate]:
    return [
        choice.Candidate(a["id"], number(a["id"]), {"domain": a["domain"]})
        for a in load("applications")
    ]


def rule() -> choice.Rule:
    return choice.Rule(
        places=10, best_of_each="domain", limits=(choice.Limit("domain", at_most=3),)
    )


def conditions() -> eligibility.Conditions:
    closes_at = datetime.fromisoformat(load("call")["closes"])
    return eligibility.Conditions(
        closes_at=closes_at,
        closing_year=closes_at.year,
        younger_than_years=8,
        departments=("13",),
    )


def entries() -> list[eligibility.Entry]:
    return [
        eligibility.Entry(
            number=number(a["id"]),
            company=a["company"],
            submitted_at=datetime.fromisoformat(a["submitted_at"]),
            founded=a["founded"],
            postcode=a["postcode"],
            siren=a["siren"],
        )
        for a in load("applications")
    ]


def eligible() -> dict[str, bool]:
    verdicts = eligibility.judge(entries(), conditions())
    return {a["id"]: not verdicts[number(a["id"])] for a in load("applications")}
