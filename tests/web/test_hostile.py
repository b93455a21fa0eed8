"""Addresses and forms that no database takes are refused, on both databases alike."""

import json

import pytest

from eventsapp.web import hostile
from tests import make

HUGE = "9" * 30


@pytest.fixture
def desk(client):
    call = make.call(stage="judging")
    make.signed_in(client, make.account("organizer", in_series=call.series))
    return f"/organizer/{call.series.slug}/calls/{call.slug}"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/?q=%00", 400),
        ("/?domain=a%00b", 400),
        ("/?q=%ff", 200),
        (f"/applications/{HUGE}", 404),
        ("/applications/9223372036854775807", 404),
        (f"/letters/{HUGE}", 404),
        ("/applications/%00", 404),
    ],
)
def test_a_hostile_address_is_no_error_of_ours(client, desk, path, status):
    assert client.get(desk + path).status_code == status


def test_a_nul_in_a_form_is_refused_before_anything_is_written(client):
    draft = make.draft(make.call())

    answer = client.post(
        f"/fr/{draft.call.series.slug}/applications/{draft.secret}/answers",
        data={"version": "1", "company": "a\0b"},
    )

    assert answer.status_code == 400


def test_a_link_with_a_nul_is_not_found(client):
    series = make.series()

    assert client.get(f"/fr/{series.slug}/applications/%00").status_code == 404
    assert client.get(f"/fr/{series.slug}/calls/%00").status_code == 404


@pytest.mark.parametrize("header", ["Origin", "Referer"])
def test_an_origin_that_is_no_address_is_another_site(client, header):
    series = make.series()

    answer = client.post(f"/fr/{series.slug}/hold", headers={"Origin": "", header: "http://[bad"})

    assert answer.status_code == 403


def test_a_version_of_thousands_of_digits_is_an_old_one(client):
    draft = make.draft(make.call())
    address = f"/fr/{draft.call.series.slug}/applications/{draft.secret}/answers"

    answer = client.post(address, data={"version": "9" * 6000})

    assert (answer.status_code, "une autre version" in answer.text) == (422, True)


@pytest.mark.parametrize("step", ["withdrawal", "confirmation"])
def test_a_draft_is_neither_withdrawn_nor_confirmed(client, step):
    draft = make.draft(make.call())
    address = f"/fr/{draft.call.series.slug}/applications/{draft.secret}"

    answers = [client.post(f"{address}/{step}", data=given) for given in ({}, {"answer": "yes"})]

    assert {answer.status_code for answer in answers} == {422}
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("text", "found"), [("a\0", True), ("\\\0", True), ("\\u0000", False), ("", False)]
)
def test_a_nul_in_json_is_told_from_its_name(text, found):
    assert hostile.holds_nul(json.dumps({"name": text}).encode()) is found
