"""How much of an event one network may keep without paying.

An attacker who keeps places and never pays needs no money: thirty visitors of one address took 300
of 300 places off sale for as long as they liked. But one address is not one person: a school or a
company stands behind one, and an opening night begins with all of them at once.

So a network is given credit for what it pays. Of each quota it may keep unpaid

* at one time: 5 % of the places (``SHARE_BP``), or ten where that is less (one basket), plus two
  for each place that it paid within the hour (``CREDIT``);
* within an hour, given up or still kept: twice as much, plus the same credit. Who keeps, lets go
  and keeps again is stopped by this after two rounds, for the rest of the hour.

Others keep 95 % of the places. A school of 200 buyers, half of them within ten minutes, who take
1.5 places each in a hall of 800 and pay after three minutes, one in five giving up: 98 % are served
at once, 95 % in the worst of twenty evenings (``test_shares.py`` draws a hundred). If half of them
come within seven minutes, 94 %. The others are asked to try again in some minutes, when the first
have paid.

No counter is written for it: that would be the row that every buyer behind one address wants. It is
a sum over the holds of a network, by an index, read after the quota was taken: whoever waits for
the same quota sees what came before, and a rush of one network cannot pass it. The network is kept
as a hash under the key of the installation, and for a day. Where nobody can tell visitors apart
(a proxy on the same machine that ``EVENTSAPP_TRUSTED_PROXIES`` does not count) there is no network,
and no share: it would be everybody's. ``doctor`` names such an installation.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select, update
from sqlalchemy.orm import Session

from eventsapp import settings
from eventsapp.domain.ticketing.catalogue.models import ProductQuota, Quota
from eventsapp.domain.ticketing.sales.models import Hold, HoldLine, Order, OrderStatus
from eventsapp.kernel import clock
from eventsapp.kernel.transaction import transaction

SHARE_BP = 500
ONE_BASKET = 10
CREDIT = 2
WINDOW = timedelta(hours=1)
KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Kept:
    """Places of one quota in the hands of one network, within the window (living ones: ever)."""

    unpaid: int
    given_up: int
    paid: int


def hash_of(network: str) -> str:
    """A network, as ``web.access`` names it, as it is stored: under our key, no address."""
    key = settings.current().secret_key.encode()
    return hmac.new(key, b"network:" + network.encode(), sha256).hexdigest()[:32]


def allows(kept: Kept, wanted: int, size: int) -> bool:
    """Pure: whether a network may keep so many places more of a quota of this size."""
    share = max(ONE_BASKET, size * SHARE_BP // 10_000)
    credit = CREDIT * kept.paid
    at_once = kept.unpaid + wanted <= share + credit
    in_window = kept.unpaid + kept.given_up + wanted <= 2 * share + credit
    return at_once and in_window


def full(session: Session, network: str, wanted: Mapping[int, int]) -> int | None:
    """The first quota of ``wanted`` (quota id -> places) of which this network would keep more than
    its share; None when there is none. Asked after the places were taken, before their lines are
    written."""
    if not wanted:
        return None
    units = (HoldLine.quantity - HoldLine.given_back) * ProductQuota.units
    lives, paid = Hold.released_at.is_(None), _is_paid()
    recent = Hold.created_at > clock.now() - WINDOW
    parts = (lives & ~paid, ~lives & ~paid & recent, lives & paid & recent)
    rows = session.execute(
        select(
            Quota.id,
            Quota.size,
            *(func.coalesce(func.sum(case((part, units), else_=0)), 0) for part in parts),
        )
        .join(ProductQuota, ProductQuota.quota_id == Quota.id)
        .join(
            HoldLine,
            (HoldLine.product_id == ProductQuota.product_id)
            & or_(Quota.slot_id.is_(None), Quota.slot_id == HoldLine.slot_id),
        )
        .join(Hold, Hold.id == HoldLine.hold_id)
        .where(Hold.network == network, Quota.id.in_(wanted))
        .group_by(Quota.id, Quota.size)
    )
    known = {row[0]: (row[1], Kept(*(int(one) for one in row[2:]))) for row in rows}
    for quota_id, places in wanted.items():
        # A basket alone is within its share: ten places, or less by the limits of its tariffs.
        size, kept = known.get(quota_id, (0, Kept(0, 0, 0)))
        if quota_id in known and not allows(kept, places, size):
            return quota_id
    return None


def forget_old() -> int:
    """Forget from which network baskets of yesterday came: nothing asks for it any more."""
    with transaction() as session:
        forgotten: Any = session.execute(
            update(Hold)
            .where(Hold.network.is_not(None), Hold.created_at < clock.now() - KEPT_FOR)
            .values(network=None)
        )
    return int(forgotten.rowcount)


def _is_paid() -> ColumnElement[bool]:
    return (
        select(Order.id)
        .where(Order.hold_id == Hold.id, Order.status == OrderStatus.PAID)
        .correlate(Hold)
        .exists()
    )
