"""One function per thing to build. Each returns a saved row with sensible defaults."""

import hmac
import itertools
import uuid
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any

from PIL import Image
from sqlalchemy import select

from eventsapp import settings
from eventsapp.domain.accounts import changing, hosting, inviting, people, sign_in
from eventsapp.domain.accounts.models import Account, Invitation, Organisation, RoleName
from eventsapp.domain.messages import campaigns, notices, unsubscribing
from eventsapp.domain.messages.campaigns import Draft
from eventsapp.domain.messages.models import Audience, Campaign, Notice, Purpose, Recipient
from eventsapp.domain.messages.sources import Segment
from eventsapp.domain.programme.editing import EventDraft, RoomDraft, VenueDraft
from eventsapp.domain.programme.models import (
    Domain,
    Event,
    EventAccess,
    EventState,
    Partner,
    Room,
    Series,
    Slot,
    Venue,
)
from eventsapp.domain.programme.picture_models import Picture
from eventsapp.domain.programme.slots import SlotDraft
from eventsapp.domain.selection.calls import applications
from eventsapp.domain.selection.calls import calls as selection_calls
from eventsapp.domain.selection.calls.models import Application, Call
from eventsapp.domain.selection.jury import jury, reviews
from eventsapp.domain.selection.jury.models import Assignment, Juror, Review
from eventsapp.domain.ticketing.asking import composing
from eventsapp.domain.ticketing.asking.drafts import AskedDraft, Scope
from eventsapp.domain.ticketing.asking.models import AskedQuestion, Kind
from eventsapp.domain.ticketing.catalogue import editing, guests, products
from eventsapp.domain.ticketing.catalogue.guest_lines import GuestLine
from eventsapp.domain.ticketing.catalogue.guests import NewGuests
from eventsapp.domain.ticketing.catalogue.limits import Line
from eventsapp.domain.ticketing.catalogue.models import Guest, Product
from eventsapp.domain.ticketing.catalogue.products import NewProduct
from eventsapp.domain.ticketing.sales import checkout, holds, tariffs
from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.domain.ticketing.sales.orders import Attendee, Buyer, Written
from eventsapp.kernel import clock, secrets
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction

_numbers = itertools.count(1)

LEGAL = {
    "form": "association loi 1901",
    "siren": "000009001",
    "address": {"street": "1 place de l’Essai", "postcode": "13100", "city": "Aix-en-Provence"},
    "email": "contact@organisateur.example",
    "publication_director": "Ada Lovelace",
    "host": {"name": "Hébergeur", "address": "2 rue du Serveur", "phone": "+33 5 36 49 00 01"},
    "mediator": {"name": "Médiateur", "address": "3 cours", "url": "https://mediateur.example"},
}


def number() -> int:
    return next(_numbers)


def save(row: Any) -> Any:
    with transaction() as session:
        session.add(row)
    return row


def organisation(**given: Any) -> Organisation:
    n = number()
    return save(
        Organisation(**{"slug": f"org-{n}", "name": f"Organisation {n}", "legal": LEGAL} | given)
    )


def series(**given: Any) -> Series:
    n = number()
    if "organisation_id" not in given:
        given["organisation_id"] = organisation().id
    defaults: dict[str, Any] = {
        "slug": f"serie-{n}",
        "title_fr": f"Série {n}",
        "title_en": f"Series {n}",
        "starts_on": date(2026, 9, 24),
        "ends_on": date(2026, 10, 16),
    }
    return save(Series(**defaults | given))


def domain(in_series: Series, **given: Any) -> Domain:
    n = number()
    defaults = {"slug": f"domaine-{n}", "name_fr": f"Domaine {n}", "name_en": f"Domain {n}"}
    return save(Domain(series_id=in_series.id, **defaults | given))


def picture(in_series: Series, **given: Any) -> Picture:
    """A picture of the event, person or partner whose id is given; it has no files."""
    defaults: dict[str, Any] = {
        "key": secrets.new_secret(),
        "width": 1600,
        "height": 900,
        "alt_fr": "Une salle",
        "alt_en": "A room",
        "created_at": clock.now(),
    }
    return save(Picture(series_id=in_series.id, **defaults | given))


