"""Messages to many: written, tried, sent, stopped.

A message is a draft until it is sent; then a job makes the list of its recipients in portions, and
each has one letter in the outbox (``gathering``). Nothing of it changes from then on.
"""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from eventsapp.domain.messages import segments, sources, writing
from eventsapp.domain.messages.errors import (
    CampaignMalformed,
    CampaignSent,
    EventNotPublic,
    NobodyToWriteTo,
    NothingToStop,
)
from eventsapp.domain.messages.facts import TrialAsked
from eventsapp.domain.messages.filling import event_of, sender_of
from eventsapp.domain.messages.models import Campaign, CampaignState, Purpose, Recipient
from eventsapp.domain.messages.segments import Counted
from eventsapp.domain.messages.sources import NARROWED_BY, NEWS, STATUSES, Segment
from eventsapp.domain.messages.writing import OF_EVENT, Mark
from eventsapp.domain.programme.models import Event, Series
from eventsapp.domain.selection.calls.models import Call
from eventsapp.domain.ticketing.catalogue.models import Product, ProductAdmission
from eventsapp.kernel import audit, clock, facts, i18n, jobs, outbox, secrets, spelling
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import EditedMeanwhile, NotFound
from eventsapp.kernel.jobs import Job
from eventsapp.kernel.transaction import lock, transaction

JOB = "campaign.send"
#: The kind of its letters in the outbox; the key is the recipient's id.
LETTER = "mail.campaign"
#: A campaign whose job ended without its list is taken up again after this long.
AGAIN_AFTER = timedelta(minutes=2)


@dataclass(frozen=True)
class Draft:
    """What somebody writes: to whom, as what, and the words."""

    segment: Segment
    purpose: Purpose = Purpose.SERVICE
    urgent: bool = False
    subject_fr: str = ""
    subject_en: str = ""
    body_fr: str = ""
    body_en: str = ""


def write(series_id: int, draft: Draft, *, actor: str) -> Campaign:
    """Keep a new draft.

    Raises:
        CampaignMalformed: a text is missing, too long, or names what cannot be filled in; or the
            audience is narrowed by what it does not have.
    """
    with transaction() as session:
        series = session.get_one(Series, series_id)
        made = Campaign(
            organisation_id=series.organisation_id,
            series_id=series_id,
            state=CampaignState.DRAFT,
            version=1,
            created_at=clock.now(),
            created_by=actor,
        )
        _fill(made, series, draft)
        session.add(made)
        session.flush()
        _note("campaign.written", made, actor)
    return made


def change(campaign_id: int, version: int, draft: Draft, *, actor: str) -> None:
    """Change a draft.

    Raises:
        CampaignSent: it is no draft any more; EditedMeanwhile: somebody saved another one.
        CampaignMalformed: as ``write``.
    """
    with transaction() as session:
        campaign = lock(Campaign, campaign_id)
        if campaign.state is not CampaignState.DRAFT:
            raise CampaignSent
        if campaign.version != version:
            raise EditedMeanwhile(what="campaign")
        if campaign.occasion and draft.segment.event_id != campaign.event_id:
            raise CampaignMalformed(field="event_id", why="own", mark="")
        _fill(campaign, session.get_one(Series, campaign.series_id), draft)
        campaign.version += 1
        _note("campaign.changed", campaign, actor)


def remove(campaign_id: int, *, actor: str) -> None:
    """Drop a draft. Raises CampaignSent for anything else."""
    with transaction() as session:
        campaign = lock(Campaign, campaign_id)
        if campaign.state is not CampaignState.DRAFT:
            raise CampaignSent
        _note("campaign.removed", campaign, actor)
        session.delete(campaign)


def try_on(campaign_id: int, account_id: int) -> None:
    """Send it to one's own address, in both languages, with one's own name and no one's link."""
    with transaction() as session:
        campaign = session.get_one(Campaign, campaign_id)
        asked = TrialAsked(campaign_id, account_id, secrets.new_secret(), campaign.series_id)
        facts.record(asked)


