"""What becomes of each letter of a campaign; who it went to, and who could not be reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, or_, select, update

from eventsapp.domain.messages import segments, sources
from eventsapp.domain.messages.models import (
    Campaign,
    CampaignState,
    LeftOut,
    Recipient,
)
from eventsapp.domain.messages.segments import Person
from eventsapp.domain.programme.models import Event, Series
from eventsapp.kernel import clock, spelling
from eventsapp.kernel.db import db
from eventsapp.kernel.i18n import _
from eventsapp.kernel.lists import Column, Kind, Listing
from eventsapp.kernel.transaction import transaction

#: Names and addresses of recipients are kept so long after the message, for who asks about it.
KEPT_FOR = timedelta(days=365)
BATCH = 500


def due(recipient_id: int) -> tuple[Recipient, Person] | None:
    """Whose letter is to leave now, and what is so of them now; None when none is: it has left, the
    message was stopped, they left the audience or the news since."""
    recipient = db.session.get(Recipient, recipient_id, populate_existing=True)
    if recipient is None or recipient.email is None or _settled(recipient):
        return None
    campaign = db.session.get_one(Campaign, recipient.campaign_id, populate_existing=True)
    if campaign.state is not CampaignState.SENDING:
        return None
    series = db.session.get_one(Series, campaign.series_id)
    person = segments.person(
        series,
        sources.segment_of(campaign),
        source_id=recipient.source_id,
        email=recipient.email,
    )
    if campaign.occasion and not _takes_place(campaign):
        person = None
    why = segments.why_not(series, recipient.email, campaign.purpose)
    if person is None or why is not None:
        _became(recipient_id, left_out=why or LeftOut.GONE)
        return None
    return recipient, person


def _takes_place(campaign: Campaign) -> bool:
    """Whether the event of a reminder is on, for the team and for the public."""
    event = db.session.get(Event, campaign.event_id, populate_existing=True)
    return event is not None and (event.state.value, event.released_state) == ("confirmed",) * 2


def _settled(recipient: Recipient) -> bool:
    return bool(recipient.sent_at or recipient.failed_at or recipient.left_out)


def sent(recipient_id: int) -> None:
    _became(recipient_id, sent_at=clock.now(), failed_at=None, failure=None)


def gave_up(recipient_id: int, why: str) -> None:
    """Their mail server refused it, or was never reached."""
    _became(recipient_id, failed_at=clock.now(), failure=why[:500])


def _became(recipient_id: int, **what: Any) -> None:
    with transaction() as session:
        session.execute(
            update(Recipient)
            .where(Recipient.id == recipient_id, Recipient.sent_at.is_(None))
            .values(**what)
        )


@dataclass(frozen=True)
class Report:
    """Where the letters of one campaign are."""

    sent: int
    waiting: int
    failed: int
    left_out: dict[LeftOut, int]

    @property
    def whole(self) -> int:
        """Of those it goes to, whatever became of it."""
        return self.sent + self.waiting + self.failed


def report(campaign: Campaign) -> Report:
    """In one statement."""
    found = (
        select(_state().label("state"), Recipient.left_out)
        .where(Recipient.campaign_id == campaign.id)
        .subquery()
    )
    rows = db.session.execute(
        select(found.c.state, found.c.left_out, func.count()).group_by(
            found.c.state, found.c.left_out
        )
    ).all()
    by_state = {state: count for state, left_out, count in rows if left_out is None}
    return Report(
        by_state.get("sent", 0),
        by_state.get("waiting", 0),
        by_state.get("failed", 0),
        {left_out: count for _state, left_out, count in rows if left_out is not None},
    )


def waiting_of(campaign_ids: Sequence[int]) -> dict[int, int]:
    """Campaign id -> letters that have not left, for those that have some."""
    rows = db.session.execute(
        select(Recipient.campaign_id, func.count())
        .where(
            Recipient.campaign_id.in_(campaign_ids),
            Recipient.sent_at.is_(None),
            Recipient.failed_at.is_(None),
            Recipient.left_out.is_(None),
        )
        .group_by(Recipient.campaign_id)
    )
    return {row[0]: row[1] for row in rows}


def unseen_failures(series_id: int) -> list[Row[Any]]:
    """(campaign id, subjects, how many) of what failed and nobody has looked at."""
    return list(
        db.session.execute(
            select(
                Campaign.id,
                Campaign.subject_fr,
                Campaign.subject_en,
                func.count().label("failed"),
                func.min(Recipient.failed_at).label("since"),
            )
            .join(Campaign, Campaign.id == Recipient.campaign_id)
            .where(
                Recipient.series_id == series_id,
                Recipient.failed_at.is_not(None),
                or_(
                    Campaign.failures_seen_at.is_(None),
                    Recipient.failed_at > Campaign.failures_seen_at,
                ),
            )
            .group_by(Campaign.id, Campaign.subject_fr, Campaign.subject_en)
            .order_by(Campaign.id)
        )
    )


def forget() -> int:
    """Forget names and addresses of messages sent ``KEPT_FOR`` ago; how many there were remains.
    Returns how many were forgotten."""
    forgotten = 0
    while some := _forget_some():
        forgotten += some
    return forgotten


def _forget_some() -> int:
    due_ids = list(
        db.session.scalars(
            select(Recipient.id)
            .join(Campaign, Campaign.id == Recipient.campaign_id)
            .where(Campaign.sent_at < clock.now() - KEPT_FOR, Recipient.email.is_not(None))
            .order_by(Recipient.id)
            .limit(BATCH)
        )
    )
    if due_ids:
        with transaction() as session:
            session.execute(
                update(Recipient)
                .where(Recipient.id.in_(due_ids))
                .values(email=None, first_name="", failure=None)
            )
    return len(due_ids)


def listing(campaign_id: int) -> Listing:
    """Those of one campaign, by address."""
    return Listing(
        source=select(Recipient.id).where(Recipient.campaign_id == campaign_id),
        row_id=Recipient.id,
        columns=(
            Column("email", Recipient.email),
            Column("first_name", Recipient.first_name),
            Column("state", _state(), sortable=False),
            Column("sent_at", Recipient.sent_at),
            Column("failure", Recipient.failure, sortable=False),
            Column("locale", Recipient.locale, shown=False),
        ),
        order="email",
        extra={"left_out": Recipient.left_out},
        filters={"q": _matches, "state": lambda typed: _state() == typed},
    )


def titles(_campaign_id: int) -> dict[str, str]:
    return {
        "email": _("Adresse électronique"),
        "first_name": _("Nom"),
        "state": _("État"),
        "sent_at": _("Parti"),
        "failure": _("Raison"),
        "locale": _("Langue"),
    }


RECIPIENTS = Kind("recipients", listing, titles, permission="orders.view")


def _state() -> ColumnElement[str]:
    return case(
        (Recipient.left_out.is_not(None), "left_out"),
        (Recipient.sent_at.is_not(None), "sent"),
        (Recipient.failed_at.is_not(None), "failed"),
        else_="waiting",
    )


def _matches(typed: str) -> ColumnElement[bool] | None:
    wanted = spelling.line(typed).lower()
    return Recipient.email.contains(wanted, autoescape=True) if wanted else None
