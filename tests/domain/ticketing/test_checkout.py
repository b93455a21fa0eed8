"""From a hold to tickets: all or nothing, every place once, every cent right."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventsapp.domain.billing import bills, payments, refunds
from eventsapp.domain.billing.models import LedgerEntry, Payment, PaymentStatus, Refund
from eventsapp.domain.ticketing import checkout, holds, limits, orders, queries, refunding
from eventsapp.domain.ticketing.catalogue import resize, update_product
from eventsapp.domain.ticketing.errors import (
    AddOnAlone,
    BadPrice,
    EmptyBasket,
    HoldGone,
    NamesMissing,
    NoMoreTime,
    NotForSale,
    NotFree,
    NotPayable,
    PriceChanged,
    SalesClosed,
    SlotMissing,
    SoldOut,
    TooMany,
    UnknownProduct,
)
from eventsapp.domain.ticketing.limits import Line
from eventsapp.domain.ticketing.models import (
    Admission,
    Order,
    OrderStatus,
    ProductKind,
    Quota,
    Ticket,
    TicketStatus,
)
from eventsapp.domain.ticketing.orders import Buyer
from eventsapp.gateways.stripe_account import sandbox
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from eventsapp.kernel.outbox import OutboxMessage
from tests import make


def taken(of) -> list[int]:
    """Taken places of the product's quotas, the event's own first."""
    rows = db.session.execute(
        select(Quota.taken)
        .where(Quota.id.in_([draw.quota_id for draw in of.quotas]))
        .order_by(Quota.id)
    )
    return [row.taken for row in rows]


def fresh(order) -> Order:
    return db.session.get(Order, order.id, populate_existing=True)


def pay_page(order) -> int:
    """Open the payment page of an order; returns the payment's id."""
    checkout.start_payment(order.id, return_url="http://localhost/back")
    return db.session.scalar(
        select(Payment.id).where(Payment.bill_id == order.bill_id).order_by(Payment.id.desc())
    )


def session_of(payment_id) -> str:
    return db.session.scalar(select(Payment.session_id).where(Payment.id == payment_id))


def test_a_hold_grants_all_lines_or_none(app):
    event = make.event()
    plenty = make.product(event, places=100, label_fr="Conférence")
    scarce = make.product(event, places=1, label_fr="Dîner")
    with pytest.raises(SoldOut) as refusal:
        holds.make(event.series, [make.line(plenty, 2), make.line(scarce, 2)])
    assert refusal.value.facts == {"product": "Dîner", "wanted": 2, "left": 1}
    assert taken(plenty) == [0, 0]


def test_the_events_capacity_bounds_all_its_products_together(app):
    event = make.event(capacity=3)
    one, two = make.product(event, places=3), make.product(event, places=3)
    holds.make(event.series, [make.line(one, 2)])
    with pytest.raises(SoldOut):
        holds.make(event.series, [make.line(two, 2)])
    holds.make(event.series, [make.line(two, 1)])
    assert queries.unbalanced_quotas() == []


def test_repeated_lines_do_not_pass_the_limit_of_an_order(app):
    product = make.product(per_order_max=3)
    with pytest.raises(TooMany):
        holds.make(product.event.series, [make.line(product, 2), make.line(product, 2)])


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"hidden": True}, NotForSale),
        ({"sale_from": "later"}, SalesClosed),
        ({"sale_until": "now"}, SalesClosed),
        ({"kind": ProductKind.ADD_ON, "requires": ["STD"]}, AddOnAlone),
    ],
)
def test_products_that_are_not_sold_now_are_refused(app, given, refusal):
    moments = {"later": clock.now() + timedelta(hours=1), "now": clock.now()}
    product = make.product(
        **{name: moments.get(str(value), value) for name, value in given.items()}
    )
    with pytest.raises(refusal):
        holds.make(product.event.series, [make.line(product)])


