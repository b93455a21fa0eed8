"""The reference box office: tariffs, passes, and the orders placed up to the moment.

Orders go through the same commands as everybody's, with the clock held at their instant; card
payments are written into the sandbox too, so that reconciliation finds nothing and any of them
can be refunded.
"""

from collections import defaultdict
from typing import Any

from sqlalchemy import update

from eventsapp import settings
from eventsapp.demo import asking
from eventsapp.demo.programme import event_rows, read, series_row
from eventsapp.demo.story import Story
from eventsapp.domain.billing.money import payments
from eventsapp.domain.billing.money.models import Payment
from eventsapp.domain.programme.models import Event, Series
from eventsapp.domain.ticketing.asking.models import AskedQuestion
from eventsapp.domain.ticketing.catalogue import discounts, passes, products
from eventsapp.domain.ticketing.catalogue.discounts import NewDiscount
from eventsapp.domain.ticketing.catalogue.limits import Line
from eventsapp.domain.ticketing.catalogue.models import DiscountEffect, Product, ProductKind
from eventsapp.domain.ticketing.catalogue.products import NewProduct
from eventsapp.domain.ticketing.sales import checkout
from eventsapp.domain.ticketing.sales.models import Ticket, TicketStatus
from eventsapp.domain.ticketing.sales.orders import Attendee, Buyer, Written
from eventsapp.gateways.stripe import SessionFacts
from eventsapp.gateways.stripe_account import sandbox
from eventsapp.gateways.stripe_sandbox.sandbox import PaidPayment
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from eventsapp.kernel.outbox import OutboxMessage

KINDS = {
    "admission": ProductKind.ADMISSION,
    "invitation": ProductKind.INVITATION,
    "exhibitor-badge": ProductKind.EXHIBITOR,
    "press": ProductKind.PRESS,
    "door-sale": ProductKind.DOOR_SALE,
    "add-on": ProductKind.ADD_ON,
}
HIDDEN = (ProductKind.INVITATION, ProductKind.EXHIBITOR, ProductKind.DOOR_SALE)
ENGLISH = {
    "OPEN-STD": "Grand opening admission",
    "OPEN-PART": "Partner invitation",
    "OPEN-STAND": "Exhibitor badge",
    "OPEN-PRESSE": "Press",
    "OPEN-PORTE": "At the door",
    "SMART-EARLY": "Early bird",
    "SMART-STD": "Full price",
    "SMART-PUB": "Public servants (purchase order)",
    "SMART-ETU": "Students and job seekers",
    "SMART-DEJ": "Lunch (option)",
    "HACK": "Hackathon place (meals included)",
    "BIM": "BIM day admission",
    "DEJ": "Lunch debate",
    "ARDU": "Workshop (kit on loan)",
    "LAB-STD": "Visitor",
    "LAB-STARTUP": "Startup pitching",
    "DINER": "Seat at the dinner",
    "DATAVIZ": "Pay what you want",
    "SANTE-STD": "Full price",
    "SANTE-ETU": "Students",
    "PDJ": "Breakfast",
    "CLOUD-EARLY": "Early bird",
    "CLOUD-STD": "Full price",
    "CLOUD-GRP": "Group (five or more)",
    "CLOT": "Closing night admission",
    "GRATUIT": "Free registration",
    "PASS-FTW": "French Tech Weeks pass",
    "PASS-STARTUP": "Startup pass (2 people)",
}


def load(story: Story) -> None:
    series = series_row()
    products = load_catalogue(story, series)
    _orders(story, series, products, event_rows())
    # The letters of these orders went out in their time.
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.ended.is_(False))
        .values(ended=True, done_at=clock.now())
    )


def load_catalogue(story: Story, series: Series) -> dict[str, Product]:
    """What is for sale: event and code -> tariff; passes and codes beside them."""
    events = event_rows()
    products = load_tariffs(story, events)
    _passes(series, events)
    _codes(series, products)
    return products


def load_tariffs(story: Story, events: dict[str, Event]) -> dict[str, Product]:
    made: dict[str, Product] = {}
    for position, raw in enumerate(read("tariffs")["tariffs"]):
        event = events[raw["event"]]
        new = _new_product(story, raw, position)
        product = products.add_product(event.id, new, actor="system")
        made[f"{raw['event']}/{raw['code']}"] = product
    return made


def _new_product(story: Story, raw: dict[str, Any], position: int) -> NewProduct:
    kind = KINDS[raw["kind"]]
    until = raw["sale_until"]
    return NewProduct(
        code=raw["code"],
        label_fr=raw["label_fr"],
        label_en=ENGLISH[raw["code"]],
        price_cents=raw["price_ttc_cents"],
        places=raw["quota"],
        kind=kind,
        vat_bp=raw["vat_bp"],
        sale_from=story.instant(raw["sale_from"]),
        sale_until=story.instant(until) if until else None,
        per_order_min=raw.get("per_order_min", 1),
        per_order_max=raw["per_order_max"],
        hidden=kind in HIDDEN or bool(raw.get("voucher_required")),
        approval=bool(raw.get("approval_required")),
        proof=bool(raw.get("proof_required")),
        per_slot=bool(raw.get("per_slot")),
        price_max_cents=5000 if raw.get("free_price") else None,
        price_suggested_cents=1000 if raw.get("free_price") else None,
        requires=list(raw.get("requires", ())),
        position=position,
    )


