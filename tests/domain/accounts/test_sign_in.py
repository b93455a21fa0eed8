"""Signing in: who gets in, and that those who do not learn nothing."""

from datetime import timedelta

import pytest

from eventsapp.domain.accounts import sign_in
from eventsapp.domain.accounts.errors import LinkUsed, WrongCredentials
from eventsapp.kernel import clock
from eventsapp.kernel.limits import TooManyAttempts
from tests import make

PASSWORD = "correct horse battery"
HERE = {"network": "192.0.2.1", "device": "a test"}


def test_the_right_password_opens_a_session(app):
    account = make.account(email="ada@example.org", password=PASSWORD)

    secret = sign_in.with_password("Ada@Example.org ", PASSWORD, **HERE)

    assert sign_in.find_session(secret).account_id == account.id


@pytest.mark.parametrize("address", ["ada@example.org", "nobody@example.org", "no address"])
def test_a_wrong_password_and_an_unknown_address_are_the_same_refusal(app, address):
    make.account(email="ada@example.org", password=PASSWORD)

    with pytest.raises(WrongCredentials) as refusal:
        sign_in.with_password(address, "something else", **HERE)

    assert refusal.value.facts == {}


def test_the_eleventh_guess_in_five_minutes_waits_even_if_it_is_right(app, now):
    make.account(email="ada@example.org", password=PASSWORD)
    for guess in range(sign_in.GUESSES):
        with pytest.raises(WrongCredentials):
            sign_in.with_password("ada@example.org", f"guess {guess}", **HERE)

    with pytest.raises(TooManyAttempts):
        sign_in.with_password("ada@example.org", PASSWORD, **HERE)

    now(minutes=11)
    assert sign_in.with_password("ada@example.org", PASSWORD, **HERE)


def test_right_passwords_of_one_network_are_no_guesses(app, monkeypatch):
    monkeypatch.setattr(sign_in, "NETWORK_GUESSES", 3)
    crew = [make.account(password=PASSWORD) for _ in range(5)]

    assert all([sign_in.with_password(one.email, PASSWORD, **HERE) for one in crew])

    for _guess in range(3):
        with pytest.raises(WrongCredentials):
            sign_in.with_password("nobody@example.org", "something else", **HERE)
    with pytest.raises(TooManyAttempts):
        sign_in.with_password(crew[0].email, PASSWORD, **HERE)


def test_a_link_for_nobody_writes_as_much_as_one_for_somebody(app, statements):
    """The answer is the same; so is the time, which a commit more would tell."""
    make.account(email="ada@example.org")

    def written(address):
        statements.clear()
        sign_in.ask_for_link(address, network=HERE["network"], locale="fr")
        return [one for one in statements if one.startswith(("INSERT", "BEGIN"))].__len__()

    assert written("ada@example.org") == written("nobody@example.org")


def test_a_crew_behind_one_address_gets_its_links(app):
    crew = [f"equipe-{n}@example.org" for n in range(150)]
    for address in crew + crew:
        sign_in.ask_for_link(address, network=HERE["network"], locale="fr")
    with pytest.raises(TooManyAttempts):
        for _ in range(10):
            sign_in.ask_for_link("ada@example.org", network="192.0.2.9", locale="fr")
    with pytest.raises(TooManyAttempts):
        sign_in.ask_for_link("grace@example.org", network=HERE["network"], locale="fr")


def test_a_link_opens_one_session_and_then_no_other(app):
    account = make.account(email="ada@example.org")
    link = sign_in.new_link(account.id)

    first = sign_in.with_link(link, device="a phone")

    assert sign_in.find_session(first).account_id == account.id
    with pytest.raises(LinkUsed):
        sign_in.with_link(link, device="another phone")


def test_a_link_ends_after_half_an_hour(app, now):
    account = make.account(email="ada@example.org")
    link = sign_in.new_link(account.id)
    now(seconds=sign_in.LINK_LENGTH.total_seconds())

    with pytest.raises(LinkUsed):
        sign_in.with_link(link, device="a phone")