def photograph(size: tuple[int, int] = (800, 600), kind: str = "JPEG", **given: Any) -> bytes:
    """The bytes of a picture as a phone would send it."""
    file = BytesIO()
    given.setdefault("quality", 70)
    Image.new("RGB", size, "#e4572e").save(file, kind, **given)
    return file.getvalue()


def venue(in_series: Series, **given: Any) -> Venue:
    n = number()
    defaults: dict[str, Any] = {
        "slug": f"lieu-{n}",
        "name": f"Lieu {n}",
        "street": "1 rue de l’Essai",
        "postcode": "13100",
        "city": "Aix-en-Provence",
        "lat": 43.5262,
        "lon": 5.4398,
        "capacity": 1300,
    }
    return save(
        Venue(organisation_id=in_series.organisation_id, series_id=in_series.id, **defaults | given)
    )


def event(in_series: Series | None = None, **given: Any) -> Event:
    n = number()
    in_series = in_series or series()
    # Events that are over sell nothing: where the clock is the true one, two weeks from now.
    evening = max(datetime(2026, 9, 24, 17, 30, tzinfo=UTC), clock.now() + timedelta(days=14))
    starts_at = given.pop("starts_at", evening)
    ends_at = given.pop("ends_at", starts_at + timedelta(hours=5))
    defaults: dict[str, Any] = {
        "organisation_id": in_series.organisation_id,
        "slug": f"evenement-{n}",
        "title_fr": f"Événement {n}",
        "title_en": f"Event {n}",
        "state": EventState.CONFIRMED,
        "capacity": 800,
        "uid": str(uuid.uuid4()),
    }
    released = given.pop("released", True)
    row = Event(series_id=in_series.id, **defaults | given)
    row.slots = [Slot(starts_at=starts_at, ends_at=ends_at, uid=row.uid)]
    return on_sale(row) if released else save(row)


def on_sale(row: Event) -> Event:
    """Let the sale take the event as it stands for released, without the price of a release."""
    row.released_state = row.state.value
    row.released_access = (row.access or EventAccess.OPEN).value
    row.released_until = max(slot.ends_at for slot in row.slots)
    return save(row)


def account(
    role: str | None = None,
    *,
    in_series: Series | None = None,
    password: str | None = None,
    **given: Any,
) -> Account:
    """An account; with a role it gets it in the series' organisation (or a new one)."""
    n = number()
    made = people.create_account(given.get("email", f"personne-{n}@demo.example"), f"Personne {n}")
    if role:
        where = in_series.organisation_id if in_series else organisation().id
        people.grant_role(
            made.id,
            RoleName(role),
            organisation_id=given.get("organisation_id", where),
            series_id=in_series.id if in_series and role != "owner" else None,
        )
    if password:
        changing.set_password(made.id, password, actor="test")
    return made


def invitation(in_series: Series, role: str = "organizer", **given: Any) -> Invitation:
    """Somebody asked to take a role in a series, by its owner; the letter waits."""
    by = given.pop("by", None) or account("owner", in_series=in_series)
    where = {"organisation_id": in_series.organisation_id, "desk_series_id": in_series.id}
    if role != "owner":
        where["series_id"] = in_series.id
    email = given.pop("email", f"invite-{number()}@demo.example")
    name = given.pop("name", "")
    return inviting.invite(email, name, RoleName(role), made_by_id=by.id, **where | given)


def partner(in_series: Series, organisation_id: int) -> Partner:
    """An organisation that accepted to take part in a series."""
    at = clock.now()
    return save(
        Partner(
            series_id=in_series.id,
            organisation_id=organisation_id,
            invited_at=at,
            accepted_at=at,
        )
    )


def first_owner_asked(email: str = "") -> Invitation:
    """A new organisation, whose first owner the host has asked."""
    host = account()
    people.make_host(host.id, actor="test")
    n = number()
    made = hosting.found(
        f"Maison {n}", email or f"maison-{n}@demo.example", "", locale="fr", by_id=host.id
    )
    return db.session.query(Invitation).filter_by(organisation_id=made.id).one()


