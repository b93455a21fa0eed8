"""A shop at 19 euros and a door with one ticket; prints what a test needs as JSON.

Run as ``python -m tests.faults.seed_shop`` with the environment of the house.
"""

import json
from datetime import timedelta

from sqlalchemy import select

from eventsapp.app import create_app
from eventsapp.domain.accounts import api_keys
from eventsapp.domain.checkin import gates
from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.sales import codes
from eventsapp.domain.ticketing.sales.models import Ticket
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from tests import make


def seed() -> dict[str, object]:
    series = make.series(slug="essai", is_demo=True)
    soon = clock.now() + timedelta(hours=1)
    shop = make.product(make.event(series, slug="vente", free=False, starts_at=soon), places=None)
    door = make.event(series, slug="porte", starts_at=clock.now() - timedelta(hours=1))
    make.paid_order(make.product(door, places=None))
    gates.create_gate(series.id, "Porte Nord", event_ids=[door.id], actor="test")
    releases.publish(series.id, actor="test")
    ticket = db.session.scalars(select(Ticket)).one()
    return {
        "product": shop.id,
        "token": codes.token(ticket),
        "key": api_keys.create(
            "test",
            series_id=series.id,
            organisation_id=series.organisation_id,
            scopes=list(api_keys.SCOPES),
        ),
    }


if __name__ == "__main__":
    with create_app().app_context():
        print(json.dumps(seed()))
