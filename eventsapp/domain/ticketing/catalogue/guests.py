"""Invitation lists: who is asked to an event, with how many, and what became of it.

A guest's places are the uses of a code that nobody can type: taken, given back and bounded as the
uses of every code are (``discounts``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select, update

from eventsapp.domain.programme.models import Event, EventAccess, Series
from eventsapp.domain.ticketing.catalogue.errors import (
    GuestMalformed,
    GuestOver,
    GuestPlacesTaken,
)
from eventsapp.domain.ticketing.catalogue.facts import GuestInvited
from eventsapp.domain.ticketing.catalogue.guest_lines import MOST_ALONG, GuestLine
from eventsapp.domain.ticketing.catalogue.models import (
    PERSONAL,
    Discount,
    DiscountEffect,
    Guest,
    Product,
    ProductKind,
)
from eventsapp.kernel import audit, clock, facts, secrets, spelling
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.i18n import _
from eventsapp.kernel.lists import Column, Kind, Listing
from eventsapp.kernel.transaction import lock, transaction

#: Of one paste: more is a file that does not belong there.
MOST_AT_ONCE = 2000
#: Names and addresses of a list are kept so long after the last day of the event.
KEPT_FOR = timedelta(days=90)
BATCH = 500


@dataclass(frozen=True)
class NewGuests:
    """``along``: how many each may bring who does not say another number. ``free``: they pay
    nothing, whatever the tariff. ``product_ids``: the tariffs that their link opens."""

    lines: Sequence[GuestLine]
    along: int
    product_ids: Sequence[int]
    free: bool = True
    locale: str = "fr"


@dataclass(frozen=True)
class Added:
    """``waiting`` of those that are new have their letter when the event is public."""

    new: int
    known: int
    waiting: int


def invite(series_id: int, event_id: int, new: NewGuests, *, actor: str) -> Added:
    """Put guests on the list and write to them, all of them or none.

    Who is on it already keeps link and places. While no release shows the event the letters wait:
    their link would lead nowhere (``send_waiting``).

    Raises:
        NotFound: no such event in this series.
        GuestMalformed: nobody, too many, no tariff of this event to open, or places that are
            given on another site.
    """
    with transaction() as session:
        event = lock(Event, event_id)
        if event.series_id != series_id:
            raise NotFound(what="event", reference=event_id)
        products = _products(event, new)
        known = {
            guest.email: guest
            for guest in session.scalars(select(Guest).where(Guest.event_id == event_id))
        }
        fresh = [line for line in new.lines if line.email not in known]
        series = session.get_one(Series, series_id)
        made = [_row(series, event, line, new, products) for line in fresh]
        session.add_all(made)
        session.flush()
        if made:
            _note("guest.invited", event_id, series_id, actor, count=len(made))
        sent = _send(event, made)
        return Added(len(made), len(new.lines) - len(fresh), len(made) - sent)


def send_waiting(series_id: int, event_id: int, *, actor: str) -> int:
    """Write to those who have no letter yet; returns how many. Nobody while the event is not
    public."""
    with transaction() as session:
        event = lock(Event, event_id)
        if event.series_id != series_id:
            raise NotFound(what="event", reference=event_id)
        waiting = session.scalars(
            select(Guest).where(Guest.event_id == event_id, *_waits()).order_by(Guest.id)
        )
        sent = _send(event, list(waiting))
        if sent:
            _note("guest.sent", event_id, series_id, actor, count=sent)
        return sent


def send_again(series_id: int, guest_id: int, *, actor: str) -> None:
    """A new letter with a new link; the link of the one before is dead.

    Raises:
        NotFound: no such guest in this series.
        GuestOver: withdrawn, forgotten, or of an event that is not public.
    """
    with transaction():
        guest = _own(series_id, guest_id)
        if guest.withdrawn_at or guest.email is None or not _public(guest.event):
            raise GuestOver
        _write_to(guest)
        _note("guest.sent", guest.event_id, series_id, actor, guest=guest.id)


def withdraw(series_id: int, guest_id: int, *, actor: str) -> None:
    """The link opens nothing more; tickets that were taken by it stand.

    Raises:
        NotFound: no such guest in this series.
    """
    with transaction():
        guest = _own(series_id, guest_id)
        if guest.withdrawn_at is None:
            guest.withdrawn_at = guest.discount.valid_until = clock.now()
            _note("guest.withdrawn", guest.event_id, series_id, actor, guest=guest.id)


def change_places(series_id: int, guest_id: int, places: int, *, actor: str) -> None:
    """Give a guest another number of places, their own included.

    Raises:
        NotFound: no such guest in this series.
        GuestMalformed: fewer than one, or more than anybody may bring.
        GuestPlacesTaken: more are taken already.
    """
    if not 1 <= places <= MOST_ALONG + 1:
        raise GuestMalformed(field="places")
    with transaction() as session:
        guest = _own(series_id, guest_id)
        # Conditional, as the taking is: who takes the last one meanwhile is not undone.
        changed: Any = session.execute(
            update(Discount)
            .where(Discount.id == guest.discount_id, Discount.used <= places)
            .values(most_uses=places)
        )
        if changed.rowcount == 0:
            taken = session.scalar(select(Discount.used).where(Discount.id == guest.discount_id))
            raise GuestPlacesTaken(taken=taken or 0)
        _note("guest.changed", guest.event_id, series_id, actor, guest=guest.id, places=places)


def forget() -> int:
    """Forget names and addresses of lists whose event has been over for ``KEPT_FOR``; how many
    were taken remains. Returns how many were forgotten; the demo keeps its own."""
    forgotten = 0
    while some := _forget_some():
        forgotten += some
    return forgotten


def _forget_some() -> int:
    due = (
        select(Guest.id)
        .join(Event, Event.id == Guest.event_id)
        .join(Series, Series.id == Guest.series_id)
        .where(
            Guest.email.is_not(None),
            Event.released_until < clock.now() - KEPT_FOR,
            Series.is_demo.is_(False),
        )
        .order_by(Guest.id)
        .limit(BATCH)
    )
    ids = list(db.session.scalars(due))
    if ids:
        with transaction() as session:
            session.execute(update(Guest).where(Guest.id.in_(ids)).values(email=None, name=""))
    return len(ids)


@dataclass(frozen=True)
class Figures:
    """``places`` given to those who are not withdrawn, ``taken`` of all, ``waiting`` letters."""

    guests: int
    places: int
    taken: int
    waiting: int


def guest_of(event_id: int, guest_id: int) -> Guest:
    """Raises NotFound unless it is a guest of this event."""
    found = db.session.scalar(select(Guest).where(Guest.id == guest_id, Guest.event_id == event_id))
    if found is None:
        raise NotFound(what="guest", reference=guest_id)
    return found


def figures(event_id: int) -> Figures:
    stands = Guest.withdrawn_at.is_(None)
    row = db.session.execute(
        select(
            func.coalesce(func.sum(case((stands, 1), else_=0)), 0),
            func.coalesce(func.sum(case((stands, Discount.most_uses), else_=0)), 0),
            func.coalesce(func.sum(Discount.used), 0),
            func.coalesce(func.sum(case((_and(_waits()), 1), else_=0)), 0),
        )
        .select_from(Guest)
        .join(Discount, Discount.id == Guest.discount_id)
        .where(Guest.event_id == event_id)
    ).one()
    return Figures(*(int(one) for one in row))


def openable(event_id: int) -> list[Product]:
    """Tariffs of an event that a guest's link may open, those for guests first."""
    rows = db.session.scalars(
        select(Product).where(
            Product.event_id == event_id,
            Product.archived_at.is_(None),
            Product.kind != ProductKind.ADD_ON,
        )
    )
    return sorted(
        rows, key=lambda one: (one.kind is not ProductKind.INVITATION, one.position, one.id)
    )


