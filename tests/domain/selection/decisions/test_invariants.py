"""The invariants see what is broken, and nothing else."""

from sqlalchemy import delete

from eventsapp.domain.selection.decisions import decisions, invariants
from eventsapp.domain.selection.decisions.models import Decision, Offer
from eventsapp.domain.selection.jury.models import ReviewRevision
from eventsapp.kernel.transaction import transaction
from tests import make

HEALTHY = {
    "offers stay within the places of a call": 0,
    "accepted applications have an offer": 0,
    "applications of a published call have their decision": 0,
    "reviews have their history": 0,
}


def published():
    call = make.call(stage="deliberation", places=1, waitlist=1)
    entries = [make.application(call) for _ in range(3)]
    juror = make.juror(call)
    for application in entries:
        make.review(juror, application, 4)
    decisions.prepare(call.id, actor="test")
    decisions.publish(call.id, actor="test", despite_doubts=True)
    return call, entries


def test_a_published_call_is_healthy(app):
    published()

    assert invariants.broken() == HEALTHY


def test_each_break_is_counted(app):
    call, entries = published()
    with transaction() as session:
        session.execute(delete(ReviewRevision))
        session.execute(delete(Decision).where(Decision.application_id == entries[2].id))
    assert invariants.broken() == HEALTHY | {
        "applications of a published call have their decision": 1,
        "reviews have their history": 3,
    }

    with transaction() as session:
        session.execute(delete(Offer))
    assert invariants.broken()["accepted applications have an offer"] == 1


def test_two_offers_for_one_place_are_seen(app):
    call, entries = published()
    row = {
        "organisation_id": call.organisation_id,
        "call_id": call.id,
        "offered_at": call.opens_at,
        "expires_at": call.offers_until,
    }
    make.save(Offer(application_id=entries[1].id, **row))

    assert invariants.broken()["offers stay within the places of a call"] == 1
