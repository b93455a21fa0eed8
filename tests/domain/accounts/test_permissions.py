"""Who may do what: the table, and where a role reaches."""

import pytest

from eventsapp.domain.accounts.permissions import (
    ALL,
    BY_ROLE,
    HOST,
    NO_ORGANISATION,
    Grant,
    Place,
    allowed,
)

HOUSE, OTHER = 1, 2
SERIES, NEXT_SERIES = 10, 11
EVENT, OTHER_EVENT = 100, 101


def may(grant: Grant, permission: str, **place) -> bool:
    return allowed([grant], permission, Place(**{"organisation_id": HOUSE, **place}))


def test_every_role_names_permissions_that_exist():
    assert [role for role, given in BY_ROLE.items() if not given <= ALL] == []


@pytest.mark.parametrize(
    ("role", "can", "cannot"),
    [
        ("owner", {"people.edit", "orders.refund", "audit.view"}, {"jury.review"}),
        ("organizer", {"orders.refund", "programme.publish"}, {"people.edit", "audit.view"}),
        ("contributor", {"programme.edit"}, {"orders.view", "programme.publish"}),
        ("juror", {"jury.review"}, {"selection.view", "desk.view"}),
        ("door", {"door.scan"}, {"door.edit", "orders.view", "desk.view"}),
        ("care", {"answers.sensitive", "desk.view"}, {"orders.view", "door.view"}),
        ("accountant", {"orders.export"}, {"orders.refund", "selection.view", "programme.edit"}),
    ],
)
def test_a_role_gives_its_rooms_and_no_other(role, can, cannot):
    grant = Grant(role, HOUSE)
    assert {name for name in can | cannot if may(grant, name)} == can


def test_nobody_gets_scores_and_money_from_a_scanner():
    assert BY_ROLE["door"] == {"door.view", "door.scan"}


def test_the_host_makes_organisations_and_reads_nothing_of_them():
    host = Grant(HOST, NO_ORGANISATION)

    assert BY_ROLE[HOST] == {"organisations.edit"}
    assert [name for name in ALL if may(host, name) or may(host, name, series_id=SERIES)] == []


def test_a_role_ends_at_its_house():
    assert not may(Grant("owner", OTHER), "orders.view", series_id=SERIES)


def test_a_role_of_one_series_ends_there():
    grant = Grant("organizer", HOUSE, series_id=SERIES)
    assert may(grant, "orders.view", series_id=SERIES)
    assert not may(grant, "orders.view", series_id=NEXT_SERIES)


def test_an_organizer_of_chosen_events_has_those_and_not_the_series():
    grant = Grant("organizer", HOUSE, series_id=SERIES, event_id=EVENT)
    assert may(grant, "programme.edit", series_id=SERIES, event_id=EVENT)
    assert not may(grant, "programme.edit", series_id=SERIES, event_id=OTHER_EVENT)
    assert not may(grant, "programme.edit", series_id=SERIES)


def test_a_contributor_reads_the_programme_and_touches_his_own_events():
    grant = Grant("contributor", OTHER, series_id=SERIES)
    own = {"series_id": SERIES, "event_id": EVENT, "event_organisation_id": OTHER}
    foreign = {"series_id": SERIES, "event_id": OTHER_EVENT, "event_organisation_id": HOUSE}
    assert may(grant, "programme.view", series_id=SERIES)
    assert may(grant, "programme.edit", **own)
    assert not may(grant, "programme.edit", **foreign)


def test_a_contributor_of_no_series_stays_in_the_own_house():
    grant = Grant("contributor", OTHER)
    assert not may(grant, "programme.view", series_id=SERIES)
    assert not may(grant, "programme.edit", series_id=SERIES)
    assert allowed([grant], "programme.view", Place(OTHER, SERIES))


def test_a_role_of_one_series_reaches_nothing_above_it():
    assert not may(Grant("owner", HOUSE, series_id=SERIES), "series.edit")


def test_a_role_of_one_event_has_the_actions_of_an_event_and_no_others():
    grant = Grant("organizer", HOUSE, series_id=SERIES, event_id=EVENT)
    here = {"series_id": SERIES, "event_id": EVENT}
    assert {name for name in ALL if may(grant, name, **here)} == {
        "desk.view", "programme.view", "programme.edit", "programme.publish", "door.scan",
        "door.view",
    }  # fmt: skip


def test_no_grant_and_an_unknown_role_give_nothing():
    assert not allowed([], "desk.view", Place(HOUSE))
    assert not may(Grant("caretaker", HOUSE), "desk.view")


def test_a_role_of_one_event_sees_the_rooms_around_it_and_does_nothing_there():
    grant = Grant("organizer", HOUSE, SERIES, EVENT)

    assert may(grant, "programme.view", series_id=SERIES)
    assert not may(grant, "programme.edit", series_id=SERIES)
    assert not may(grant, "programme.view", series_id=NEXT_SERIES)
