"""Tickets on paper: what a ticket says, ready in the reader's language."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from eventsapp.domain.programme.releases import ReleasedEvent, ReleasedSeries
from eventsapp.domain.ticketing.sales import codes
from eventsapp.domain.ticketing.sales.models import Ticket
from eventsapp.gateways import paper
from eventsapp.gateways.paper import TicketPaper
from eventsapp.kernel import i18n, money, words
from eventsapp.kernel.clock import local
from eventsapp.kernel.i18n import _, pick


def tickets_paper(tickets: Sequence[Ticket], shown: ReleasedSeries, lang: str) -> bytes:
    """All tickets of an order in one PDF."""
    with i18n.use_locale(lang):
        pages = [paper_of(ticket, shown) for ticket in tickets]
        return paper.tickets_pdf(pages, lang=lang, organizer=shown.organizer_name)


def paper_of(ticket: Ticket, shown: ReleasedSeries) -> TicketPaper:
    """One ticket. A hidden address is shown here: its holder may know it."""
    event = shown.event_by_id(ticket.event_id) if ticket.event_id else None
    place = (event.secret_venue or event.venue) if event else None
    start = _start(ticket, event)
    at = local(start, shown.timezone) if start else None
    price = _price(ticket)
    return TicketPaper(
        token=codes.token(ticket),
        series=shown.title,
        event=words.typo(pick(event.title_fr, event.title_en) if event else shown.title),
        day=words.day_month(at.date()) if at else "",
        time=words.hour(at) if at else "",
        when=_when(ticket, event),
        where=words.typo(place.name) if place else "",
        address=f"{place.street}, {place.postcode} {place.city}".strip(", ") if place else "",
        product=words.typo(pick(ticket.product.label_fr, ticket.product.label_en)),
        first_name=ticket.first_name,
        last_name=ticket.last_name,
        company=ticket.company,
        price=words.money(price, ticket.product.currency) if price else _("Gratuit"),
        code=codes.short(ticket),
        advice=f"{_advice(event, start, shown)} {_again(ticket, event)}".strip(),
        legal=_("Vendu par {seller}.", seller=shown.organizer_name),
    )


def _price(ticket: Ticket) -> int:
    """Its part of what was paid, in cents: the tickets of a duo add up to the duo."""
    unit = next(
        (line.unit_cents for line in ticket.order.hold.lines if line.id == ticket.hold_line_id), 0
    )
    per_unit = ticket.product.tickets_per_unit
    if per_unit == 1:
        return unit
    return money.split(unit, [1] * per_unit)[(ticket.place or 0) % per_unit]


def _start(ticket: Ticket, event: ReleasedEvent | None) -> datetime | None:
    if event is None or not event.slots:
        return None
    return event.slots_of(_slot_id(ticket))[0].starts_at


def _when(ticket: Ticket, event: ReleasedEvent | None) -> str:
    """The evening; of several days each one."""
    if event is None or not event.slots:
        return ""
    slots = event.slots_of(_slot_id(ticket))
    if len(slots) == 1:
        return words.moment(slots[0].starts_at, event.zone, year=True)
    return words.times([(one.starts_at, one.ends_at) for one in slots], event.zone, year=True)


def _slot_id(ticket: Ticket) -> int | None:
    return next((one.slot_id for one in ticket.admissions if one.slot_id), None)


def _again(ticket: Ticket, event: ReleasedEvent | None) -> str:
    """How often it enters, where that is not what everybody expects of one evening."""
    slot_id = _slot_id(ticket)
    if event is None or (event.entry is None and len(event.days_of(event.slots_of(slot_id))) < 2):
        return ""
    return {
        "once": _("Ce billet n’entre qu’une fois."),
        "daily": _("Ce billet entre une fois par jour."),
        "return": _("Ce billet vaut tous les jours ; on peut sortir et revenir."),
        "free": _("Ce billet entre autant de fois que l’on veut."),
    }[event.policy(slot_id)]


def _advice(event: ReleasedEvent | None, start: datetime | None, shown: ReleasedSeries) -> str:
    if event is None or start is None:
        return ""
    opens_at = start - timedelta(minutes=event.doors_minutes_before)
    doors = words.hour(local(opens_at, shown.timezone))
    if event.traits.get("identity_required"):
        return _("Portes à {doors}. Venez avec une pièce d’identité.", doors=doors)
    return _("Portes à {doors}. Montez la luminosité de l’écran, ou imprimez.", doors=doors)
