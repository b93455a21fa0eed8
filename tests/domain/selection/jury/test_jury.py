"""Jurors, their conflicts and their lists."""

import pytest
from sqlalchemy import select

from eventsapp.domain.selection.decisions import decisions
from eventsapp.domain.selection.jury import dealing, jury, queries
from eventsapp.domain.selection.jury.errors import AssignmentImpossible
from eventsapp.domain.selection.jury.models import Assignment, ConflictOfInterest, Review
from eventsapp.domain.selection.ranking import ranking
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from tests import make


def test_inviting_twice_is_inviting_once(app):
    call = make.call()

    first = make.juror(call, email="jure@jury.example", declared=False)
    again = jury.invite(call.id, "JURE@jury.example", "Autre nom", actor="test")

    assert again.id == first.id
    assert first.declared_at is None


def test_a_declared_conflict_hides_the_application(app):
    call = make.call(stage="judging")
    make.juror(call)
    make.juror(call)
    mine, other = make.application(call), make.application(call)
    dealing.assign_missing(call.id, actor="test")
    juror = make.juror(call, declared=False)

    jury.declare(juror.id, {mine.id: "au capital"}, actor="test")

    assert [task.application.id for task in queries.tasks_of(juror)] == [other.id]
    assert queries.conflicts_of(call.id, juror.account_id) == {mine.id}


def test_a_conflict_declared_late_takes_the_review_out_and_keeps_it(app):
    call = make.call(stage="judging")
    application = make.application(call)
    juror = make.juror(call)
    make.review(juror, application, 5)

    jury.declare(juror.id, {application.id: ""}, actor="test")

    review = db.session.scalar(select(Review))
    assert review.excluded_at is not None
    assert ranking.gather(call).marks == ()
    assert queries.tasks_of(juror) == []


def test_conflicts_are_declared_on_the_applications_of_the_call_only(app):
    call, elsewhere = make.call(stage="judging"), make.call(stage="judging")
    stranger = make.application(elsewhere)
    juror = make.juror(call, declared=False)

    with pytest.raises(NotFound):
        jury.declare(juror.id, {stranger.id: ""}, actor="test")

    assert db.session.scalar(select(ConflictOfInterest)) is None


def test_missing_reviewers_are_dealt_without_conflict(app):
    call = make.call(stage="judging", reviews_each=2)
    jurors = [make.juror(call) for _ in range(3)]
    applications = [make.application(call) for _ in range(6)]
    jury.declare(jurors[0].id, {applications[0].id: ""}, actor="test")

    added = dealing.assign_missing(call.id, actor="test")

    rows = db.session.execute(select(Assignment.application_id, Assignment.juror_id)).all()
    assert added == len(rows) == 12
    assert (applications[0].id, jurors[0].id) not in [tuple(row) for row in rows]
    assert dealing.assign_missing(call.id, actor="test") == 0


def test_an_impossible_assignment_names_the_application(app):
    call = make.call(stage="judging", reviews_each=2)
    jurors = [make.juror(call) for _ in range(2)]
    application = make.application(call)
    jury.declare(jurors[0].id, {application.id: ""}, actor="test")

    with pytest.raises(AssignmentImpossible) as refusal:
        dealing.assign_missing(call.id, actor="test")

    assert refusal.value.facts == {
        "applications": "APP-001",
        "needed": 2,
        "possible": 1,
        "free": 1,
        "jurors": 2,
        "undeclared": 0,
    }
    assert db.session.scalar(select(Assignment)) is None


def test_a_juror_who_leaves_keeps_his_reviews_and_frees_the_rest(app):
    call = make.call(stage="judging", reviews_each=1)
    juror = make.juror(call)
    done, left = make.application(call), make.application(call)
    dealing.assign_missing(call.id, actor="test")
    make.review(juror, done, 4)

    jury.stop(juror.id, actor="test")
    make.juror(call)

    assert [task.application.id for task in queries.tasks_of(juror)] == [done.id]
    newcomer = queries.jurors_of(call.id)[1]
    assert [task.application.id for task in queries.tasks_of(newcomer)] == [left.id]


def test_a_juror_who_left_gets_no_new_list_by_declaring(app):
    call = make.call(stage="judging", reviews_each=1)
    make.juror(call)
    left = make.juror(call, declared=False)
    mine = make.application(call)
    make.application(call)
    dealing.assign_missing(call.id, actor="test")

    jury.stop(left.id, actor="test")
    jury.declare(left.id, {mine.id: ""}, actor="test")

    assert queries.tasks_of(left) == []
    assert queries.conflicts_of(call.id, left.account_id) == {mine.id}


def test_a_conflict_declared_after_the_decisions_changes_none_of_them(app):
    call = make.call(stage="deliberation")
    application = make.application(call)
    juror = make.juror(call)
    make.review(juror, application, 5)
    decisions.prepare(call.id, actor="test")
    decisions.publish(call.id, actor="test", despite_doubts=True)

    jury.declare(juror.id, {application.id: "client depuis hier"}, actor="test")

    assert db.session.scalar(select(Review)).excluded_at is None
    assert queries.tasks_of(juror) == []