def test_odd_baskets_are_refused(app):
    product, foreign = make.product(), make.product()
    series = product.event.series
    with pytest.raises(EmptyBasket):
        holds.make(series, [make.line(product, 0)])
    with pytest.raises(UnknownProduct):
        holds.make(series, [Line(999_999, 1)])
    with pytest.raises(UnknownProduct):
        holds.make(series, [make.line(product, -1)])
    with pytest.raises(UnknownProduct):
        holds.make(series, [make.line(foreign)])


def test_a_free_price_stays_within_its_bounds(app):
    product = make.product(price_cents=0, price_max_cents=5000)
    series = product.event.series
    for cents in (-1, 5001, 30):
        with pytest.raises(BadPrice):
            holds.make(series, [make.line(product, price_cents=cents)])
    secret = holds.make(series, [make.line(product, price_cents=1000)])
    assert holds.living(secret).lines[0].unit_cents == 1000


def test_a_price_of_the_client_is_not_heard_for_a_fixed_price(app):
    product = make.product(price_cents=1900)
    secret = holds.make(product.event.series, [make.line(product, price_cents=1)])
    assert holds.living(secret).lines[0].unit_cents == 1900


def test_a_product_by_slot_takes_places_of_its_slot_alone(app):
    event = make.event(capacity=100)
    event_id = event.id
    slot_id = event.slots[0].id
    product = make.product(event, per_slot=True)
    with pytest.raises(SlotMissing):
        holds.make(event.series, [make.line(product)])
    holds.make(event.series, [make.line(product, 2, slot_id=slot_id)])
    slots = db.session.scalars(
        select(Quota).where(Quota.event_id == event_id, Quota.slot_id == slot_id)
    )
    assert [quota.taken for quota in slots] == [2]


def test_a_hold_ends_and_gives_its_places_back_once(app, now):
    product = make.product()
    secret = holds.make(product.event.series, [make.line(product, 3)])
    assert taken(product) == [3, 3]
    now(minutes=15)
    assert holds.living(secret) is None
    assert taken(product) == [3, 3]  # time alone frees nothing
    assert holds.release_expired() == 1
    assert holds.release_expired() == 0
    assert taken(product) == [0, 0]
    with pytest.raises(HoldGone):
        checkout.place_order(
            secret, Buyer("a@b.example"), make.nobody(3), shown_total_cents=5700, terms_digest=None
        )


def test_a_hold_is_extended_three_times_at_most(app):
    product = make.product()
    secret = holds.make(product.event.series, [make.line(product)])
    for _ in range(3):
        holds.extend(secret)
    with pytest.raises(NoMoreTime):
        holds.extend(secret)
    assert holds.living(secret).expires_at == clock.now() + timedelta(minutes=45)


def test_another_event_joins_the_same_hold_and_a_line_can_go(app):
    series = make.series()
    first, second = (
        make.product(make.event(series)),
        make.product(make.event(series), price_cents=0),
    )
    secret = holds.make(series, [make.line(first, 3)])
    holds.add(secret, [make.line(second, 1)])
    assert [line.quantity for line in holds.living(secret).lines] == [3, 1]
    holds.remove_line(secret, holds.living(secret).lines[0].id)
    assert (taken(first), taken(second)) == ([0, 0], [1, 1])
    assert queries.unbalanced_quotas() == []


def test_the_last_places_can_be_added_to_a_hold_that_has_some(app):
    product = make.product(places=4, per_order_max=4)
    secret = holds.make(product.event.series, [make.line(product, 2)])
    holds.add(secret, [make.line(product, 2)])
    assert taken(product) == [4, 4]


def test_an_order_takes_the_places_over_without_counting_twice(app):
    product = make.product()
    order = make.web_order(product, 3)
    assert (order.status, order.total_cents) == (OrderStatus.AWAITING_PAYMENT, 5700)
    assert taken(product) == [3, 3]
    assert order.tickets == []


def test_the_same_hold_sent_twice_is_one_order(app):
    product = make.product()
    secret = holds.make(product.event.series, [make.line(product)])
    ordered = [
        checkout.place_order(
            secret, Buyer("a@b.example"), make.nobody(1), shown_total_cents=1900, terms_digest=None
        ).id
        for _ in range(2)
    ]
    assert ordered[0] == ordered[1]


