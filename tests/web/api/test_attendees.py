"""The list a scanner loads: one statement, one answer, tokens only for who may scan."""

import gzip
import json

import pytest

from eventsapp.domain.accounts import api_keys
from tests import make
from tests.domain.checkin import world


@pytest.fixture
def evening(app):
    return make.event(reference="ftw15-01")


@pytest.fixture
def get(app, client, evening):
    def get(query="", scopes=("attendees:read",), series=None, **headers):
        key = api_keys.create(
            "list",
            series_id=evening.series_id,
            organisation_id=evening.organisation_id,
            scopes=list(scopes),
        )
        headers = {"Authorization": f"Bearer {key}", **headers}
        slug = series or evening.series.slug
        # As in a server: every request has a context of its own.
        with app.app_context():
            return client.get(f"/api/v1/series/{slug}/attendees{query}", headers=headers)

    return get


def test_a_row_per_admission_with_its_reference(get, evening):
    ticket = world.ticket(evening, reference="TKT-0001", company="Massilix")

    rows = get().json["attendees"]

    assert [row["id"] for row in rows] == [ticket.admissions[0].id]
    assert {name: value for name, value in rows[0].items() if name not in ("id", "product")} == {
        "ticket": ticket.public_id,
        "reference": "TKT-0001",
        "event": evening.slug,
        "first_name": "Zélie",
        "last_name": "Abelloni",
        "company": "Massilix",
        "status": "valid",
        "entered_at": None,
    }


def test_tokens_are_for_programs_that_may_scan(get, evening):
    ticket = world.ticket(evening)

    assert "token" not in get().json["attendees"][0]
    row = get(scopes=["attendees:read", "scans:write"]).json["attendees"][0]

    assert world.public_id_of(row["token"]) == ticket.public_id


def test_paging_by_key_and_by_event(get, evening):
    other = make.event(evening.series)
    for event in (evening, evening, other):
        world.ticket(event)

    first = get("?limit=2").json
    rest = get(f"?limit=2&after={first['next']}").json

    assert (len(first["attendees"]), len(rest["attendees"]), rest["next"]) == (2, 1, None)
    assert get("?limit=3").json["next"] is None
    for name in (evening.slug, "ftw15-01", str(evening.id)):
        assert len(get(f"?event={name}").json["attendees"]) == 2


def test_lines_and_gzip_when_asked(get, evening):
    for _ in range(8):
        world.ticket(evening)

    answer = get(**{"Accept": "application/x-ndjson", "Accept-Encoding": "gzip"})

    assert answer.mimetype == "application/x-ndjson"
    lines = gzip.decompress(answer.data).decode().splitlines()
    assert len([json.loads(line) for line in lines]) == 8


@pytest.mark.parametrize("accept", ["*/*", "application/*", "application/json", "text/html", ""])
def test_everybody_else_gets_one_document(get, evening, accept):
    world.ticket(evening)

    answer = get(**{"Accept": accept})

    assert answer.mimetype == "application/json"
    assert len(answer.json["attendees"]) == 1


@pytest.mark.parametrize("query", ["?limit=0", "?limit=x", "?after=-1", "?limit=1e3"])
def test_bad_numbers_are_refused(get, query):
    assert get(query).status_code == 422


def test_other_series_events_and_scopes_are_refused(get, evening):
    other = make.event()

    assert get(series=other.series.slug).status_code == 404
    assert get(f"?event={other.slug}").status_code == 404
    assert get(scopes=["orders:read"]).status_code == 403
