"""Reads of messages, for the desk."""

from sqlalchemy import or_, select

from eventsapp.domain.messages.models import Campaign, CampaignState
from eventsapp.domain.selection.calls.models import Call
from eventsapp.domain.ticketing.catalogue.models import Product
from eventsapp.kernel.db import db


def campaigns(series_id: int) -> list[Campaign]:
    """Every message of a series: drafts first, then the latest sent. Those that leave by themselves
    stand with their event until they have left."""
    rows = db.session.scalars(
        select(Campaign)
        .where(
            Campaign.series_id == series_id,
            or_(Campaign.occasion.is_(None), Campaign.state != CampaignState.DRAFT),
        )
        .order_by(Campaign.id.desc())
    )
    return sorted(rows, key=lambda one: one.state is not CampaignState.DRAFT)


def tariffs(series_id: int) -> list[Product]:
    """Every tariff of a series that may have been sold, by event."""
    rows = db.session.scalars(
        select(Product)
        .where(Product.series_id == series_id)
        .order_by(Product.event_id, Product.position, Product.id)
    )
    return list(rows)


def calls(series_id: int) -> list[Call]:
    statement = select(Call).where(Call.series_id == series_id).order_by(Call.id)
    return list(db.session.scalars(statement))