def _passes(series: Series, events: dict[str, Event]) -> None:
    full_price = _full_prices()
    for position, raw in enumerate(read("tariffs")["passes"]):
        passes.add_pass(
            series.id,
            NewProduct(
                code=raw["code"],
                label_fr=raw["label_fr"],
                label_en=ENGLISH[raw["code"]],
                price_cents=raw["price_ttc_cents"],
                places=raw["quota"],
                kind=ProductKind.PASS,
                vat_bp=raw["vat_bp"],
                tickets_per_unit=raw.get("admissions_per_event", 1),
                position=1000 + position,
            ),
            [(events[ref].id, full_price.get(ref, 0)) for ref in raw["includes"]],
            actor="system",
            organisation_id=series.organisation_id,
        )


def _codes(series: Series, products: dict[str, Product]) -> None:
    """The reference codes; a tariff's code is given once in the whole series there."""
    by_code = {key.partition("/")[2]: product.id for key, product in products.items()}
    effects = {"fixed_cents": DiscountEffect.FIXED}
    for raw in read("tariffs")["vouchers"]:
        effect = effects.get(raw["effect"]) or DiscountEffect(raw["effect"])
        new = NewDiscount(
            code=raw["code"],
            effect=effect,
            value=raw.get("value", 0),
            product_ids=[by_code[tariff] for tariff in raw["tariffs"]],
            most_uses=raw["max_uses"],
        )
        discounts.create(series.id, new, actor="system")


def _full_prices() -> dict[str, int]:
    """The full public admission of each event, in cents: the weight of its share of a pass."""
    prices: dict[str, int] = defaultdict(int)
    for raw in read("tariffs")["tariffs"]:
        if raw["kind"] == "admission":
            prices[raw["event"]] = max(prices[raw["event"]], raw["price_ttc_cents"])
    return prices


def _orders(
    story: Story, series: Series, products: dict[str, Product], events: dict[str, Event]
) -> None:
    tickets: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for raw in read("opening_tickets"):
        tickets[raw["order"]].append(raw)
    orders = [raw for raw in read("opening_orders") if story.happened(raw["placed_at"])]
    orders.sort(key=lambda one: one["placed_at"])
    with clock.frozen(story.past_instant(orders[0]["placed_at"])):
        asked = asking.load(series, events, products)
    for raw in orders:
        product = products[f"ftw15-01/{raw['tariff']}"]
        with clock.frozen(story.past_instant(raw["placed_at"])):
            _order(raw, tickets[raw["id"]], series, product, asked)
    _cancelled(story, tickets)


def _order(
    raw: dict[str, Any],
    tickets: list[dict[str, Any]],
    series: Series,
    product: Product,
    asked: dict[str, AskedQuestion],
) -> None:
    buyer = raw["buyer"]
    by_card = raw["payment"] == "card"
    written = checkout.sell(
        series,
        [Line(product.id, raw["quantity"])],
        Buyer(
            email=buyer["email"],
            first_name=buyer["first_name"],
            last_name=buyer["last_name"],
            phone=buyer["phone"] or "",
            company=buyer["company"] or "",
            siren=buyer["siren"] or "",
            marketing_consent=raw["marketing_consent"],
        ),
        [
            [
                Attendee(
                    first_name=one["first_name"],
                    last_name=one["last_name"],
                    email=one["email"] or "",
                    company=one["company"] or "",
                    reference=one["id"],
                )
                for one in tickets
            ]
        ],
        payment="stripe" if by_card else "offline",
        notify=False,
        channel="demo",
        reference=raw["id"],
        answers=asking.answers_of(asked, tickets),
    )
    if by_card:
        _pay_by_card(written, buyer["email"])


def _pay_by_card(written: Written, email: str) -> None:
    address = f"{settings.current().base_url}/"
    payment_id = payments.prepare(
        written.bill_id, return_url=address, cancel_url=address, locale="fr"
    )
    payment = db.session.get_one(Payment, payment_id)
    (recorded,) = sandbox().record_paid(
        [
            PaidPayment(
                reference=payment.public_id,
                amount_cents=written.total_cents,
                currency=written.currency,
                paid_at=clock.now(),
                metadata={"payment": payment.public_id, "bill": written.code},
                email=email,
            )
        ]
    )
    payment.session_id = recorded.session_id
    payments.settle(
        payment_id,
        SessionFacts(
            id=recorded.session_id,
            status="complete",
            payment_status="paid",
            amount_total=written.total_cents,
            currency=written.currency,
            livemode=False,
            expires_at=clock.now(),
            payment_intent_id=recorded.payment_intent_id,
            charge_id=recorded.charge_id,
            amount_received_cents=written.total_cents,
            fee_cents=recorded.fee_cents,
        ),
    )


def _cancelled(story: Story, tickets: dict[str, list[dict[str, Any]]]) -> None:
    """Tickets cancelled without refund: the organizer keeps their places closed."""
    for raw in (one for listed in tickets.values() for one in listed):
        stamp = raw.get("cancelled_at")
        if raw["status"] == "cancelled" and stamp and story.happened(stamp):
            db.session.execute(
                update(Ticket)
                .where(Ticket.reference == raw["id"])
                .values(
                    status=TicketStatus.VOID,
                    void_reason="cancelled",
                    voided_at=story.past_instant(stamp),
                )
            )