def listing(event_id: int) -> Listing:
    """The list of one event, by name."""
    return Listing(
        source=select(Guest.id)
        .join(Discount, Discount.id == Guest.discount_id)
        .where(Guest.event_id == event_id),
        row_id=Guest.id,
        columns=(
            Column("name", Guest.name, sorted_by=func.nullif(func.lower(Guest.name), "")),
            Column("state", _state(), sortable=False),
            Column("taken", Discount.used),
            Column("places", Discount.most_uses),
            Column("email", Guest.email),
            Column("sent_at", Guest.sent_at),
            Column("letter", Guest.letter, shown=False),
            Column("created_at", Guest.created_at, shown=False),
        ),
        order="name",
        filters={"q": _matches, "state": lambda typed: _state() == typed},
    )


def titles(_event_id: int) -> dict[str, str]:
    return {
        "name": _("Nom"),
        "state": _("État"),
        "taken": _("Billets pris"),
        "places": _("Places"),
        "email": _("Adresse électronique"),
        "sent_at": _("Lettre"),
        "letter": _("Lettres"),
        "created_at": _("Inscrit le"),
    }


GUESTS = Kind("guests", listing, titles, permission="catalogue.edit")


def _products(event: Event, new: NewGuests) -> list[Product]:
    if event.access is EventAccess.EXTERNAL:
        raise GuestMalformed(field="access")
    if not new.lines:
        raise GuestMalformed(field="lines")
    if len(new.lines) > MOST_AT_ONCE:
        raise GuestMalformed(field="most")
    if not 0 <= new.along <= MOST_ALONG:
        raise GuestMalformed(field="along")
    wanted = set(new.product_ids)
    found = [one for one in openable(event.id) if one.id in wanted]
    if not found or len(found) != len(wanted):
        raise GuestMalformed(field="products")
    return found


