"""Publishing twice at once, the last place, and an answer against the clock.

On PostgreSQL only: SQLite has one writer, so it would hide the mistake.
"""

import threading

import pytest
from sqlalchemy import func, select

from eventsapp.domain.selection.calls import applications, queries
from eventsapp.domain.selection.calls.models import Call, DecisionBatch
from eventsapp.domain.selection.decisions import decisions, offers
from eventsapp.domain.selection.decisions import queries as decisions_queries
from eventsapp.domain.selection.decisions.models import Offer, OfferState
from eventsapp.domain.selection.jury import jury, reviews
from eventsapp.domain.selection.ranking import ranking
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import Refusal
from eventsapp.kernel.outbox import OutboxMessage
from tests import make

pytestmark = pytest.mark.parametrize("app", ["postgres"], indirect=True)


def at_once(app, *commands):
    """Run the commands at the same moment; returns the code of the refusal of each, or None."""
    start = threading.Barrier(len(commands))
    answers: list[str | None] = [None] * len(commands)

    def run(place, command):
        with app.app_context():
            start.wait()
            try:
                command()
            except Refusal as refusal:
                answers[place] = refusal.code
            finally:
                db.session.remove()

    threads = [
        threading.Thread(target=run, args=(place, command))
        for place, command in enumerate(commands)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    db.session.expire_all()
    return answers


def judged(places, waitlist, count):
    call = make.call(stage="deliberation", places=places, waitlist=waitlist)
    entries = [make.application(call) for _ in range(count)]
    juror = make.juror(call)
    for application, level in zip(entries, (5, 4, 3, 2, 1), strict=False):
        make.review(juror, application, level)
    decisions.prepare(call.id, actor="test")
    return call, entries


def test_a_batch_is_published_once(app):
    call, entries = judged(places=2, waitlist=1, count=5)
    call_id = call.id

    def publish():
        decisions.publish(call_id, actor="test", despite_doubts=True)

    answers = at_once(app, *[publish] * 6)

    assert sorted(answers, key=str) == [None, *["already_published"] * 5]
    assert db.session.scalar(select(func.count()).select_from(Offer)) == 2
    letters = select(func.count()).where(OutboxMessage.kind == "selection.decision")
    assert db.session.scalar(letters) == len(entries)
    assert db.session.scalar(select(func.count()).select_from(DecisionBatch)) == 1


def test_the_last_place_is_offered_to_one_of_the_reserve(app):
    call, entries = judged(places=2, waitlist=3, count=5)
    decisions.publish(call.id, actor="test", despite_doubts=True)
    first, second = entries[0].id, entries[1].id

    at_once(
        app,
        *[lambda: offers.answer(first, confirm=False) for _ in range(3)],
        *[lambda: offers.answer(second, confirm=False) for _ in range(3)],
        *[offers.expire_due for _ in range(2)],
    )

    offered = {o.application_id for o in decisions_queries.offers_of(call.id).values()}
    waiting = select(func.count()).where(Offer.state == OfferState.OFFERED)
    assert db.session.scalar(waiting) == 2
    assert offered == {e.id for e in entries[:4]}


def test_an_answer_and_its_expiry_agree_on_one_end(app, now):
    call, entries = judged(places=1, waitlist=1, count=2)
    decisions.publish(call.id, actor="test", despite_doubts=True)
    offer = decisions_queries.offers_of(call.id)[entries[0].id]
    winner = entries[0].id

    now(offer.expires_at)
    answers = at_once(
        app,
        lambda: offers.answer(winner, confirm=True),
        offers.expire_due,
        lambda: offers.answer(winner, confirm=False),
    )

    state = decisions_queries.offers_of(call.id)[winner].state
    assert state in (OfferState.CONFIRMED, OfferState.REFUSED)
    assert sorted(answers, key=str) == [None, None, "offer_over"]
    taken = select(func.count()).where(Offer.state.in_([OfferState.OFFERED, OfferState.CONFIRMED]))
    assert db.session.scalar(taken) == 1


def test_one_application_submitted_six_times_takes_one_number(app):
    call = make.call()
    draft_id, call_id = make.draft(call).id, call.id
    typed = make.answers_of_application()

    answers = at_once(
        app, *[lambda: applications.submit(draft_id, typed, version=1) for _ in range(6)]
    )

    assert sorted(answers, key=str) == [None, *["application_closed"] * 5]
    assert db.session.get(Call, call_id, populate_existing=True).last_number == 1


def test_numbers_of_a_rush_have_no_gap_and_no_twin(app):
    call = make.call()
    drafts = [make.draft(call).id for _ in range(6)]
    typed = [make.answers_of_application() for _ in drafts]

    answers = at_once(
        app,
        *[
            lambda d=d, t=t: applications.submit(d, t, version=1)
            for d, t in zip(drafts, typed, strict=True)
        ],
    )

    found = sorted(a.number for a in queries.submitted_of(call.id).values())
    assert answers == [None] * 6
    assert found == [1, 2, 3, 4, 5, 6]


def test_a_review_is_in_the_published_ranking_or_refused(app):
    call = make.call(stage="judging", places=1, reviews_each=3)
    application, other = make.application(call), make.application(call)
    jurors = [make.juror(call) for _ in range(3)]
    for juror in jurors:
        make.review(juror, application, 3)
    decisions.prepare(call.id, actor="test")
    call_id, wanted, ids = call.id, application.id, [juror.id for juror in jurors]

    answers = at_once(
        app,
        lambda: decisions.publish(call_id, actor="test", close_reviews=True, despite_doubts=True),
        lambda: reviews.save(ids[0], wanted, {"a": 5, "b": 5, "c": 5}),
        lambda: reviews.save(ids[1], wanted, {"a": 1, "b": 1, "c": 1}),
        lambda: jury.declare(ids[2], {wanted: ""}, actor="test"),
    )

    batch = decisions_queries.published(call_id)
    if batch is None:
        assert answers[0] == "proposal_outdated"
    else:
        assert answers[1:3] == ["review_closed", "review_closed"]
        assert ranking.gather(queries.call_by_slug(call.slug)).digest == batch.snapshot["digest"]
    assert queries.submitted_of(call_id).keys() == {wanted, other.id}
