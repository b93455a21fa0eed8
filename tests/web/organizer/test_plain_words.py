"""No code of ours in a page for people: conflicts, the journal, the board of a night."""

import ast
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from eventsapp.domain.planning.conflicts import SEVERITY, in_order, problem
from eventsapp.domain.selection.jury import jury
from eventsapp.kernel import audit
from eventsapp.web.organizer.people import subjects
from eventsapp.web.organizer.programme import board, problems
from tests import make
from tests.web.organizer.programme.test_programme import Desk

ROOT = Path(__file__).resolve().parents[3] / "eventsapp"
CODE = re.compile(r"\b[A-Z]{4,}(?:_[A-Z]+)*\b")


@pytest.fixture
def desk(client):
    return Desk(client)


def test_every_code_of_a_conflict_has_words():
    assert problems.KINDS.keys() == SEVERITY.keys()


@pytest.mark.parametrize("path", ["programme?day=2026-09-24", "programme/releases"])
def test_pages_of_the_programme_speak_in_words(desk, path):
    small = make.venue(desk.series, capacity=100)
    large = make.venue(desk.series, capacity=9000)
    for venue in (small, small, large):
        make.event(desk.series, venue_id=venue.id, capacity=120)

    text = desk.get(path)[1]

    visible = re.sub(r"<[^>]+>", " ", text)
    assert not set(CODE.findall(visible)) & SEVERITY.keys()


def subjects_of_the_log():
    """The kinds of subject that the code writes into the audit log."""
    found = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.note"):
                continue
            subject = node.args[1] if len(node.args) > 1 else None
            if isinstance(subject, ast.JoinedStr) and isinstance(subject.values[0], ast.Constant):
                found.add(subject.values[0].value.partition(":")[0])
    return found


def test_every_subject_of_the_log_has_a_word():
    written = subjects_of_the_log()

    assert len(written) > 10
    assert written - subjects.KINDS.keys() == set()


def test_the_journal_names_a_juror_an_event_and_leads_there(desk):
    event = make.event(desk.series, title_fr="Grand soir")
    audit.note("event.changed", f"event:{event.id}", actor="test", series_id=desk.series.id)
    call = make.call(desk.series)
    jury.invite(call.id, "nour@jury.example", "Nour Haddad", actor="test")

    text = desk.get("journal")[1]

    assert f'/events/{event.id}"><bdi>Grand soir</bdi></a>' in text
    assert "juré <bdi>Nour Haddad</bdi>" in text
    assert re.findall(r">(?:juror|event|call|account):\d+<", text) == []


def test_the_journal_asks_as_much_for_many_rows_as_for_one(app, desk, statements):
    def asked(count):
        for _n in range(count):
            event = make.event(desk.series)
            audit.note("event.changed", f"event:{event.id}", actor="test", series_id=desk.series.id)
        statements.clear()
        with app.app_context():
            assert desk.client.get(desk.url("journal")).status_code == 200
        return len(statements)

    assert asked(1) == asked(20)


def test_a_night_is_on_the_board_until_it_ends(desk):
    start = datetime(2026, 9, 24, 20, 30, tzinfo=UTC)  # 22:30 to 2:30 in Paris
    event = make.event(desk.series, starts_at=start, ends_at=start + timedelta(hours=4))

    there = board.on_day([event], board.day_of(event.slots[0], "Europe/Paris"), "Europe/Paris")
    block = (
        board.rows(there, there[0][1].starts_at.date(), "Europe/Paris", [])[0].lanes[0].blocks[0]
    )

    assert (block.begin, block.length) == (58, 16)
    style = (ROOT.parent / "static/css/planning.css").read_text()
    assert f".b{board.QUARTERS - 1}{{" in style and f".w{board.QUARTERS}{{" in style


def test_conflicts_of_one_kind_stand_in_order_of_time():
    late, soon = datetime(2026, 9, 25, tzinfo=UTC), datetime(2026, 9, 24, tzinfo=UTC)
    found = [
        problem("SESSION_OUTSIDE", [1], ("a",), starts_at=late),
        problem("CAPACITY", [3], ("b",)),
        problem("SESSION_OUTSIDE", [2], ("c",), starts_at=soon),
    ]

    assert [one.events for one in in_order(found)] == [(3,), (2,), (1,)]
