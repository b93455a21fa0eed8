"""After a publication: what has left, what waits, what failed."""

import pytest

from eventsapp.delivery import worker
from eventsapp.domain.selection.decisions import decisions
from eventsapp.gateways import mail
from eventsapp.kernel import outbox
from eventsapp.kernel.db import db
from eventsapp.kernel.outbox import OutboxMessage
from tests import make


@pytest.fixture
def published(client):
    call = make.call(stage="deliberation", places=2)
    entries = [make.application(call) for _ in range(3)]
    jurors = [make.juror(call) for _ in range(2)]
    for level, entry in enumerate(entries, start=2):
        for juror in jurors:
            make.review(juror, entry, level)
    worker.drain()
    mail.memory().sent.clear()
    decisions.prepare(call.id, actor="test")
    decisions.publish(call.id, actor="test")
    make.signed_in(client, make.account("owner", in_series=call.series))
    return call, entries


def page(client, call):
    answer = client.get(f"/organizer/{call.series.slug}/calls/{call.slug}/decisions")
    return answer.text.replace("\u00a0", " ")


def test_without_a_worker_every_answer_waits_and_the_page_says_so(client, published):
    call, _ = published

    waiting = page(client, call)
    messages = client.get(f"/organizer/{call.series.slug}/messages").text.replace("\u00a0", " ")
    worker.drain()
    done = page(client, call)

    assert "3 réponses attendent d’être envoyées." in waiting and "parties par" not in waiting
    assert "3 messages attendent d’être envoyés." in messages
    assert "Tous les messages sont partis" not in messages
    assert "3 réponses sont parties par courriel." in done and "attend" not in done.split("<h2>")[0]
    assert len(mail.memory().sent) == 3


def test_an_answer_that_failed_is_counted_apart(client, published):
    call, entries = published
    key = f"{entries[0].id}:1"
    lost = db.session.query(OutboxMessage).filter_by(kind="selection.decision", key=key).one()
    outbox.fail(lost.id, "550 no such user")
    worker.drain()

    text = page(client, call)

    assert "1 réponse n’a pas pu partir." in text
    assert "2 réponses sont parties par courriel." in text
