"""Choosing another password: the present one or a link of just now, and what ends with it."""

import pytest

from eventsapp.delivery import order_mails
from eventsapp.domain.accounts import changing, sign_in
from eventsapp.domain.accounts.errors import (
    FreshLinkNeeded,
    LinkUsed,
    WrongCredentials,
    WrongPassword,
)
from eventsapp.domain.accounts.models import SignInLink
from eventsapp.kernel.db import db
from eventsapp.kernel.limits import TooManyAttempts
from eventsapp.kernel.outbox import OutboxMessage
from tests import make

PASSWORD, NEW = "correct horse battery", "another horse battery"
HERE = {"network": "192.0.2.1", "device": "a test"}


def by_password(account):
    return sign_in.find_session(sign_in.open_session(account.id, device="x"))


def by_link(account):
    return sign_in.find_session(sign_in.with_link(sign_in.new_link(account.id), device="x"))


def change(current, present="", new=NEW):
    return changing.change_password(current, present, new, device="x")


def test_the_present_password_is_asked(app):
    account = make.account(email="ada@example.org", password=PASSWORD)

    with pytest.raises(WrongPassword):
        change(by_password(account), "something else")
    with pytest.raises(WrongPassword):
        change(by_password(account))
    assert sign_in.find_session(change(by_password(account), PASSWORD))

    assert sign_in.with_password("ada@example.org", NEW, **HERE)
    with pytest.raises(WrongCredentials):
        sign_in.with_password("ada@example.org", PASSWORD, **HERE)


def test_its_guesses_are_limited_and_the_right_one_is_no_guess(app, now):
    account = make.account(email="ada@example.org", password=PASSWORD)
    for guess in range(sign_in.GUESSES):
        with pytest.raises(WrongPassword):
            change(by_password(account), f"guess {guess}")

    with pytest.raises(TooManyAttempts):
        change(by_password(account), PASSWORD)

    now(minutes=11)
    assert change(by_password(account), PASSWORD)


def test_a_link_of_just_now_stands_for_the_password(app, now):
    account = make.account(email="ada@example.org", password=PASSWORD)
    current = by_link(account)
    assert not changing.knows_password(current, account)
    now(minutes=15)
    assert change(current)


def test_a_link_of_long_ago_does_not(app, now):
    with_one = by_link(make.account(email="ada@example.org", password=PASSWORD))
    without = by_link(make.account(email="alan@example.org"))
    now(minutes=16)

    with pytest.raises(WrongPassword):
        change(with_one)
    with pytest.raises(FreshLinkNeeded):
        change(without)


def test_other_sessions_and_links_of_before_end_with_the_old_one(app):
    account = make.account(email="ada@example.org", password=PASSWORD)
    other = sign_in.open_session(account.id, device="a phone")
    link = sign_in.new_link(account.id)
    current = by_password(account)

    here = change(current, PASSWORD)

    assert sign_in.find_session(other) is None
    assert [one.device for one in sign_in.live_sessions(account.id)] == ["x"]
    assert sign_in.find_session(here) is not None
    with pytest.raises(LinkUsed):
        sign_in.with_link(link, device="a phone")


def test_a_link_asked_for_before_and_sent_after_is_dead(app, now):
    account = make.account(email="ada@example.org", password=PASSWORD)
    sign_in.ask_for_link("ada@example.org", network="192.0.2.1", locale="fr")
    asked = db.session.query(OutboxMessage).one().payload
    now(seconds=1)
    change(by_password(account), PASSWORD)
    before = db.session.query(SignInLink).count()

    order_mails.sign_in_link(asked)
    assert db.session.query(SignInLink).count() == before

    now(seconds=1)
    sign_in.ask_for_link("ada@example.org", network="192.0.2.1", locale="fr")
    later = db.session.query(OutboxMessage).order_by(OutboxMessage.id.desc()).first().payload
    order_mails.sign_in_link(later)
    assert db.session.query(SignInLink).count() == before + 1