def signed_in(client: Any, account_row: Account) -> str:
    """Give the client a session; returns the CSRF token for its forms."""
    secret = sign_in.open_session(account_row.id, device="test")
    client.set_cookie("session", secret)
    key = settings.current().secret_key.encode()
    return hmac.new(key, b"csrf:" + secret.encode(), sha256).hexdigest()


FORM: list[Any] = [
    {"id": "company", "type": "text", "required": True, "label": {"fr": "Nom", "en": "Name"}},
    {"id": "siren", "type": "siren", "label": {"fr": "SIREN", "en": "SIREN"}},
    {"id": "founded", "type": "year", "required": True, "label": {"fr": "Année", "en": "Year"}},
    {
        "id": "postcode",
        "type": "postcode",
        "required": True,
        "label": {"fr": "Code postal", "en": "Postcode"},
    },
    {
        "id": "domain",
        "type": "choice",
        "required": True,
        "label": {"fr": "Domaine", "en": "Domain"},
        "choices": [
            {"id": "e-sante", "label": {"fr": "E-santé", "en": "E-health"}},
            {"id": "smart-city", "label": {"fr": "Ville", "en": "City"}},
        ],
    },
    {
        "id": "pitch_fr",
        "type": "text",
        "max_chars": 600,
        "required": True,
        "label": {"fr": "Projet", "en": "Project"},
    },
    {
        "id": "deck",
        "type": "file",
        "accept": ["application/pdf"],
        "max_mb": 10,
        "label": {"fr": "Présentation", "en": "Deck"},
    },
    {
        "id": "contact",
        "type": "person",
        "required": True,
        "label": {"fr": "Contact", "en": "Contact"},
    },
]


def _criterion(name: str, weight: int) -> dict[str, Any]:
    anchors = {str(n): {"fr": f"Niveau {n}", "en": f"Level {n}"} for n in range(1, 6)}
    label = {"fr": f"Critère {name}", "en": f"Criterion {name}"}
    return {"id": name, "weight": weight, "label": label, "hint": label, "anchors": anchors}


def call(in_series: Series | None = None, **given: Any) -> Call:
    """A call that is open now; ``stage="judging"`` or ``"deliberation"`` puts it further on."""
    n = number()
    in_series = in_series or series()
    stage = given.pop("stage", "open")
    days = {"open": 0, "judging": 20, "deliberation": 40}[stage]
    start = clock.now() - timedelta(days=days)
    calendar = selection_calls.Calendar(
        opens_at=start - timedelta(days=5),
        closes_at=given.pop("closes_at", start + timedelta(days=10)),
        review_from=start + timedelta(days=11),
        review_until=start + timedelta(days=30),
        deliberation_at=start + timedelta(days=31),
        notified_at=start + timedelta(days=32),
        confirm_until=start + timedelta(days=50),
        offers_until=start + timedelta(days=60),
    )
    terms = selection_calls.Terms(
        places=given.pop("places", 2),
        waitlist=given.pop("waitlist", 2),
        reviews_each=given.pop("reviews_each", 2),
        criteria=[_criterion("a", 60), _criterion("b", 25), _criterion("c", 15)],
        rule=given.pop("rule", {}),
        conditions={"younger_than_years": 8, "departments": ["13"], "one_per_company": True},
    )
    words = selection_calls.Words(f"Appel {n}", f"Call {n}", slug=given.pop("slug", f"appel-{n}"))
    assert given == {}
    return selection_calls.open_call(
        in_series.id,
        in_series.organisation_id,
        words,
        calendar,
        terms=terms,
        form=FORM,
        actor="test",
    )


def answers_of_application(**given: Any) -> dict[str, Any]:
    """What an applicant types into the form of ``call``."""
    n = number()
    return {
        "company": f"Entreprise {n}",
        "founded": "2022",
        "postcode": "13100",
        "domain": "e-sante",
        "pitch_fr": f"Nous fabriquons la chose {n}.",
        "contact.first_name": "Ada",
        "contact.last_name": "Lovelace",
        "contact.email": f"ada-{n}@entreprise.example",
    } | given


