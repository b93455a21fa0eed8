"""Reviews: what may be written, when, and what is kept."""

import pytest
from sqlalchemy import select

from eventsapp.domain.selection.decisions import decisions
from eventsapp.domain.selection.jury import dealing, jury, reviews
from eventsapp.domain.selection.jury.errors import (
    BadScore,
    DeclareFirst,
    NotAssigned,
    ReviewClosed,
    TooFewCriteria,
)
from eventsapp.domain.selection.jury.models import Review, ReviewRevision
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import EditedMeanwhile
from tests import make


@pytest.fixture
def case(app):
    call = make.call(stage="judging", reviews_each=1)
    application = make.application(call)
    juror = make.juror(call, declared=False)
    jury.declare(juror.id, {}, actor="test")
    dealing.assign_missing(call.id, actor="test")
    return call, juror, application


def test_a_review_is_saved_as_one_goes_and_every_saving_is_kept(case):
    _, juror, application = case

    reviews.save(juror.id, application.id, {"a": 3})
    reviews.save(juror.id, application.id, {"a": 4, "b": 2, "c": None}, submit=True)

    review = db.session.scalar(select(Review))
    revisions = db.session.scalars(select(ReviewRevision).order_by(ReviewRevision.number)).all()
    assert review.scores == {"a": 4, "b": 2, "c": None}
    assert [(r.number, r.scores["a"], r.submitted) for r in revisions] == [
        (1, 3, False),
        (2, 4, True),
    ]


def test_four_fifths_of_the_weights_are_needed(case):
    _, juror, application = case

    with pytest.raises(TooFewCriteria) as refusal:
        reviews.save(juror.id, application.id, {"a": 4, "c": 3}, submit=True)

    assert refusal.value.facts == {"percent": 75}
    assert db.session.scalar(select(Review)) is None


def test_a_submitted_review_stays_complete(case):
    _, juror, application = case
    reviews.save(juror.id, application.id, {"a": 4, "b": 2, "c": 1}, submit=True)

    with pytest.raises(TooFewCriteria):
        reviews.save(juror.id, application.id, {"c": 1})

    assert db.session.scalar(select(Review.revision)) == 1


@pytest.mark.parametrize("scores", [{"a": 6}, {"a": 0}, {"zzz": 3}])
def test_a_level_outside_the_scale_is_refused(case, scores):
    _, juror, application = case

    with pytest.raises(BadScore):
        reviews.save(juror.id, application.id, scores)


def test_nothing_is_read_before_the_conflicts_are_declared(case):
    call, _, application = case
    newcomer = make.juror(call, declared=False)

    with pytest.raises(DeclareFirst):
        reviews.save(newcomer.id, application.id, {"a": 3})


def test_only_the_own_list_is_judged(case):
    call, juror, application = case
    make.review(juror, application, 3)
    other = make.juror(call)

    with pytest.raises(NotAssigned):
        reviews.save(other.id, application.id, {"a": 3})


def test_the_phase_has_two_ends(case, now):
    call, juror, application = case

    for instant in (call.review_from.replace(year=2000), call.review_until.replace(year=2100)):
        now(instant)
        with pytest.raises(ReviewClosed):
            reviews.save(juror.id, application.id, {"a": 3})


def test_a_comment_loses_its_control_characters(case):
    _, juror, application = case

    review = reviews.save(juror.id, application.id, {"a": 3}, comment="bon\x00 \x1b[31mtravail ")

    assert review.comment == "bon [31mtravail"


def test_an_old_tab_does_not_write_over_what_was_saved_since(case):
    _, juror, application = case
    reviews.save(juror.id, application.id, {"a": 3}, read=0)
    reviews.save(juror.id, application.id, {"a": 5}, read=1)

    for read in (0, 1, 3):
        with pytest.raises(EditedMeanwhile):
            reviews.save(juror.id, application.id, {"a": 1}, read=read)

    assert db.session.scalar(select(Review)).scores["a"] == 5


def test_nothing_is_judged_once_the_decisions_are_out(case):
    call, juror, application = case
    reviews.save(juror.id, application.id, {"a": 3, "b": 3, "c": 3}, submit=True)
    decisions.prepare(call.id, actor="test")
    decisions.publish(call.id, actor="test", close_reviews=True)

    with pytest.raises(ReviewClosed):
        reviews.save(juror.id, application.id, {"a": 5, "b": 5, "c": 5})
