"""Text that people type, from the form to the page that shows it: one rule everywhere."""

import io
import unicodedata

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from eventsapp.domain.accounts import people, sign_in
from eventsapp.domain.programme.models import Event, Person
from eventsapp.domain.selection.calls.models import Application
from eventsapp.domain.ticketing.sales import checkout
from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.domain.ticketing.sales.orders import Attendee, Buyer
from eventsapp.gateways import paper
from eventsapp.gateways.paper import BadgePaper
from eventsapp.kernel.db import db
from eventsapp.kernel.outbox import OutboxMessage
from tests import make
from tests.web.organizer.programme.test_programme import Desk, event_form
from tests.web.public.test_applications import address, typed


def apart(text):
    return unicodedata.normalize("NFD", text)


@pytest.fixture
def desk(client):
    return Desk(client)


def test_names_in_three_scripts_are_three_people(desk):
    event = make.event(desk.series)
    names = ["李小龍", "山田太郎", "Иван Иванов"]

    answer, _text = desk.post(
        f"events/{event.id}/sessions/new",
        version="0",
        title_fr="Causerie",
        language="fr",
        room="",
        people="\n".join([*names, "李小龍"]),
        **{"time-starts_at": "2026-09-24T19:30", "time-ends_at": "2026-09-24T20:00"},
    )

    assert answer.status_code == 302
    assert sorted(person.name for person in db.session.scalars(select(Person))) == sorted(names)
    assert desk.post("programme/releases")[0].status_code == 302
    slugs = [person.slug for person in db.session.scalars(select(Person))]
    assert len(set(slugs)) == 3
    pages = [desk.client.get(f"/fr/weeks/people/{slug}").text for slug in slugs]
    assert all(any(f"<bdi>{name}</bdi>" in page for page in pages) for name in names)


def test_joiners_stay_and_what_turns_the_words_goes(desk):
    title = "👩\u200d💻 et می\u200cخواهم\u202e"

    answer, _text = desk.post(
        "events/new", **event_form(title_fr=title, organisation=str(desk.series.organisation_id))
    )

    assert answer.status_code == 302
    event = db.session.scalars(select(Event)).one()
    assert event.title_fr == "👩\u200d💻 et می\u200cخواهم"


def badge(first_name, last_name):
    return BadgePaper(first_name=first_name, last_name=last_name, role="Visiteuse")


def test_a_badge_reads_forward_even_with_a_name_kept_before_the_rule():
    turned = badge("Ada\u202e", "Love\u2067lace")
    plain = badge("Ada", "Lovelace")

    read = [
        PdfReader(
            io.BytesIO(paper.badges_pdf([one], lang="fr", organizer="O", series="S", event="E"))
        )
        .pages[0]
        .extract_text()
        for one in (turned, plain)
    ]

    assert read[0] == read[1]
    assert "ADA" in read[0].upper()


@pytest.fixture
def helene(client):
    """An order of Hélène, typed in a browser that sends letters and accents apart."""
    event = make.event(make.series(slug="weeks"))
    product = make.product(event)
    name = Attendee(first_name="Zoé", last_name="ÉLUARD")
    checkout.sell(
        event.series,
        [make.line(product)],
        Buyer(email="hélène@mail.example", first_name="Hélène", last_name="Lefèvre"),
        [[name]],
        payment="offline",
    )
    return Desk(client, series=event.series)


@pytest.mark.parametrize("words", ["Hélène", "lefèvre", "éluard", "Éluard", "hélène@mail"])
@pytest.mark.parametrize("spell", [str, apart])
def test_an_order_is_found_however_the_name_is_spelled(helene, words, spell):
    order = db.session.scalars(select(Order)).one()

    answer = helene.client.get("/organizer/weeks/orders", query_string={"q": spell(words)})

    assert order.code in answer.text


def test_my_orders_are_found_by_an_address_in_letters_apart(helene):
    make.event(helene.series)
    helene.client.post("/organizer/weeks/programme/releases", data={"csrf_token": helene.token})
    before = db.session.query(OutboxMessage).count()

    answer = helene.client.post("/fr/weeks/orders", data={"email": apart(" Hélène@mail.example")})

    assert answer.status_code == 200
    assert db.session.query(OutboxMessage).count() == before + 1


@pytest.mark.parametrize("email", ["sean.o'brien@mail.example", "zoë@bücher.example"])
@pytest.mark.parametrize(
    "phone",
    ["06\u00a012\u00a034\u00a056\u00a078", "\u202a+33 6 12 34 56 78\u202c", "06/12/34/56/78"],
)
def test_an_application_takes_any_address_phone_and_sign(client, email, phone):
    draft = make.draft(make.call())
    pitch = "Des sourires \U0001fa77 pour tous"
    sent = typed(draft) | {
        "contact.email": apart(email),
        "contact.phone": phone,
        "pitch_fr": pitch,
    }

    answer = client.post(address(draft, "/submission"), data=sent)

    assert answer.status_code == 302, answer.text
    kept = db.session.get_one(Application, draft.id).sheet.values
    assert kept["contact"]["email"] == email
    assert set(kept["contact"]["phone"]) <= set("+0123456789 ")
    assert kept["pitch_fr"] == pitch


def test_one_mailbox_is_one_account_and_signs_in_however_it_is_typed(app):
    account = people.create_account("zoë@bücher.example", "Zoë")

    assert people.create_account(apart("ZOË@xn--bcher-kva.example"), "Z").id == account.id
    sign_in.ask_for_link(apart("Zoë@bücher.example"), network="10.0.0.1", locale="fr")
    assert db.session.query(OutboxMessage).count() == 1


def test_a_password_is_one_however_its_accents_are_typed(client):
    account = make.account(password=apart("Phrase à retenir longue"))

    def status(password):
        form = {"email": account.email, "password": password}
        return client.post("/fr/sign-in", data=form).status_code

    assert status("Phrase à retenir longue") == 302
    assert status("Phrase a retenir longue") != 302
    assert status(apart("Phrase à retenir longue")) == 302


def test_the_same_company_is_found_in_either_spelling(app):
    call = make.call()
    one = make.application(call, company="Société Électrique")
    other = make.application(call, company=apart("SOCIÉTÉ électrique"))

    assert one.company_folded == other.company_folded
