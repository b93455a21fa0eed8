"""Whether something may be had now, by this way. The one place that says so. Pure.

Every way asks here: the page of an event, a basket, a code, the interface for programs, the
organizers themselves; and at every moment: when places are kept, when the order is written, when a
payment page opens, when money comes.

What counts is what was **released**: a draft sells nothing, and a change of access waits to be
published. A cancelled event, or one taken back to draft, stops at once, without waiting for a
release: a ticket sold in between is a ticket to give back.

=================== ===================== ============================ =====================
what                asked for (hold, API) kept already (order, page)   the organizers sell
=================== ===================== ============================ =====================
draft, unreleased   refused               refused, money goes back     refused
cancelled           refused               refused, money goes back     refused
over                refused               refused, money goes back     refused
visit closed        refused               kept: see below              refused
sale period         refused               kept: see below              refused
hidden tariff       with a code           kept                         given
by code             with a code           kept                         given
on invitation       with a link, a code   kept                         given
on request          asks the organizers   asks the organizers          given
sold elsewhere      refused               kept                         given
=================== ===================== ============================ =====================

"Kept": a page has promised the places until an hour, so that the end of a sale, of a visit or of a
code takes nothing from somebody who is filling in the form. The promise is bounded:
``holds.LONGEST``, and ``deadlines.LONGEST_PAYMENT`` from the first payment page on.

**A pass** is sold while every one of its events is released and none is cancelled: it promises all
of them at one price. It is over with the last of its events. It asks for what the strictest of them
asks: a code if one is by code or on invitation, the organizers' answer if one is on request.
"""

import enum
from collections.abc import Iterable
from datetime import datetime

from eventsapp.domain.ticketing.catalogue.errors import (
    EventCancelled,
    EventNotReleased,
    EventOver,
    NotForSale,
    SalesClosed,
    SlotClosed,
    SoldElsewhere,
)
from eventsapp.domain.ticketing.catalogue.offers import Offer
from eventsapp.kernel.errors import Refusal


class Way(enum.StrEnum):
    """How something is asked for."""

    PUBLIC = "public"
    PROGRAM = "program"  # a key: it may what the public may
    ORGANIZER = "organizer"  # paid to the organizers, or given by them


def refuse(
    offer: Offer,
    at: datetime,
    *,
    way: Way,
    opened: bool = False,
    slot_id: int | None = None,
) -> None:
    """Refuse a product that may not be asked for now.

    Args:
        opened: a code opens it, or the basket has it already.
        slot_id: the visit that is chosen, where one is.

    Raises:
        EventCancelled, EventNotReleased, EventOver: see ``refuse_kept``.
        SalesClosed: outside its sale period, closed by hand, or archived.
        SlotClosed: the visit takes nobody more.
        SoldElsewhere: another site sells.
        NotForSale: hidden or on invitation, without a code.
    """
    reason = _reason(offer, at, way=way, opened=opened, slot_id=slot_id)
    if reason is not None:
        raise reason(product=offer.label_fr)


def refuse_kept(offer: Offer, at: datetime, slot_id: int | None = None) -> None:
    """Refuse what was promised already, but is not given any more.

    Raises:
        EventCancelled: the event, or one of a pass.
        EventNotReleased: it is a draft, or no release shows it.
        EventOver: its end, or that of the visit, is past.
    """
    reason = _gone(offer, at, slot_id)
    if reason is not None:
        raise reason(product=offer.label_fr)


def may_be_had(offer: Offer, at: datetime) -> bool:
    """Whether a visitor without a code may ask for it now, places aside."""
    if offer.per_slot and not offer.slots_to_come(at):
        return False
    return _reason(offer, at, way=Way.PUBLIC, opened=False, slot_id=None) is None


def stands(offer: Offer, at: datetime, slot_id: int | None = None) -> bool:
    """Whether its event takes place as released and is not over."""
    return _gone(offer, at, slot_id) is None


def asks_first(offer: Offer) -> bool:
    """Whether the organizers answer before it is given."""
    return asked_first(offer.approval, [event.access for event in offer.events])


def asked_first(approval: bool, accesses: Iterable[str]) -> bool:
    """The same of a product's own setting and of the access of its events, as released."""
    return approval or "approval" in accesses


def by_invitation(offer: Offer) -> bool:
    """Whether a visitor needs a code for it."""
    return offer.hidden or any(event.access in ("code", "invitation") for event in offer.events)


def _reason(
    offer: Offer, at: datetime, *, way: Way, opened: bool, slot_id: int | None
) -> type[Refusal] | None:
    gone = _gone(offer, at, slot_id)
    if gone is not None:
        return gone
    if way is not Way.ORGANIZER:
        if offer.event_id is not None and any(one.access == "external" for one in offer.events):
            return SoldElsewhere
        if by_invitation(offer) and not opened:
            return NotForSale
    if offer.closed_slot(slot_id):
        return SlotClosed
    return None if offer.on_sale(at) else SalesClosed


def _gone(offer: Offer, at: datetime, slot_id: int | None) -> type[Refusal] | None:
    if any("cancelled" in (one.state, one.released) for one in offer.events):
        return EventCancelled
    if any((one.state, one.released) != ("confirmed", "confirmed") for one in offer.events):
        return EventNotReleased
    ends = [one.over_at for one in offer.events]
    if ends and all(end is not None and end <= at for end in ends):
        return EventOver
    visit = [draw.over_at for draw in offer.draws if slot_id and draw.slot_id == slot_id]
    return EventOver if any(end is not None and end <= at for end in visit) else None
