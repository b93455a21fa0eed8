"""Languages, level, tags and sponsors: chosen at the desk, read and filtered with the release."""

import re

import pytest

from eventsapp.domain.programme import details, releases
from eventsapp.domain.programme.detail_models import EventSponsor, EventTag, Tag
from eventsapp.domain.programme.models import Event
from eventsapp.kernel.db import db
from eventsapp.kernel.i18n import FIXED
from tests import make
from tests.web.organizer.programme.test_programme import Desk


@pytest.fixture
def desk(client):
    return Desk(client)


@pytest.fixture
def event(desk):
    made = make.event(desk.series, slug="soiree")
    make.event(desk.series, slug="autre")
    releases.publish(desk.series.id, actor="test")
    return made


def public(desk, path="", lang="fr"):
    return desk.client.get(f"/{lang}/weeks/{path}").get_data(as_text=True)


def shown(text):
    return re.findall(r'data-event="(\w+)"', text)


def tag(desk, **names):
    lines = {"new-fr-0": "Emploi", "new-en-0": "Jobs"} | names
    desk.post("tags", **lines)
    return db.session.query(Tag).filter_by(name_fr=lines["new-fr-0"]).one()


def test_details_are_public_with_the_release(desk, event):
    work = tag(desk)
    partner = make.partner(desk.series, make.organisation(name="Atelier du Port").id)

    answer, _text = desk.post(
        f"events/{event.id}/details", version="1", language=["fr", "lsf", "klingon"],
        level="beginner", tag=[str(work.id)], partner=[str(partner.id)],
    )  # fmt: skip
    assert answer.status_code == 302
    assert "Débutants" not in public(desk, "events/soiree")
    desk.post("programme/releases")

    page = public(desk, "events/soiree")
    assert "Français et langue des signes française" in page
    assert "Débutants" in page and "Atelier du Port" in page
    assert '?tag=emploi">Emploi</a>' in page
    assert "French and French sign language" in public(desk, "events/soiree", lang="en")


def test_the_programme_is_narrowed_by_a_tag(desk, event):
    work = tag(desk)
    desk.post(f"events/{event.id}/details", version="1", tag=[str(work.id)])
    assert "?tag=" not in public(desk)
    desk.post("programme/releases")

    assert sorted(shown(public(desk))) == ["autre", "soiree"]
    assert "?tag=emploi" in public(desk)
    assert shown(public(desk, "?tag=emploi")) == ["soiree"]
    assert sorted(shown(public(desk, "?tag=inconnu"))) == ["autre", "soiree"]


def test_a_tag_that_is_renamed_keeps_its_address_and_one_that_goes_leaves_its_events(desk, event):
    work = tag(desk)
    desk.post(f"events/{event.id}/details", version="1", tag=[str(work.id)])

    desk.post("tags", **{f"fr-{work.id}": "Travail", f"en-{work.id}": ""})
    [kept] = details.tags_of(desk.series.id)
    db.session.refresh(kept)
    assert (kept.id, kept.slug, kept.name_fr, kept.name_en) == (
        work.id, "emploi", "Travail", "Travail",
    )  # fmt: skip
    assert details.events_per_tag(desk.series.id) == {work.id: 1}

    desk.post("tags", **{f"fr-{work.id}": " "})
    assert details.tags_of(desk.series.id) == []
    assert db.session.query(EventTag).count() == 0


def test_a_tag_made_meanwhile_by_somebody_else_stays(desk, event):
    tag(desk)

    desk.post("tags", **{"new-fr-0": "Climat"})

    assert [one.name_fr for one in details.tags_of(desk.series.id)] == ["Climat", "Emploi"]


def test_a_tag_said_twice_is_one(desk, event):
    desk.post("tags", **{"new-fr-0": "Emploi", "new-fr-1": " EMPLOI "})

    assert [one.name_fr for one in details.tags_of(desk.series.id)] == ["Emploi"]


def test_what_is_of_another_series_is_not_taken(desk, event):
    other = make.series(slug="ailleurs")
    foreign = make.save(Tag(series_id=other.id, slug="x", name_fr="X", name_en="X"))
    partner = make.partner(other, make.organisation().id)

    given = {"tag": ["0", str(foreign.id), "x" * 40], "partner": [str(partner.id)], "level": "x"}
    answer, _text = desk.post(f"events/{event.id}/details", version="1", **given)

    assert answer.status_code == 302
    assert (db.session.query(EventTag).count(), db.session.query(EventSponsor).count()) == (0, 0)
    assert db.session.get_one(Event, event.id, populate_existing=True).level == ""


def test_two_editors_of_details_see_each_other(desk, event):
    desk.post(f"events/{event.id}/details", version="1", language=["fr"])

    answer, text = desk.post(f"events/{event.id}/details", version="1", language=["en"])

    assert answer.status_code == 409
    said = text.replace(FIXED, " ")
    assert "enregistré : oui" in said and "enregistré : non" in said
    assert 'name="version" value="2"' in text


def test_a_partner_that_left_supports_nothing_in_public(desk, event):
    partner = make.partner(desk.series, make.organisation(name="Atelier du Port").id)
    desk.post(f"events/{event.id}/details", version="1", partner=[str(partner.id)])
    desk.post("programme/releases")
    assert "Avec le soutien de" in public(desk, "events/soiree")

    desk.post(f"partners/{partner.id}/end")
    desk.post("programme/releases")
    assert "Avec le soutien de" not in public(desk, "events/soiree")


@pytest.mark.parametrize("path", ["", "events/soiree", "?tag=emploi"])
def test_details_cost_a_page_no_statement(desk, event, statements, path):
    work = tag(desk)
    desk.post(f"events/{event.id}/details", version="1", tag=[str(work.id)], level="all")
    desk.post("programme/releases")
    desk.client.delete_cookie("session")
    public(desk, path)
    statements.clear()

    public(desk, path, lang="en")
    assert len(statements) <= 2


def test_a_release_of_many_events_asks_as_much_as_one_of_few(desk, event, statements):
    work = tag(desk)

    def cost(more):
        for _n in range(more):
            made = make.event(desk.series, released=False)
            make.save(EventTag(event_id=made.id, tag_id=work.id))
        statements.clear()
        releases.pending_changes(desk.series.id)
        return len(statements)

    assert cost(1) == cost(49)
