"""The reference programme, loaded: twenty-three events, on their weekdays and at their hours."""

from datetime import datetime

import pytest

from eventsapp.demo import accounts, load, programme, ticketing
from eventsapp.demo.story import Story
from eventsapp.domain.planning import saving
from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.catalogue import discounts
from eventsapp.kernel.clock import local
from eventsapp.kernel.transaction import transaction


@pytest.fixture
def shown(app):
    with transaction():
        programme.load(Story.at())
    return releases.current("ftw2015")


def test_the_reference_series_is_released_whole(shown):
    assert len(shown.events) == 23
    assert sum(len(event.sessions) for event in shown.events) == 135
    assert shown.cities == ("Marseille", "Aix-en-Provence")
    assert (shown.number, shown.is_demo, shown.organizer_name) == (1, True, "Medinsoft")


def test_every_event_is_described_in_both_languages(shown):
    for event in shown.events:
        assert len(event.summary_fr) > 80, event.reference
        assert len(event.summary_en) > 80, event.reference


def test_hours_and_weekdays_stay_those_of_2015(shown):
    raw = {one["id"]: one for one in programme.read("events")}
    for event in shown.events:
        then = datetime.fromisoformat(raw[event.reference]["slots"][0]["start"])
        moved = local(event.starts_at, "Europe/Paris")
        assert (moved.weekday(), moved.hour, moved.minute) == (
            then.weekday(),
            then.hour,
            then.minute,
        )


def test_without_shift_the_year_is_2015(app):
    with transaction():
        programme.load(Story.at(shift=False))

    shown = releases.current("ftw2015")
    assert shown.title == "French Tech Weeks 2015 — Aix-Marseille"
    assert shown.starts_on.isoformat() == "2015-09-24"


def test_the_data_centre_stays_secret(shown):
    visits = shown.event("datacenter-by-night-visites-guidees")

    assert (visits.address_hidden, visits.venue.name, visits.city) == (True, "", "Marseille")
    assert len(visits.slots) == 5
    assert [slot.capacity for slot in visits.slots] == [15] * 5


def test_traps_of_the_reference_are_kept(shown):
    by_number = {event.number: event for event in shown.events}

    assert by_number[16].access == "invitation"
    assert by_number[17].external_url == "https://inscription.exemple.example/ftw15-17"
    assert by_number[18].traits["pay_what_you_want"]["suggested_eur"] == 10
    assert (by_number[8].capacity, by_number[8].instant_capacity) == (1500, 600)
    assert by_number[21].traits["accessibility"][0] == "LSF"
    assert len(by_number[1].days) == 1


def test_nothing_clashes_in_the_reference_programme(shown):
    report = saving.check_series(shown.id)

    assert report.grave is False
    assert {one.code for one in report.problems} == {"THIN"}


def test_a_load_that_fails_half_way_leaves_nothing(app, monkeypatch):
    def fails(_story):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(load, "ROOMS", (programme.load, fails))

    with pytest.raises(RuntimeError):
        load.load(Story.at())

    assert not load.loaded()


def test_the_reference_codes_are_there(app):
    with transaction():
        programme.load(Story.at())
        accounts.load(Story.at())
        ticketing.load(Story.at())
    listed = {
        code.code: (code.effect.value, code.value, code.most_uses, len(code.products))
        for code in discounts.listed(releases.current("ftw2015").id)
    }
    assert listed == {
        "MEDIN-2015-ADH": ("percent", 20, 120, 3),
        "CLUB-SUD-5": ("fixed", 500, 50, 1),
        "INVIT-METRO": ("unlock_free", 0, 40, 1),
        "INVIT-CCI": ("unlock_free", 0, 40, 1),
        "DINER-TABLE-7": ("unlock", 0, 10, 1),
    }