def send(campaign_id: int, version: int, *, actor: str, locale: str) -> None:
    """Let it leave. Sent twice at once, it is sent once.

    Args:
        version: the draft that was read before: what leaves is what was shown.

    Raises:
        CampaignSent: it is on its way already; EditedMeanwhile: its words are others by now.
        NobodyToWriteTo: nobody would get it.
        EventNotPublic: it names an event that no release shows.
    """
    # Counted first: thousands are read, and nobody else may write meanwhile on SQLite.
    counted = count(db.session.get_one(Campaign, campaign_id))
    with transaction():
        campaign = lock(Campaign, campaign_id)
        if campaign.state is not CampaignState.DRAFT:
            raise CampaignSent
        if campaign.version != version:
            raise EditedMeanwhile(what="campaign")
        if _names_event(campaign) and event_of(campaign, sender_of(campaign.series_id)) is None:
            raise EventNotPublic
        if not counted.people:
            raise NobodyToWriteTo
        campaign.state = CampaignState.SENDING
        campaign.sent_at, campaign.sent_by = clock.now(), actor
        _begin(campaign, actor, locale)
        _note("campaign.sent", campaign, actor, people=counted.people)


def stop(campaign_id: int, *, actor: str) -> None:
    """Nothing more of it leaves; what has left has left.

    Raises:
        NothingToStop: a draft, stopped already, or all of it has left.
    """
    with transaction() as session:
        campaign = lock(Campaign, campaign_id)
        left = session.scalar(select(Recipient.id).where(*waiting(campaign_id)).limit(1))
        over = campaign.gathered_at is not None and left is None
        if campaign.state is not CampaignState.SENDING or over:
            raise NothingToStop
        campaign.state, campaign.stopped_at = CampaignState.STOPPED, clock.now()
        session.flush()
        job_id = session.scalar(
            select(Job.id).where(Job.kind == JOB, Job.key == str(campaign_id), Job.ended.is_(False))
        )
        if job_id is not None:
            jobs.stop(job_id)
        outbox.end(LETTER, select(outbox.key_of(Recipient.id)).where(*waiting(campaign_id)))
        _note("campaign.stopped", campaign, actor)


def see_failures(campaign_id: int, *, actor: str) -> None:
    """Who could not be written to is known: nothing of it is to do any more."""
    with transaction():
        campaign = lock(Campaign, campaign_id)
        campaign.failures_seen_at = clock.now()
        _note("campaign.failures_seen", campaign, actor)


def try_again(campaign_id: int, *, actor: str) -> None:
    """The letters that failed wait once more.

    Raises:
        CampaignSent: it was stopped.
    """
    with transaction() as session:
        campaign = lock(Campaign, campaign_id)
        if campaign.state is not CampaignState.SENDING:
            raise CampaignSent
        failed = [Recipient.campaign_id == campaign_id, Recipient.failed_at.is_not(None)]
        outbox.revive_all(LETTER, select(outbox.key_of(Recipient.id)).where(*failed))
        session.execute(update(Recipient).where(*failed).values(failed_at=None, failure=None))
        _note("campaign.retried", campaign, actor)


def without_list() -> list[tuple[int, str]]:
    """Campaigns on their way whose list is not whole and that no job works at: (id, who sent)."""
    living = (
        select(Job.id)
        .where(
            Job.kind == JOB,
            Job.key == outbox.key_of(Campaign.id),
            Job.ended.is_(False),
        )
        .exists()
    )
    rows = db.session.execute(
        select(Campaign.id, Campaign.sent_by).where(
            Campaign.state == CampaignState.SENDING,
            Campaign.gathered_at.is_(None),
            Campaign.sent_at < clock.now() - AGAIN_AFTER,
            ~living,
        )
    )
    return [(row[0], row[1] or "system") for row in rows]


def take_up(campaign_id: int, actor: str) -> None:
    """Have the list of a campaign made, from its first portion: none is written to twice."""
    with transaction():
        campaign = lock(Campaign, campaign_id)
        if campaign.state is CampaignState.SENDING and campaign.gathered_at is None:
            campaign.no_address = 0  # counted anew; people are rows, and stay
            _begin(campaign, actor, i18n.locale())


def waiting(campaign_id: int) -> list[Any]:
    """What is so of recipients whose letter has not left."""
    return [
        Recipient.campaign_id == campaign_id,
        Recipient.sent_at.is_(None),
        Recipient.failed_at.is_(None),
        Recipient.left_out.is_(None),
    ]


def count(campaign: Campaign) -> Counted:
    """Who would get it now, and why others would not."""
    series = db.session.get_one(Series, campaign.series_id)
    return segments.count(series, sources.segment_of(campaign), campaign.purpose)


