"""Places kept by one network and had by one person, by the pages and the interface for programs."""

import pytest
from sqlalchemy import func, select

from eventsapp.domain.accounts import api_keys
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Event
from eventsapp.domain.ticketing.catalogue.models import Quota
from eventsapp.domain.ticketing.sales import persons, queries
from eventsapp.domain.ticketing.sales.models import Hold, Order
from eventsapp.kernel.db import db
from tests import make

FORM = {"terms": "y"}


@pytest.fixture
def series(app):
    return make.series(slug="essai")


@pytest.fixture
def hall(series):
    hall = make.product(
        make.event(series, slug="soiree", capacity=300, free=False), code="STD", places=None
    )
    releases.publish(series.id, actor="test")
    return hall


def visitor(app, address):
    """A browser without cookies, at an address."""
    made = app.test_client()
    made.environ_base.update(HTTP_ORIGIN="http://localhost", REMOTE_ADDR=address)
    return made


def keep(app, hall, address, places):
    made = visitor(app, address)
    return made, made.post("/fr/essai/hold", data={f"qty-{hall.id}": str(places)})


def test_visitors_of_one_address_leave_a_hall_to_others(app, hall):
    answers = [keep(app, hall, "203.0.113.7", 10)[1] for _visitor in range(30)]

    assert [one.status_code for one in answers] == [303] + [429] * 29
    assert "depuis votre réseau" in answers[-1].text
    others = [keep(app, hall, f"198.51.100.{n}", 2)[1].status_code for n in range(145)]
    assert others == [303] * 145
    assert queries.unbalanced_quotas() == []
    assert "203.0.113.7" not in "".join(db.session.scalars(select(Hold.network)))


def test_one_person_has_no_more_than_the_organizers_allow(app, client, hall, series):
    lea = make.account("owner", in_series=series)
    token = make.signed_in(client, lea)
    path = f"/organizer/essai/catalogue/events/{hall.event_id}/limit"
    assert client.post(path, data={"most": "0", "csrf_token": token}).status_code == 422
    assert client.post(path, data={"most": "3", "csrf_token": token}).status_code == 302
    assert 'value="3"' in client.get("/organizer/essai/catalogue").text

    assert keep(app, hall, "198.51.100.1", 4)[1].status_code == 422
    for address, status in (("ada@mail.example", 303), ("ada@mail.example", 422),
                            ("eva@mail.example", 303)):  # fmt: skip
        made, answer = keep(app, hall, "198.51.100.1", 2)
        assert answer.status_code == 303
        form = FORM | {"email": address, "shown_total": "3800"}
        ordered = made.post("/fr/essai/checkout", data=form)
        assert ordered.status_code == status
    refused = keep(app, hall, "198.51.100.9", 5)[1]
    assert "3 place(s) au plus par personne" in refused.text
    assert db.session.scalar(select(func.count(Order.id))) == 2

    client.post(path, data={"most": "", "csrf_token": token})
    assert db.session.get(Event, hall.event_id, populate_existing=True).person_limit is None


@pytest.mark.parametrize(("payment", "status"), [("stripe", 422), ("offline", 201)])
def test_a_program_keeps_to_the_limit_and_the_organizers_may_pass_it(
    client, hall, series, payment, status
):
    persons.set_limit(hall.event_id, 1, actor="test")
    key = api_keys.create(
        "test",
        series_id=series.id,
        organisation_id=series.organisation_id,
        scopes=list(api_keys.SCOPES),
    )
    line = {"event": "soiree", "product": "STD", "attendees": [{"first_name": "Ada"}]}
    body = {"email": "ada@mail.example", "payment": payment, "lines": [line]}
    headers = {"Authorization": f"Bearer {key}", "Origin": ""}

    first, second = (
        client.post("/api/v1/series/essai/orders", json=body, headers=headers) for _ in range(2)
    )

    assert (first.status_code, second.status_code) == (201, status)
    assert db.session.scalars(select(Quota.taken)).one() == (1 if status == 422 else 2)
