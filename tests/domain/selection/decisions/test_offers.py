"""Places: confirmed, refused, expired, and offered on to the reserve."""

from datetime import UTC, datetime, timedelta

import pytest

from eventsapp.domain.selection.decisions import decisions, offers, queries, withdrawals
from eventsapp.domain.selection.decisions.errors import NoOffer, OfferOver
from tests import make


@pytest.fixture
def field(app):
    call = make.call(stage="deliberation", places=2, waitlist=2)
    entries = [make.application(call) for _ in range(5)]
    juror = make.juror(call)
    for application, level in zip(entries, (5, 4, 3, 2, 1), strict=True):
        make.review(juror, application, level)
    decisions.prepare(call.id, actor="test")
    decisions.publish(call.id, actor="test", despite_doubts=True)
    return call, entries


def states(call):
    return {
        offer.application_id: offer.state.value for offer in queries.offers_of(call.id).values()
    }


def test_a_winner_confirms_once(field):
    call, entries = field

    offers.answer(entries[0].id, confirm=True)
    offers.answer(entries[0].id, confirm=True)

    assert states(call) == {entries[0].id: "confirmed", entries[1].id: "offered"}
    with pytest.raises(OfferOver):
        offers.answer(entries[0].id, confirm=False)


def test_a_refused_place_goes_to_the_first_of_the_reserve(field):
    call, entries = field

    offers.answer(entries[1].id, confirm=False)

    assert states(call) == {
        entries[0].id: "offered",
        entries[1].id: "refused",
        entries[2].id: "offered",
    }
    promoted = queries.visible_decision(entries[2].id)
    assert (promoted.outcome.value, promoted.version) == ("accepted", 2)


def test_the_reserve_is_asked_in_order_and_ends(field):
    call, entries = field

    for entry in (entries[0], entries[1], entries[2], entries[3]):
        offers.answer(entry.id, confirm=False)

    assert states(call) == dict.fromkeys([e.id for e in entries[:4]], "refused")


def test_an_expired_place_is_offered_on_once(field, now):
    call, entries = field
    offers.answer(entries[0].id, confirm=True)

    now(call.confirm_until + timedelta(seconds=1))
    with pytest.raises(OfferOver):
        offers.answer(entries[1].id, confirm=True)
    assert offers.expire_due() == 1
    assert offers.expire_due() == 0

    assert states(call) == {
        entries[0].id: "confirmed",
        entries[1].id: "expired",
        entries[2].id: "offered",
    }


def test_a_withdrawn_winner_frees_the_place(field):
    call, entries = field

    withdrawals.withdraw(entries[0].id)

    assert states(call)[entries[2].id] == "offered"


def test_a_withdrawn_reserve_is_skipped(field):
    call, entries = field

    withdrawals.withdraw(entries[2].id)
    offers.answer(entries[0].id, confirm=False)

    assert states(call)[entries[3].id] == "offered"


def test_nothing_is_offered_after_the_last_date(field, now):
    call, entries = field

    now(call.offers_until)
    withdrawals.withdraw(entries[0].id)

    assert entries[2].id not in states(call)


def test_who_has_no_offer_cannot_answer(field):
    _, entries = field

    with pytest.raises(NoOffer):
        offers.answer(entries[4].id, confirm=True)


def test_the_limits_of_the_rule_hold_for_the_reserve(app):
    call = make.call(
        stage="deliberation",
        places=2,
        waitlist=2,
        rule={"limits": [{"attribute": "domain", "at_most": 1}]},
    )
    juror = make.juror(call)
    winner_a = make.application(call, domain="e-sante")
    winner_b = make.application(call, domain="smart-city")
    same_as_a = make.application(call, domain="e-sante")
    same_as_b = make.application(call, domain="smart-city")
    for application, level in ((winner_a, 5), (winner_b, 4), (same_as_a, 3), (same_as_b, 2)):
        make.review(juror, application, level)
    decisions.prepare(call.id, actor="test")
    decisions.publish(call.id, actor="test", despite_doubts=True)

    offers.answer(winner_b.id, confirm=False)

    assert set(states(call)) == {winner_a.id, winner_b.id, same_as_b.id}


def test_a_domain_left_without_a_winner_is_asked_first(app):
    call = make.call(
        stage="deliberation", places=2, waitlist=3, rule={"best_of_each": "domain", "limits": []}
    )
    juror = make.juror(call)
    levels = [("e-sante", 5), ("smart-city", 4), ("e-sante", 4), ("e-sante", 3), ("smart-city", 2)]
    entries = [make.application(call, domain=domain) for domain, _level in levels]
    for application, (_domain, level) in zip(entries, levels, strict=True):
        make.review(juror, application, level)
    decisions.prepare(call.id, actor="test")
    decisions.publish(call.id, actor="test", despite_doubts=True)

    offers.answer(entries[1].id, confirm=False)
    offers.answer(entries[0].id, confirm=False)

    # The last of the reserve brings the domain back; then the order of the reserve holds.
    assert states(call) == {
        entries[0].id: "refused",
        entries[1].id: "refused",
        entries[4].id: "offered",
        entries[2].id: "offered",
    }


def test_an_answer_is_never_due_at_night_nor_after_the_last_date():
    zone = "Europe/Paris"
    latest = datetime(2026, 9, 30, 16, 0, tzinfo=UTC)
    evening = datetime(2026, 9, 10, 21, 30, tzinfo=UTC)  # 23:30 in Paris

    assert offers.answer_by(evening, latest, zone) == datetime(2026, 9, 14, 7, 0, tzinfo=UTC)
    assert offers.answer_by(latest - timedelta(hours=1), latest, zone) == latest
    noon = datetime(2026, 9, 10, 10, 0, tzinfo=UTC)
    assert offers.answer_by(noon, latest, zone) == noon + timedelta(hours=72)
    # Nine o'clock is nine o'clock after a night of twenty-five hours as well.
    autumn = datetime(2026, 10, 21, 21, 30, tzinfo=UTC)
    later = datetime(2026, 12, 1, tzinfo=UTC)
    assert offers.answer_by(autumn, later, zone) == datetime(2026, 10, 25, 8, 0, tzinfo=UTC)
