"""One invitation sent by many hands is one letter; accepted by many, one account with one role."""

from collections import Counter

import pytest
from sqlalchemy import func, select

from eventsapp.domain.accounts import hosting, invitations, inviting
from eventsapp.domain.accounts.models import Account, Invitation, Role, RoleName, SignInSession
from eventsapp.kernel.db import db
from eventsapp.kernel.outbox import OutboxMessage
from tests import make
from tests.races.crowd import rush

PROCESSES = 8


@pytest.mark.parametrize("app", ["postgres"], indirect=True)
def test_an_invitation_sent_by_all_is_one_with_one_letter(app):
    series = make.series()
    owner_id = make.account("owner", in_series=series).id
    where = {"organisation_id": series.organisation_id, "series_id": series.id}

    def invite():
        inviting.invite("ada@example.org", "Ada", RoleName.ORGANIZER, made_by_id=owner_id, **where)

    results = rush(app, [invite] * PROCESSES)

    assert Counter(kind for kind, _ in results) == {"done": PROCESSES}
    assert [count(Invitation), count(OutboxMessage)] == [1, 1]


@pytest.mark.parametrize("app", ["postgres"], indirect=True)
@pytest.mark.parametrize("known", [True, False])
def test_an_invitation_accepted_by_all_is_one_role_and_one_session(app, known):
    series = make.series()
    if known:
        make.account(email="ada@example.org")
    asked = make.invitation(series, email="ada@example.org")
    secret, accounts = inviting.link_of(asked), count(Account)

    results = rush(app, [lambda: inviting.accept(secret, device="x", locale="fr")] * PROCESSES)

    outcomes = Counter(kind for kind, _ in results)
    assert outcomes == {"done": 1, "refused": PROCESSES - 1}
    assert count(Account) == accounts + (0 if known else 1)
    assert count(SignInSession) == 1
    assert db.session.query(Role).filter_by(name=RoleName.ORGANIZER).count() == 1


@pytest.mark.parametrize("app", ["postgres"], indirect=True)
def test_withdrawn_and_accepted_at_once_is_one_of_both(app):
    series = make.series()
    asked = make.invitation(series)
    secret, asked_id = inviting.link_of(asked), asked.id

    rush(
        app,
        [lambda: inviting.accept(secret, device="x", locale="fr")] * 4
        + [lambda: invitations.withdraw(asked_id, actor="test")] * 4,
    )

    row = db.session.get(Invitation, asked_id, populate_existing=True)
    given = db.session.query(Role).filter_by(name=RoleName.ORGANIZER).count()
    assert (row.accepted_at is None) is not (row.withdrawn_at is None)
    assert given == (1 if row.accepted_at else 0)


def count(kind):
    return db.session.scalar(select(func.count()).select_from(kind))


@pytest.mark.parametrize("app", ["postgres"], indirect=True)
def test_two_first_owners_at_once_are_one(app):
    asked = make.first_owner_asked()
    other = hosting.ask_owner(
        asked.organisation_id, "b@lyon.example", "", locale="fr", by_id=asked.made_by_id
    )
    secrets = [inviting.link_of(asked), inviting.link_of(other)]

    results = rush(
        app,
        [lambda one=one: inviting.accept(one, device="x", locale="fr") for one in secrets * 3],
    )

    assert Counter(kind for kind, _ in results) == {"done": 1, "refused": 5}
    assert db.session.query(Role).filter_by(name=RoleName.OWNER).count() == 1