def draft(in_call: Call, email: str | None = None) -> Application:
    n = number()
    return applications.start(
        in_call.id, email or f"equipe-{n}@entreprise.example", locale="fr", network=f"10.0.0.{n}"
    )


def application(in_call: Call, **typed: Any) -> Application:
    """A submitted application, also when the call is no longer open."""
    made = None
    with clock.frozen(in_call.opens_at + timedelta(days=1)):
        made = draft(in_call)
        applications.submit(made.id, answers_of_application(**typed), version=1)
    return made


def juror(in_call: Call, *, declared: bool = True, **given: Any) -> Juror:
    n = number()
    made = jury.invite(
        in_call.id, given.get("email", f"jure-{n}@jury.example"), f"Juré {n}", actor="test"
    )
    if declared:
        jury.declare(made.id, {}, actor="test")
    return made


def review(by: Juror, of: Application, *levels: int) -> Review:
    """A submitted review: the levels of the criteria a, b and c (one for all, or three)."""
    given = levels * 3 if len(levels) == 1 else levels
    with transaction() as session:
        known = session.scalar(
            select(Assignment).where(
                Assignment.juror_id == by.id, Assignment.application_id == of.id
            )
        )
        if known is None:
            session.add(
                Assignment(
                    organisation_id=of.organisation_id,
                    call_id=of.call_id,
                    juror_id=by.id,
                    application_id=of.id,
                    position=number(),
                )
            )
    with clock.frozen(of.call.review_from + timedelta(hours=1)):
        return reviews.save(by.id, of.id, dict(zip("abc", given, strict=True)), submit=True)


def product(in_event: Event | None = None, *, places: int | None = 100, **given: Any) -> Product:
    n = number()
    in_event = in_event or event()
    defaults: dict[str, Any] = {
        "code": f"TARIF-{n}",
        "label_fr": f"Tarif {n}",
        "label_en": f"Ticket {n}",
        "price_cents": 1900,
    }
    return products.add_product(
        in_event.id, NewProduct(places=places, **defaults | given), actor="test"
    )


def guest(in_event: Event, of: Product, email: str = "", **given: Any) -> Guest:
    """Somebody on the invitation list of an event, with ``along`` others."""
    line = GuestLine(email or f"invite-{number()}@mail.example", given.pop("name", ""))
    new = NewGuests([line], given.pop("along", 0), [of.id], **given)
    guests.invite(in_event.series_id, in_event.id, new, actor="test")
    return db.session.query(Guest).filter_by(email=line.email, event_id=in_event.id).one()


def campaign(in_series: Series, about: Event | None = None, **given: Any) -> Campaign:
    """A draft to those who hold a ticket; ``segment`` for others."""
    segment = given.pop("segment", Segment(Audience.HOLDERS, event_id=about.id if about else None))
    words = {
        "subject_fr": "Portes à 18 h",
        "subject_en": "Doors at 6 pm",
        "body_fr": "Bonjour {prénom},",
        "body_en": "Hello {first_name},",
    }
    draft = Draft(segment, **words | given)
    return campaigns.write(in_series.id, draft, actor="test")


def notice(in_series: Series, about: Event | None = None, **given: Any) -> Notice:
    """Urgent words that stand for two hours."""
    texts = {"text_fr": "Le lieu change ce soir.", "text_en": "Another venue tonight."} | given
    until = clock.now() + timedelta(hours=2)
    event_id = about.id if about else None
    return notices.put_up(in_series.id, event_id, until=until, actor="test", **texts)


def news_link(in_series: Series, email: str = "lectrice@mail.example") -> str:
    """The link at the foot of news that this address has received."""
    made = campaign(in_series, purpose=Purpose.NEWS)
    sent = Recipient(
        campaign_id=made.id, series_id=in_series.id, source_id=1, email=email, locale="fr"
    )
    return unsubscribing.link_of(save(sent).id)


