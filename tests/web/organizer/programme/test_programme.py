"""The organizer's programme: conflicts before saving, two editors, who may touch what."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from eventsapp.domain.accounts import people
from eventsapp.domain.accounts.models import RoleName
from eventsapp.domain.planning.models import Waiver
from eventsapp.domain.programme import releases, talks
from eventsapp.domain.programme.models import Event, Session, Venue
from eventsapp.domain.programme.talks import PersonDraft, SessionDraft
from eventsapp.kernel.db import db
from tests import make

MARK = "<script>alert(1)</script>"
START = datetime(2026, 9, 24, 17, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Desk:
    """A signed-in browser at the desk of one series."""

    def __init__(self, client, role="owner", **given):
        self.client = client
        self.series = given.pop("series", None) or make.series(slug="weeks")
        self.account = make.account(role, in_series=self.series, **given)
        self.token = make.signed_in(client, self.account)

    def url(self, path):
        return f"/organizer/{self.series.slug}/{path}"

    def get(self, path):
        answer = self.client.get(self.url(path))
        return answer, answer.get_data(as_text=True)

    def post(self, path, **form):
        answer = self.client.post(self.url(path), data={"csrf_token": self.token, **form})
        return answer, answer.get_data(as_text=True)


@pytest.fixture
def desk(client):
    return Desk(client)


def event_form(**given):
    form = {
        "version": "0",
        "title_fr": "Atelier d’essai",
        "kind": "workshop",
        "domain": "",
        "venue": "",
        "state": "confirmed",
        "access": "open",
        "slot0-starts_at": "2026-09-24T19:30",
        "slot0-ends_at": "2026-09-24T21:00",
        "capacity": "800",
        "step": "save",
    }
    return form | given


def new_event(desk, **given):
    form = event_form(organisation=str(desk.series.organisation_id))
    return desk.post("events/new", **form | given)


def test_an_organizer_makes_a_venue_an_event_a_session_and_publishes(desk):
    answer, _text = desk.post(
        "venues/new", version="0", name="Maison", city="Aix", capacity="900", rooms="Salle ; 50"
    )
    assert answer.status_code == 302
    venue = db.session.query(Venue).one()

    answer, _text = new_event(desk, venue=str(venue.id))
    assert answer.status_code == 302
    event = db.session.query(Event).one()
    assert event.slots[0].starts_at.isoformat() == "2026-09-24T17:30:00+00:00"

    answer, _text = desk.post(
        f"events/{event.id}/sessions/new",
        version="0",
        title_fr="Causerie",
        language="fr",
        room=str(venue.rooms[0].id),
        people="Ada Lovelace, Analytique",
        **{"time-starts_at": "2026-09-24T19:30", "time-ends_at": "2026-09-24T20:00"},
    )
    assert answer.status_code == 302
    assert db.session.query(Session).one().people[0].person.company == "Analytique"

    assert "Atelier d’essai" in desk.get("programme/releases")[1]
    answer, _text = desk.post("programme/releases")
    assert answer.status_code == 302
    assert [one.title for one in releases.current("weeks").events] == ["Atelier d’essai"]


def test_an_overlap_is_shown_before_anything_is_saved(desk):
    venue = make.venue(desk.series, name="Palais")
    make.event(desk.series, venue_id=venue.id, title_fr="Déjà là")

    answer, text = new_event(desk, venue=str(venue.id))

    assert answer.status_code == 422
    assert "lieu occupé" in text
    assert "Déjà là" in text
    assert "Enregistrer quand même" in text
    assert db.session.query(Event).count() == 1


def test_an_overlap_is_saved_with_a_reason_once_it_was_shown(desk):
    venue = make.venue(desk.series)
    make.event(desk.series, venue_id=venue.id)
    _answer, text = new_event(desk, venue=str(venue.id))
    shown = re.findall(r'name="accepted" value="(\w+)"', text)

    refused, text = new_event(desk, venue=str(venue.id), accepted=shown, step="anyway")
    assert 'id="reason-e"' in text
    answer, _text = new_event(
        desk, venue=str(venue.id), accepted=shown, reason="Deux salles", step="anyway"
    )

    assert (refused.status_code, answer.status_code) == (422, 302)
    assert db.session.query(Waiver).one().reason == "Deux salles"


def test_checking_saves_nothing_and_says_when_all_is_well(desk):
    answer, text = new_event(desk, step="check")

    assert answer.status_code == 200
    assert "Aucun conflit" in text
    assert db.session.query(Event).count() == 0


def test_what_is_impossible_cannot_be_saved_with_a_reason(desk):
    venue = make.venue(desk.series, capacity=100)

    answer, text = new_event(desk, venue=str(venue.id), reason="tant pis", step="anyway")

    assert answer.status_code == 422
    assert "lieu trop petit" in text
    assert "Enregistrer quand même" not in text


def test_the_second_editor_sees_both_versions_and_keeps_what_was_typed(desk):
    event = make.event(desk.series, title_fr="Origine")
    path = f"events/{event.id}"
    form = event_form(organisation=str(desk.series.organisation_id), version="1")
    desk.post(path, **form | {"title_fr": "La première"})

    answer, text = desk.post(path, **form | {"title_fr": "La seconde"})

    assert answer.status_code == 409
    assert "La première" in text
    assert 'value="La seconde"' in text
    assert db.session.get_one(Event, event.id).title_fr == "La première"

    versions = re.findall(r'name="version"[^>]* value="(\d+)"', text)
    assert versions == ["2"]  # having seen both, saving again is a choice
    answer, _text = desk.post(path, **form | {"title_fr": "La seconde", "version": versions[0]})
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title_fr", ""),
        ("title_fr", "x" * 161),
        ("capacity", "-1"),
        ("capacity", "dix"),
        ("capacity", "9" * 30),
        ("kind", "inconnu"),
        ("venue", "999999"),
        ("state", "published"),
        ("external_url", "javascript:alert(1)"),
        ("slot0-starts_at", "hier"),
        ("slot0-starts_at", "2026-03-29T02:30"),
        ("slot0-starts_at", "2026-10-25T02:30"),
        ("slot0-ends_at", "2026-09-24T19:30"),
        ("slot0-ends_at", ""),
        ("slot0-ends_at", "2026-12-24T19:30"),
    ],
)
def test_bad_input_is_refused_beside_its_field(desk, field, value):
    answer, text = new_event(desk, **{field: value})

    assert answer.status_code == 422
    assert 'class="error"' in text
    assert db.session.query(Event).count() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", " "), ("city", ""), ("lat", "91"), ("lat", "43.5"), ("rooms", "Salle ; beaucoup")],
)
def test_a_bad_venue_is_refused_beside_its_field(desk, field, value):
    form = {"version": "0", "name": "Maison", "city": "Aix"} | {field: value}

    answer, text = desk.post("venues/new", **form)

    assert answer.status_code == 422
    assert 'class="error"' in text
    assert db.session.query(Venue).count() == 0


def test_markup_typed_by_an_organizer_is_shown_as_text(desk):
    venue = make.venue(desk.series, name=MARK, city=MARK)
    event = make.event(desk.series, venue_id=venue.id, title_fr=MARK, summary_fr=MARK)
    make.event(desk.series, venue_id=venue.id, title_fr=MARK)

    for path in (
        "programme?day=2026-09-24",
        f"events/{event.id}",
        f"venues/{venue.id}",
        "venues",
        "programme/releases",
    ):
        answer, text = desk.get(path)
        assert answer.status_code == 200, path
        assert "<script>alert" not in text, path


def test_a_contributor_edits_the_events_of_the_own_organisation_only(client):
    series = make.series(slug="weeks")
    body = make.organisation()
    make.partner(series, body.id)
    mine = make.event(series, organisation_id=body.id, title_fr="Le nôtre")
    theirs = make.event(series)
    account = people.create_account("c@demo.example", "C")
    people.grant_role(
        account.id, RoleName.CONTRIBUTOR, organisation_id=body.id, series_id=series.id
    )
    desk = Desk(client, None, series=series)
    desk.token = make.signed_in(client, account)

    answer, text = desk.get("programme?day=2026-09-24")
    assert answer.status_code == 200
    assert f"/events/{mine.id}" in text
    assert f"/events/{theirs.id}" not in text
    assert desk.get(f"events/{mine.id}")[0].status_code == 200
    assert desk.get(f"events/{theirs.id}")[0].status_code == 403
    assert desk.get("venues/new")[0].status_code == 403
    assert desk.post("programme/releases")[0].status_code == 403
    answer, _text = new_event(desk, title_fr="Proposé", organisation=str(series.organisation_id))
    assert answer.status_code == 422  # the choice of organisation is not theirs
    answer, _text = desk.post("events/new", **event_form(organisation=str(body.id)))
    assert answer.status_code == 302
    made = db.session.query(Event).order_by(Event.id.desc()).first()
    assert made.organisation_id == body.id


@pytest.mark.parametrize("role", ["juror", "door"])
def test_roles_without_the_programme_stay_out(client, role):
    desk = Desk(client, role)

    assert desk.get("programme")[0].status_code in (403, 404)
    assert desk.get("events/new")[0].status_code in (403, 404)


def test_the_owner_of_another_series_finds_nothing(client):
    series = make.series(slug="weeks")
    event = make.event(series)
    desk = Desk(client, "owner", series=make.series(slug="other"))
    desk.series = series

    assert desk.get("programme")[0].status_code == 404
    assert desk.get(f"events/{event.id}")[0].status_code == 404


def test_an_event_of_another_series_is_not_reached_through_mine(desk):
    foreign = make.event(make.series(slug="other"))

    assert desk.get(f"events/{foreign.id}")[0].status_code == 404
    assert desk.get(f"venues/{make.venue(foreign.series).id}")[0].status_code == 404


def test_visitors_are_asked_to_sign_in(client):
    make.series(slug="weeks")

    answer = client.get("/organizer/weeks/programme")

    assert answer.status_code == 302
    assert "/sign-in" in answer.headers["Location"]


def test_a_form_without_its_token_is_refused(desk):
    desk.token = "wrong"

    assert new_event(desk)[0].status_code == 403
    assert db.session.query(Event).count() == 0


@pytest.mark.parametrize("path", ["programme?day=2026-09-24", "venues", "programme/releases"])
def test_lists_ask_as_much_with_three_rows_as_with_one(app, desk, statements, path):
    url = desk.url(path)

    def count():
        statements.clear()
        with app.app_context():  # as a server does: nothing loaded by an earlier request
            assert desk.client.get(url).status_code == 200
        return len(statements)

    make.event(desk.series, venue_id=make.venue(desk.series).id)
    one = count()
    for _n in range(2):
        make.event(desk.series, venue_id=make.venue(desk.series).id)

    assert count() <= one


def test_a_new_series_without_events_has_a_planning_page(desk):
    answer, text = desk.get("programme")

    assert answer.status_code == 200
    assert "Créer un événement" in text


def named(desk):
    event = make.event(desk.series)
    draft = SessionDraft("Causerie", "", None, START, START + HOUR, "fr", (PersonDraft("Ad", "L"),))
    return talks.create_session(event.id, draft, actor="test").people[0].person


def test_a_name_is_corrected_in_one_place(desk):
    person = named(desk)
    path = f"speakers/{person.id}"

    answer, _text = desk.post(
        path, version="1", first_name="Ada", last_name="Lovelace", company="A"
    )

    assert answer.status_code == 302
    assert "Ada Lovelace" in desk.get("speakers")[1]
    answer, text = desk.post(path, version="1", first_name="Autre", last_name="", company="")
    assert answer.status_code == 409
    assert "Lovelace" in text
    assert desk.post(path, version="2", first_name="")[0].status_code == 422


def test_people_of_another_series_are_not_reached(desk):
    person = named(desk)
    other = make.series(slug="other", organisation_id=desk.series.organisation_id)

    answer = desk.client.get(f"/organizer/{other.slug}/speakers/{person.id}")

    assert answer.status_code == 404


def test_the_second_editor_of_a_session_sees_both_versions(desk):
    event = make.event(desk.series)
    draft = SessionDraft("Origine", "", None, START, START + HOUR, "fr", ())
    made = talks.create_session(event.id, draft, actor="test")
    path = f"events/{event.id}/sessions/{made.id}"
    form = {
        "version": "1",
        "language": "fr",
        "time-starts_at": "2026-09-24T19:30",
        "time-ends_at": "2026-09-24T20:00",
    }
    desk.post(path, title_fr="La première", **form)

    answer, text = desk.post(path, title_fr="La seconde", **form)

    assert answer.status_code == 409
    assert "La première" in text
    assert re.findall(r'name="version"[^>]* value="(\d+)"', text) == ["2"]


@pytest.mark.parametrize("path", ["/organizer/%00/programme", "/organizer/nope/programme"])
def test_a_series_that_cannot_be_is_not_found(desk, path):
    assert desk.client.get(path).status_code == 404
