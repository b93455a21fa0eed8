"""Our objects as JSON, in one place."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from eventsapp.domain.programme.releases import ReleasedEvent, ReleasedSeries
from eventsapp.domain.questions.fields import TICKED
from eventsapp.domain.ticketing.asking.answering import Typed
from eventsapp.domain.ticketing.asking.models import AskedQuestion
from eventsapp.domain.ticketing.catalogue import sale
from eventsapp.domain.ticketing.catalogue.limits import Offer
from eventsapp.domain.ticketing.sales import codes
from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.domain.ticketing.sales.orders import Written
from eventsapp.kernel import clock
from eventsapp.web.api.documented import Strict

MOST_LINES = 50


#: Answers by the key of their question. Choices by their id, several as a list; a date as
#: 2026-09-24; true to give a consent.
Answers = dict[str, str | int | bool | list[str]]


class AttendeeIn(Strict):
    """``answers``: to what is asked of each attendee."""

    first_name: str = ""
    last_name: str = ""
    email: str | None = None
    company: str | None = None
    answers: Answers = {}


class LineIn(Strict):
    """``event``: id or slug. ``product``: its code. One attendee a ticket."""

    event: int | str
    product: str
    attendees: list[AttendeeIn] = Field(min_length=1)
    slot: int | None = None
    price_cents: int | None = None


class OrderIn(Strict):
    """``payment``: free, offline (paid to the organizer already), stripe or transfer.

    ``answers``: to what is asked once for the order.
    """

    email: str
    lines: list[LineIn] = Field(min_length=1, max_length=MOST_LINES)
    payment: Literal["free", "offline", "stripe", "transfer"] = "free"
    locale: Literal["fr", "en"] = "fr"
    notify: bool = True
    discount: str | None = None
    answers: Answers = {}


class TicketOut(BaseModel):
    id: str
    token: str
    event: str
    product: str
    status: str


class OrderOut(BaseModel):
    """``tickets`` is empty until the order is paid."""

    code: str
    status: str
    total_cents: int
    currency: str
    payment_url: str | None
    tickets: list[TicketOut]


class RefundIn(Strict):
    """Tickets by id, or a free amount, or (neither) the whole order; never both."""

    model_config = ConfigDict(json_schema_extra={"not": {"required": ["tickets", "amount_cents"]}})

    reason: str = Field(max_length=1000)
    tickets: list[str] | None = None
    amount_cents: int | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> "RefundIn":
        if self.tickets is not None and self.amount_cents is not None:
            raise ValueError("tickets or amount_cents, not both: tickets have their price")
        return self


class RefundOut(BaseModel):
    amount_cents: int
    status: str


class VenueOut(BaseModel):
    name: str
    city: str
    lat: float | None
    lon: float | None


class ProductOut(BaseModel):
    code: str
    name: str
    price_cents: int
    currency: str
    available: int


class EventOut(BaseModel):
    id: int
    slug: str
    title: str
    starts_at: str | None
    ends_at: str | None
    status: str
    venue: VenueOut | None
    products: list[ProductOut]


class EventsOut(BaseModel):
    events: list[EventOut]


class SeriesOut(BaseModel):
    slug: str
    title: str
    timezone: str
    starts_on: str
    ends_on: str
    currency: str


class SeriesListOut(BaseModel):
    series: list[SeriesOut]


class ChoiceOut(BaseModel):
    id: str
    label: dict[str, str]


class WhenOut(BaseModel):
    """Asked only under one of these choices of an earlier question."""

    question: str
    choices: list[str]


class QuestionOut(BaseModel):
    """What buyers are asked. ``event`` and ``product`` (its code) say with what; neither: with
    everything. ``of``: attendee or order. ``label`` and ``hint``: fr and en."""

    key: str
    kind: str
    category: str
    of: str
    event: int | None
    product: str | None
    required: bool
    label: dict[str, str]
    hint: dict[str, str]
    choices: list[ChoiceOut]
    when: WhenOut | None


class QuestionsOut(BaseModel):
    questions: list[QuestionOut]


def questions_json(
    questions: Iterable[AskedQuestion], products: Mapping[int, tuple[int | None, str]]
) -> list[dict[str, Any]]:
    """``products``: id -> (event, code)."""
    known = list(questions)
    keys = {one.id: one.key for one in known}
    return [_question_json(one, keys, products) for one in known]


def _question_json(
    one: AskedQuestion, keys: Mapping[int, str], products: Mapping[int, tuple[int | None, str]]
) -> dict[str, Any]:
    event_id, code = products.get(one.product_id or 0, (one.event_id, None))
    return {
        "key": one.key,
        "kind": one.kind.value,
        "category": one.category.value,
        "of": "order" if one.per_order else "attendee",
        "event": event_id,
        "product": code,
        "required": one.required,
        "label": {"fr": one.label_fr, "en": one.label_en},
        "hint": {"fr": one.hint_fr, "en": one.hint_en},
        "choices": one.terms.get("choices", []),
        "when": None
        if one.when_id is None
        else {"question": keys.get(one.when_id, ""), "choices": one.when_choices},
    }


def typed_answers(wanted: OrderIn) -> Typed:
    """The answers of an order as the checkout reads them."""
    return Typed(
        order=_raw(wanted.answers),
        seats={
            (number, place): _raw(person.answers)
            for number, line in enumerate(wanted.lines)
            for place, person in enumerate(line.attendees)
            if person.answers
        },
        by_key=True,
    )


def _raw(answers: Answers) -> dict[str, Any]:
    """A box is ticked or not; numbers are read as they are typed."""
    ticked = {True: TICKED, False: ""}
    return {
        name: ticked[value] if isinstance(value, bool) else value for name, value in answers.items()
    }


def series_json(series: ReleasedSeries) -> dict[str, Any]:
    return {
        "slug": series.slug,
        "title": series.title,
        "timezone": series.timezone,
        "starts_on": series.starts_on.isoformat(),
        "ends_on": series.ends_on.isoformat(),
        "currency": series.currency,
    }


def event_json(event: ReleasedEvent, offers: Iterable[Offer], zone: str) -> dict[str, Any]:
    """An event with its public products; a hidden address shows its city alone."""
    now = clock.now()
    venue = event.venue
    last = event.slots[-1] if event.slots else None
    return {
        "id": event.id,
        "slug": event.slug,
        "title": event.title,
        "starts_at": clock.local(event.slots[0].starts_at, zone).isoformat()
        if event.slots
        else None,
        "ends_at": clock.local(last.ends_at, zone).isoformat() if last else None,
        "status": event.state,
        "venue": None
        if venue is None
        else {"name": venue.name, "city": venue.city, "lat": venue.lat, "lon": venue.lon},
        "products": [
            {
                "code": offer.code,
                "name": offer.label_fr,
                "price_cents": offer.price_cents,
                "currency": offer.currency,
                "available": offer.left_in_all(now) if sale.may_be_had(offer, now) else 0,
            }
            for offer in offers
        ],
    }


def written_json(written: Written, slugs: Mapping[int, str]) -> dict[str, Any]:
    """A new order, from what was written: nothing is read again."""
    return {
        "code": written.code,
        "status": written.status.value,
        "total_cents": written.total_cents,
        "currency": written.currency,
        "payment_url": None,
        "tickets": [
            {
                "id": one["public_id"],
                "token": codes.token_of(
                    one["public_id"],
                    event_id=one["event_id"] or 0,
                    product_id=one["product_id"],
                    valid_from=int(one["valid_from"].timestamp()),
                    valid_until=int(one["valid_until"].timestamp()),
                ),
                "event": slugs.get(one["event_id"] or 0, ""),
                "product": written.offers[one["product_id"]].code,
                "status": one["status"].value,
            }
            for one in written.tickets
        ],
    }


def order_json(order: Order, *, payment_url: str | None = None) -> dict[str, Any]:
    """An order as it stands now."""
    return {
        "code": order.code,
        "status": order.status.value,
        "total_cents": order.total_cents,
        "currency": order.currency,
        "payment_url": payment_url,
        "tickets": [
            {
                "id": ticket.public_id,
                "token": codes.token(ticket),
                "event": ticket.event.slug if ticket.event else "",
                "product": ticket.product.code,
                "status": ticket.status.value,
            }
            for ticket in order.tickets
        ],
    }
