"""Closing an account ends what it opened, asked for and made; and sessions end by themselves."""

import pytest

from eventsapp.domain.accounts import api_keys, closing, inviting, people, sign_in
from eventsapp.domain.accounts.errors import AccountElsewhere, LinkUsed, WrongCredentials
from eventsapp.domain.accounts.models import ApiKey, Role, RoleName, SignInSession
from eventsapp.domain.accounts.people import LastOwner
from eventsapp.domain.checkin import devices
from eventsapp.domain.checkin.errors import PairingCodeUsed
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from tests import make
from tests.domain.checkin import world

PASSWORD = "correct horse battery"
HERE = {"network": "192.0.2.1", "device": "a test"}


def key_by(account, series, **given):
    return api_keys.create(
        "k",
        series_id=series.id,
        organisation_id=series.organisation_id,
        scopes=["orders:read"],
        made_by=account.id,
        **given,
    )


def remove(account, series):
    closing.remove_colleague(
        account.id, organisation_id=series.organisation_id, series_id=series.id, actor="test"
    )


def test_it_ends_sessions_links_keys_roles_and_pairing_codes_at_once(app):
    event = make.event()
    series = event.series
    leaver = make.account("organizer", in_series=series, email="l@x.example", password=PASSWORD)
    stayer = make.account("organizer", in_series=series)
    session, link = sign_in.open_session(leaver.id, device="x"), sign_in.new_link(leaver.id)
    key, kept = key_by(leaver, series), key_by(stayer, series)
    code = devices.offer_pairing(world.gate(event).id, actor=f"account:{leaver.id}")
    assert api_keys.find(key)

    remove(leaver, series)

    assert sign_in.find_session(session) is None
    assert api_keys.find(key) is None
    assert api_keys.find(kept) is not None
    assert db.session.query(Role).filter_by(account_id=leaver.id).count() == 0
    with pytest.raises(LinkUsed):
        sign_in.with_link(link, device="x")
    with pytest.raises(WrongCredentials):
        sign_in.with_password("l@x.example", PASSWORD, **HERE)
    with pytest.raises(PairingCodeUsed):
        devices.pair(code, "Nora")


def test_an_organisation_keeps_an_owner(app):
    series = make.series()
    first = make.account("owner", in_series=series)

    with pytest.raises(LastOwner):
        remove(first, series)
    assert db.session.get(type(first), first.id, populate_existing=True).disabled_at is None

    make.account("owner", in_series=series)
    remove(first, series)


def test_who_works_for_others_too_keeps_the_account(app):
    here, there = make.series(), make.series()
    both = make.account("organizer", in_series=here)
    people.grant_role(
        both.id,
        RoleName.ORGANIZER,
        organisation_id=there.organisation_id,
        series_id=there.id,
    )

    with pytest.raises(AccountElsewhere):
        remove(both, here)
    with pytest.raises(NotFound):
        remove(make.account("organizer", in_series=there), here)


def test_who_is_asked_back_begins_anew(app):
    series = make.series()
    leaver = make.account("organizer", in_series=series, email="l@x.example", password=PASSWORD)
    remove(leaver, series)

    asked = make.invitation(series, "door", email="l@x.example", name="L")
    accepted = inviting.accept(inviting.link_of(asked), device="x", locale="fr")

    assert (accepted.account_id, accepted.session is None) == (leaver.id, False)
    assert [role.name for role in db.session.query(Role).filter_by(account_id=leaver.id)] == [
        RoleName.DOOR
    ]
    with pytest.raises(WrongCredentials):
        sign_in.with_password("l@x.example", PASSWORD, **HERE)


def test_a_key_ends_with_its_day(app, now):
    series = make.series()
    key = key_by(make.account(), series, expires_at=now(hours=0).replace(hour=22))
    assert api_keys.find(key)
    now(hours=12)
    api_keys._seen.forget()

    assert api_keys.find(key) is None


def test_the_use_of_a_key_is_noted_at_most_every_ten_minutes(app, now, statements):
    key = key_by(make.account(), make.series())

    def writes():
        statements.clear()
        api_keys._seen.forget()
        assert api_keys.find(key)
        return sum(line.startswith("UPDATE") for line in statements)

    assert [writes(), writes()] == [1, 0]
    now(minutes=9)
    assert writes() == 0
    at = now(minutes=1)
    assert writes() == 1
    assert db.session.query(ApiKey.last_used_at).scalar() == at


def test_a_session_ends_when_nobody_asks_for_two_hours(app, now):
    account = make.account()
    used, left = (sign_in.open_session(account.id, device=name) for name in ("used", "left"))
    for _ in range(3):
        now(minutes=40)
        assert sign_in.find_session(used)

    assert sign_in.find_session(left) is None
    assert [one.device for one in sign_in.live_sessions(account.id)] == ["used"]


def test_a_session_that_is_used_ends_after_twelve_hours(app, now):
    secret = sign_in.open_session(make.account().id, device="x")
    for _ in range(11):
        now(hours=1)
        assert sign_in.find_session(secret)
    now(hours=1)

    assert sign_in.find_session(secret) is None


def test_reading_notes_the_session_at_most_every_ten_minutes(app, now, statements):
    secret = sign_in.open_session(make.account().id, device="x")

    def writes():
        statements.clear()
        assert sign_in.find_session(secret)
        return sum(line.startswith("UPDATE") for line in statements)

    now(minutes=9)
    assert writes() == 0
    at = now(minutes=1)
    assert [writes(), writes()] == [1, 0]
    assert db.session.query(SignInSession.seen_at).scalar() == at
