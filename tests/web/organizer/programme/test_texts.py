"""Long texts: written at the desk in Markdown, read by the public with a release."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from eventsapp.delivery import worker
from eventsapp.domain.programme import releases, talks
from eventsapp.domain.programme.models import Event, Person, Session
from eventsapp.domain.programme.talks import PersonDraft, SessionDraft
from eventsapp.gateways import mail
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from tests import make
from tests.web.organizer.programme.test_programme import Desk

START = datetime(2026, 9, 24, 17, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOSTILE = (
    "# Titre\n\n<script>alert(1)</script> [x](javascript:alert(2)) ![y](https://suivi.example/y)"
)
#: As a page would run it: no sign of it may stand in one.
RUNS = re.compile(r"(?i)<script>alert|href=.javascript:|<img[^>]*suivi")


@pytest.fixture
def desk(client):
    return Desk(client)


@pytest.fixture
def event(desk):
    made = make.event(desk.series, slug="soiree", summary_fr="Deux phrases.", title_en="Night")
    draft = SessionDraft(
        "Causerie", "Talk", None, START, START + HOUR, "fr", (PersonDraft("Ada", "L", "Moteur"),)
    )
    talks.create_session(made.id, draft, actor="test")
    releases.publish(desk.series.id, actor="test")
    return made


def public(desk, path="events/soiree", lang="fr"):
    return desk.client.get(f"/{lang}/weeks/{path}").get_data(as_text=True)


def texts(version=2, **given):
    return {"version": str(version), "step": "save", **given}


def test_a_text_is_public_with_the_release_and_not_before(desk, event):
    written = texts(
        description_fr="# Le soir\n\nUn **grand** soir.",
        practical_fr="- Le train",
        accessibility_fr="De plain-pied.",
    )

    answer, text = desk.post(f"events/{event.id}/texts", **written)
    assert answer.status_code == 302, text
    assert "grand" not in public(desk)

    desk.post("programme/releases")
    shown = public(desk)
    assert "<h3>Le soir</h3>\n<p>Un <strong>grand</strong> soir.</p>" in shown
    assert "<li>Le train</li>" in shown and "De plain-pied." in shown
    assert shown.index("Deux phrases.") < shown.index("grand") < shown.index("Le train")
    foreign = public(desk, lang="en")
    assert "This text is in French only." in foreign and '<div class="prose" lang="fr">' in foreign


def test_a_text_is_a_change_that_who_publishes_reads_whole(desk, event):
    desk.post(f"events/{event.id}/texts", **texts(description_fr="Un **grand** soir."))

    _answer, page = desk.get("programme/releases")

    assert "texte en français" in page and "Un **grand** soir." in page


def test_a_preview_shows_and_saves_nothing(desk, event):
    written = texts(description_fr=HOSTILE) | {"step": "preview"}

    answer, text = desk.post(f"events/{event.id}/texts", **written)

    assert answer.status_code == 200
    assert "<h4>Titre</h4>" in text and not RUNS.search(text)
    assert "# Titre" in text  # and still stands in its field
    assert db.session.get_one(Event, event.id, populate_existing=True).description_fr == ""


def test_two_editors_of_texts_see_each_other(desk, event):
    desk.post(f"events/{event.id}/texts", **texts(description_fr="Le mien"))

    answer, text = desk.post(f"events/{event.id}/texts", **texts(description_fr="Le sien"))

    assert answer.status_code == 409
    assert "Le mien" in text and "Le sien" in text
    again = re.search(r'name="version" value="(\d+)"', text)[1]
    answer, _text = desk.post(f"events/{event.id}/texts", **texts(again, description_fr="Les deux"))
    assert answer.status_code == 302


def test_a_text_that_is_too_long_is_refused_at_its_field(desk, event):
    answer, text = desk.post(f"events/{event.id}/texts", **texts(practical_fr="a" * 4001))

    assert answer.status_code == 422
    assert 'id="practical_fr-e"' in text


def test_the_page_says_what_one_language_lacks(desk, event):
    desk.post(f"events/{event.id}/texts", **texts(description_fr="Soir", practical_en="Train"))

    _answer, text = desk.get(f"events/{event.id}/texts")

    missing = re.search(r"Il manque.*?<ul>(.*?)</ul>", text, re.DOTALL)[1]
    assert re.findall(r"<li>(.*?)</li>", missing) == [
        "Texte en anglais",
        "Informations pratiques en français",
        "Présentation en anglais",
    ]


def test_abstracts_and_lives_are_told_where_one_speaks(desk, event):
    talk, ada = db.session.query(Session).one(), db.session.query(Person).one()
    form = {
        "version": "1", "title_fr": "Causerie", "title_en": "Talk", "room": "", "language": "fr",
        "people": "Ada L, Moteur", "time-starts_at": "2026-09-24T19:30",
        "time-ends_at": "2026-09-24T20:30", "abstract_fr": "Un *calcul*.", "step": "save",
    }  # fmt: skip
    answer, text = desk.post(f"events/{event.id}/sessions/{talk.id}", **form)
    assert answer.status_code == 302, text
    who = {"version": "1", "first_name": "Ada", "last_name": "L", "company": "Moteur"}
    answer, text = desk.post(f"speakers/{ada.id}", **who, bio_fr="Elle **compte**.", step="save")
    assert answer.status_code == 302, text
    desk.post("programme/releases")

    assert "Un <em>calcul</em>." in public(desk)
    assert "Elle <strong>compte</strong>." in public(desk, f"people/{ada.slug}")
    assert "Un calcul." in public(desk, "schedule.json")


@pytest.mark.parametrize("path", ["events/{event}/sessions/{talk}", "speakers/{person}"])
def test_a_preview_of_a_talk_or_a_life_saves_nothing(desk, event, path):
    talk, ada = db.session.query(Session).one(), db.session.query(Person).one()
    form = {
        "version": "1", "title_fr": "Causerie", "room": "", "language": "fr", "first_name": "Ada",
        "time-starts_at": "2026-09-24T19:30", "time-ends_at": "2026-09-24T20:30",
        "abstract_fr": HOSTILE, "bio_fr": HOSTILE, "step": "preview",
    }  # fmt: skip

    answer, text = desk.post(path.format(event=event.id, talk=talk.id, person=ada.id), **form)

    assert answer.status_code == 200
    assert "<h4>Titre</h4>" in text and not RUNS.search(text)
    assert db.session.get_one(Session, talk.id, populate_existing=True).abstract_fr == ""
    assert db.session.get_one(Person, ada.id, populate_existing=True).bio_fr == ""


def test_hostile_texts_run_nowhere(desk, event):
    written = {name: HOSTILE for name in ("description_fr", "practical_fr", "accessibility_fr")}
    desk.post(f"events/{event.id}/texts", **texts(**written))
    with_bio = {"version": "1", "first_name": "Ada", "bio_fr": HOSTILE, "step": "save"}
    ada = db.session.query(Person).one()
    desk.post(f"speakers/{ada.id}", **with_bio)
    desk.post("programme/releases")

    for path in ("events/soiree", f"people/{ada.slug}"):
        assert "Titre" in public(desk, path) and not RUNS.search(public(desk, path))
    for path in (f"events/{event.id}/texts", "programme/releases", f"speakers/{ada.id}"):
        assert not RUNS.search(desk.get(path)[1])


def test_calendars_programs_and_search_engines_read_plain_words(desk, event):
    desk.post(
        f"events/{event.id}/texts",
        **texts(description_fr="# Le soir\n\nUn **grand** [soir](https://soir.example)."),
    )
    desk.post("programme/releases")

    said = "Deux phrases.\n\nLe soir\n\nUn grand soir (https://soir.example)."
    [entry] = Calendar.from_ical(desk.client.get("/fr/weeks/schedule.ics").data).walk("VEVENT")
    assert str(entry["description"]) == said
    days = desk.client.get("/fr/weeks/schedule.json").json["schedule"]["conference"]["days"]
    listed = [one for day in days for room in day["rooms"].values() for one in room]
    assert said in [one["abstract"] for one in listed]
    page = public(desk)
    meta = re.search(r'<meta name="description" content="([^"]*)"', page)[1]
    assert meta == "Deux phrases. Le soir Un grand soir (https://soir.example)."
    assert "Un grand soir" in re.search(r"ld\+json\">(.*?)</script>", page, re.DOTALL)[1]


def test_a_calendar_takes_a_changed_text(desk, event):
    def entry():
        feed = Calendar.from_ical(desk.client.get("/fr/weeks/schedule.ics").data)
        [one] = feed.walk("VEVENT")
        return one

    before = entry()
    clock.freeze(clock.now() + HOUR)
    desk.post(f"events/{event.id}/texts", **texts(description_fr="Un autre soir"))
    desk.post("programme/releases")

    after = entry()
    assert after["last-modified"].dt > before["last-modified"].dt
    assert after["dtstamp"].dt > before["dtstamp"].dt
    assert after["sequence"] == before["sequence"]


def test_the_letter_with_the_tickets_says_what_to_know(desk, event):
    desk.post(
        f"events/{event.id}/texts",
        **texts(practical_fr="## Venir\n\n- Le **train** de [19 h](https://train.example)"),
    )
    desk.post("programme/releases")
    make.paid_order(make.product(event), email="ada@mail.example")
    worker.drain()

    [*_, sent] = [one for one in mail.memory().sent if one.to == "ada@mail.example"]
    for text in (sent.text, sent.html):
        assert "Informations pratiques" in text and "- Le train de 19" in text
        assert "**" not in text and "<strong>Le" not in text


def test_a_contributor_writes_texts_of_the_own_event_and_publishes_none(client, event):
    series = event.series
    house = make.organisation()
    make.partner(series, house.id)
    own = make.event(series, organisation_id=house.id, slug="atelier")
    releases.publish(series.id, actor="test")
    guest = Desk(client, "contributor", series=series, organisation_id=house.id)

    answer, _text = guest.post(f"events/{own.id}/texts", **texts(1, description_fr="Le mien"))
    assert answer.status_code == 302
    answer, _text = guest.post(f"events/{event.id}/texts", **texts(description_fr="x"))
    assert answer.status_code == 403
    assert "Le mien" not in public(guest, "events/atelier")


def test_a_page_with_texts_asks_no_more(app, desk, event, statements):
    desk.post(f"events/{event.id}/texts", **texts(description_fr="Un soir"))
    desk.post("programme/releases")
    desk.client.delete_cookie("session")
    public(desk)  # the release is parsed once
    statements.clear()

    public(desk, lang="en")
    assert len(statements) <= 2