def changed(of: Product, **given: Any) -> Product:
    """The tariff as an organizer changes it at its page."""
    of = db.session.get_one(Product, of.id, populate_existing=True)
    own = editing.own_quota(of)
    wanted = {one.name: getattr(of, one.name) for one in fields(NewProduct) if one.name != "places"}
    wanted["requires"] = list(of.requires or ())
    new = NewProduct(**wanted | {"places": own.target if own else None} | given)
    return tariffs.change(of.id, of.version, new, actor="test")


def line(of: Product, quantity: int = 1, **given: Any) -> Line:
    return Line(of.id, quantity, **given)


def nobody(*counts: int) -> list[list[Attendee]]:
    """Unnamed attendees, so many per line."""
    return [[Attendee() for _ in range(count)] for count in counts]


def paid_order(of: Product, quantity: int = 1, **given: Any) -> Written:
    """An order paid to the organizer, with its tickets."""
    return checkout.sell(
        of.event.series,
        [line(of, quantity)],
        given.pop("buyer", None)
        or Buyer(email=given.pop("email", "ada@example.org"), first_name="Ada", last_name="Byron"),
        given.pop("attendees", nobody(quantity)),
        payment="offline",
        **given,
    )


def web_order(of: Product, quantity: int = 1, *, email: str = "ada@example.org") -> Order:
    """An order from the shop, waiting for its payment."""
    secret = holds.make(of.event.series, [line(of, quantity)])
    return checkout.place_order(
        secret,
        Buyer(email=email),
        nobody(quantity),
        shown_total_cents=of.price_cents * quantity,
        terms_digest=None,
    )


def room(in_venue: Venue, **given: Any) -> Room:
    n = number()
    defaults = {"slug": f"salle-{n}", "name": f"Salle {n}", "capacity": 80}
    return save(Room(venue_id=in_venue.id, **defaults | given))


def venue_draft(**given: Any) -> VenueDraft:
    rooms = (RoomDraft(None, "Grande salle", 300), RoomDraft(None, "Studio", 40))
    defaults: dict[str, Any] = {
        "name": "Cité du Livre",
        "street": "8 rue des Allumettes",
        "postcode": "13100",
        "city": "Aix-en-Provence",
        "capacity": 300,
        "rooms": rooms,
    }
    return VenueDraft(**defaults | given)


def event_draft(**given: Any) -> EventDraft:
    start = datetime(2026, 9, 24, 17, 30, tzinfo=UTC)
    defaults: dict[str, Any] = {
        "title_fr": "Atelier",
        "title_en": "Workshop",
        "summary_fr": "",
        "summary_en": "",
        "kind": "workshop",
        "domain_id": None,
        "venue_id": None,
        "state": EventState.CONFIRMED,
        "access": EventAccess.OPEN,
        "external_url": None,
        "capacity": 800,
        "instant_capacity": None,
        "doors_minutes_before": 30,
        "setup_minutes": 0,
        "teardown_minutes": 0,
        "address_hidden": False,
        "free": True,
        "headline": False,
        "slots": ((start, start + timedelta(hours=2)),),
    }
    values = defaults | given
    # (beginning, end) is a new slot, (beginning, end, id) the line of a row.
    values["slots"] = tuple(SlotDraft(*one) for one in values["slots"])
    return EventDraft(**values)


def question(in_series: Series, kind: str = "line", **given: Any) -> AskedQuestion:
    """Something that buyers are asked; ``event``, ``tariff``: with what, else with everything."""
    n = number()
    scope = Scope(
        event_id=given.pop("event").id if "event" in given else None,
        product_id=given.pop("tariff").id if "tariff" in given else None,
    )
    defaults: dict[str, Any] = {"label_fr": f"Question {n}", "label_en": f"Question {n} (en)"}
    if kind in ("choice", "choices"):
        defaults["choices"] = [("Oui", "Yes"), ("Non", "No")]
    return composing.add(
        in_series.id, AskedDraft(Kind(kind), scope, **defaults | given), actor="test"
    )