def campaign_of(series_id: int, campaign_id: int) -> Campaign:
    """Raises NotFound unless it is a campaign of this series."""
    found = db.session.scalar(
        select(Campaign)
        .where(Campaign.id == campaign_id, Campaign.series_id == series_id)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(what="campaign", reference=campaign_id)
    return found


def _begin(campaign: Campaign, actor: str, locale: str) -> None:
    jobs.ask(
        JOB,
        str(campaign.id),
        {"campaign_id": campaign.id},
        organisation_id=campaign.organisation_id,
        series_id=campaign.series_id,
        actor=actor,
        locale=locale,
    )


def _fill(campaign: Campaign, series: Series, draft: Draft) -> None:
    _check_segment(series, draft)
    texts = {
        "subject_fr": spelling.line(draft.subject_fr),
        "subject_en": spelling.line(draft.subject_en),
        "body_fr": spelling.lines(draft.body_fr),
        "body_en": spelling.lines(draft.body_en),
    }
    for field, text in texts.items():
        _check_text(field, text, draft)
    for name, value in {**asdict(draft.segment), **texts}.items():
        setattr(campaign, name, value)
    campaign.purpose, campaign.urgent = draft.purpose, draft.urgent


def _check_text(field: str, text: str, draft: Draft) -> None:
    """Both languages are written, unless one alone is read."""
    part, _underscore, language = field.partition("_")
    if not text and draft.segment.locale in ("", language):
        raise CampaignMalformed(field=field, why="needed", mark="")
    longest = writing.LONGEST_SUBJECT if part == "subject" else writing.LONGEST_BODY
    if len(text) > longest:
        raise CampaignMalformed(field=field, why="long", mark=str(longest))
    for typed, mark in writing.marks(text):
        if mark is None:
            raise CampaignMalformed(field=field, why="unknown", mark=typed)
        if mark is Mark.LINK and part == "subject":
            raise CampaignMalformed(field=field, why="here", mark=typed)
        if mark in OF_EVENT and draft.segment.event_id is None:
            raise CampaignMalformed(field=field, why="event", mark=typed)


def _check_segment(series: Series, draft: Draft) -> None:
    segment, audience = draft.segment, draft.segment.audience
    if draft.purpose is Purpose.NEWS and audience not in NEWS:
        raise CampaignMalformed(field="purpose", why="news", mark="")
    for name in ("event_id", "product_id", "call_id", "day", "entered"):
        if getattr(segment, name) and name not in NARROWED_BY[audience]:
            raise CampaignMalformed(field=name, why="choice", mark="")
    if segment.status and segment.status not in STATUSES[audience]:
        raise CampaignMalformed(field="status", why="choice", mark="")
    if segment.entered not in ("", "yes", "no"):
        raise CampaignMalformed(field="entered", why="choice", mark="")
    if segment.locale not in ("", *i18n.LOCALES):
        raise CampaignMalformed(field="locale", why="choice", mark="")
    _check_rows(series, segment)


def _check_rows(series: Series, segment: Segment) -> None:
    """Events, tariffs and calls of this series alone, and a tariff of the event that is named."""
    wanted: list[tuple[str, Any, int | None]] = [
        ("event_id", Event, segment.event_id),
        ("product_id", Product, segment.product_id),
        ("call_id", Call, segment.call_id),
    ]
    for name, kind, row_id in wanted:
        row = db.session.get(kind, row_id) if row_id else None
        if row_id and (row is None or row.series_id != series.id):
            raise CampaignMalformed(field=name, why="choice", mark="")
    if segment.event_id and segment.product_id:
        admits = select(ProductAdmission.id).where(
            ProductAdmission.product_id == segment.product_id,
            ProductAdmission.event_id == segment.event_id,
        )
        if db.session.scalar(admits.limit(1)) is None:
            raise CampaignMalformed(field="product_id", why="event", mark="")


def _names_event(campaign: Campaign) -> bool:
    texts = (campaign.subject_fr, campaign.subject_en, campaign.body_fr, campaign.body_en)
    return any(mark in OF_EVENT for text in texts for _typed, mark in writing.marks(text))


def _note(deed: str, campaign: Campaign, actor: str, **detail: Any) -> None:
    audit.note(
        deed,
        f"campaign:{campaign.id}",
        actor=actor,
        series_id=campaign.series_id,
        detail={"subject": campaign.subject_fr or campaign.subject_en, **detail},
    )
