"""Making and changing a call at the desk."""

import re

import pytest

from eventsapp.domain.selection.calls import calls, queries
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from tests import make

WHEN = {
    "opens_at": "2026-10-01T09:00",
    "closes_at": "2026-10-20T23:59",
    "review_from": "2026-10-21T09:00",
    "review_until": "2026-10-28T18:00",
    "deliberation_at": "2026-10-29T14:00",
    "notified_at": "2026-10-30T10:00",
    "confirm_until": "2026-11-03T18:00",
    "offers_until": "2026-11-05T18:00",
}
TYPED = WHEN | {
    "title_fr": "Stands du printemps",
    "summary_fr": "Dix places au soleil.",
    "places": "10",
    "waitlist": "5",
    "reviews_each": "4",
    "best_of_each": "y",
    "at_most": "3",
    "younger_than_years": "8",
    "departments": "13, 84",
    "one_per_company": "y",
}


@pytest.fixture
def case(client):
    """A signed-in organizer with one open call: (address of the calls, call, token)."""
    call = make.call(slug="modele")
    token = make.signed_in(client, make.account("organizer", in_series=call.series))
    return f"/organizer/{call.series.slug}/calls", call, token


def read_form(client, url):
    """What the page would send back as it is."""
    page = client.get(url).text
    inputs = re.findall(r"<input[^>]*>", page)
    found = {}
    for one in inputs:
        name, value = re.search(r'name="([^"]+)"', one), re.search(r'value="([^"]*)"', one)
        if name and ('type="checkbox"' not in one or "checked" in one):
            found[name[1]] = value[1] if value else ""
    for name, text in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\s*([^<]*)</textarea>', page):
        found[name] = text
    return found


def test_a_call_is_made_from_an_earlier_one_and_paid_out_to_the_minute(client, case):
    base, call, token = case
    assert "Nouvel appel" in client.get(f"{base}/").text
    assert "Critère a (60" in client.get(f"{base}/new").text

    answer = client.post(f"{base}/new", data={"csrf_token": token, "from": call.id} | TYPED)

    assert answer.location.endswith(f"{base}/stands-du-printemps/settings?done=call")
    made = queries.find_call(call.series.slug, "stands-du-printemps")
    local = clock.local(made.closes_at, "Europe/Paris")
    assert f"{local:%d %H:%M:%S}" == "20 23:59:59"
    assert (made.places, made.title_en) == (10, "Stands du printemps")
    public = client.get(f"/fr/{call.series.slug}/calls/{made.slug}").text.replace("\u00a0", " ")
    assert "Cet appel n’est pas encore ouvert." in public
    assert "3 au plus par domaine, jusqu’à 10." in public
    assert "13, 84" in public


def test_what_is_missing_or_wrong_stands_beside_its_field(client, case):
    base, call, token = case
    wrong = TYPED | {
        "title_fr": " ",
        "places": "dix",
        "departments": "Bouches-du-Rhône",
        "closes_at": "2026-09-01T00:00",
        "notified_at": "",
        "review_until": "pas une date",
    }

    page = client.post(f"{base}/new", data={"csrf_token": token, "from": call.id} | wrong)

    assert page.status_code == 422
    for name in ("title_fr", "places", "departments", "closes_at", "notified_at", "review_until"):
        assert f'id="{name}-e"' in page.text
    assert 'value="dix"' in page.text and "pas une date" in page.text
    assert len(queries.calls_of(call.series_id)) == 1


def test_an_untouched_form_changes_nothing_and_a_touched_one_what_was_touched(client, case):
    base, call, token = case
    url = f"{base}/{call.slug}/settings"
    as_it_is = read_form(client, url)
    closes_at = call.closes_at

    assert client.post(url, data=as_it_is | {"csrf_token": token}).status_code == 302
    db.session.expire_all()
    assert call.closes_at == closes_at
    typed = read_form(client, url) | {"places": "7", "title_en": "Renamed"}
    assert client.post(url, data=typed | {"csrf_token": token}).status_code == 302

    db.session.expire_all()
    assert (call.places, call.title_en, call.closes_at) == (7, "Renamed", closes_at)
    assert calls.conditions(call).departments == ("13",)


def test_the_second_of_two_editors_sees_both_versions(client, case):
    base, call, token = case
    url = f"{base}/{call.slug}/settings"
    first, second = read_form(client, url), read_form(client, url)
    client.post(url, data=first | {"csrf_token": token, "title_fr": "Le premier"})

    page = client.post(url, data=second | {"csrf_token": token, "title_fr": "Le second"})

    assert page.status_code == 409
    assert "Le premier" in page.text and "Le second" in page.text
    db.session.expire_all()
    assert call.title_fr == "Le premier"


def test_the_rule_is_closed_once_an_application_is_in(client, case):
    base, call, token = case
    make.application(call)
    url = f"{base}/{call.slug}/settings"

    page = client.post(url, data=read_form(client, url) | {"csrf_token": token, "at_most": "1"})

    assert page.status_code == 422
    assert 'id="at_most-e"' in page.text
    assert "Des candidatures sont reçues." in page.text


def test_the_first_call_of_an_organisation_starts_from_plain_criteria(client):
    series = make.series()
    make.domain(series, slug="ocean", name_fr="Océan", name_en="Ocean")
    token = make.signed_in(client, make.account("organizer", in_series=series))
    url = f"/organizer/{series.slug}/calls/new"

    page = client.get(url).text
    assert "Innovation (35" in page and 'value="2026-09-17T09:00"' in page
    answer = client.post(url, data={"csrf_token": token, "from": "plain"} | TYPED)

    assert answer.status_code == 302
    [made] = queries.calls_of(series.id)
    assert sum(made.weights.values()) == 100
    draft = None
    with clock.frozen(made.opens_at):
        draft = make.draft(made)
        form = client.get(f"/fr/{series.slug}/applications/{draft.secret}").text
    assert 'value="ocean"' in form and "Votre projet" in form


def test_a_call_of_somebody_else_is_no_template(client, case):
    base, call, token = case
    stranger = make.call()

    client.post(f"{base}/new", data={"csrf_token": token, "from": stranger.id} | TYPED)

    assert {made.organisation_id for made in queries.calls_of(call.series_id)} == {
        call.organisation_id
    }
    assert stranger.title_fr not in client.get(f"{base}/new?from={stranger.id}").text


@pytest.mark.parametrize("role", ["contributor", "door", "accountant", "juror"])
def test_other_roles_make_and_change_no_call(client, role):
    call = make.call()
    token = make.signed_in(client, make.account(role, in_series=call.series))
    base = f"/organizer/{call.series.slug}/calls"

    for url in (f"{base}/new", f"{base}/{call.slug}/settings"):
        assert client.get(url).status_code == 403
        assert client.post(url, data=TYPED | {"csrf_token": token}).status_code == 403