def test_a_session_ends_after_twelve_hours(app, now):
    account = make.account(email="ada@example.org")
    secret = sign_in.open_session(account.id, device="a phone")
    now(clock.now() + timedelta(hours=12))

    assert sign_in.find_session(secret) is None


def test_revoking_one_session_leaves_the_others_and_those_of_other_people(app):
    ada, alan = make.account(email="ada@example.org"), make.account(email="alan@example.org")
    phone = sign_in.open_session(ada.id, device="phone")
    laptop = sign_in.open_session(ada.id, device="laptop")
    stranger = sign_in.open_session(alan.id, device="phone")

    sign_in.revoke_session(sign_in.find_session(phone).id, ada.id)
    sign_in.revoke_session(sign_in.find_session(stranger).id, ada.id)

    assert sign_in.find_session(phone) is None
    assert sign_in.find_session(laptop) is not None
    assert sign_in.find_session(stranger) is not None


def test_a_stranger_who_guesses_does_not_lock_the_owner_out_of_a_known_browser(app):
    account = make.account(email="ada@example.org", password=PASSWORD)
    mark = sign_in.device_mark(account.id)
    for guess in range(sign_in.GUESSES + 5):
        with pytest.raises((WrongCredentials, TooManyAttempts)):
            sign_in.with_password("ada@example.org", f"guess {guess}", **HERE)

    assert sign_in.with_password("ada@example.org", PASSWORD, mark=mark, **HERE)


def test_a_known_browser_guesses_ten_times_like_everybody(app):
    account = make.account(email="ada@example.org", password=PASSWORD)
    mark = sign_in.device_mark(account.id)
    for guess in range(sign_in.GUESSES):
        with pytest.raises(WrongCredentials):
            sign_in.with_password("ada@example.org", f"guess {guess}", mark=mark, **HERE)

    with pytest.raises(TooManyAttempts):
        sign_in.with_password("ada@example.org", PASSWORD, mark=mark, **HERE)


@pytest.mark.parametrize("forged", ["x", "1:abc", "of another account"])
def test_a_mark_that_is_not_ours_or_not_the_accounts_helps_nobody(app, forged):
    make.account(email="ada@example.org", password=PASSWORD)
    other = make.account(email="alan@example.org", password=PASSWORD)
    mark = sign_in.device_mark(other.id) if forged == "of another account" else forged
    for guess in range(sign_in.GUESSES):
        with pytest.raises(WrongCredentials):
            sign_in.with_password("ada@example.org", f"guess {guess}", mark=mark, **HERE)

    with pytest.raises(TooManyAttempts):
        sign_in.with_password("ada@example.org", PASSWORD, mark=mark, **HERE)


def test_signing_in_often_with_the_right_password_is_no_guessing(app):
    make.account(email="ada@example.org", password=PASSWORD)
    for _time in range(sign_in.GUESSES + 5):
        assert sign_in.with_password("ada@example.org", PASSWORD, **HERE)

    for guess in range(sign_in.GUESSES):
        with pytest.raises(WrongCredentials):
            sign_in.with_password("ada@example.org", f"guess {guess}", **HERE)
    with pytest.raises(TooManyAttempts):
        sign_in.with_password("ada@example.org", PASSWORD, **HERE)


SPELT_OTHERWISE = (
    "ada@example.org",
    " Ada@Example.Org ",
    "ada@\uff45\uff58\uff41\uff4d\uff50\uff4c\uff45.org",
    "ada@example\u3002org",
    "ada@EXAMPLE.ORG",
)


@pytest.mark.parametrize("ask", ["password", "link"])
def test_limits_count_the_account_however_its_address_is_spelt(app, ask):
    make.account(email="ada@example.org", password=PASSWORD)
    refused = 0
    for attempt in range(60):
        typed = SPELT_OTHERWISE[attempt % len(SPELT_OTHERWISE)]
        try:
            if ask == "password":
                sign_in.with_password(typed, "something else", **HERE)
            else:
                sign_in.ask_for_link(typed, network=f"192.0.2.{attempt}", locale="fr")
        except WrongCredentials:
            pass
        except TooManyAttempts:
            refused += 1

    assert refused == (60 - sign_in.GUESSES if ask == "password" else 55)
