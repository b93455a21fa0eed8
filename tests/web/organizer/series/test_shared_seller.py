"""One seller for all series of an organisation: said, asked about, and kept on what was sold."""

import pytest

from eventsapp.domain.accounts import organisations
from eventsapp.domain.accounts.models import FormerIdentity, Organisation
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Series
from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.kernel.db import db
from tests import make
from tests.web.organizer.series.test_series import FORM, Owner


@pytest.fixture
def owner(client):
    return Owner(client)


def seller(owner):
    return db.session.get(Organisation, owner.series.organisation_id, populate_existing=True)


def test_a_second_series_does_not_rename_the_seller_of_the_first_in_silence(owner):
    before = seller(owner).name

    answer = owner.post(
        "/organizer/series/new", **FORM | {"seller": "Autre vendeur", "seller_seen": ""}
    )

    assert (answer.status_code, seller(owner).name) == (422, before)
    assert [said in answer.text for said in (owner.series.title_fr, "Autre vendeur")] == [True] * 2
    assert db.session.query(Series).count() == 1


def test_shown_which_series_share_it_the_change_is_made(owner):
    form = FORM | {"seller": "Autre vendeur", "seller_seen": str(owner.series.id)}

    assert owner.post("/organizer/series/new", **form).status_code == 302

    assert seller(owner).name == "Autre vendeur"


def test_the_settings_name_the_series_that_share_the_seller(owner):
    other = make.series(organisation_id=owner.series.organisation_id, title_fr="Printemps")
    foreign = make.series(title_fr="Ailleurs")

    text = owner.client.get("/organizer/weeks/settings").text

    assert (other.title_fr in text, foreign.title_fr in text) == (True, False)


def test_the_note_of_an_order_keeps_the_identity_it_was_sold_under(owner, client, now):
    product = make.product(make.event(owner.series, free=False), places=5)
    releases.publish(owner.series.id, actor="test")
    order = db.session.get(Order, make.paid_order(product).order_id)
    address = f"/fr/weeks/orders/{order.code}/{order.secret}/note"
    before = seller(owner).name
    for name in ("Deuxième nom", "Troisième nom"):
        now(hours=1)
        legal = {"siren": "123456789"} if name.startswith("D") else {}
        organisations.set_identity(owner.series.organisation_id, name, legal, actor="test")

    text = client.get(address).text

    assert [before in text, "SIREN 000009001" in text, "nom" in text] == [True, True, False]


def test_saving_the_same_identity_keeps_no_former_one(owner):
    organisations.set_identity(
        owner.series.organisation_id, seller(owner).name, dict(seller(owner).legal), actor="test"
    )

    assert db.session.query(FormerIdentity).count() == 0
