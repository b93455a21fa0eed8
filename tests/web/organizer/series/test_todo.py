"""What a call asks of its organizers, phase by phase; each line leads to its rows."""

import importlib
import pkgutil

import pytest

from eventsapp import domain
from eventsapp.domain.selection.decisions import decisions, offers
from eventsapp.domain.selection.jury import dealing
from eventsapp.web.organizer.series import todo
from tests import make


@pytest.fixture
def lines(client):
    """``lines(series)``: the text of the desk with plain spaces."""

    def read(series):
        make.signed_in(client, make.account("organizer", in_series=series))
        return client.get(f"/organizer/{series.slug}/").text.replace("\u00a0", " ")

    return read


def base(call):
    return f"/organizer/{call.series.slug}/calls/{call.slug}"


def test_a_call_that_nobody_answered_asks_for_nothing(lines):
    call = make.call(stage="deliberation")

    assert call.title_fr not in lines(call.series)


def test_an_open_call_asks_for_nothing_yet(lines):
    call = make.call()
    make.application(call)

    assert call.title_fr not in lines(call.series)


def test_closed_applications_without_readers_are_told(lines):
    call = make.call(stage="judging", reviews_each=1)
    make.application(call)
    make.application(call)
    page = lines(call.series)

    assert "2 candidatures attendent des lecteurs" in page
    assert f'href="{base(call)}/jury"' in page
    make.juror(call)
    dealing.assign_missing(call.id, actor="test")
    assert "attendent des lecteurs" not in lines(call.series)


def test_missing_reviews_lead_to_the_jury(lines):
    call = make.call(stage="judging", reviews_each=1)
    first = make.application(call)
    make.application(call)
    juror = make.juror(call)
    dealing.assign_missing(call.id, actor="test")
    make.review(juror, first, 4)
    page = lines(call.series)

    assert "1 fiche du jury manque" in page
    assert f'href="{base(call)}/jury"' in page


def test_decisions_to_publish_lead_to_the_ranking(lines):
    call = make.call(stage="deliberation")
    make.application(call)
    page = lines(call.series)

    assert "Décisions à publier" in page
    assert f'href="{base(call)}/ranking"' in page


def test_winners_who_have_not_answered_are_told_until_they_do(lines):
    call = make.call(stage="deliberation", places=2)
    entries = [make.application(call) for _ in range(2)]
    juror = make.juror(call)
    for entry in entries:
        make.review(juror, entry, 4)
    decisions.prepare(call.id, actor="test")
    decisions.publish(call.id, actor="test", despite_doubts=True)
    page = lines(call.series)

    assert "2 places attendent une réponse" in page
    assert f'href="{base(call)}/decisions"' in page
    for entry in entries:
        offers.answer(entry.id, confirm=True)
    assert call.title_fr not in lines(call.series)


def test_every_area_that_offers_rows_is_asked_and_has_words_for_each_kind():
    offering = [importlib.import_module(name) for name in _modules_named_todo()]
    asked = {source.__module__ for _permission, source in todo.SOURCES}

    assert asked == {one.__name__ for one in offering}
    kinds = [kind for one in offering for kind in one.KINDS]
    assert sorted(todo.LINES) == sorted([*kinds, "messages.failed"])


def _modules_named_todo():
    return [
        one.name
        for one in pkgutil.walk_packages(domain.__path__, "eventsapp.domain.")
        if one.name.endswith(".todo")
    ]
