"""Naming somebody in a session: known people are found again, and stay whose they are."""

import pytest

from eventsapp.domain.programme import talks
from eventsapp.domain.programme.models import Person
from eventsapp.domain.programme.talks import PersonDraft, SessionDraft
from eventsapp.kernel.db import db
from tests import make


def named(event, company):
    start = event.slots[0].starts_at
    who = PersonDraft("Ada", "Lovelace", company)
    draft = SessionDraft(
        title_fr="Causerie", title_en="", abstract_fr="", abstract_en="", room_id=None,
        starts_at=start, ends_at=event.slots[0].ends_at, language="fr", people=(who,),
    )  # fmt: skip
    talks.create_session(event.id, draft, actor="test")
    return db.session.query(Person).one().company


@pytest.fixture
def events(app):
    """One of the series' own organisation, one that another organisation proposes."""
    series = make.series()
    other = make.organisation()
    return make.event(series), make.event(series, organisation_id=other.id)


def test_the_company_of_another_organisations_speaker_is_not_changed_by_the_way(events):
    own, proposed = events

    assert named(own, "Analytique") == "Analytique"
    assert named(proposed, "Moteur") == "Analytique"
    assert named(own, "Différentielle") == "Différentielle"


def test_a_company_that_nobody_gave_is_filled_in_by_whoever_knows_it(events):
    own, proposed = events

    assert named(own, "") == ""
    assert named(proposed, "Moteur") == "Moteur"
