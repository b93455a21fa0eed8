"""The demo's calls, and the ranking that programs read."""

import json
from argparse import Namespace
from datetime import UTC, date, datetime

import pytest

from eventsapp.cli import stands
from eventsapp.delivery import promises
from eventsapp.demo import selection
from eventsapp.demo.story import Story
from eventsapp.domain.selection.calls import calls, editing
from eventsapp.domain.selection.calls import queries as calls_queries
from eventsapp.domain.selection.jury import jury, queries
from eventsapp.domain.selection.ranking import ranking
from eventsapp.kernel import clock
from tests import make


@pytest.fixture
def call(app):
    make.series(slug="ftw2015", is_demo=True)
    selection.load(Story.at())
    return calls_queries.call_by_slug("ftw15-stands")


def test_the_jury_is_at_work_on_ninety_applications(call):
    progress = {p.juror.reference: (p.asked, p.done) for p in queries.progress(call.id)}

    assert calls.phase(call, clock.now()) is calls.Phase.JUDGING
    assert len(calls_queries.submitted_of(call.id)) == 90
    assert sum(done for _, done in progress.values()) == 348
    assert progress.pop("JUR-09") == (30, 18)
    assert progress.pop(None) == (0, 0)
    assert set(progress.values()) == {(30, 30)}


def test_the_demo_promises_nothing_that_nobody_keeps(call):
    assert {promise.name: promise.owed() for promise in promises.PROMISES if promise.owed()} == {}


def test_the_pitch_contest_keeps_its_hours_across_the_change_of_the_clocks(app):
    # Its jury begins 22 days later, on the Sunday in October whose night has an hour more.
    clock.freeze(datetime(2026, 10, 3, 10, 0, tzinfo=UTC))
    make.series(slug="ftw2015", is_demo=True)
    selection.load(Story.at())

    pitch = calls_queries.call_by_slug("ftw15-pitch")

    hours = {
        name: f"{clock.local(getattr(pitch, name), 'Europe/Paris'):%H:%M:%S}"
        for name in editing.DATES
    }
    assert clock.local(pitch.review_from, "Europe/Paris").date() == date(2026, 10, 25)
    assert hours == {
        "opens_at": "09:00:00",
        "closes_at": "23:59:59",
        "review_from": "09:00:00",
        "review_until": "18:00:00",
        "deliberation_at": "14:00:00",
        "notified_at": "10:00:00",
        "confirm_until": "18:00:00",
        "offers_until": "18:00:00",
    }


def test_three_applications_are_ineligible_for_the_published_reasons(call):
    references = {a.id: a.reference for a in calls_queries.submitted_of(call.id).values()}
    case, _ = ranking.of(call)

    assert {
        references[key]: [r.code for r in found] for key, found in case.reasons.items() if found
    } == {
        "APP-055": ["late"],
        "APP-078": ["duplicate"],
        "APP-089": ["too_old"],
    }


def test_the_newcomer_declares_and_then_gets_the_missing_reviews(call):
    newcomer = next(j for j in queries.jurors_of(call.id) if j.reference is None)
    assert queries.tasks_of(newcomer) == []

    jury.declare(newcomer.id, {}, actor="test")

    assert len(queries.tasks_of(newcomer)) == 12


def test_the_second_call_is_open_for_three_weeks(call):
    pitch = calls_queries.call_by_slug("ftw15-pitch")

    assert calls.phase(pitch, clock.now()) is calls.Phase.OPEN
    assert 20 <= (pitch.closes_at - clock.now()).days <= 21


def test_the_ranking_command_prints_the_contract(call, app, capsys):
    status = stands.run_ranking(app, Namespace(call="ftw15-stands", json=True))

    lines = json.loads(capsys.readouterr().out)
    assert status == 0
    assert len(lines) == 90
    assert set(lines[0]) == {
        "application",
        "raw",
        "calibrated",
        "sd",
        "p_selected",
        "reviews",
        "eligible",
    }
    assert [line["application"] for line in lines[:4]] == [
        "APP-083",
        "APP-036",
        "APP-073",
        "APP-070",
    ]
    assert lines[0]["raw"] == pytest.approx(4.65)
    assert sum(line["p_selected"] or 0 for line in lines) == pytest.approx(10)
    assert sum(line["reviews"] for line in lines) == 348
    apart = [line for line in lines if not line["eligible"]]
    assert [line["application"] for line in apart] == ["APP-055", "APP-078", "APP-089"]
    assert all(line["raw"] and line["calibrated"] is None for line in apart)


def test_an_unknown_call_is_an_error_with_words(call, app, capsys):
    assert stands.run_ranking(app, Namespace(call="nowhere", json=True)) == 1
    assert "nowhere" in capsys.readouterr().err


def test_the_demo_may_stay_in_2015(app):
    make.series(slug="ftw2015", is_demo=True)
    selection.load(Story.at(shift=False))

    stands_call = calls_queries.call_by_slug("ftw15-stands")
    assert stands_call.closes_at.isoformat() == "2015-08-31T21:59:59+00:00"
