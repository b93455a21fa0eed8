"""Slots that go out of sale."""

from sqlalchemy import delete, select

from eventsapp.domain.ticketing.catalogue.models import ProductQuota, Quota
from eventsapp.domain.ticketing.sales.models import HoldLine
from eventsapp.kernel.transaction import transaction


def close_slot(slot_id: int) -> None:
    """Take the places of a slot that goes out of sale, if nobody ever took one of them."""
    with transaction() as session:
        used = select(HoldLine.id).where(HoldLine.slot_id == slot_id).limit(1)
        if session.scalar(used) is not None:
            return
        quotas = list(session.scalars(select(Quota.id).where(Quota.slot_id == slot_id)))
        session.execute(delete(ProductQuota).where(ProductQuota.quota_id.in_(quotas)))
        session.execute(delete(Quota).where(Quota.id.in_(quotas), Quota.taken == 0))
