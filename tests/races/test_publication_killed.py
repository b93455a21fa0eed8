"""kill -9 in the middle of a publication: all of it is there, or nothing is. Both databases.

The children have a real clock; each is killed at another moment after it began.
"""

from sqlalchemy import func, select

from eventsapp.domain.selection.calls.models import DecisionBatch
from eventsapp.domain.selection.decisions import decisions
from eventsapp.domain.selection.decisions.models import Offer
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from eventsapp.kernel.outbox import OutboxMessage
from tests import make
from tests.forked import FORKED
from tests.races import publisher

MOMENTS = (0.01, 0.04, 0.12, 0.4)
PLACES, APPLICATIONS = 3, 12


def judged():
    call = make.call(stage="deliberation", places=PLACES, waitlist=2)
    juror = make.juror(call)
    for number in range(APPLICATIONS):
        make.review(juror, make.application(call), 1 + number % 5)
    decisions.prepare(call.id, actor="test")
    return call.id


def publish_and_kill(app, call_id, after_seconds):
    ready, says = FORKED.Pipe(duplex=False)
    child = FORKED.Process(
        target=publisher.publish, args=(app.extensions["settings"], clock.now(), call_id, says)
    )
    child.start()
    says.close()  # else a child that dies early would be waited for
    assert ready.recv() == "ready"
    child.join(after_seconds)
    child.kill()
    child.join()


def letters():
    waiting = select(func.count()).where(OutboxMessage.kind == "selection.decision")
    return db.session.scalar(waiting) or 0


def test_a_killed_publication_leaves_all_or_nothing(app):
    for after_seconds in MOMENTS:
        call_id, before = judged(), letters()
        db.session.remove()

        publish_and_kill(app, call_id, after_seconds)

        out = db.session.scalar(
            select(DecisionBatch.published_at).where(DecisionBatch.call_id == call_id)
        )
        offered = db.session.scalar(select(func.count()).where(Offer.call_id == call_id))
        found = (out is not None, offered, letters() - before)
        assert found in ((False, 0, 0), (True, PLACES, APPLICATIONS))
        if out is None:
            decisions.publish(call_id, actor="test", despite_doubts=True)
        assert letters() - before == APPLICATIONS
