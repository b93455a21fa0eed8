"""What was refused is counted, bounded, and names nobody."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from eventsapp.domain.accounts import refused
from eventsapp.domain.accounts.refused import Kind, RefusedCount
from eventsapp.kernel.db import db
from tests import make


def rows():
    return [(one.kind, one.account_id, one.count) for one in db.session.query(RefusedCount)]


def test_a_stranger_who_knocks_ten_thousand_times_makes_one_row_and_few_writes(app, statements):
    for n in range(10_000):
        refused.note(Kind.ORIGIN, network=f"192.0.2.{n}")

    writes = sum("refused_count" in line for line in statements)
    refused._written.forget()
    refused.note(Kind.ORIGIN, network="192.0.2.1")
    assert rows() == [(Kind.ORIGIN, 0, 10_001)]
    assert writes < 30


def test_it_keeps_no_network_and_no_address(app):
    refused.note(Kind.SIGN_IN, network="192.0.2.77")

    kept = db.session.query(RefusedCount).one().last_network
    assert ("192" in kept, len(kept)) == (False, 16)


def test_an_owner_counts_the_own_house_and_strangers(app):
    ours, theirs = make.series(), make.series()
    mine = make.account("door", in_series=ours)
    other = make.account("door", in_series=theirs)
    for account_id in (mine.id, other.id, None):
        refused.note(Kind.SIGN_IN, network="192.0.2.1", account_id=account_id)

    assert refused.of_the_week(ours.organisation_id) == {Kind.SIGN_IN: 2}


def test_a_week_is_shown_and_ninety_days_are_kept(app, now):
    refused.note(Kind.KEY, network="192.0.2.1")
    now(days=8)
    assert refused.of_the_week(make.organisation().id) == {}
    refused.forget_old()
    assert len(rows()) == 1
    now(now() + timedelta(days=90))
    refused.forget_old()
    assert rows() == []


def test_a_database_that_is_away_changes_no_refusal(app, monkeypatch):
    def away(*_given):
        raise OperationalError("x", {}, Exception())

    monkeypatch.setattr(refused, "_write", away)
    refused.note(Kind.KEY, network="192.0.2.1")
    with pytest.raises(OperationalError):
        refused._write()
