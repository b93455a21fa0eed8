"""Two lists of the door: who is expected, and everything that was scanned."""

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from eventsapp.domain.checkin.models import Device, Gate, Presence, Scan
from eventsapp.domain.programme.models import Event
from eventsapp.domain.ticketing.asking import queries as asking
from eventsapp.domain.ticketing.catalogue.models import Product
from eventsapp.domain.ticketing.sales import answers_listed as answers
from eventsapp.domain.ticketing.sales import search
from eventsapp.domain.ticketing.sales.models import Admission, Order, Ticket, TicketStatus
from eventsapp.kernel.i18n import _
from eventsapp.kernel.lists import Column, Kind, Listing


def attendees(series_id: int) -> Listing:
    """Admissions of a series, one row for each ticket and event, by name, with what each answered.
    What is sensitive is in no list but that of the needs."""
    came = (
        select(func.min(Presence.first_at))
        .where(Presence.admission_id == Admission.id, Presence.rehearsal.is_(False))
        .correlate(Admission)
        .scalar_subquery()
    )
    return Listing(
        source=select(Admission.id)
        .join(Ticket, Ticket.id == Admission.ticket_id)
        .join(Event, Event.id == Admission.event_id)
        .join(Product, Product.id == Ticket.product_id)
        .join(Order, Order.id == Ticket.order_id)
        .where(Ticket.series_id == series_id),
        row_id=Admission.id,
        columns=(
            Column("last_name", Ticket.last_name, sorted_by=Ticket.sort_name),
            Column("first_name", Ticket.first_name, sorted_by=Ticket.sort_first_name),
            Column("company", Ticket.company, sorted_by=Ticket.sort_company),
            Column("event", Event.title_fr),
            Column("product", Product.label_fr),
            Column("status", Ticket.status),
            Column("entered_at", came, sortable=False),
            Column("email", Ticket.email, shown=False),
            Column("order", Order.code, shown=False),
            Column("ticket", Ticket.public_id, sortable=False, shown=False),
            Column("issued_at", Ticket.issued_at, shown=False),
            Column("reference", Ticket.reference, shown=False),
            *answers.columns(asking.listed(series_id, sensitive=False)),
        ),
        order="last_name",
        extra={"event_en": Event.title_en, "product_en": Product.label_en},
        filters={"q": search.tickets_of, "event": _of_event, "status": _of_status},
    )


def attendee_titles(series_id: int) -> dict[str, str]:
    return {
        "last_name": _("Nom"),
        "first_name": _("Prénom"),
        "company": _("Société"),
        "event": _("Événement"),
        "product": _("Tarif"),
        "status": _("État"),
        "entered_at": _("Entrée"),
        "email": _("Adresse électronique"),
        "order": _("Commande"),
        "ticket": _("Billet"),
        "issued_at": _("Émis"),
        "reference": _("Référence"),
        **answers.titles(asking.listed(series_id, sensitive=False)),
    }


def scans(series_id: int) -> Listing:
    """Every scan at the gates of a series, the latest first; rehearsals are marked."""
    undo = aliased(Scan)
    holder = func.trim(Ticket.last_name + " " + Ticket.first_name)
    return Listing(
        source=select(Scan.id)
        .join(Gate, Gate.id == Scan.gate_id)
        .outerjoin(Device, Device.id == Scan.device_id)
        # Of a ticket of another series nobody learns a name here.
        .outerjoin(Ticket, (Ticket.id == Scan.ticket_id) & (Ticket.series_id == Gate.series_id))
        .outerjoin(Event, Event.id == Scan.event_id)
        .outerjoin(undo, undo.annuls_id == Scan.id)
        .where(Gate.series_id == series_id, Scan.kind != "undo"),
        row_id=Scan.id,
        columns=(
            Column("scanned_at", Scan.scanned_at),
            Column("gate", Gate.name),
            Column("kind", Scan.kind),
            Column("verdict", Scan.verdict),
            Column("reason", Scan.reason),
            Column("holder", holder, sorted_by=Ticket.sort_name),
            Column("event", Event.title_fr, shown=False),
            Column("reading", Scan.reading, shown=False),
            Column("phone", Device.name, shown=False),
            Column("offline", Scan.offline, shown=False),
            Column("rehearsal", Scan.rehearsal, shown=False),
            Column("received_at", Scan.received_at, shown=False),
            Column("undone_at", undo.scanned_at, shown=False),
        ),
        order="scanned_at",
        descending=True,
        extra={"event_en": Event.title_en},
        filters={
            "q": search.tickets_of,
            "event": lambda typed: _number(Scan.event_id, typed),
            "gate": lambda typed: _number(Scan.gate_id, typed),
            "verdict": lambda typed: Scan.verdict == typed,
        },
    )


def scan_titles(_series_id: int) -> dict[str, str]:
    return {
        "scanned_at": _("Heure"),
        "gate": _("Porte"),
        "kind": _("Sens"),
        "verdict": _("Réponse"),
        "reason": _("Motif"),
        "holder": _("Porteur"),
        "event": _("Événement"),
        "reading": _("Lecture"),
        "phone": _("Téléphone"),
        "offline": _("Hors ligne"),
        "rehearsal": _("Répétition"),
        "received_at": _("Reçu"),
        "undone_at": _("Annulé à"),
    }


ATTENDEES = Kind(
    "attendees",
    attendees,
    attendee_titles,
    permission="orders.export",
    computed=lambda series_id: answers.told(asking.listed(series_id, sensitive=False)),
)
SCANS = Kind("scans", scans, scan_titles, permission="door.view")


def _of_event(typed: str) -> ColumnElement[bool] | None:
    return _number(Admission.event_id, typed)


def _of_status(typed: str) -> ColumnElement[bool] | None:
    known = {member.value for member in TicketStatus}
    return Ticket.status == TicketStatus(typed) if typed in known else None


def _number(column: object, typed: str) -> ColumnElement[bool] | None:
    if not (typed.isascii() and typed.isdigit() and len(typed) < 19):
        return None
    condition: ColumnElement[bool] = column == int(typed)  # type: ignore[assignment]
    return condition
