"""An evening with a gate and tickets, written straight into the tables."""

import os
from datetime import timedelta

from eventsapp import settings
from eventsapp.domain.billing.money.models import Bill
from eventsapp.domain.checkin import gates
from eventsapp.domain.checkin.lookup import GateRef
from eventsapp.domain.checkin.scanning import Code, new_uuid, public_id_of, scan  # noqa: F401
from eventsapp.domain.ticketing.catalogue.models import Product, ProductKind
from eventsapp.domain.ticketing.sales import search, tokens
from eventsapp.domain.ticketing.sales.models import (
    Admission,
    Hold,
    HoldLine,
    Order,
    OrderStatus,
    Ticket,
)
from eventsapp.gateways import signing_key
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction
from tests import make


def gate(event, name="Porte Nord", **given):
    row = gates.create_gate(event.series_id, name, event_ids=[event.id], actor="test")
    if given:
        with transaction() as session:
            row = session.get(type(row), row.id)
            for field, value in given.items():
                setattr(row, field, value)
    return row


def ticket(event, *also_for, **given):
    """A paid ticket for one or more events."""
    number, now = make.number(), clock.now()
    with transaction() as session:
        own = {"organisation_id": event.organisation_id, "series_id": event.series_id}
        product = Product(
            **own,
            seller_id=event.organisation_id,
            event_id=event.id,
            code=f"P{number}",
            label_fr="Entrée",
            label_en="Entry",
            kind=ProductKind.ADMISSION,
            price_cents=1900,
        )
        hold = Hold(
            **own,
            digest=f"hold-{number}",
            created_at=now,
            expires_at=now + timedelta(minutes=15),
            ordered=True,
        )
        bill = _bill(event)
        session.add_all([product, hold, bill])
        session.flush()
        line = HoldLine(
            hold_id=hold.id, product_id=product.id, quantity=1, unit_cents=1900, list_cents=1900
        )
        order = Order(
            **own,
            code=f"C{number}",
            secret=f"secret-{number}",
            seller_id=event.organisation_id,
            hold_id=hold.id,
            bill_id=bill.id,
            status=given.pop("order_status", OrderStatus.PAID),
            channel="web",
            email="ada@startup.example",
            locale="fr",
            currency="EUR",
            total_cents=1900,
            attendees=[],
            placed_at=now,
        )
        session.add_all([line, order])
        session.flush()
        named = {"first_name": "Zélie", "last_name": "Abelloni"} | given
        row = Ticket(
            **own
            | {
                "search_text": search.text_of(named["first_name"], named["last_name"]),
                **search.sorted_by(named["first_name"], named["last_name"], ""),
                "public_id": os.urandom(16).hex(),
                "order_id": order.id,
                "hold_line_id": line.id,
                "product_id": product.id,
                "event_id": event.id,
                "first_name": "Zélie",
                "last_name": "Abelloni",
                "valid_from": now,
                "valid_until": now + timedelta(days=60),
                "issued_at": now,
            }
            | given
        )
        session.add(row)
        session.flush()
        for admitting in (event, *also_for):
            session.add(Admission(ticket_id=row.id, event_id=admitting.id))
    return row


def companion(row, event):
    """Another ticket of the same order."""
    columns = {c.name: getattr(row, c.name) for c in Ticket.__table__.columns if c.name != "id"}
    with transaction() as session:
        other = Ticket(**columns | {"public_id": os.urandom(16).hex(), "first_name": "Tanguy"})
        session.add(other)
        session.flush()
        session.add(Admission(ticket_id=other.id, event_id=event.id))
    return other


def _bill(event):
    return Bill(
        organisation_id=event.organisation_id,
        seller_id=event.organisation_id,
        series_id=event.series_id,
        reference="",
        buyer={},
        currency="EUR",
        total_cents=1900,
        created_at=clock.now(),
    )


def token(row):
    payload = tokens.Payload(
        key_id=1,
        event=row.event_id or 0,
        product=row.product_id,
        ticket_id=bytes.fromhex(row.public_id),
    )
    return tokens.sign(payload, signing_key.signing_key(settings.current().data_dir))


def code(at_gate, text, **given):
    defaults = {"uuid": new_uuid(), "source": f"test:{at_gate.id}"}
    return Code(token=text, gate=GateRef(gate_id=at_gate.id), **defaults | given)


def scanned(at_gate, row, **given):
    return scan(code(at_gate, token(row), **given))


def fresh(kind):
    """All rows of a table, as they are now."""
    return db.session.query(kind).populate_existing().order_by(kind.id).all()
