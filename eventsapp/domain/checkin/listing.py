"""Lists of the door: who is expected, what they need there, and everything that was scanned."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import aliased

from eventsapp.domain.checkin.models import Device, Gate, Presence, Scan
from eventsapp.domain.programme.models import Event
from eventsapp.domain.ticketing.asking import queries as asking
from eventsapp.domain.ticketing.asking import words as answers
from eventsapp.domain.ticketing.asking.models import AskedQuestion, GivenAnswer
from eventsapp.domain.ticketing.catalogue.models import Product
from eventsapp.domain.ticketing.sales import search
from eventsapp.domain.ticketing.sales.models import Admission, Order, Ticket, TicketStatus
from eventsapp.kernel.i18n import _
from eventsapp.kernel.lists import Column, Computed, Kind, Listing


def attendees(series_id: int) -> Listing:
    """Admissions of a series, one row for each ticket and event, by name, with what each answered.
    What is sensitive is in no list but that of the needs."""
    return _attendees(series_id, asking.listed(series_id, sensitive=False))


def needs(series_id: int) -> Listing:
    """Valid admissions with a sensitive answer, and these answers alone beside the name."""
    questions = asking.listed(series_id, sensitive=True)
    plain = _attendees(series_id, questions)
    asked = [one.id for one in questions]
    given = (
        select(GivenAnswer.id)
        .where(
            GivenAnswer.question_id.in_(asked),
            GivenAnswer.order_id == Ticket.order_id,
            _of_ticket(),
        )
        .exists()
    )
    known = {"last_name", "first_name", "event", "product", *(key_of(one) for one in questions)}
    return replace(
        plain,
        source=plain.source.where(Ticket.status == TicketStatus.VALID, given),
        columns=tuple(replace(one, shown=True) for one in plain.columns if one.key in known),
        filters={"q": search.tickets_of, "event": _of_event},
    )


def need_titles(series_id: int) -> dict[str, str]:
    return {
        "last_name": _("Nom"),
        "first_name": _("Prénom"),
        "event": _("Événement"),
        "product": _("Tarif"),
        **_question_titles(asking.listed(series_id, sensitive=True)),
    }


def key_of(question: AskedQuestion) -> str:
    """The column of a question."""
    return f"q{question.id}"


def _of_ticket() -> ColumnElement[bool]:
    """An answer of the ticket, or one of its order."""
    return or_(
        GivenAnswer.hold_line_id.is_(None),
        and_(GivenAnswer.hold_line_id == Ticket.hold_line_id, GivenAnswer.place == Ticket.place),
    )


def _columns(questions: Sequence[AskedQuestion]) -> tuple[Column, ...]:
    return tuple(
        Column(key_of(one), _answer_to(one), shown=False, lazy=True, named=one.key)
        for one in questions
    )


def _answer_to(question: AskedQuestion) -> Any:
    if question.per_order:
        whose = (GivenAnswer.order_id == Ticket.order_id) & GivenAnswer.hold_line_id.is_(None)
    else:
        whose = (GivenAnswer.hold_line_id == Ticket.hold_line_id) & (
            GivenAnswer.place == Ticket.place
        )
    return (
        select(GivenAnswer.value)
        .where(GivenAnswer.question_id == question.id, whose)
        .correlate(Ticket)
        .scalar_subquery()
    )


def _question_titles(questions: Sequence[AskedQuestion]) -> dict[str, str]:
    return {key_of(one): answers.label(one) for one in questions}


def _told(questions: Sequence[AskedQuestion]) -> Computed:
    """Answers as people read them."""

    def tell(question: AskedQuestion) -> Callable[[Row[Any]], str]:
        key = key_of(question)

        def told(row: Row[Any]) -> str:
            text = getattr(row, key)
            return "" if text is None else answers.spoken(question, text)

        return told

    return {key_of(one): tell(one) for one in questions}


def _attendees(series_id: int, questions: Sequence[AskedQuestion]) -> Listing:
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
            *_columns(questions),
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
        **_question_titles(asking.listed(series_id, sensitive=False)),
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
    computed=lambda series_id: _told(asking.listed(series_id, sensitive=False)),
)
NEEDS = Kind(
    "needs",
    needs,
    need_titles,
    permission="answers.sensitive",
    computed=lambda series_id: _told(asking.listed(series_id, sensitive=True)),
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
