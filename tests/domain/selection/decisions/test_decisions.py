"""Decisions: prepared, overridden, published as one."""

import pytest
from sqlalchemy import func, select

from eventsapp.domain.selection.calls.errors import AlreadyPublished
from eventsapp.domain.selection.calls.models import Call, DecisionBatch
from eventsapp.domain.selection.decisions import decisions, offers, queries
from eventsapp.domain.selection.decisions.errors import (
    CallStillOpen,
    NotEligible,
    NothingDecided,
    ProposalOutdated,
    ReasonNeeded,
    StillJudging,
    TooManyPinned,
)
from eventsapp.domain.selection.decisions.models import Decision, Offer, Outcome
from eventsapp.domain.selection.decisions.withdrawals import withdraw
from eventsapp.domain.selection.jury import jury
from eventsapp.domain.selection.jury.errors import OwnConflict
from eventsapp.kernel.db import db
from tests import make


@pytest.fixture
def field(app):
    """A call with five applications scored 5 to 1, and one that is too old."""
    call = make.call(stage="deliberation", places=2, waitlist=1)
    applications = [make.application(call) for _ in range(5)]
    applications.append(make.application(call, founded="2001"))
    jurors = [make.juror(call) for _ in range(2)]
    for application, level in zip(applications, (5, 4, 3, 2, 1, 5), strict=True):
        for juror in jurors:
            make.review(juror, application, level)
    return call, applications


def outcomes(call):
    return {
        d.application.reference: (d.outcome.value, d.rank) for d in queries.decisions_of(call.id)
    }


def test_the_rule_gives_every_application_a_decision_that_nobody_sees_yet(field):
    call, applications = field

    decisions.prepare(call.id, actor="test")

    assert outcomes(call) == {
        "APP-001": ("accepted", None),
        "APP-002": ("accepted", None),
        "APP-003": ("reserve", 1),
        "APP-004": ("declined", None),
        "APP-005": ("declined", None),
        "APP-006": ("ineligible", None),
    }
    assert queries.visible_decision(applications[0].id) is None


def test_publishing_shows_all_of_them_and_offers_the_places(field):
    call, applications = field
    decisions.prepare(call.id, actor="test")

    decisions.publish(call.id, actor="test")

    assert queries.visible_decision(applications[5].id).reasons == [
        {"code": "too_old", "facts": {"age": 25, "below": 8}}
    ]
    offered = queries.offers_of(call.id)
    assert set(offered) == {applications[0].id, applications[1].id}
    assert {offer.expires_at for offer in offered.values()} == {call.confirm_until}
    with pytest.raises(AlreadyPublished):
        decisions.publish(call.id, actor="test")
    with pytest.raises(AlreadyPublished):
        decisions.prepare(call.id, actor="test")


def test_an_error_in_the_middle_publishes_nothing(field, monkeypatch):
    call, applications = field
    decisions.prepare(call.id, actor="test")
    make_offer = offers.make

    def fail_at_the_second(*args, **kwargs):
        if args[1] == applications[1].id:
            raise RuntimeError("the machine stopped")
        return make_offer(*args, **kwargs)

    monkeypatch.setattr(offers, "make", fail_at_the_second)
    with pytest.raises(RuntimeError):
        decisions.publish(call.id, actor="test")

    assert db.session.scalar(select(func.count()).select_from(Offer)) == 0
    assert db.session.scalar(select(DecisionBatch.published_at)) is None
    assert queries.visible_decision(applications[0].id) is None


def test_nothing_prepared_is_nothing_published(field):
    call, _ = field

    with pytest.raises(NothingDecided):
        decisions.publish(call.id, actor="test")


def test_a_proposal_grows_old_when_something_changes(field):
    call, applications = field
    decisions.prepare(call.id, actor="test")
    decisions.pin(call.id, applications[4].id, True, reason="coup de cœur", actor="test")

    with pytest.raises(ProposalOutdated):
        decisions.publish(call.id, actor="test")


def test_the_jury_is_not_cut_short_by_accident(field, now):
    call, _ = field
    now(call.review_until)
    decisions.prepare(call.id, actor="test")

    with pytest.raises(StillJudging):
        decisions.publish(call.id, actor="test")
    decisions.publish(call.id, actor="test", close_reviews=True)

    assert db.session.get(Call, call.id, populate_existing=True).review_until < now()