def _row(
    series: Series, event: Event, line: GuestLine, new: NewGuests, products: list[Product]
) -> Guest:
    now = clock.now()
    along = new.along if line.along is None else line.along
    return Guest(
        organisation_id=series.organisation_id,
        series_id=series.id,
        event_id=event.id,
        email=line.email,
        name=line.name,
        locale=new.locale,
        letter=0,
        created_at=now,
        discount=Discount(
            organisation_id=series.organisation_id,
            series_id=series.id,
            code=f"{PERSONAL}{secrets.new_secret()}",
            effect=DiscountEffect.UNLOCK_FREE if new.free else DiscountEffect.UNLOCK,
            most_uses=1 + along,
            used=0,
            created_at=now,
            products=list(products),
        ),
    )


def _send(event: Event, guests: Sequence[Guest]) -> int:
    if not _public(event):
        return 0
    for guest in guests:
        _write_to(guest)
    return len(guests)


def _write_to(guest: Guest) -> None:
    guest.letter += 1
    guest.sent_at = clock.now()
    facts.record(GuestInvited(guest.id, guest.letter, guest.series_id))


def _public(event: Event) -> bool:
    return event.released_state == "confirmed" and event.state.value == "confirmed"


def _own(series_id: int, guest_id: int) -> Guest:
    guest = lock(Guest, guest_id)
    if guest.series_id != series_id:
        raise NotFound(what="guest", reference=guest_id)
    return guest


def _waits() -> list[ColumnElement[bool]]:
    return [Guest.letter == 0, Guest.withdrawn_at.is_(None), Guest.email.is_not(None)]


def _and(conditions: list[ColumnElement[bool]]) -> ColumnElement[bool]:
    first, *others = conditions
    for one in others:
        first = first & one
    return first


def _state() -> ColumnElement[str]:
    return case(
        (Guest.withdrawn_at.is_not(None), "withdrawn"),
        (Guest.letter == 0, "waiting"),
        (Discount.used == 0, "asked"),
        (Discount.used < Discount.most_uses, "partly"),
        else_="whole",
    )


def _matches(typed: str) -> ColumnElement[bool] | None:
    folded = spelling.fold(typed)
    if not folded:
        return None
    return or_(
        func.lower(Guest.name).contains(typed.lower(), autoescape=True),
        Guest.email.contains(folded, autoescape=True),
    )


def _note(deed: str, event_id: int, series_id: int, actor: str, **detail: Any) -> None:
    audit.note(deed, f"event:{event_id}", actor=actor, series_id=series_id, detail=detail)


def is_over(guest: Guest, at: datetime) -> bool:
    """Whether the event of a guest is over, as released."""
    until = guest.event.released_until
    return until is not None and until <= at
