"""Who leaves first, however many wait."""

from datetime import timedelta

from sqlalchemy import event, insert

from eventsapp.delivery import worker
from eventsapp.kernel import clock, outbox
from eventsapp.kernel.db import db
from eventsapp.kernel.outbox import OutboxMessage, Priority
from eventsapp.kernel.transaction import transaction


def crowd(count: int) -> None:
    """So many usual messages that are due for an hour."""
    at = clock.now() - timedelta(hours=1)
    rows = [
        {"kind": "thing", "key": f"usual-{n}", "payload": {"n": n}, "ended": False,
         "created_at": at, "due_at": at, "attempts": 0}
        for n in range(count)
    ]  # fmt: skip
    with transaction() as session:
        session.execute(insert(OutboxMessage), rows)


def test_an_urgent_message_leaves_before_ten_thousand_that_wait(app):
    crowd(10_000)
    outbox.later("thing", "urgent", {"n": "urgent"}, priority=Priority.URGENT)
    handed = []

    worker.work_once({"thing": lambda payload: handed.append(payload["n"])})

    assert handed[:3] == ["urgent", 0, 1]


def test_links_that_somebody_waits_for_go_first_and_letters_to_many_last(app):
    for priority in (Priority.BULK, Priority.USUAL, Priority.URGENT, Priority.AWAITED):
        outbox.later("thing", priority.name, {"n": priority.name}, priority=priority)
    handed = []

    worker.drain({"thing": lambda payload: handed.append(payload["n"])})

    assert handed == ["AWAITED", "URGENT", "USUAL", "BULK"]


def test_the_index_finds_the_next_message_without_sorting(app):
    crowd(2000)
    said = []

    @event.listens_for(db.engine, "before_cursor_execute")
    def note(_connection, _cursor, statement, parameters, _context, _many):
        if statement.startswith("SELECT") and not said:
            said.append((statement, parameters))

    outbox.claim(20)
    event.remove(db.engine, "before_cursor_execute", note)
    (statement, parameters) = said[0]
    with db.engine.begin() as connection:
        plain = connection.dialect.name == "sqlite"
        if not plain:
            connection.exec_driver_sql("ANALYZE outbox_message")
        explain = "EXPLAIN QUERY PLAN" if plain else "EXPLAIN"
        rows = connection.exec_driver_sql(f"{explain} {statement}", parameters)
        plan = " ".join(str(row) for row in rows)

    assert "ix_outbox_message_leaving" in plan
    assert "Sort" not in plan and "TEMP B-TREE" not in plan


def test_letters_to_many_that_wait_are_no_sign_of_trouble(app, now):
    outbox.later("thing", "many", {}, priority=Priority.BULK)
    now(hours=2)
    assert outbox.oldest_waiting_seconds() == 0

    outbox.later("thing", "one", {})
    now(hours=1)
    assert outbox.oldest_waiting_seconds() == 3600
