"""Whatever people do in whatever order: places, uses, tickets and money stay in step.

A machine holds, adds, removes, orders, pays (also late and twice), refunds, cancels and lets time
pass; after every step the invariants of the box office are read from the tables.
"""

from datetime import timedelta

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from eventsapp.cli import doctor
from eventsapp.domain.billing.money import bills, payments, refunds
from eventsapp.domain.billing.money.models import (
    BillLine,
    LedgerEntry,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from eventsapp.domain.ticketing.aftersale import refunding
from eventsapp.domain.ticketing.catalogue import discounts, passes, products
from eventsapp.domain.ticketing.catalogue.discounts import NewDiscount
from eventsapp.domain.ticketing.catalogue.models import DiscountEffect, Product, ProductKind, Quota
from eventsapp.domain.ticketing.catalogue.products import NewProduct
from eventsapp.domain.ticketing.sales import checkout, holds, orders
from eventsapp.domain.ticketing.sales.models import (
    Hold,
    HoldLine,
    Order,
    OrderStatus,
    Ticket,
    TicketStatus,
)
from eventsapp.domain.ticketing.sales.orders import Buyer
from eventsapp.gateways.stripe_account import sandbox, stripe_account
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import Refusal
from tests import make
from tests.conftest import NOON, empty

some = st.integers(0, 1_000_000)
codes = st.sampled_from([None, None, "TIERS", "MOINS7", "OFFERT"])


class BoxOffice(RuleBasedStateMachine):
    """Few places, odd prices, a duo, an option, a pass, and codes that run out."""

    @initialize()
    def opens(self):
        empty()
        clock.freeze(NOON)
        series = make.series()
        night, day = make.event(series, capacity=12), make.event(series, capacity=9)
        self.series = holds.SeriesRef(series.id, series.organisation_id)
        entry = make.product(night, code="STD", price_cents=1999, places=8, vat_bp=550)
        duo = make.product(night, price_cents=2501, tickets_per_unit=2, per_order_min=1)
        dinner = make.product(
            night, kind=ProductKind.ADD_ON, requires=["STD"], price_cents=3333, places=5
        )
        free = make.product(day, price_cents=0)
        whole = passes.add_pass(
            series.id,
            NewProduct("PASS", "Pass", "Pass", 4567, kind=ProductKind.PASS, tickets_per_unit=3),
            [(night.id, 1999), (day.id, 1500)],
            actor="test",
            organisation_id=series.organisation_id,
        )
        self.products = [one.id for one in (entry, duo, dinner, free, whole)]
        for code, effect, value, most in (
            ("TIERS", DiscountEffect.PERCENT, 33, 6),
            ("MOINS7", DiscountEffect.FIXED, 700, None),
            ("OFFERT", DiscountEffect.PERCENT, 100, 4),
        ):
            new = NewDiscount(code, effect, value, [entry.id, duo.id, whole.id], most_uses=most)
            discounts.create(series.id, new, actor="test")
        self.secrets = []

    # Baskets

    @rule(which=some, quantity=st.integers(1, 4), option=st.booleans(), code=codes)
    def hold(self, which, quantity, option, code):
        lines = self._lines(which, quantity, option)
        self.secrets.append(self._allowed(holds.make, self.series, lines, code=code) or "")

    @rule(basket=some, which=some, quantity=st.integers(1, 3), code=codes)
    def add(self, basket, which, quantity, code):
        secret = self._basket(basket)
        self._allowed(holds.add, secret, self._lines(which, quantity, False), code=code)

    @rule(basket=some, which=some)
    def remove(self, basket, which):
        secret = self._basket(basket)
        kept = holds.living(secret) if secret else None
        if kept is not None:
            line_id = self._one_of([line.id for line in kept.lines], which)
            self._allowed(holds.remove_line, secret, line_id)

    @rule(basket=some, code=codes)
    def type_a_code(self, basket, code):
        self._allowed(holds.apply_code, self._basket(basket), code or "RIEN")

    # Orders and money

    @rule(basket=some, wrong=st.sampled_from([0, 0, 0, 1]))
    def order(self, basket, wrong):
        secret = self._basket(basket)
        kept = holds.living(secret) if secret else None
        if kept is not None:
            total = sum(line.quantity * line.unit_cents for line in kept.lines) + wrong
            self._allowed(
                checkout.place_order,
                secret,
                Buyer("ada@example.org"),
                [[] for _ in kept.lines],
                shown_total_cents=total,
                terms_digest=None,
            )

    @rule(which=some, quantity=st.integers(1, 3), code=codes, page=st.booleans())
    def buy(self, which, quantity, code, page):
        """Straight to the till, as most do."""
        self.hold(which, quantity, False, code)
        self.order(-1, 0)
        if page:
            self.open_page(-1)

    @rule(which=some, quantity=st.integers(1, 3), code=codes)
    def sell_at_the_desk(self, which, quantity, code):
        lines = self._lines(which, quantity, False)
        buyer, names = Buyer("ada@example.org"), [[] for _ in lines]
        self._allowed(checkout.sell, self.series, lines, buyer, names, payment="offline", code=code)

    @rule(which=some)
    def open_page(self, which):
        order_id = self._one_of(self._ids(Order.id), which)
        if order_id:
            self._allowed(checkout.start_payment, order_id, return_url="http://localhost/back")

    @rule(which=some, told=st.booleans())
    def pay(self, which, told):
        """Also pages that have ended: their money may be on its way already."""
        payment = self._payment(which, Payment.session_id.is_not(None))
        if payment is not None:
            sandbox().pay(payment.session_id, even_expired=True)
            if told:
                payments.look_and_confirm(payment.id)

    @rule(which=some)
    def hear_of_a_payment(self, which):
        payment = self._payment(which, Payment.session_id.is_not(None))
        if payment is not None:
            payments.look_and_confirm(payment.id)

    @rule(which=some, stripe_answers=st.booleans())
    def pay_too_late(self, which, stripe_answers):
        self.buy(which, 1 + which % 2, None, True)
        self.time_passes(40, stripe_answers)
        self.what_can_be_paid_keeps_its_places()
        self.sell_at_the_desk(which + 1, 2, None)
        self.pay(-1, True)

    @rule(which=some, gesture=st.booleans())
    def pay_twice(self, which, gesture):
        self.buy(which, 1, None, True)
        clock.freeze(clock.now() + timedelta(minutes=30, seconds=30))
        self.open_page(-1)
        self.pay(-1, True)
        if gesture:
            self.refund_an_amount(-1, 200)
        self.pay(-2, True)
        self.hear_of_a_payment(-1)

    @rule(which=some, keep=st.booleans())
    def refund_an_order(self, which, keep):
        order_id = self._one_of(self._ids(Order.id), which)
        if order_id:
            self._allowed(
                refunding.refund_order, order_id, reason="x", actor="test", keep_tickets=keep
            )

    @rule(which=some, count=st.integers(1, 3))
    def refund_tickets(self, which, count):
        order_id = self._one_of(self._ids(Order.id), which)
        if order_id:
            mine = self._ids(Ticket.public_id, Ticket.order_id == order_id)
            start = which % max(1, len(mine))
            self._allowed(
                refunding.refund_tickets,
                order_id,
                mine[start : start + count],
                reason="x",
                actor="test",
            )

    @rule(which=some, cents=st.integers(-100, 3000))
    def refund_an_amount(self, which, cents):
        order_id = self._one_of(self._ids(Order.id), which)
        if order_id:
            self._allowed(refunding.refund_amount, order_id, cents, reason="x", actor="test")

    @rule(which=some)
    def refund_in_the_dashboard(self, which):
        payment = self._payment(which, Payment.payment_intent.is_not(None))
        if payment is not None:
            given = sum(
                one.amount_cents
                for one in stripe_account().refunds_of(payment.payment_intent)
                if one.status not in ("failed", "canceled")
            )
            if payment.received_cents - given >= 100:
                key = f"dashboard-{payment.public_id}-{given}"
                stripe_account().refund(
                    payment.payment_intent, 100, idempotency_key=key, metadata={}
                )
            for seen in stripe_account().refunds_of(payment.payment_intent):
                refunds.take_in_external(payment, seen)
            # Ours that wait may ask for more than is left now: Stripe refuses them.
            self.send_refunds()

    @rule()
    def send_refunds(self):
        for refund_id in self._ids(Refund.id):
            refunds.send(refund_id)

    @rule(which=some)
    def a_refund_bounces(self, which):
        sent = self._ids(Refund.external_id, Refund.external_id.like("re_%"))
        external_id = self._one_of(sent, which)
        if external_id:
            sandbox().change_refund(external_id, "failed", "expired_card")
            refund = db.session.scalars(
                select(Refund).where(Refund.external_id == external_id)
            ).one()
            for seen in stripe_account().refunds_of(refund.payment.payment_intent):
                refunds.take_in_external(refund.payment, seen)

    @rule(which=some)
    def cancel(self, which):
        order_id = self._one_of(self._ids(Order.id), which)
        if order_id:
            self._allowed(orders.cancel, order_id, actor="test", reason="x")

    # The world

    @rule(minutes=st.sampled_from([1, 12, 31, 40]), stripe_answers=st.booleans())
    def time_passes(self, minutes, stripe_answers=True):
        clock.freeze(clock.now() + timedelta(minutes=minutes))
        holds.release_expired()
        if stripe_answers:
            payments.sweep()
        orders.expire_due()

    @rule(which=some, places=st.integers(0, 12))
    def resize(self, which, places):
        products.resize(self._one_of(self._ids(Quota.id), which), places, actor="test")

    # What must be true

    @invariant()
    def the_doctor_finds_nothing(self):
        """I1, I4, I6, I7."""
        db.session.rollback()
        db.session.expire_all()
        assert {name: list(count()) for name, count in doctor.INVARIANTS if count()} == {}

    @invariant()
    def places_are_within_their_quotas(self):
        rows = db.session.execute(select(Quota.taken, Quota.size, Quota.target)).all()
        assert [row for row in rows if not 0 <= row.taken <= row.size] == []
        assert [row for row in rows if row.size > max(row.taken, row.target)] == []

    @invariant()
    def totals_are_the_sums_of_their_parts(self):
        """I12, I13."""
        lines = (
            select(func.sum(HoldLine.quantity * HoldLine.unit_cents))
            .where(HoldLine.hold_id == Order.hold_id)
            .scalar_subquery()
        )
        billed = (
            select(func.sum(BillLine.gross_cents))
            .where(BillLine.bill_id == Order.bill_id)
            .scalar_subquery()
        )
        for total, held, charged in db.session.execute(select(Order.total_cents, lines, billed)):
            assert total == held == charged

    @invariant()
    def paid_orders_have_all_their_tickets_and_others_none_that_is_valid(self):
        for order in db.session.scalars(select(Order)):
            units = db.session.execute(
                select(HoldLine.quantity, HoldLine.given_back, Product.tickets_per_unit)
                .join(Product, Product.id == HoldLine.product_id)
                .where(HoldLine.hold_id == order.hold_id)
            ).all()
            issued = sum(row.quantity * row.tickets_per_unit for row in units)
            valid = [one for one in order.tickets if one.status is TicketStatus.VALID]
            if order.status is OrderStatus.PAID:
                assert len(order.tickets) == issued and valid
                seats = sum((r.quantity - r.given_back) * r.tickets_per_unit for r in units)
                assert len(valid) <= seats
            else:
                assert valid == []

    @invariant()
    def the_money_of_a_bill_adds_up(self):
        """I4, I6: received less what went back is in the books, and never under nothing."""
        for payment in db.session.scalars(select(Payment)):
            gone = sum(
                one.amount_cents for one in payment.refunds if one.status is RefundStatus.SUCCEEDED
            )
            books = db.session.scalar(
                select(func.coalesce(func.sum(LedgerEntry.amount_cents), 0)).where(
                    LedgerEntry.payment_id == payment.id
                )
            )
            assert books == payment.received_cents - gone
            assert 0 <= payment.refunding_cents <= payment.received_cents
            assert bills.kept_cents(payment.bill_id) >= 0
            if payment.status is not PaymentStatus.CONFIRMED:
                assert payment.received_cents == 0

    @invariant()
    def what_came_beyond_the_price_is_on_its_way_back(self):
        for order in db.session.scalars(select(Order)):
            came = bills.received_cents(order.bill_id)
            returned = db.session.scalar(
                select(func.coalesce(func.sum(Refund.amount_cents), 0))
                .join(Payment, Payment.id == Refund.payment_id)
                .where(Payment.bill_id == order.bill_id, Refund.origin != "organizer")
            )
            assert came - returned <= (order.total_cents if order.paid_at else 0)

    @invariant()
    def what_can_be_paid_keeps_its_places(self):
        """I3."""
        unreleased = select(Hold.id).where(Hold.released_at.is_(None))
        payable = db.session.scalars(
            select(Order.code)
            .join(Payment, Payment.bill_id == Order.bill_id)
            .where(
                Order.paid_at.is_(None),
                Payment.status.in_(payments.UNSETTLED),
                Order.hold_id.not_in(unreleased),
            )
        )
        assert list(payable) == []

    # Helpers

    def _lines(self, which, quantity, option):
        product_id = self.products[which % len(self.products)]
        lines = [holds.Line(product_id, quantity)]
        return [*lines, holds.Line(self.products[2], 1)] if option else lines

    def _allowed(self, command, *given, **named):
        """A refusal is an answer; anything else is a defect."""
        if given and given[0] is None:
            return None
        try:
            return command(*given, **named)
        except Refusal:
            return None

    def _one_of(self, many, which):
        known = [one for one in many if one]
        return known[which % len(known)] if known else None

    def _basket(self, which):
        return self._one_of([one for one in self.secrets if one and holds.living(one)], which)

    def _ids(self, column, *conditions):
        return list(db.session.scalars(select(column).where(*conditions).order_by(column)))

    def _payment(self, which, *conditions):
        found = self._one_of(self._ids(Payment.id, *conditions), which)
        return db.session.get(Payment, found, populate_existing=True) if found else None


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_places_uses_tickets_and_money_stay_in_step(app):
    run_state_machine_as_test(
        BoxOffice,
        settings=hypothesis.settings(max_examples=25, stateful_step_count=40),
    )
