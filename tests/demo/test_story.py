"""The demo's calendar: whole weeks, wall clocks kept, an instant for every stamp."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from eventsapp import bundle
from eventsapp.demo import load
from eventsapp.demo.story import Story
from eventsapp.domain.accounts.models import Account
from eventsapp.domain.programme.models import Series
from eventsapp.kernel.clock import frozen, local
from eventsapp.kernel.db import db

STAMP = re.compile(r'"(\d{4}-\d\d-\d\dT\d\d:\d\d[^"]*)"')
MONDAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def stamps():
    folder = bundle.__file__.rsplit("/", 1)[0] + "/demo/ftw2015"
    for name in ("events", "sessions", "opening_orders", "applications", "call", "tariffs"):
        with open(f"{folder}/{name}.json", encoding="utf-8") as file:
            yield from STAMP.findall(json.dumps(json.load(file)))


def test_every_stamp_has_an_instant_in_every_week_of_three_years():
    found = sorted(set(stamps()))
    assert len(found) > 300

    for week in range(157):
        with frozen(MONDAY + timedelta(weeks=week)):
            story = Story.at()
            for stamp in found:
                story.instant(stamp)


def test_a_night_stamp_in_the_skipped_hour_is_an_hour_later():
    with frozen(datetime(2026, 3, 20, tzinfo=UTC)):
        story = Story.at(datetime(2015, 7, 26, 12, 0))

    moved = local(story.instant("2015-07-26T02:13:00+02:00"), "Europe/Paris")
    evening = local(story.instant("2015-07-26T19:30:00+02:00"), "Europe/Paris")

    assert moved.isoformat() == "2026-03-22T02:13:00+01:00"
    assert evening.isoformat() == "2026-03-22T19:30:00+01:00"
    with frozen(datetime(2026, 3, 27, tzinfo=UTC)):
        story = Story.at(datetime(2015, 7, 26, 12, 0))
    moved = local(story.instant("2015-07-26T02:13:00+02:00"), "Europe/Paris")
    assert moved.isoformat() == "2026-03-29T03:13:00+02:00"


def test_a_demo_that_fails_half_way_leaves_nothing(app, monkeypatch):
    def broken(_story):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(load, "ROOMS", (*load.ROOMS[:2], broken))

    with pytest.raises(RuntimeError):
        load.load(Story.at())

    assert [db.session.query(kind).count() for kind in (Series, Account)] == [0, 0]
    assert not load.loaded()
