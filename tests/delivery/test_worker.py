"""The worker: once each, again after a failure, never two at a time, loud when it gives up."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventsapp.delivery import worker
from eventsapp.delivery.errors import Never
from eventsapp.kernel import clock, outbox
from eventsapp.kernel.db import db
from eventsapp.kernel.outbox import OutboxMessage
from eventsapp.kernel.transaction import transaction


@pytest.fixture
def handed(app):
    """What a handler got, in order; ``handlers`` for ``work_once``."""
    return []


def message(key: str) -> OutboxMessage:
    statement = select(OutboxMessage).where(OutboxMessage.key == key)
    return db.session.scalars(statement, execution_options={"populate_existing": True}).one()


def test_a_message_is_handed_over_once(handed):
    outbox.later("thing", "a", {"n": 1})
    handlers = {"thing": lambda payload: handed.append(payload["n"])}

    assert (worker.work_once(handlers), worker.work_once(handlers)) == (1, 0)
    assert handed == [1] and message("a").done_at is not None


def test_what_fails_comes_again_later_and_the_others_are_not_held_up(handed, now):
    outbox.later("thing", "bad", {"n": 1})
    outbox.later("thing", "good", {"n": 2})

    def handler(payload):
        if payload["n"] == 1 and not handed.count(1):
            handed.append(1)
            raise OSError("no route")
        handed.append(payload["n"])

    worker.drain({"thing": handler})
    assert handed == [1, 2]
    assert "OSError" in message("bad").last_error

    now(seconds=outbox.BACKOFF_SECONDS[0])
    worker.drain({"thing": handler})
    assert handed == [1, 2, 1] and message("bad").last_error is None


def test_never_is_final_and_shown(handed):
    outbox.later("thing", "a", {})

    def refuses(_payload):
        raise Never("550 no such user")

    worker.drain({"thing": refuses})

    failed = message("a")
    assert failed.failed_at is not None and failed.last_error == "550 no such user"


def test_a_kind_without_a_handler_fails_loudly(app):
    outbox.later("forgotten", "a", {})
    worker.drain({})
    assert message("a").last_error == "no handler for forgotten"


def test_a_slow_server_does_not_keep_messages_beyond_their_lease(handed, now):
    for number in range(3):
        outbox.later("thing", f"m{number}", {"n": number})

    def slow(payload):
        handed.append(payload["n"])
        now(seconds=20)

    assert worker.work_once({"thing": slow}) == 2

    waiting = message("m2")
    assert (handed, waiting.attempts, waiting.due_at <= clock.now()) == ([0, 1], 0, True)
    assert worker.work_once({"thing": slow}) == 1
    assert handed == [0, 1, 2]


def test_a_worker_that_dies_loses_its_lease_after_a_minute(handed, now):
    outbox.later("thing", "a", {"n": 1})
    handlers = {"thing": lambda payload: handed.append(payload["n"])}
    outbox.claim(20)  # and then nothing: killed

    assert worker.work_once(handlers) == 0
    now(clock.now() + outbox.LEASE + timedelta(seconds=1))
    assert worker.work_once(handlers) == 1


def test_a_message_that_fails_leaves_the_rest_of_its_batch_alone(app):
    with transaction():
        for number in range(5):
            outbox.later("letter", f"letter-{number}", {"number": number})
    delivered = []

    def hand_over(payload):
        if payload["number"] in (1, 3):
            raise RuntimeError("the printer is on fire")
        delivered.append(payload["number"])

    assert worker.work_once({"letter": hand_over}) == 5

    assert delivered == [0, 2, 4]
    db.session.expire_all()
    waiting = db.session.query(OutboxMessage).filter(OutboxMessage.ended.is_(False)).all()
    assert [(row.payload["number"], row.attempts) for row in waiting] == [(1, 1), (3, 1)]