def test_a_total_other_than_the_shown_one_asks_again(app):
    product = make.product()
    secret = holds.make(product.event.series, [make.line(product)])
    with pytest.raises(PriceChanged) as refusal:
        checkout.place_order(
            secret, Buyer("a@b.example"), make.nobody(1), shown_total_cents=100, terms_digest=None
        )
    assert refusal.value.facts == {"shown_cents": 100, "total_cents": 1900}
    assert holds.living(secret) is not None


def test_too_many_names_are_refused(app):
    product = make.product()
    secret = holds.make(product.event.series, [make.line(product)])
    with pytest.raises(NamesMissing):
        checkout.place_order(
            secret, Buyer("a@b.example"), make.nobody(2), shown_total_cents=1900, terms_digest=None
        )


def test_a_free_order_has_its_tickets_at_once_and_one_mail(app):
    product = make.product(price_cents=0)
    order = make.web_order(product, 2)
    assert order.status is OrderStatus.PAID
    assert len(fresh(order).tickets) == 2
    assert list(db.session.scalars(select(OutboxMessage.kind))) == ["mail.order_paid"]


def test_an_order_that_needs_approval_waits_for_it(app):
    product = make.product(price_cents=0, approval=True)
    order = make.web_order(product)
    assert order.status is OrderStatus.AWAITING_APPROVAL
    orders.approve(order.id, actor="test")
    assert fresh(order).status is OrderStatus.PAID
    assert len(fresh(order).tickets) == 1


def test_paying_issues_the_tickets_books_the_money_and_mails_once(app):
    product = make.product()
    order = make.web_order(product, 3)
    payment_id = pay_page(order)
    sandbox().pay(session_of(payment_id))
    assert [payments.look_and_confirm(payment_id) for _ in range(3)] == [
        PaymentStatus.CONFIRMED
    ] * 3
    order = fresh(order)
    assert order.status is OrderStatus.PAID
    assert [ticket.status for ticket in order.tickets] == [TicketStatus.VALID] * 3
    assert db.session.scalar(select(Admission.event_id).limit(1)) == product.event_id
    assert list(db.session.scalars(select(LedgerEntry.amount_cents))) == [5700]
    assert list(db.session.scalars(select(OutboxMessage.kind))) == ["mail.order_paid"]
    assert bills.booked_cents(order.bill_id) == 5700


def test_two_tabs_open_one_payment_page(app):
    order = make.web_order(make.product())
    urls = {checkout.start_payment(order.id, return_url="http://localhost/back") for _ in range(2)}
    assert len(urls) == 1


def test_a_declined_card_leaves_order_and_page_open(app):
    order = make.web_order(make.product())
    payment_id = pay_page(order)
    sandbox().decline(session_of(payment_id))
    assert payments.look_and_confirm(payment_id) is PaymentStatus.PENDING
    sandbox().pay(session_of(payment_id))
    assert payments.look_and_confirm(payment_id) is PaymentStatus.CONFIRMED


def test_the_sweeper_finds_money_without_webhook_or_return(app, now):
    order = make.web_order(make.product())
    sandbox().pay(session_of(pay_page(order)))
    now(minutes=6)
    payments.sweep()
    assert fresh(order).status is OrderStatus.PAID


def test_an_unpaid_order_frees_its_places_only_after_stripe_has_closed(app, now):
    product = make.product()
    order = make.web_order(product, 2)
    payment_id = pay_page(order)
    now(minutes=40)
    assert orders.expire_due() == 0  # a payment is still possible: nothing is freed
    payments.sweep()
    assert db.session.scalar(select(Payment.status).where(Payment.id == payment_id)) in (
        PaymentStatus.EXPIRED,
    )
    orders.expire_due()
    assert fresh(order).status is OrderStatus.EXPIRED
    assert taken(product) == [0, 0]


def test_late_money_gets_a_seat_if_one_is_left(app, now):
    product = make.product()
    order = make.web_order(product, 2)
    payment_id = pay_page(order)
    now(minutes=40)
    payments.sweep()
    orders.expire_due()
    sandbox().pay(session_of(payment_id), even_expired=True)
    payments.look_and_confirm(payment_id)
    assert fresh(order).status is OrderStatus.PAID
    assert len(fresh(order).tickets) == 2
    assert taken(product) == [2, 2]


