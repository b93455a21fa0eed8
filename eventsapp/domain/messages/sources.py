"""The rows of each audience: one select, with what they are written to by."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, null, or_, select

from eventsapp.domain.accounts.models import Account, Role, RoleName
from eventsapp.domain.messages.models import Audience, Campaign
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
from eventsapp.kernel.db import db

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


def people(series: Series, segment: Segment) -> Select[Any]:
    """Who is of an audience: ``source_id``, ``email``, ``locale``, ``first_name``."""
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
