"""The shared cases in Python; ``tests/journeys/test_door_vectors.py`` asks the phone's code."""

import base64
from datetime import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from eventsapp.domain.checkin.entry import Entry
from eventsapp.domain.checkin.verdicts import REASONS, Situation, reason_to_refuse
from eventsapp.domain.ticketing.sales import tokens
from tests.vectors import DOOR

VERDICTS, TOKENS = DOOR["verdicts"], DOOR["tokens"]
KEYS = {
    int(number): Ed25519PublicKey.from_public_bytes(base64.b64decode(key))
    for number, key in DOOR["keys"].items()
}


def situation(given):
    times = {
        name: datetime.fromisoformat(given[name])
        for name in ("at", "opens_at", "closes_at", "entered_at", "since")
        if name in given
    }
    return Situation(**{**given, **times})


def instant(text):
    return datetime.fromisoformat(text) if text else None


def since_of(case):
    """What ``days`` asks, in Python."""
    rule = case["rule"]
    days = {name: tuple(map(instant, rule[name])) for name in ("mornings", "emptied")}
    return Entry(rule["policy"], **days).since(instant(case["at"]))


def said(text):
    """What a token says without network, in the words of token.js; None for what is none."""
    try:
        read = tokens.verify(text, KEYS)
    except tokens.NotAToken:
        return None
    return {
        "event": read.event,
        "product": read.product,
        "notBefore": read.not_before,
        "notAfter": read.not_after,
    }


@pytest.mark.parametrize("vector", VERDICTS, ids=[vector["name"] for vector in VERDICTS])
def test_verdict(vector):
    assert reason_to_refuse(situation(vector["given"])) == vector["reason"]


@pytest.mark.parametrize("case", DOOR["days"], ids=[case["name"] for case in DOOR["days"]])
def test_since_when_an_entry_counts(case):
    assert since_of(case) == instant(case["since"])


@pytest.mark.parametrize("vector", TOKENS, ids=[vector["name"] for vector in TOKENS])
def test_token(vector):
    assert said(vector["text"]) == vector["said"]


def test_every_reason_has_a_vector():
    assert {vector["reason"] for vector in VERDICTS} == {*REASONS, None}


def test_of_any_two_reasons_a_vector_says_which_is_given():
    """But for too early and too late, which no instant is at once."""
    names = {vector["name"] for vector in VERDICTS}
    pairs = {(one, two) for n, one in enumerate(REASONS) for two in REASONS[n + 1 :]}

    missing = {pair for pair in pairs if f"{pair[0]} before {pair[1]}" not in names}

    assert missing == {("too_early", "too_late")}
