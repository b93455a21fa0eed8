"""A role is asked for by letter and held from the moment it is accepted, by who may be asked."""

from datetime import timedelta

import pytest

from eventsapp.domain.accounts import changing, closing, invitations, inviting, people, sign_in
from eventsapp.domain.accounts.errors import AlreadyInTeam, BadAddress, InvitationOver
from eventsapp.domain.accounts.models import Account, Invitation, Role, RoleName
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from eventsapp.kernel.limits import TooManyAttempts
from eventsapp.kernel.outbox import OutboxMessage
from tests import make

ADA = "ada@example.org"


def roles_of(email):
    account = people.find_account(email)
    if account is None:
        return []
    rows = db.session.query(Role).filter_by(account_id=account.id)
    return [(role.name, role.series_id, role.event_id) for role in rows]


def accept(asked):
    return inviting.accept(inviting.link_of(asked), device="x", locale="fr")


def letters():
    return [one.key for one in db.session.query(OutboxMessage).filter_by(kind="mail.invitation")]


def again(asked):
    inviting.send_again(asked.id, by_id=asked.made_by_id)
    return db.session.get(Invitation, asked.id, populate_existing=True)


def test_nobody_has_the_role_or_an_account_before_accepting(app):
    series = make.series()
    asked = make.invitation(series, email="ADA@example.org", name="Ada")
    assert (people.find_account(ADA), letters()) == (None, [f"{asked.id}:1"])

    accepted = accept(asked)

    assert roles_of(ADA) == [(RoleName.ORGANIZER, series.id, None)]
    assert sign_in.find_session(accepted.session).account_id == accepted.account_id
    assert db.session.get_one(Account, accepted.account_id).name == "Ada"


def test_it_serves_once(app):
    asked = make.invitation(make.series())
    accept(asked)

    with pytest.raises(InvitationOver):
        accept(asked)


def test_it_lasts_seven_days(app, now):
    asked, late = (make.invitation(make.series()) for _ in range(2))
    now(days=7, seconds=-1)
    assert accept(asked).session
    now(seconds=1)

    with pytest.raises(InvitationOver):
        accept(late)


@pytest.mark.parametrize("link", ["", "x" * 32, "é", "\ud800", "1:1"])
def test_what_is_no_link_opens_nothing(app, link):
    with pytest.raises(InvitationOver):
        inviting.living(link)
    with pytest.raises(InvitationOver):
        inviting.accept(link, device="x", locale="fr")


def test_the_link_of_another_letter_is_dead(app, now):
    asked = make.invitation(make.series())
    first = inviting.link_of(asked)
    now(days=6)
    asked = again(asked)
    now(days=6)

    with pytest.raises(InvitationOver):
        inviting.accept(first, device="x", locale="fr")
    assert accept(asked).session
    assert letters() == [f"{asked.id}:1", f"{asked.id}:2"]


def test_who_sends_it_again_invites(app):
    series = make.series()
    asked, other = make.invitation(series), make.account("owner", in_series=series)

    inviting.send_again(asked.id, by_id=other.id)

    row = db.session.get(Invitation, asked.id, populate_existing=True)
    assert (row.made_by_id, row.letter) == (other.id, 2)


@pytest.mark.parametrize("end", ["accepted", "withdrawn"])
def test_what_has_ended_is_not_sent_again(app, end):
    asked = make.invitation(make.series())
    if end == "accepted":
        accept(asked)
    else:
        invitations.withdraw(asked.id, actor="test")

    with pytest.raises(InvitationOver):
        inviting.send_again(asked.id, by_id=asked.made_by_id)
    assert letters() == [f"{asked.id}:1"]


def test_a_withdrawn_one_gives_nothing(app):
    asked = make.invitation(make.series(), email=ADA)
    invitations.withdraw(asked.id, actor="test")

    with pytest.raises(InvitationOver):
        accept(asked)
    assert roles_of(ADA) == []


def test_asked_twice_it_is_one(app):
    series = make.series()
    by = make.account("owner", in_series=series)

    ids = {make.invitation(series, email=ADA, by=by).id for _ in range(2)}
    other = make.invitation(series, "door", email=ADA, by=by)

    assert (len(ids), other.id in ids, len(letters())) == (1, False, 2)


def test_who_has_the_role_is_not_asked_again(app):
    series = make.series()
    accept(make.invitation(series, email=ADA, name="Ada"))

    with pytest.raises(AlreadyInTeam) as refusal:
        make.invitation(series, email=ADA)
    assert refusal.value.facts == {"name": "Ada"}


def test_what_is_no_address_is_not_asked(app):
    with pytest.raises(BadAddress):
        make.invitation(make.series(), email="ada")
    assert db.session.query(Invitation).count() == 0


def test_a_mailbox_is_shielded(app):
    asked = make.invitation(make.series())
    for _ in range(inviting.LETTERS - 1):
        again(asked)

    with pytest.raises(TooManyAttempts):
        again(asked)
    assert len(letters()) == inviting.LETTERS


def test_a_password_chosen_since_is_asked_for(app, now):
    """An old letter in other hands undoes nothing."""
    series = make.series()
    ada = make.account(email=ADA)
    asked = make.invitation(series, email=ADA)
    now(hours=1)
    changing.set_password(ada.id, "correct horse battery", actor="test")

    assert accept(asked).session is None
    assert roles_of(ADA) == [(RoleName.ORGANIZER, series.id, None)]


def test_it_is_as_good_as_who_made_it(app):
    """Nobody comes back by a letter that they wrote to themselves before they left."""
    series = make.series()
    leaver, stayer = (make.account("owner", in_series=series) for _ in range(2))
    kept = make.invitation(series, by=stayer)
    asked = make.invitation(series, "owner", by=leaver, email="second@mail.example")

    people.take_role_back(leaver.roles[0].id, actor="test")

    assert [one.id for one in invitations.waiting(series.organisation_id, series.id)] == [kept.id]
    with pytest.raises(InvitationOver):
        accept(asked)


def test_a_closed_account_is_not_opened_by_an_older_letter_of_the_same_house(app):
    series, elsewhere = make.series(), make.series()
    leaver = make.account("door", in_series=series, email=ADA)
    asked, other = make.invitation(series, email=ADA), make.invitation(elsewhere, email=ADA)

    closing.remove_colleague(
        leaver.id, organisation_id=series.organisation_id, series_id=series.id, actor="test"
    )

    with pytest.raises(InvitationOver):
        accept(asked)
    assert accept(other).account_id == leaver.id


def test_those_that_wait_are_listed_where_they_were_made(app, now):
    series, other = make.series(), make.series()
    listed = [make.invitation(series).id, make.invitation(series, "owner").id]
    accept(make.invitation(series))
    invitations.withdraw(make.invitation(series).id, actor="test")
    make.invitation(other), make.invitation(other, "owner")
    now(days=8)  # too old, and still there to be sent again

    found = [one.id for one in invitations.waiting(series.organisation_id, series.id)]

    assert found == listed


def test_addresses_of_those_who_never_came_are_forgotten(app, now):
    make.invitation(make.series())
    now(days=37)
    assert invitations.forget_old() == 0
    clock.freeze(clock.now() + timedelta(seconds=1))

    assert (invitations.forget_old(), db.session.query(Invitation).count()) == (1, 0)
