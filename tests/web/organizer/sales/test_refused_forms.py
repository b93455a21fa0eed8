"""A form of an order that is refused is shown again as it was typed."""

import pytest

from eventsapp.domain.ticketing.sales import checkout, queries
from eventsapp.domain.ticketing.sales.orders import Buyer
from tests import make
from tests.web.organizer.programme.test_programme import Desk


@pytest.fixture
def desk(client):
    return Desk(client)


def test_the_reason_and_the_tickets_of_a_refund_stay(desk):
    product = make.product(make.event(desk.series))
    code = make.paid_order(product, 2).code
    kept, other = (one.public_id for one in queries.order_by_code(desk.series.id, code).tickets)
    desk.post(f"orders/{code}/refunds", what="tickets", ticket=kept, reason="malade")

    gone = f"orders/{code}/refunds"
    answer, text = desk.post(gone, what="tickets", ticket=kept, reason="malade « encore »")

    assert answer.status_code == 409
    assert 'name="reason" maxlength="500" value="malade « encore »"' in text
    answer, text = desk.post(gone, what="tickets", ticket=other, reason=" ")
    assert answer.status_code == 422
    assert f'value="{other}" checked' in text


def test_the_day_and_the_reference_of_a_transfer_stay(desk):
    product = make.product(make.event(desk.series))
    buyer = Buyer(email="ada@mail.example")
    order = checkout.sell(
        desk.series, [make.line(product)], buyer, make.nobody(1), payment="transfer"
    )

    answer, text = desk.post(f"orders/{order.code}/transfers", on="2026-09-09", reference=" ")

    assert answer.status_code == 422 and 'value="2026-09-09"' in text
