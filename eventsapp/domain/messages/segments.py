"""Who an audience is: one select an audience, narrowed by event, day, tariff, status, language.

Each gives ``source_id``, ``email`` (empty for who has none), ``locale`` and ``first_name``. Who has
three tickets is there three times: a campaign has one row an address.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, case, exists, func, literal, null, or_, select
from sqlalchemy.orm import aliased

from eventsapp.domain.accounts.models import Account, Role, RoleName
from eventsapp.domain.messages.models import (
    Audience,
    Campaign,
    LeftOut,
    Purpose,
    Recipient,
    Unsubscription,
)
from eventsapp.domain.programme.models import Event, Partner, Series, Slot
from eventsapp.domain.selection.calls.models import Application, ApplicationState, Call
from eventsapp.domain.selection.decisions.models import Decision, DecisionBatch, Outcome
from eventsapp.domain.selection.jury.models import Juror
from eventsapp.domain.ticketing.catalogue.models import Discount, Guest, ProductAdmission
from eventsapp.domain.ticketing.sales.models import (
    Admission,
    HoldLine,
    Order,
    OrderStatus,
    Ticket,
    TicketStatus,
)
from eventsapp.kernel import clock
from eventsapp.kernel.clock import local_day
from eventsapp.kernel.db import db

#: An address whose server refused a message is not written to for so long.
REST_AFTER_REFUSAL = timedelta(days=90)
#: What may be chosen for each audience beside "" (those meant first); tests walk them all.
STATUSES: dict[Audience, tuple[str, ...]] = {
    Audience.HOLDERS: ("void",),
    Audience.BUYERS: ("awaiting_payment", "awaiting_transfer", "awaiting_approval"),
    Audience.GUESTS: ("untaken", "taken"),
    Audience.APPLICANTS: ("draft", "accepted", "reserve", "declined"),
    Audience.JURORS: (),
    Audience.TEAM: (),
    Audience.PARTNERS: (),
}
#: What each may be narrowed by, beside status and language.
NARROWED_BY: dict[Audience, frozenset[str]] = {
    Audience.HOLDERS: frozenset({"event_id", "product_id", "day", "entered"}),
    Audience.BUYERS: frozenset({"event_id", "product_id"}),
    Audience.GUESTS: frozenset({"event_id"}),
    Audience.APPLICANTS: frozenset({"call_id"}),
    Audience.JURORS: frozenset({"call_id"}),
    Audience.TEAM: frozenset(),
    Audience.PARTNERS: frozenset(),
}
#: Who could have asked for news; the others are written to about what they do here.
NEWS = frozenset({Audience.HOLDERS, Audience.BUYERS})


@dataclass(frozen=True)
class Segment:
    """An audience and what narrows it, as a campaign keeps them."""

    audience: Audience
    event_id: int | None = None
    product_id: int | None = None
    call_id: int | None = None
    day: date | None = None
    status: str = ""
    locale: str = ""
    entered: str = ""


def segment_of(campaign: Campaign) -> Segment:
    return Segment(
        campaign.audience,
        campaign.event_id,
        campaign.product_id,
        campaign.call_id,
        campaign.day,
        campaign.status,
        campaign.locale,
        campaign.entered,
    )


class Person(NamedTuple):
    """Somebody of an audience, and the row of it that they were found by."""

    source_id: int
    email: str
    locale: str
    first_name: str


@dataclass(frozen=True)
class Counted:
    """``people`` get it, each address once; ``left_out`` of the others, by reason; rows without
    an address are ``no_address``."""

    people: int
    left_out: dict[LeftOut, int]
    no_address: int


def count(series: Series, segment: Segment, purpose: Purpose) -> Counted:
    """In two statements, whatever the number."""
    people = _people(series, segment).subquery()
    addresses = select(people.c.email).where(people.c.email != "").distinct().subquery()
    why = _why(addresses.c.email, series.id, purpose).label("why")
    judged = select(why).select_from(addresses).subquery()
    rows = db.session.execute(select(judged.c.why, func.count()).group_by(judged.c.why))
    found: dict[str | None, int] = {row[0]: row[1] for row in rows}
    without = select(func.count()).select_from(people).where(people.c.email == "")
    return Counted(
        found.pop(None, 0),
        {LeftOut(why): number for why, number in found.items() if why is not None},
        db.session.scalar(without) or 0,
    )


def size(series: Series, segment: Segment) -> int:
    """How many rows there are to go through."""
    people = _people(series, segment).subquery()
    return db.session.scalar(select(func.count()).select_from(people)) or 0


def portion(
    series: Series, segment: Segment, purpose: Purpose, *, after: int, limit: int
) -> list[Row[Any]]:
    """The next rows by ``source_id``, each with ``why`` it is left out, or None."""
    people = _people(series, segment).subquery()
    why = _why(people.c.email, series.id, purpose).label("why")
    statement = (
        select(people, why)
        .where(people.c.source_id > after)
        .order_by(people.c.source_id)
        .limit(limit)
    )
    return list(db.session.execute(statement))


def person(
    series: Series, segment: Segment, *, source_id: int = 0, email: str = ""
) -> Person | None:
    """Somebody of the audience: by the row they were found by, else by address; anybody who has an
    address when neither is given. None when they are of it no more."""
    people = _people(series, segment).subquery()
    statement = select(people).where(people.c.email != "").order_by(people.c.source_id).limit(1)
    if source_id:
        found = db.session.execute(
            statement.where(people.c.source_id == source_id, people.c.email == email)
        ).first()
        if found is not None:
            return Person(*found)
    if email:
        statement = statement.where(people.c.email == email)
    found = db.session.execute(statement).first()
    return Person(*found) if found is not None else None


def why_not(series: Series, email: str, purpose: Purpose) -> LeftOut | None:
    """Why this address gets nothing at this moment."""
    why = db.session.scalar(select(_why(literal(email), series.id, purpose)))
    return LeftOut(why) if why else None


def days(series: Series) -> list[date]:
    """Local days on which something of the draft takes place."""
    starts = db.session.scalars(
        select(Slot.starts_at).join(Event).where(Event.series_id == series.id)
    )
    return sorted({local_day(at, series.timezone) for at in starts})


def _why(email: ColumnElement[str], series_id: int, purpose: Purpose) -> ColumnElement[Any]:
    """Why an address gets nothing; NULL for one that does."""
    refused = exists(
        select(Recipient.id).where(
            Recipient.series_id == series_id,
            Recipient.email == email,
            Recipient.failed_at > clock.now() - REST_AFTER_REFUSAL,
        )
    )
    if purpose is Purpose.SERVICE:
        return case((refused, LeftOut.REFUSED.value), else_=null())
    asked_at = consent_of(email, series_id)
    left_at = (
        select(Unsubscription.at)
        .where(Unsubscription.series_id == series_id, Unsubscription.email == email)
        .scalar_subquery()
    )
    return case(
        (asked_at.is_(None), LeftOut.NO_CONSENT.value),
        # Who ticks the box again after leaving has asked again.
        (left_at >= asked_at, LeftOut.UNSUBSCRIBED.value),
        (refused, LeftOut.REFUSED.value),
        else_=null(),
    )


def consent_of(email: Any, series_id: int) -> Any:
    """When an address last asked for news of a series, as a column."""
    order = aliased(Order)
    return (
        select(func.max(order.placed_at))
        .where(
            order.email == email, order.series_id == series_id, order.marketing_consent.is_(True)
        )
        .scalar_subquery()
    )


def _people(series: Series, segment: Segment) -> Select[Any]:
    statement, row_id, email, locale, first_name = SOURCES[segment.audience](series, segment)
    if segment.locale:
        statement = statement.where(locale == segment.locale)
    return statement.with_only_columns(
        row_id.label("source_id"),
        func.coalesce(email, "").label("email"),
        locale.label("locale"),
        func.coalesce(first_name, "").label("first_name"),
        maintain_column_froms=True,
    )


_Source = tuple[Select[Any], Any, Any, Any, Any]


def _holders(series: Series, segment: Segment) -> _Source:
    """Who holds a ticket; the buyer where the holder gave no address."""
    status = TicketStatus.VOID if segment.status == "void" else TicketStatus.VALID
    statement = (
        select(Ticket.id)
        .join(Order, Order.id == Ticket.order_id)
        .where(Ticket.series_id == series.id, Ticket.status == status)
    )
    if segment.product_id:
        statement = statement.where(Ticket.product_id == segment.product_id)
    admitted = _admitted(series, segment)
    if admitted:
        statement = statement.where(
            exists(select(Admission.id).where(Admission.ticket_id == Ticket.id, *admitted))
        )
    email = func.coalesce(func.nullif(Ticket.email, ""), Order.email)
    first_name = func.coalesce(func.nullif(Ticket.first_name, ""), Order.first_name)
    return statement, Ticket.id, email, Order.locale, first_name


def _admitted(series: Series, segment: Segment) -> list[ColumnElement[bool]]:
    """What an admission must be; nothing where every ticket counts, also of what admits nowhere."""
    wanted: list[ColumnElement[bool]] = []
    if segment.event_id:
        wanted.append(Admission.event_id == segment.event_id)
    if segment.day:
        slots, events = _on(series, segment.day)
        whole = Admission.slot_id.is_(None) & Admission.event_id.in_(events)
        wanted.append(or_(Admission.slot_id.in_(slots), whole))
    if segment.entered == "yes":
        wanted.append(Admission.entered_at.is_not(None))
    if segment.entered == "no":
        wanted.append(Admission.entered_at.is_(None))
    return wanted


def _on(series: Series, day: date) -> tuple[list[int], list[int]]:
    """The slots that begin on a local day, and their events."""
    start = clock.start_of_day(day, series.timezone)
    end = clock.start_of_day(day + timedelta(days=1), series.timezone)
    rows = db.session.execute(
        select(Slot.id, Slot.event_id)
        .join(Event, Event.id == Slot.event_id)
        .where(Event.series_id == series.id, Slot.starts_at >= start, Slot.starts_at < end)
    ).all()
    return [row.id for row in rows], [row.event_id for row in rows]


def _buyers(series: Series, segment: Segment) -> _Source:
    status = OrderStatus(segment.status) if segment.status else OrderStatus.PAID
    statement = select(Order.id).where(Order.series_id == series.id, Order.status == status)
    if segment.event_id or segment.product_id:
        bought = select(HoldLine.id).where(HoldLine.hold_id == Order.hold_id)
        if segment.product_id:
            bought = bought.where(HoldLine.product_id == segment.product_id)
        if segment.event_id:
            bought = bought.join(
                ProductAdmission, ProductAdmission.product_id == HoldLine.product_id
            ).where(ProductAdmission.event_id == segment.event_id)
        statement = statement.where(exists(bought))
    return statement, Order.id, Order.email, Order.locale, Order.first_name


def _guests(series: Series, segment: Segment) -> _Source:
    statement = (
        select(Guest.id)
        .join(Discount, Discount.id == Guest.discount_id)
        .where(Guest.series_id == series.id, Guest.withdrawn_at.is_(None))
    )
    if segment.event_id:
        statement = statement.where(Guest.event_id == segment.event_id)
    if segment.status:
        taken = Discount.used > 0
        statement = statement.where(taken if segment.status == "taken" else ~taken)
    return statement, Guest.id, Guest.email, Guest.locale, Guest.name


def _applicants(series: Series, segment: Segment) -> _Source:
    statement = (
        select(Application.id)
        .join(Call, Call.id == Application.call_id)
        .where(Call.series_id == series.id)
    )
    if segment.call_id:
        statement = statement.where(Call.id == segment.call_id)
    if segment.status == "draft":
        statement = statement.where(Application.state == ApplicationState.DRAFT)
    else:
        statement = statement.where(Application.state == ApplicationState.SUBMITTED)
    if segment.status in OUTCOMES:
        decided = (
            select(Decision.id)
            .join(DecisionBatch, DecisionBatch.id == Decision.batch_id)
            .where(
                Decision.application_id == Application.id,
                # What is not published is nobody's to know, by a letter neither.
                DecisionBatch.published_at.is_not(None),
                Decision.outcome.in_(OUTCOMES[segment.status]),
            )
        )
        statement = statement.where(exists(decided))
    return statement, Application.id, Application.email, Application.locale, null()


OUTCOMES = {
    "accepted": (Outcome.ACCEPTED,),
    "reserve": (Outcome.RESERVE,),
    "declined": (Outcome.DECLINED, Outcome.INELIGIBLE),
}


def _jurors(series: Series, segment: Segment) -> _Source:
    statement = (
        select(Juror.id)
        .join(Call, Call.id == Juror.call_id)
        .join(Account, Account.id == Juror.account_id)
        .where(
            Call.series_id == series.id,
            Juror.stopped_at.is_(None),
            Account.disabled_at.is_(None),
        )
    )
    if segment.call_id:
        statement = statement.where(Call.id == segment.call_id)
    return statement, Juror.id, Account.email, Account.locale, Account.name


def _team(series: Series, _segment: Segment) -> _Source:
    """Who has a role in the series or in its whole organisation; jurors and partners apart."""
    apart = (RoleName.JUROR, RoleName.CONTRIBUTOR)
    statement = (
        select(Role.id)
        .join(Account, Account.id == Role.account_id)
        .where(
            Role.organisation_id == series.organisation_id,
            or_(Role.series_id.is_(None), Role.series_id == series.id),
            Role.name.not_in(apart),
            Account.disabled_at.is_(None),
        )
    )
    return statement, Role.id, Account.email, Account.locale, Account.name


def _partners(series: Series, _segment: Segment) -> _Source:
    """Who proposes events here: people of the partners that accepted, and other contributors."""
    accepted = select(Partner.organisation_id).where(
        Partner.series_id == series.id,
        Partner.accepted_at.is_not(None),
        Partner.ended_at.is_(None),
    )
    whole = Role.series_id.is_(None) & Role.organisation_id.in_(accepted)
    statement = (
        select(Role.id)
        .join(Account, Account.id == Role.account_id)
        .where(
            Role.name == RoleName.CONTRIBUTOR,
            or_(Role.series_id == series.id, whole),
            Account.disabled_at.is_(None),
        )
    )
    return statement, Role.id, Account.email, Account.locale, Account.name


SOURCES: dict[Audience, Callable[[Series, Segment], _Source]] = {
    Audience.HOLDERS: _holders,
    Audience.BUYERS: _buyers,
    Audience.GUESTS: _guests,
    Audience.APPLICANTS: _applicants,
    Audience.JURORS: _jurors,
    Audience.TEAM: _team,
    Audience.PARTNERS: _partners,
}