def test_late_money_goes_back_when_the_house_is_full(app, now):
    product = make.product(places=2)
    order = make.web_order(product, 2)
    payment_id = pay_page(order)
    now(minutes=40)
    payments.sweep()
    orders.expire_due()
    make.paid_order(product, 2)
    sandbox().pay(session_of(payment_id), even_expired=True)
    payments.look_and_confirm(payment_id)
    payments.look_and_confirm(payment_id)
    assert fresh(order).status is OrderStatus.EXPIRED
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.amount_cents, refund.origin) == (3800, "late")
    refunds.send(refund.id)
    refunds.send(refund.id)
    assert bills.booked_cents(order.bill_id) == 0
    assert taken(product) == [2, 2]


def test_a_second_payment_of_a_paid_order_goes_back_and_only_it(app, now):
    order = make.web_order(make.product())
    first = pay_page(order)
    now(minutes=30, seconds=30)  # less than a minute left: a second page is opened
    second = pay_page(order)
    assert first != second
    assert payments.look_and_confirm(first) is PaymentStatus.EXPIRED  # closed before the second
    sandbox().pay(session_of(first), even_expired=True)
    sandbox().pay(session_of(second), even_expired=True)
    for payment_id in (first, second, first, second):
        payments.look_and_confirm(payment_id)
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.payment_id, refund.origin) == (second, "duplicate")
    assert fresh(order).status is OrderStatus.PAID
    assert bills.kept_cents(order.bill_id) == 1900


def test_a_cancelled_order_keeps_its_places_while_it_can_be_paid(app, now):
    product = make.product()
    order = make.web_order(product, 2)
    pay_page(order)
    orders.cancel(order.id, actor="test", reason="erreur")
    assert taken(product) == [2, 2]
    now(minutes=40)
    payments.sweep()
    assert taken(product) == [0, 0]


def test_an_order_paid_just_before_its_page_ends_is_confirmed_not_paid_again(app, now):
    order = make.web_order(make.product())
    payment_id = pay_page(order)
    sandbox().pay(session_of(payment_id))
    now(minutes=30, seconds=30)
    with pytest.raises(NotPayable):
        checkout.start_payment(order.id, return_url="http://localhost/back")
    assert fresh(order).status is OrderStatus.PAID


def test_money_for_a_cancelled_order_goes_back(app):
    product = make.product()
    order = make.web_order(product)
    payment_id = pay_page(order)
    orders.cancel(order.id, actor="test", reason="erreur")
    sandbox().pay(session_of(payment_id))
    payments.look_and_confirm(payment_id)
    assert [refund.origin for refund in db.session.scalars(select(Refund))] == ["cancelled"]
    assert fresh(order).status is OrderStatus.CANCELLED
    assert taken(product) == [0, 0]


def test_a_failing_fulfilment_keeps_the_booking_and_is_tried_again(app, monkeypatch):
    order = make.web_order(make.product())
    payment_id = pay_page(order)
    sandbox().pay(session_of(payment_id))

    def broken(*_args):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(orders, "mark_paid", broken)
        payments.look_and_confirm(payment_id)
    assert fresh(order).status is OrderStatus.AWAITING_PAYMENT
    assert bills.booked_cents(order.bill_id) == 1900
    assert list(db.session.scalars(select(OutboxMessage.kind))) == ["ticketing.fulfil"]
    assert db.session.get(type(order.bill), order.bill_id, populate_existing=True).attention == (
        "fulfilment_failed"
    )
    payments.look_and_confirm(payment_id)
    assert fresh(order).status is OrderStatus.PAID


