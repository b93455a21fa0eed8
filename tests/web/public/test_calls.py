"""The public pages of a call."""

import pytest

from eventsapp.domain.selection.calls import queries
from eventsapp.domain.selection.calls.models import Application
from eventsapp.kernel.db import db
from tests import make


def address(call, rest="", lang="fr"):
    return f"/{lang}/{call.series.slug}/calls/{call.slug}{rest}"


def test_an_open_call_says_its_rules_and_takes_an_address(client):
    call = make.call(
        rule={"best_of_each": "domain", "limits": [{"attribute": "domain", "at_most": 3}]}
    )

    page = client.get(address(call))

    assert page.status_code == 200
    assert "D’abord la meilleure candidature de chaque domaine." in page.text
    assert "Moins de 8 ans" in page.text.replace("\u00a0", " ")
    assert 'name="email"' in page.text
    assert "Set-Cookie" not in page.headers


def test_the_same_call_is_read_in_english(client):
    page = client.get(address(make.call(), lang="en"))

    assert "Start my application" in page.text
    assert "Under 8 years" in page.text


def test_a_closed_call_says_so_and_offers_no_form(client):
    page = client.get(address(make.call(stage="judging")))

    assert "Cet appel est clos." in page.text
    assert 'name="email"' not in page.text


def test_the_list_names_the_calls_of_the_series_and_no_others(client):
    call, other = make.call(), make.call()

    page = client.get(f"/fr/{call.series.slug}/calls/")

    assert f'/calls/{call.slug}"' in page.text
    assert f'/calls/{other.slug}"' not in page.text


def test_a_draft_begins_with_an_address(client):
    call = make.call()

    answer = client.post(address(call, "/applications"), data={"email": "ada@example.org"})

    draft = db.session.query(Application).one()
    assert answer.status_code == 302
    assert answer.location.endswith(f"/applications/{draft.secret}")
    assert client.get(answer.location).status_code == 200


@pytest.mark.parametrize(
    "data",
    [{}, {"email": "nobody"}, {"email": "a@b.example\nBcc: x@y.example"}, {"email": "x" * 5000}],
)
def test_what_is_no_address_is_told_beside_the_field(client, data):
    call = make.call()

    page = client.post(address(call, "/applications"), data=data)

    assert page.status_code == 422
    assert 'id="email-e"' in page.text
    assert db.session.query(Application).count() == 0


def test_a_program_that_fills_in_everything_is_refused(client):
    call = make.call()

    data = {"email": "ada@example.org", "website": "http://spam.example"}
    assert client.post(address(call, "/applications"), data=data).status_code == 422
    assert db.session.query(Application).count() == 0


def test_a_closed_call_begins_nothing(client):
    call = make.call(stage="judging")

    answer = client.post(address(call, "/applications"), data={"email": "ada@example.org"})

    assert answer.status_code == 422
    assert "Cet appel ne reçoit pas de candidature" in answer.text


def test_eligibility_is_told_while_typing(client):
    call = make.call()

    answer = client.get(
        address(call, "/eligibility"),
        query_string={"founded": "2001", "postcode": "75001", "siren": "123456789"},
    )

    assert set(answer.json) == {"founded", "postcode", "siren"}
    fine = {"founded": "2024", "postcode": "13001", "siren": "000010009"}
    assert client.get(address(call, "/eligibility"), query_string=fine).json == {}


def test_an_unknown_call_is_not_found(client):
    call = make.call()

    assert client.get(f"/fr/{call.series.slug}/calls/nowhere").status_code == 404
    assert client.get(f"/fr/nowhere/calls/{call.slug}").status_code == 404
    assert client.get("/fr/nowhere/calls/").status_code == 404


def test_the_list_costs_the_same_with_one_call_and_with_three(client, statements):
    series = make.series()
    counts = []
    for more in (1, 2):
        for _ in range(more):
            make.call(series)
        client.get(f"/fr/{series.slug}/calls/")
        statements.clear()
        client.get(f"/fr/{series.slug}/calls/")
        counts.append(len(statements))

    assert len(queries.calls_of(series.id)) == 3
    assert counts[0] == counts[1] <= 6