def test_nothing_is_published_while_applications_still_come_in(app, now):
    call = make.call(places=1)
    make.application(call)
    decisions.prepare(call.id, actor="test")

    with pytest.raises(CallStillOpen):
        decisions.publish(call.id, actor="test", close_reviews=True, despite_doubts=True)
    now(call.closes_at)
    with pytest.raises(CallStillOpen):
        decisions.publish(call.id, actor="test", close_reviews=True, despite_doubts=True)

    assert queries.published(call.id) is None
    now(seconds=1)
    decisions.publish(call.id, actor="test", close_reviews=True, despite_doubts=True)
    assert queries.published(call.id) is not None


def test_a_person_overrides_with_a_reason(field):
    call, applications = field

    with pytest.raises(ReasonNeeded):
        decisions.pin(call.id, applications[4].id, True, reason=" ", actor="test")
    decisions.pin(call.id, applications[4].id, True, reason="prix du public", actor="test")
    decisions.pin(call.id, applications[0].id, False, reason="doublon", actor="test")
    decisions.prepare(call.id, actor="test")

    found = outcomes(call)
    assert [r for r, (o, _) in found.items() if o == "accepted"] == ["APP-002", "APP-005"]
    assert found["APP-003"] == ("reserve", 1)
    assert found["APP-001"] == ("declined", None)
    decisions.pin(call.id, applications[0].id, None, reason="", actor="test")
    decisions.pin(call.id, applications[4].id, None, reason="", actor="test")
    decisions.prepare(call.id, actor="test")
    assert outcomes(call)["APP-001"] == ("accepted", None)


def test_more_cannot_be_forced_in_than_there_are_places(field):
    call, applications = field
    for application in applications[:3]:
        decisions.pin(call.id, application.id, True, reason="x", actor="test")

    with pytest.raises(TooManyPinned):
        decisions.prepare(call.id, actor="test")


def test_who_is_not_eligible_cannot_be_forced_in(field):
    call, applications = field
    old = applications[5]

    with pytest.raises(NotEligible) as refusal:
        decisions.pin(call.id, old.id, True, reason="x", actor="test")
    assert refusal.value.facts == {"reference": "APP-006"}

    # Admitted first, forced in, and then not admitted any more: it takes nobody's place.
    decisions.waive(call.id, old.id, ["too_old"], reason="filiale", actor="test")
    for application in (old, *applications[3:5]):
        decisions.pin(call.id, application.id, True, reason="x", actor="test")
    with pytest.raises(TooManyPinned):
        decisions.prepare(call.id, actor="test")
    decisions.waive(call.id, old.id, [], reason="", actor="test")
    decisions.prepare(call.id, actor="test")
    assert [r for r, (o, _) in outcomes(call).items() if o == "accepted"] == ["APP-004", "APP-005"]


def test_who_withdrew_cannot_be_forced_in(field):
    call, applications = field
    withdraw(applications[1].id)

    with pytest.raises(NotEligible):
        decisions.pin(call.id, applications[1].id, True, reason="x", actor="test")


def test_a_reason_of_ineligibility_may_be_set_aside(field):
    call, applications = field

    decisions.waive(call.id, applications[5].id, ["too_old"], reason="filiale", actor="test")
    decisions.prepare(call.id, actor="test")

    assert outcomes(call)["APP-006"] == ("accepted", None)


def test_only_reasons_that_exist_are_set_aside(field):
    call, applications = field

    decisions.waive(call.id, applications[5].id, ["too_old", "x" * 900], reason="y", actor="test")

    assert applications[5].waived == ["too_old"]


def test_an_organizer_with_a_conflict_is_out(field):
    call, applications = field
    organizer = make.account()
    jury.declare_as_organizer(call.id, organizer.id, applications[0].id, "associé")

    with pytest.raises(OwnConflict):
        decisions.pin(
            call.id,
            applications[0].id,
            True,
            reason="x",
            actor="test",
            account_id=organizer.id,
        )


def test_preparing_again_replaces_the_decisions(field):
    call, _ = field
    decisions.prepare(call.id, actor="test")

    decisions.prepare(call.id, actor="test")

    assert db.session.scalar(select(func.count()).select_from(Decision)) == 6
    accepted = select(func.count()).where(Decision.outcome == Outcome.ACCEPTED)
    assert db.session.scalar(accepted) == 2