def test_refunding_one_ticket_frees_one_place_and_its_price(app):
    product = make.product()
    written = make.paid_order(product, 3)
    ticket = db.session.scalars(select(Ticket).order_by(Ticket.id)).first()
    amount = refunding.refund_tickets(
        written.order_id, [ticket.public_id], reason="malade", actor="test"
    )
    assert amount == 1900
    assert taken(product) == [2, 2]
    refund = db.session.scalars(select(Refund)).one()
    refunds.send(refund.id)
    assert bills.booked_cents(written.bill_id) == 3800
    assert queries.unbalanced_quotas() == []


def test_refunds_never_exceed_what_was_paid(app):
    product = make.product()
    written = make.paid_order(product, 2)
    refunding.refund_amount(written.order_id, 3000, reason="geste", actor="test")
    with pytest.raises(Exception) as refusal:
        refunding.refund_amount(written.order_id, 900, reason="geste", actor="test")
    assert refusal.value.code == "refund_too_large"
    assert refusal.value.facts == {"left_cents": 800, "wanted_cents": 900}


def test_refunding_an_order_voids_it_once(app):
    product = make.product()
    written = make.paid_order(product, 2)
    assert refunding.refund_order(written.order_id, reason="annulé", actor="test") == 3800
    with pytest.raises(Exception) as refusal:
        refunding.refund_order(written.order_id, reason="annulé", actor="test")
    assert refusal.value.code == "nothing_to_refund"
    assert taken(product) == [0, 0]
    statuses = set(db.session.scalars(select(Ticket.status)))
    assert statuses == {TicketStatus.VOID}


def test_a_quota_lowered_under_what_is_sold_shrinks_as_places_come_back(app):
    product = make.product(places=10)
    written = make.paid_order(product, 6)
    own = max(draw.quota_id for draw in product.quotas)
    resize(own, 4, actor="test")
    quota = db.session.get(Quota, own, populate_existing=True)
    assert (quota.target, quota.size, quota.left) == (4, 6, 0)
    chosen = db.session.scalars(select(Ticket.public_id).limit(3)).all()
    refunding.refund_tickets(written.order_id, chosen, reason="x", actor="test")
    quota = db.session.get(Quota, own, populate_existing=True)
    assert (quota.taken, quota.size, quota.left) == (3, 4, 1)


def test_free_is_refused_for_what_costs(app):
    product = make.product()
    with pytest.raises(NotFree):
        checkout.sell(
            product.event.series,
            [make.line(product)],
            Buyer("a@b.example"),
            make.nobody(1),
            payment="free",
        )


def test_an_api_order_of_one_ticket_stays_within_its_statements(app, statements):
    product = make.product()
    series = product.event.series
    del statements[:]
    checkout.sell(
        series, [make.line(product)], Buyer("a@b.example"), make.nobody(1), payment="offline"
    )
    written = [text for text in statements if not text.startswith(("BEGIN", "PRAGMA"))]
    assert len(written) <= 13, "\n".join(written)


def test_demands_add_up_over_lines():
    draw = limits.Draw(7, None, 2, 10)
    offer = limits.Offer(
        1, "A", "A", "A", 1, 1, 1, "admission", 0, None, "EUR", 0, None, None, 1, 9,
        False, False, False, 1, (), (draw,),
    )  # fmt: skip
    assert limits.demands([Line(1, 2), Line(1, 1)], {1: offer}) == {7: 6}


def test_a_basket_keeps_the_price_it_saw(app):
    product = make.product(price_cents=1900)
    secret = holds.make(product.event.series, [make.line(product, 2)])
    update_product(product.id, actor="test", price_cents=2500)

    order = checkout.place_order(
        secret, Buyer(email="ada@example.org"), make.nobody(2),
        shown_total_cents=3800, terms_digest=None,
    )  # fmt: skip

    assert order.total_cents == 3800
    assert [line.gross_cents for line in order.bill.lines] == [3800]


def test_a_basket_that_grows_keeps_the_old_price_for_what_it_had(app):
    event = make.event()
    product, other = make.product(event, price_cents=1900), make.product(event, price_cents=500)
    secret = holds.make(event.series, [make.line(product)])
    update_product(product.id, actor="test", price_cents=2500)
    holds.add(secret, [make.line(other)])

    assert [line.unit_cents for line in holds.living(secret).lines] == [1900, 500]
