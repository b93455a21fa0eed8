"""The shared cases in Python; ``tests/journeys/test_door.py`` puts them to the phone's code."""

import json
from datetime import datetime
from itertools import combinations
from pathlib import Path

import pytest

from eventsapp.domain.checkin.verdicts import REASONS, Situation, reason_to_refuse

DOOR = Path(__file__).parents[3] / "static" / "js" / "door"
VECTORS = json.loads((DOOR / "verdict-vectors.json").read_text("utf-8"))
NO_TO = {
    "unknown": {"known": False},
    "wrong_event": {"right_event": False},
    "void": {"void": True},
    "blocked": {"blocked": True},
    "unpaid": {"unpaid": True},
    "wrong_gate": {"right_gate": False},
    "full": {"full": True},
    "already_in": {"inside": True},
}


def situation(given):
    times = {
        name: datetime.fromisoformat(given[name])
        for name in ("at", "opens_at", "closes_at")
        if name in given
    }
    return Situation(**{**given, **times})


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_vector(vector):
    assert reason_to_refuse(situation(vector["given"])) == vector["reason"]


def test_every_reason_has_a_vector():
    assert {vector["reason"] for vector in VECTORS} == {*REASONS, None}


@pytest.mark.parametrize(("one", "other"), list(combinations(NO_TO, 2)))
def test_of_two_reasons_the_earlier_is_given(one, other):
    given = {**NO_TO[one], **NO_TO[other]}

    assert reason_to_refuse(Situation(**given)) == min(one, other, key=REASONS.index)
