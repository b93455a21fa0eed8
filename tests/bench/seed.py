"""A series to measure on; prints what the generator needs as JSON.

``python -m tests.bench.seed TICKETS`` with the environment of the house.
"""

import json
import sys
from datetime import timedelta

from sqlalchemy import select

from eventsapp.app import create_app
from eventsapp.domain.accounts import api_keys
from eventsapp.domain.checkin import gates
from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.sales import checkout, codes
from eventsapp.domain.ticketing.sales.models import Ticket
from eventsapp.domain.ticketing.sales.orders import Buyer
from eventsapp.kernel import clock, dialects
from eventsapp.kernel.db import db
from tests import make

A_BASKET = 500
MOST_TOKENS = 6000


def seed(tickets: int) -> dict[str, object]:
    series = make.series(slug="banc", is_demo=True)
    now = clock.now()
    shop = make.event(series, slug="vente", capacity=10_000_000)
    make.product(shop, places=None, code="STD", per_order_max=10)
    rush = make.event(series, slug="rush", capacity=800)
    rushed = make.product(rush, places=None, code="RUSH", per_order_max=4, price_cents=0)
    rush_html = make.event(series, slug="rush-html", capacity=800)
    rushed_html = make.product(rush_html, places=None, code="RUSH", per_order_max=4, price_cents=0)
    free = make.event(series, slug="gratuit", capacity=10_000_000)
    freed = make.product(free, places=None, code="FREE", price_cents=0)
    door = make.event(series, slug="porte", capacity=10_000_000, starts_at=now - timedelta(hours=1))
    sold = make.product(door, places=None, code="STD", per_order_max=A_BASKET)
    gates.create_gate(series.id, "Porte Nord", event_ids=[door.id], actor="bench")
    releases.publish(series.id, actor="bench")
    for number in range(0, tickets, A_BASKET):
        checkout.sell(
            series,
            [make.line(sold, A_BASKET)],
            Buyer(f"b{number}@example.org", first_name="Ada", last_name=f"Banc {number}"),
            make.nobody(A_BASKET),
            payment="offline",
            notify=False,
        )
    dialects.refresh_statistics()
    listed = db.session.scalars(
        select(Ticket).where(Ticket.event_id == door.id).order_by(Ticket.id).limit(MOST_TOKENS)
    )
    return {
        "key": api_keys.create(
            "bench",
            series_id=series.id,
            organisation_id=series.organisation_id,
            scopes=list(api_keys.SCOPES),
        ),
        "tokens": [codes.token(ticket) for ticket in listed],
        "products": {"free": freed.id, "rush": rushed.id, "rush_html": rushed_html.id},
        "door": door.id,
    }


if __name__ == "__main__":
    with create_app().app_context():
        print(json.dumps(seed(int(sys.argv[1]))))
