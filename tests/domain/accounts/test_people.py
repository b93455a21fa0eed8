"""Accounts and roles: one account an address, one role a place, always an owner."""

import pytest
from sqlalchemy import func, select

from eventsapp.domain.accounts import api_keys, people
from eventsapp.domain.accounts.errors import BadAddress, OwnerExists
from eventsapp.domain.accounts.models import Account, ApiKey, Organisation, Role, RoleName
from eventsapp.kernel import memory
from eventsapp.kernel.audit import AuditEntry
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from tests import make


def count(kind) -> int:
    return db.session.scalar(select(func.count()).select_from(kind))


@pytest.mark.parametrize("typed", ["Ada@Example.org", " ada@example.org ", "ADA@EXAMPLE.ORG"])
def test_one_address_is_one_account_however_it_is_typed(app, typed):
    first = people.create_account("ada@example.org", "Ada")
    assert people.create_account(typed, "Somebody").id == first.id
    assert people.find_account(typed).id == first.id


@pytest.mark.parametrize(
    "typed", ["", "ada", "ada@", "a b@example.org", "ada@example.org\r\nBcc: x"]
)
def test_what_is_no_address_makes_no_account(app, typed):
    with pytest.raises(BadAddress):
        people.create_account(typed, "Ada")
    assert count(Account) == 0


def test_a_role_given_twice_is_one_role(app):
    series = make.series()
    account = make.account()
    for _ in range(2):
        people.grant_role(
            account.id,
            RoleName.DOOR,
            organisation_id=series.organisation_id,
            series_id=series.id,
        )
    assert count(Role) == 1


def test_a_team_shows_its_series_and_who_has_all_of_them(app):
    series = make.series()
    other = make.series()
    owner = make.account("owner", in_series=series)
    door = make.account("door", in_series=series)
    make.account("door", in_series=other)

    listed = people.team(series.organisation_id, series.id)

    assert {role.account_id for role in listed} == {owner.id, door.id}


def test_a_role_of_another_team_is_not_found(app):
    series, other = make.series(), make.series()
    make.account("door", in_series=other)
    foreign = db.session.scalars(select(Role)).one()

    with pytest.raises(NotFound):
        people.team_role(foreign.id, series.organisation_id, series.id)


def test_the_last_owner_stays(app):
    series = make.series()
    make.account("owner", in_series=series)
    role = db.session.scalars(select(Role)).one()

    with pytest.raises(people.LastOwner):
        people.take_role_back(role.id, actor="account:1")

    make.account("owner", in_series=series)
    people.take_role_back(role.id, actor="account:1")
    assert count(Role) == 1


def test_a_second_owner_gets_no_house_that_has_one(app):
    first = people.first_owner("ada@example.org")

    with pytest.raises(OwnerExists):
        people.first_owner("lea@lyon.example")

    assert people.find_account("lea@lyon.example") is None
    assert [role.account_id for role in db.session.query(Role)] == [first.id]


def test_another_organisation_is_named_and_apart(app):
    first = people.first_owner("ada@example.org")
    lyon = people.first_owner("lea@lyon.example", "French Tech Lyon")
    other = people.first_owner("leo@lyon.example", "French Tech Lyon")

    houses = [one.roles[0].organisation_id for one in (first, lyon, other)]
    assert len(set(houses)) == 3
    slugs = [db.session.get(Organisation, house).slug for house in houses]
    assert slugs == ["organisation", "french-tech-lyon", "french-tech-lyon-2"]


def test_a_name_in_another_script_makes_an_address_all_the_same(app):
    made = people.first_owner("ada@example.org", "日本")

    assert db.session.get(Organisation, made.roles[0].organisation_id).slug == "organisation"


def test_what_commands_are_given_is_spelled_as_what_forms_send(app):
    """A command has no request that spells it: decomposed letters, overrides, white space."""
    people.first_owner("ada@example.org", "  Cafe\u0301\u202e  du Nord ")
    organisation = db.session.scalars(select(Organisation)).one()

    api_keys.create(
        "Cle\u0301\u202e  de caisse",
        series_id=make.series(organisation_id=organisation.id).id,
        organisation_id=organisation.id,
        scopes=["orders:read"],
    )

    assert organisation.name == "Café du Nord"
    assert db.session.scalars(select(ApiKey.label)).one() == "Clé de caisse"


def key_of(account, series):
    return api_keys.create(
        "essai",
        series_id=series.id,
        organisation_id=series.organisation_id,
        scopes=["orders:refund"],
        made_by=account.id,
    )


def role_in(account, name):
    return next(role.id for role in account.roles if role.name == name)


def test_a_key_ends_with_the_role_that_let_somebody_make_it(app):
    """The text of a key is known to who made it: a role taken back must not leave it behind."""
    series = make.series()
    leaving, staying = (make.account("organizer", in_series=series) for _ in range(2))
    theirs, other = key_of(leaving, series), key_of(staying, series)

    people.take_role_back(role_in(leaving, "organizer"), actor="account:1")

    memory.forget_everything()
    assert (api_keys.find(theirs), api_keys.find(other) is not None) == (None, True)
    last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (last.action, last.actor) == ("api_key.revoked", "account:1")


def test_a_key_stays_while_another_role_answers_for_it(app):
    series = make.series()
    account = make.account("organizer", in_series=series)
    key = key_of(account, series)
    whose = {"organisation_id": series.organisation_id}
    people.grant_role(account.id, RoleName.OWNER, **whose)
    make.account("owner", in_series=series)
    db.session.expire_all()

    people.take_role_back(role_in(account, "organizer"), actor="account:1")
    memory.forget_everything()
    assert api_keys.find(key) is not None

    db.session.expire_all()
    people.take_role_back(role_in(account, "owner"), actor="account:1")
    memory.forget_everything()
    assert api_keys.find(key) is None
