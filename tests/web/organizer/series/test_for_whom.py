"""Who owns several organisations says for which one a series is made."""

from eventsapp.domain.accounts import people
from eventsapp.domain.accounts.models import RoleName
from eventsapp.domain.programme.models import Series
from eventsapp.kernel.db import db
from tests import make
from tests.web.organizer.series.test_series import FORM, Owner


def made():
    return db.session.query(Series).filter_by(slug="semaines-2027").one_or_none()


def second_house(owner):
    other = make.organisation(name="Lyon")
    account = people.find_account(owner.email)
    people.grant_role(account.id, RoleName.OWNER, organisation_id=other.id)
    return other.id


def come(client):
    owner = Owner(client)
    (role,) = people.team(owner.series.organisation_id, owner.series.id)
    owner.email = role.account.email
    return owner


def test_the_choice_is_asked_and_kept(client):
    owner = come(client)
    lyon = second_house(owner)

    page = client.get("/organizer/series/new").text
    assert f'href="/organizer/series/new?for={lyon}"' in page and "Titre en français" not in page
    form = client.get(f"/organizer/series/new?for={lyon}").text
    assert f'name="for" value="{lyon}"' in form

    assert owner.post("/organizer/series/new", **FORM | {"for": str(lyon)}).status_code == 302
    assert made().organisation_id == lyon


def test_an_unanswered_or_foreign_choice_makes_nothing(client):
    owner = come(client)
    second_house(owner)
    foreign = make.organisation()

    for chosen in ("", "x", str(foreign.id), "9" * 30):
        assert "Pour quelle" in owner.post("/organizer/series/new", **FORM | {"for": chosen}).text
    assert made() is None


def test_with_one_organisation_nothing_is_asked(client):
    come(client)

    assert "Titre en français" in client.get("/organizer/series/new").text
