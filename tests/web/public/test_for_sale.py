"""Nothing is sold that is not for sale: every standing of an event, by every way and moment."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from eventsapp.cli import worker as cli_worker
from eventsapp.delivery import worker
from eventsapp.domain.accounts import api_keys
from eventsapp.domain.billing.money import payments, refunds
from eventsapp.domain.billing.money.models import Payment, PaymentStatus, Refund
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Event, EventAccess, EventState
from eventsapp.domain.ticketing.catalogue import discounts, guest_links, passes
from eventsapp.domain.ticketing.catalogue.discounts import NewDiscount
from eventsapp.domain.ticketing.catalogue.errors import EventCancelled, EventNotReleased, EventOver
from eventsapp.domain.ticketing.catalogue.models import DiscountEffect, Guest, Product, ProductKind
from eventsapp.domain.ticketing.catalogue.products import NewProduct
from eventsapp.domain.ticketing.sales import orders, queries, withdrawal
from eventsapp.domain.ticketing.sales.models import Hold, HoldLine, Order, OrderStatus, Ticket
from eventsapp.gateways import mail
from eventsapp.gateways.stripe_account import sandbox, stripe_account
from eventsapp.kernel import clock, memory
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction
from tests import make

FORM = {"email": "ada@mail.example", "terms": "y", "first-0-0": "Ada"}


class Shop:
    """A released series with two events; ``product`` is for the first, ``bundle`` for both."""

    def __init__(self, client):
        self.client = client
        self.series = make.series(slug="essai")
        self.event = make.event(self.series, slug="soiree", released=False, free=False)
        later = self.event.slots[0].ends_at + timedelta(days=1)
        self.other = make.event(
            self.series, slug="autre", released=False, free=False, starts_at=later
        )
        self.product = make.product(self.event, code="STD", places=50)
        self.beside = make.product(self.other, code="STD", places=50)
        self.bundle = passes.add_pass(
            self.series.id,
            NewProduct("PASS", "Pass", "Pass", 3000, kind=ProductKind.PASS),
            [(self.event.id, 1900), (self.other.id, 1900)],
            actor="test",
            organisation_id=self.series.organisation_id,
        )
        for code, effect, value in (
            ("MOINS", DiscountEffect.PERCENT, 10),
            ("OUVRE", DiscountEffect.UNLOCK, 0),
        ):
            ids = [self.product.id, self.bundle.id]
            new = NewDiscount(code, effect, value, ids)
            discounts.create(self.series.id, new, actor="test")
        self.guest = make.guest(self.event, self.product, free=False).id
        self.key = api_keys.create(
            "test",
            series_id=self.series.id,
            organisation_id=self.series.organisation_id,
            scopes=list(api_keys.SCOPES),
        )

    def publish(self):
        releases.publish(self.series.id, actor="test")
        memory.forget_everything()

    def change(self, **values):
        with transaction() as session:
            event = session.get_one(Event, self.event.id)
            for name, value in values.items():
                setattr(event, name, value)

    def change_product(self, **values):
        with transaction() as session:
            for key in (self.product.id, self.bundle.id):
                product = session.get_one(Product, key)
                for name, value in values.items():
                    setattr(product, name, value)

    # The ways: each returns None when it was granted, else the answer.

    def post(self, path, **form):
        return self.client.post(f"/fr/essai/{path}", data=form)

    def hold(self, product, **form):
        before = db.session.scalar(select(func.count(HoldLine.id)))
        answer = self.post("hold", **{f"qty-{product.id}": "1"}, **form)
        granted = db.session.scalar(select(func.count(HoldLine.id))) > before
        assert granted == (answer.status_code == 303)
        return None if granted else answer.status_code

    def page(self):
        return self.hold(self.product)

    def basket(self):
        assert self.hold(self.beside) is None
        return self.hold(self.product)

    def cheaper(self):
        return self.hold(self.product, code="MOINS")

    def opening(self):
        return self.hold(self.product, code="OUVRE")

    def invited(self):
        guest = db.session.get_one(Guest, self.guest)
        return self.hold(self.product, code=guest_links.link_of(guest))

    def whole_pass(self):
        return self.hold(self.bundle)

    def program(self, payment="stripe", **more):
        line = {"event": "soiree", "product": "STD", "attendees": [{"first_name": "Ada"}]}
        body = {"email": "ada@mail.example", "payment": payment, "lines": [line], **more}
        headers = {"Authorization": f"Bearer {self.key}", "Origin": ""}
        answer = self.client.post("/api/v1/series/essai/orders", json=body, headers=headers)
        return None if answer.status_code == 201 else answer.status_code

    def told_to_programs(self):
        """How many places of the product the interface for programs says can be had."""
        events = self.client.get("/api/v1/series/essai/events").json["events"]
        sold = [one for event in events if event["slug"] == "soiree" for one in event["products"]]
        return sum(one["available"] for one in sold)

    def transfer(self):
        return self.program("transfer")

    def program_code(self):
        return self.program(discount="OUVRE")

    def organizer(self):
        return self.program("offline")


def put(shop, state):
    """Give the event (and what is sold for it) this standing."""
    if state in ("draft", "unreleased"):
        shop.change(state=EventState.DRAFT)
        shop.publish()
        shop.change(state=EventState.DRAFT if state == "draft" else EventState.CONFIRMED)
        return
    shop.publish()
    change(shop, state)


def change(shop, state):
    """Give it while it is on sale."""
    if state in ("taken_back", "cancelled"):
        shop.change(state=EventState.DRAFT if state == "taken_back" else EventState.CANCELLED)
    elif state in ("cancelled_released", "reopened_unreleased"):
        shop.change(state=EventState.CANCELLED)
        shop.publish()
        if state == "reopened_unreleased":
            shop.change(state=EventState.CONFIRMED)
    elif state in ("code", "invitation", "approval", "external"):
        shop.change(access=EventAccess(state))
        shop.publish()
    else:
        WITHOUT_RELEASE[state](shop)


WITHOUT_RELEASE = {
    "open": lambda _shop: None,
    "over": lambda shop: clock.freeze(shop.event.slots[0].ends_at),
    "invitation_unreleased": lambda shop: shop.change(access=EventAccess.INVITATION),
    "hidden": lambda shop: shop.change_product(hidden=True),
    "closed": lambda shop: shop.change_product(sale_until=clock.now()),
    "closed_by_hand": lambda shop: shop.change_product(closed_at=clock.now()),
    "archived": lambda shop: shop.change_product(archived_at=clock.now()),
    "soon": lambda shop: shop.change_product(sale_from=clock.now() + timedelta(seconds=1)),
}


OPENED_BY_CODE = {"opening", "invited", "program_code", "organizer"}
ALL_WAYS = [
    "page",
    "basket",
    "cheaper",
    "opening",
    "invited",
    "whole_pass",
    "program",
    "transfer",
    "program_code",
    "organizer",
]
ALL_STATES = {
    # state: the ways by which it is had all the same
    "open": set(ALL_WAYS),
    "approval": set(ALL_WAYS),
    "invitation_unreleased": set(ALL_WAYS),
    "hidden": OPENED_BY_CODE,
    "code": OPENED_BY_CODE,
    "invitation": OPENED_BY_CODE,
    # A pass is sold here whatever the site of one of its events.
    "external": {"organizer", "whole_pass"},
    "closed": set(),
    "closed_by_hand": set(),
    "archived": set(),
    "soon": set(),
    "draft": set(),
    "unreleased": set(),
    "taken_back": set(),
    "cancelled": set(),
    "cancelled_released": set(),
    "reopened_unreleased": set(),
    # The pass goes on with its other event.
    "over": {"whole_pass"},
}


@pytest.fixture
def shop(client):
    mail.memory().sent.clear()
    return Shop(client)


@pytest.mark.parametrize("state", ALL_STATES)
@pytest.mark.parametrize("way", ALL_WAYS)
def test_what_is_not_for_sale_is_had_by_no_way(shop, state, way):
    put(shop, state)

    answer = getattr(shop, way)()

    if way in ALL_STATES[state]:
        assert answer is None
    else:
        assert answer in (403, 404, 409)
        assert db.session.scalar(select(func.count(Ticket.id))) == 0
    assert queries.unbalanced_quotas() == []


@pytest.mark.parametrize("state", ALL_STATES)
def test_programs_are_told_of_places_that_they_can_ask_for_and_of_no_other(shop, state):
    put(shop, state)

    told = shop.told_to_programs()

    assert told == (50 if "program" in ALL_STATES[state] else 0)
    assert (shop.program() is None) == (told > 0)


GONE = ["taken_back", "cancelled", "cancelled_released", "reopened_unreleased", "over"]
PROMISED = [
    "open",
    "closed",
    "closed_by_hand",
    "archived",
    "hidden",
    "code",
    "invitation",
    "external",
]


@pytest.mark.parametrize("way", ["page", "whole_pass"])
@pytest.mark.parametrize("state", [*GONE, *PROMISED])
def test_an_order_over_a_hold_is_refused_when_its_event_is_gone(shop, state, way):
    shop.publish()
    if state == "over":
        clock.freeze(shop.event.slots[0].ends_at - timedelta(minutes=5))
    assert getattr(shop, way)() is None
    change(shop, state)

    total = "1900" if way == "page" else "3000"
    answer = shop.post("checkout", shown_total=total, **FORM)

    made = db.session.scalar(select(func.count(Order.id)))
    if state in GONE and (way, state) != ("whole_pass", "over"):
        assert (answer.status_code, made) == (409, 0)
    else:
        assert (answer.status_code, made) == (303, 1)


def test_a_request_is_made_of_a_hold_when_access_changed_since(shop):
    shop.publish()
    assert shop.page() is None
    shop.change(access=EventAccess.APPROVAL)
    shop.publish()

    assert "attend l’accord" in shop.client.get("/fr/essai/checkout").text
    shop.post("checkout", shown_total="1900", **FORM)

    assert db.session.scalars(select(Order.status)).one() is OrderStatus.AWAITING_APPROVAL


def test_an_event_on_request_gives_no_ticket_before_the_answer(shop):
    put(shop, "approval")
    shop.change_product(price_cents=0)

    assert shop.page() is None
    shop.post("checkout", shown_total="0", **FORM)
    assert shop.program("free") is None

    assert db.session.scalars(select(Order.status)).all() == [OrderStatus.AWAITING_APPROVAL] * 2
    assert db.session.scalar(select(func.count(Ticket.id))) == 0


@pytest.mark.parametrize("state", GONE)
def test_the_desk_gives_nothing_of_an_event_that_is_gone(shop, state):
    put(shop, "approval")
    shop.change_product(price_cents=0)
    assert shop.program("free") is None
    order_id = db.session.scalars(select(Order.id)).one()
    change(shop, state)

    with pytest.raises((EventCancelled, EventNotReleased, EventOver)):
        orders.approve(order_id, actor="test")

    assert db.session.scalar(select(func.count(Ticket.id))) == 0


def _ordered(shop):
    shop.publish()
    assert shop.page() is None
    location = shop.post("checkout", shown_total="1900", **FORM).location
    assert "checkout.stripe.com" in location or "/sandbox" in location
    return db.session.scalars(select(Order)).one()


def _work():
    """One turn of the worker: what is due of its periodic commands, then its letters."""
    cli_worker.run_periodic([0.0] * len(cli_worker.PERIODIC))
    worker.drain()
    cli_worker.run_periodic([0.0] * len(cli_worker.PERIODIC))
    worker.drain()


@pytest.mark.parametrize("state", GONE)
def test_no_payment_page_opens_for_what_is_gone(shop, state):
    order = _ordered(shop)
    if state == "over":
        with transaction() as session:
            session.get_one(Event, shop.event.id).released_until = clock.now()
    else:
        change(shop, state)

    answer = shop.client.post(f"/fr/essai/orders/{order.code}/{order.secret}/payments")

    assert answer.status_code == 409
    assert db.session.scalar(select(func.count(Payment.id))) == 1


def test_the_open_page_of_a_cancelled_event_is_closed_and_its_buyer_told(shop):
    order = _ordered(shop)
    shop.change(state=EventState.CANCELLED)
    mail.memory().sent.clear()

    _work()

    payment = db.session.scalars(select(Payment)).one()
    assert payment.status is PaymentStatus.EXPIRED
    assert stripe_account().look_at_session(payment.session_id).status == "expired"
    assert db.session.get(Order, order.id, populate_existing=True).status is OrderStatus.CANCELLED
    [letter] = mail.memory().sent
    assert letter.subject == f"Votre commande {order.code} est annulée"
    assert "n’a pas lieu" in letter.text
    assert db.session.scalar(select(Hold.released_at)) is not None
    assert queries.unbalanced_quotas() == []


def test_the_open_page_of_an_event_taken_back_is_closed_and_its_order_waits(shop):
    order = _ordered(shop)
    shop.change(state=EventState.DRAFT)

    _work()

    assert db.session.scalars(select(Payment.status)).one() is PaymentStatus.EXPIRED
    kept = db.session.get(Order, order.id, populate_existing=True)
    assert kept.status is OrderStatus.AWAITING_PAYMENT


@pytest.mark.parametrize("state", GONE)
def test_money_that_was_faster_goes_back_whole(shop, state):
    _ordered(shop)
    payment = db.session.scalars(select(Payment)).one()
    sandbox().pay(payment.session_id)
    if state == "over":
        with transaction() as session:
            session.get_one(Event, shop.event.id).released_until = clock.now()
    else:
        change(shop, state)

    payments.look_and_confirm(payment.id)
    _work()

    assert db.session.scalar(select(func.count(Ticket.id))) == 0
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.origin, refund.amount_cents) == ("withdrawn", 1900)
    assert refund.status is refunds.RefundStatus.SUCCEEDED
    assert any("n’était plus en vente" in one.text for one in mail.memory().sent)
    assert db.session.scalars(select(Order.status)).one() is OrderStatus.CANCELLED
    assert queries.unbalanced_quotas() == []


def test_an_unreachable_stripe_keeps_the_order_until_its_page_is_closed(shop, monkeypatch):
    order = _ordered(shop)
    shop.change(state=EventState.CANCELLED)

    def silent(payment_id):
        raise payments.StripeUnreachable("silent")

    with monkeypatch.context() as patch:
        patch.setattr(payments, "close_page", silent)
        assert withdrawal.withdraw_due() == 1
    assert db.session.get(Order, order.id, populate_existing=True).status in (
        OrderStatus.AWAITING_PAYMENT,
    )

    withdrawal.withdraw_due()
    assert db.session.get(Order, order.id, populate_existing=True).status is OrderStatus.CANCELLED
    assert withdrawal.withdraw_due() == 0
