"""The list of a campaign: its people, portion by portion, each address once.

A portion, the letters of its new addresses and the place where to go on are saved together. A
worker that dies begins the portion again; the unique key makes of it the same rows.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Row, update

from eventsapp.domain.messages import segments, sources
from eventsapp.domain.messages.facts import RecipientsFound
from eventsapp.domain.messages.models import Campaign, CampaignState, LeftOut, Recipient
from eventsapp.domain.programme.models import Series
from eventsapp.kernel import clock, dialects, facts
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction

#: Rows of the audience at a time: some kilobytes, and a transaction of milliseconds.
PORTION = 500

#: Called inside the transaction of a portion: rows looked at, rows there are, where to go on.
Saved = Callable[[int, int, int], None]


def gather(campaign_id: int, *, after: int, done: int, saved: Saved) -> int:
    """Go on after the source ``after`` to the end; returns how many people there are."""
    campaign = db.session.get_one(Campaign, campaign_id)
    series = db.session.get_one(Series, campaign.series_id)
    total = max(done, segments.size(series, sources.segment_of(campaign)))
    while True:
        looked, after = _portion(campaign_id, after, done, total, saved)
        done += looked
        if looked < PORTION:
            return _end(campaign_id)


def _portion(campaign_id: int, after: int, done: int, total: int, saved: Saved) -> tuple[int, int]:
    with transaction() as session:
        campaign = session.get_one(Campaign, campaign_id)
        if campaign.state is not CampaignState.SENDING:
            return 0, after
        series = session.get_one(Series, campaign.series_id)
        rows = segments.portion(
            series, sources.segment_of(campaign), campaign.purpose, after=after, limit=PORTION
        )
        if rows:
            after = rows[-1].source_id
            _keep(campaign, rows)
            looked = min(total, done + len(rows))
            saved(looked, total, after)
        return len(rows), after


def _keep(campaign: Campaign, rows: list[Row[Any]]) -> None:
    """Write those who are new, and let their letters leave."""
    session = db.session
    with_address = {row.email: row for row in reversed(rows) if row.email}
    found: list[int] = []
    if with_address:
        statement = dialects.insert(Recipient.__table__).values(
            [
                {
                    "campaign_id": campaign.id,
                    "series_id": campaign.series_id,
                    "source_id": row.source_id,
                    "email": row.email,
                    "first_name": row.first_name,
                    "locale": row.locale,
                    "left_out": LeftOut(row.why) if row.why else None,
                }
                for row in sorted(with_address.values(), key=lambda one: one.source_id)
            ]
        )
        made = session.execute(
            statement.on_conflict_do_nothing(index_elements=["campaign_id", "email"]).returning(
                Recipient.id, Recipient.left_out
            )
        )
        found = [row.id for row in made if row.left_out is None]
    without = sum(1 for row in rows if not row.email)
    session.execute(
        update(Campaign)
        .where(Campaign.id == campaign.id)
        .values(people=Campaign.people + len(found), no_address=Campaign.no_address + without)
    )
    if found:
        facts.record(
            RecipientsFound(campaign.id, tuple(found), campaign.urgent, campaign.series_id)
        )


def _end(campaign_id: int) -> int:
    with transaction() as session:
        session.execute(
            update(Campaign)
            .where(Campaign.id == campaign_id, Campaign.state == CampaignState.SENDING)
            .values(gathered_at=clock.now())
        )
        return session.get_one(Campaign, campaign_id, populate_existing=True).people
