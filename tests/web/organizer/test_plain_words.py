"""No code of ours in a page for people: conflicts, the journal, the board of a night."""

import ast
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from eventsapp.delivery.handlers import HANDLERS
from eventsapp.domain.accounts import api_keys
from eventsapp.domain.checkin import gates
from eventsapp.domain.planning.conflicts import SEVERITY, in_order, problem
from eventsapp.domain.selection.jury import jury
from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.kernel import audit, clock, outbox
from eventsapp.kernel.db import db
from eventsapp.kernel.outbox import OutboxMessage
from eventsapp.kernel.transaction import transaction
from eventsapp.web.organizer.messages import kinds
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


def test_the_journal_names_what_the_door_and_the_box_office_did(desk):
    """ "porte 1", "montant dû 2": nobody knows these numbers."""
    product = make.product(make.event(desk.series, title_fr="Grand soir"), label_fr="Plein tarif")
    order = db.session.get(Order, make.paid_order(product).order_id)
    gates.create_gate(desk.series.id, "Nord", event_ids=[product.event_id], actor="test")
    api_keys.create(
        "Caisse",
        series_id=desk.series.id,
        organisation_id=desk.series.organisation_id,
        scopes=["orders:read"],
    )
    for action, subject in (
        ("product.changed", f"product:{product.id}"),
        ("refund.requested", f"bill:{order.bill_id}"),
    ):
        audit.note(action, subject, actor="test", series_id=desk.series.id)

    text = desk.get("journal")[1]

    for said in (
        "tarif <bdi>Plein tarif, Grand soir</bdi>",
        f'/orders/{order.code}"><bdi>{order.code}</bdi></a>',
        "porte <bdi>Nord</bdi>",
        "clé de programme <bdi>Caisse</bdi>",
    ):
        assert said in text, said
    assert "montant dû" not in text


def test_every_message_of_the_outbox_has_a_title():
    assert HANDLERS.keys() == kinds.TITLES.keys()


def test_messages_that_failed_are_named_and_counted_whole(desk):
    for number in range(101):
        outbox.later("mail.order_paid", f"{number}", {"order_id": 1}, series_id=desk.series.id)
    with transaction() as session:
        session.execute(update(OutboxMessage).values(ended=True, failed_at=clock.now()))

    text = desk.get("messages")[1]

    assert "Billets d’une commande" in text and "mail.order_paid" not in text
    assert "Les 100 derniers sur 101." in text


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
