"""Reminders before an event and thanks after it: off until somebody turns them on, sent once.

Each is a campaign of its event that the worker sends when its time has come. What was sent is sent:
an event that moves afterwards, or a ticket bought later, brings no second one.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from eventsapp.domain.messages import campaigns
from eventsapp.domain.messages.campaigns import Draft
from eventsapp.domain.messages.errors import CampaignMalformed, CampaignSent
from eventsapp.domain.messages.models import Audience, Campaign, CampaignState, Occasion
from eventsapp.domain.messages.sources import Segment
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Event, EventState, Series
from eventsapp.kernel import audit, clock
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import Refusal
from eventsapp.kernel.transaction import lock, transaction

log = logging.getLogger(__name__)

#: What may be chosen, in hours.
HOURS: dict[Occasion, tuple[int, ...]] = {
    Occasion.BEFORE: (2, 4, 24, 48, 72, 168),
    Occasion.AFTER: (2, 24, 48, 72),
}
#: Thanks that could not leave in time are better not sent.
THANKS_UNTIL = timedelta(days=3)
#: Sent in one sweep; the next goes on.
MOST_AT_ONCE = 20


@dataclass(frozen=True)
class Given:
    """The texts to begin with, in both languages, and who gets it."""

    subject_fr: str
    subject_en: str
    body_fr: str
    body_en: str
    entered: str = ""


GIVEN: dict[Occasion, Given] = {
    Occasion.BEFORE: Given(
        "Bientôt : {événement}",
        "Soon: {event}",
        "Bonjour {prénom},\n\n{événement}, c’est bientôt : {date}.\n\nOù : {lieu}\n\n"
        "Votre billet : {lien}\n\nÀ bientôt !",
        "Hello {first_name},\n\n{event} is coming soon: {date}.\n\nWhere: {place}\n\n"
        "Your ticket: {link}\n\nSee you there!",
    ),
    Occasion.AFTER: Given(
        "Merci d’être venu : {événement}",
        "Thank you for coming: {event}",
        "Bonjour {prénom},\n\nMerci d’être venu à {événement}.\n\nÀ la prochaine fois !",
        "Hello {first_name},\n\nThank you for coming to {event}.\n\nUntil next time!",
        entered="yes",
    ),
}


def of_event(event_id: int) -> dict[Occasion, Campaign]:
    """What there is of an event, by occasion."""
    rows = db.session.scalars(
        select(Campaign)
        .where(Campaign.event_id == event_id, Campaign.occasion.is_not(None))
        .execution_options(populate_existing=True)
    )
    return {row.occasion: row for row in rows if row.occasion is not None}


def turn(
    series_id: int, event_id: int, occasion: Occasion, hours: int, *, on: bool, actor: str
) -> Campaign:
    """Turn it on or off, so many hours before or after; the first time with the given words.

    Raises:
        CampaignMalformed: hours that cannot be chosen.
        CampaignSent: it has left already.
    """
    if hours not in HOURS[occasion]:
        raise CampaignMalformed(field="hours", why="choice", mark="")
    with transaction() as session:
        lock(Event, event_id)  # two who turn it on at once make one
        row = of_event(event_id).get(occasion)
        if row is None:
            given = GIVEN[occasion]
            segment = Segment(Audience.HOLDERS, event_id=event_id, entered=given.entered)
            draft = Draft(
                segment,
                subject_fr=given.subject_fr,
                subject_en=given.subject_en,
                body_fr=given.body_fr,
                body_en=given.body_en,
            )
            row = campaigns.write(series_id, draft, actor=actor)
            row.occasion = occasion
        if row.state is not CampaignState.DRAFT:
            raise CampaignSent
        row.hours, row.enabled = hours, on
        session.flush()
        audit.note(
            "campaign.turned_on" if on else "campaign.turned_off",
            f"campaign:{row.id}",
            actor=actor,
            series_id=series_id,
            detail={"event": event_id, "occasion": occasion.value, "hours": hours},
        )
    return row


def window(row: Campaign) -> tuple[datetime, datetime] | None:
    """From when until when it may leave, by the event as released; None for one without times."""
    series = db.session.get_one(Series, row.series_id)
    shown = releases.find(series.slug)
    event = shown.event_by_id(row.event_id) if shown is not None and row.event_id else None
    if event is None or event.starts_at is None or event.ends_at is None or event.cancelled:
        return None
    apart = timedelta(hours=row.hours or 0)
    if row.occasion is Occasion.BEFORE:
        return event.starts_at - apart, event.starts_at
    return event.ends_at + apart, event.ends_at + apart + THANKS_UNTIL


def send_due() -> int:
    """Send what has its time now; returns how many. The worker calls it each minute."""
    now, sent = clock.now(), 0
    rows = db.session.scalars(
        select(Campaign)
        .join(Event, Event.id == Campaign.event_id)
        .where(
            Campaign.occasion.is_not(None),
            Campaign.enabled.is_(True),
            Campaign.state == CampaignState.DRAFT,
            Event.state == EventState.CONFIRMED,
            Event.released_state == EventState.CONFIRMED.value,
            Event.released_until > now - THANKS_UNTIL - timedelta(hours=max(HOURS[Occasion.AFTER])),
        )
        .order_by(Campaign.id)
    )
    due = [(row.id, row.version) for row in rows if _is_due(row, now)]
    for campaign_id, version in due[:MOST_AT_ONCE]:
        try:
            campaigns.send(campaign_id, version, actor="system", locale="fr")
            sent += 1
        except Refusal as refusal:  # nobody yet, or changed at this moment: looked at again
            log.info("campaign %s does not leave yet: %s", campaign_id, refusal.code)
    return sent


def _is_due(row: Campaign, now: datetime) -> bool:
    between = window(row)
    return between is not None and between[0] <= now < between[1]
