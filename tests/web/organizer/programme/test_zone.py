"""A corrected zone: what was typed stays on the wall clock, the page says so first."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.domain.planning.zones import on_the_same_clock
from eventsapp.domain.programme import releases, talks
from eventsapp.domain.programme.models import Event, Series, Session
from eventsapp.domain.programme.talks import SessionDraft
from eventsapp.domain.selection.calls.models import Call
from eventsapp.domain.ticketing.catalogue.models import Product
from eventsapp.kernel.clock import local
from eventsapp.kernel.db import db
from tests import make
from tests.web.organizer.series.test_series import FORM, Owner

START = datetime(2026, 9, 24, 17, 30, tzinfo=UTC)  # 19:30 in Paris, 21:30 in Reunion
HOUR = timedelta(hours=1)
REUNION = "Indian/Reunion"


@pytest.fixture
def owner(client):
    return Owner(client)


def wall(instant, zone=REUNION):
    return f"{local(instant, zone):%Y-%m-%d %H:%M}"


def test_another_zone_keeps_the_hours_that_were_typed(owner):
    event = make.event(owner.series, starts_at=START, ends_at=START + HOUR)
    draft = SessionDraft("Causerie", "", None, START, START + HOUR / 2, "fr", ())
    talk = talks.create_session(event.id, draft, actor="test")
    product = make.product(event, sale_until=START - HOUR)
    call = make.call(owner.series)
    closes = wall(call.closes_at, "Europe/Paris")
    releases.publish(owner.series.id, actor="test")
    form = FORM | {"slug": "weeks", "timezone": REUNION}

    asked = owner.post("/organizer/weeks/settings", **form)

    assert asked.status_code == 422
    assert "Le fuseau passe de Europe/Paris à Indian/Reunion" in asked.text
    series = db.session.get_one(Series, owner.series.id, populate_existing=True)
    assert series.timezone == "Europe/Paris"
    seen = re.search(r'name="zone_seen" value="([^"]+)"', asked.text)[1].replace("&gt;", ">")
    assert owner.post("/organizer/weeks/settings", **form, zone_seen=seen).status_code == 302

    def fresh(kind, row):
        return db.session.get_one(kind, row.id, populate_existing=True)

    assert wall(fresh(Event, event).slots[0].starts_at) == "2026-09-24 19:30"
    assert wall(fresh(Session, talk).starts_at) == "2026-09-24 19:30"
    assert wall(fresh(Product, product).sale_until) == "2026-09-24 18:30"
    assert wall(fresh(Call, call).closes_at) == closes
    assert [one["code"] for one in releases.pending_changes(owner.series.id)][:1] == ["moved_time"]
    text = owner.client.get("/organizer/weeks/programme/releases").text
    assert "Europe/Paris" in text and REUNION in text
    release = releases.publish(owner.series.id, actor="test")
    assert "moved_time" in [one["code"] for one in release.changes]
    shown = releases.current("weeks").events[0]
    assert wall(shown.doors_at) == "2026-09-24 19:00"


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)))
def test_the_wall_clock_stays_wherever_it_can(naive):
    instant = naive.replace(second=0, microsecond=0, tzinfo=UTC)

    moved = on_the_same_clock(instant, "Europe/Paris", REUNION)

    assert wall(moved) == wall(instant, "Europe/Paris")
    assert abs(moved - instant) <= timedelta(hours=4)
