"""The invitation list of an event: pasted or imported, each with a link and places of their own."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import event as sql_event
from sqlalchemy import select

from eventsapp.delivery import promises, worker
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Event, EventAccess, EventState
from eventsapp.domain.ticketing.catalogue import discounts, guest_links, guests
from eventsapp.domain.ticketing.catalogue.errors import GuestOver
from eventsapp.domain.ticketing.catalogue.models import Discount, Guest
from eventsapp.domain.ticketing.sales import invariants
from eventsapp.domain.ticketing.sales.models import HoldLine, Order, Ticket
from eventsapp.gateways import mail
from eventsapp.kernel import clock, memory
from eventsapp.kernel.db import db
from eventsapp.kernel.i18n import FIXED
from eventsapp.kernel.outbox import OutboxMessage
from eventsapp.kernel.transaction import transaction
from tests import make
from tests.web.organizer.programme.test_programme import Desk

LIST = "ada@mail.example;Ada Lovelace;2\nGrace Hopper <grace@mail.example>\nbob@mail.example"


@pytest.fixture
def desk(client):
    mail.memory().sent.clear()
    return Desk(client)


@pytest.fixture
def dinner(desk):
    """By invitation, published, with one tariff of 25 euros."""
    event = make.event(desk.series, slug="diner", released=False, access=EventAccess.INVITATION,
                       capacity=50)  # fmt: skip
    make.product(event, code="DINER", price_cents=2500, places=40)
    publish(desk)
    return db.session.get_one(Event, event.id)


def publish(desk):
    releases.publish(desk.series.id, actor="test")
    memory.forget_everything()


def product_of(event):
    return guests.openable(event.id)[0].id


def form(event, **given):
    shown = {"lines": LIST, "along": "0", "product": str(product_of(event)), "free": "y",
             "locale": "fr", "step": "save"}  # fmt: skip
    return {name: value for name, value in (shown | given).items() if value is not None}


def invite(desk, event, **given):
    return desk.post(f"events/{event.id}/guests", **form(event, **given))


def listed():
    return db.session.scalars(
        select(Guest).order_by(Guest.id).execution_options(populate_existing=True)
    ).all()


def letters():
    worker.drain()
    return list(mail.memory().sent)


def link_in(letter):
    return re.search(r"https?://[^/\s]+(/\w+/weeks/invited/\S+)", letter.text)[1]


def follow(desk, link):
    """What somebody sees who follows the link: the page, and the form that it sends."""
    answer = desk.client.get(link)
    assert answer.status_code == 302, answer.text
    return desk.client.get(answer.location)


def take(desk, link, event, count=1):
    memory.forget_everything()
    page = follow(desk, link)
    code = re.search(r'<input type="hidden" name="code" value="([^"]+)"', page.text)
    data = {f"qty-{product_of(event)}": str(count), "code": code[1] if code else ""}
    answer = desk.client.post("/fr/weeks/hold", data=data)
    if answer.status_code == 303:
        form = {"email": "ada@mail.example", "terms": "y", "shown_total": "0"}
        answer = desk.client.post("/fr/weeks/checkout", data=form)
    desk.client.delete_cookie("hold")
    return answer.status_code


def test_a_list_is_read_first_then_each_gets_a_letter_with_a_link_of_their_own(desk, dinner):
    answer, text = invite(desk, dinner, step="check")
    assert (answer.status_code, listed()) == (200, [])
    assert "3 personnes lues" in text and "2 accompagnants" in text

    answer, text = invite(desk, dinner)
    assert answer.status_code == 302, text

    found = listed()
    assert [(one.email, one.name, one.discount.most_uses, one.letter) for one in found] == [
        ("ada@mail.example", "Ada Lovelace", 3, 1),
        ("grace@mail.example", "Grace Hopper", 1, 1),
        ("bob@mail.example", "", 1, 1),
    ]
    sent = letters()
    assert [one.to for one in sent] == [one.email for one in found]
    assert len({link_in(one) for one in sent}) == 3
    told = sent[0].text.replace(FIXED, " ")
    assert "Ada Lovelace, vous êtes invité" in told and "3 places" in told
    assert guest_links.find(link_in(sent[0]).rpartition("/")[2]).id == found[0].id
    stored = db.session.execute(select(Discount.code)).scalars().all()
    assert not any(code in told for code in stored)


def test_the_link_opens_places_and_no_more_than_it_gives(desk, dinner):
    invite(desk, dinner)
    link = link_in(letters()[0])
    page = follow(desk, link)
    assert "Votre invitation donne encore 3 places" in page.text.replace(FIXED, " ")
    assert "@" not in re.sub(r"\S+@\S+\.\S+", "", page.text[page.text.index("<main") :])

    assert take(desk, link, dinner, 2) == 303
    assert take(desk, link, dinner, 2) == 409
    assert take(desk, link, dinner, 1) == 303

    assert "Les places de votre invitation sont prises" in follow(desk, link).text
    order = db.session.scalars(select(Order).order_by(Order.id)).first()
    assert (order.total_cents, len(order.tickets)) == (0, 2)
    assert db.session.scalar(select(Discount.used).where(Discount.most_uses == 3)) == 3
    assert invariants.miscounted() == []
    _answer, text = desk.get(f"events/{dinner.id}/guests?state=whole")
    assert "Ada Lovelace" in text and "Grace Hopper" not in text


def test_nothing_is_had_without_a_link(desk, dinner):
    invite(desk, dinner)
    code = db.session.scalars(select(Discount.code)).first()

    for typed in ("", code, code.lower(), "x.y.z" * 20):
        data = {f"qty-{product_of(dinner)}": "1", "code": typed}
        answer = desk.client.post("/fr/weeks/hold", data=data)
        assert answer.status_code in (403, 404, 409, 410, 422)
    assert db.session.scalars(select(HoldLine.id)).all() == []
    assert f"qty-{product_of(dinner)}" not in desk.client.get("/fr/weeks/tickets").text


def test_a_link_of_another_series_opens_nothing_here(desk, dinner):
    other = make.event(make.series(slug="autre"))
    foreign = guest_links.link_of(make.guest(other, make.product(other)))

    data = {f"qty-{product_of(dinner)}": "1", "code": foreign}

    assert desk.client.post("/fr/weeks/hold", data=data).status_code == 410
    assert desk.client.get(f"/fr/weeks/invited/{foreign}").status_code == 410


def test_a_new_letter_kills_the_link_before_and_a_withdrawal_both(desk, dinner):
    invite(desk, dinner)
    first = link_in(letters()[0])
    guest = listed()[0]
    page = f"events/{dinner.id}/guests/{guest.id}"
    mail.memory().sent.clear()

    assert desk.post(f"{page}/letters")[0].status_code == 302
    [again] = letters()
    second = link_in(again)
    assert desk.client.get(first).status_code == 410
    assert take(desk, second, dinner) == 303
    assert desk.post(f"{page}/withdrawal")[0].status_code == 302

    answer = desk.client.get(second)
    assert answer.status_code == 410 and "Ce lien n’ouvre plus rien" in answer.text
    assert db.session.scalars(select(Ticket.status)).one() == "valid"
    assert desk.post(f"{page}/letters")[0].status_code == 410
    with pytest.raises(GuestOver):
        discounts.find(desk.series.id, second.rpartition("/")[2])
    assert "retiré" in desk.get(page)[1]


def test_a_line_that_cannot_be_read_keeps_everybody_out_and_the_text_in(desk, dinner):
    answer, text = invite(desk, dinner, lines=f"{LIST}\nBob sans adresse")

    assert (answer.status_code, listed()) == (422, [])
    assert "Ligne 4" in text and "Bob sans adresse</textarea>" in text


@pytest.mark.parametrize(
    "given",
    [{"lines": ""}, {"along": "51"}, {"along": "x"}, {"product": None}, {"product": "999"}],
)
def test_a_list_that_makes_no_sense_invites_nobody(desk, dinner, given):
    assert invite(desk, dinner, **given)[0].status_code == 422
    assert listed() == [] and letters() == []


def test_to_what_registers_elsewhere_nobody_is_invited_here(desk, dinner):
    with transaction() as session:
        session.get_one(Event, dinner.id).access = EventAccess.EXTERNAL

    _answer, text = desk.get(f"events/{dinner.id}/guests")
    answer, _text = invite(desk, dinner)

    assert "un lien n’ouvrirait rien" in text and 'name="lines"' not in text
    assert (answer.status_code, listed()) == (422, [])


def test_a_file_is_imported_as_excel_writes_it(desk, dinner):
    data = "Nom;Courriel;Avec\r\nAda Lévêque;ada@mail.example;1\r\n".encode("cp1252")
    given = form(dinner, lines="") | {"file": (io.BytesIO(data), "liste.csv")}

    answer = desk.client.post(
        desk.url(f"events/{dinner.id}/guests"),
        data={"csrf_token": desk.token, **given},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 302
    assert [(one.name, one.discount.most_uses) for one in listed()] == [("Ada Lévêque", 2)]


def test_who_is_on_the_list_keeps_link_and_places(desk, dinner):
    invite(desk, dinner)
    before = [(one.id, one.letter, one.discount.most_uses) for one in listed()]
    mail.memory().sent.clear()
    letters()
    mail.memory().sent.clear()

    invite(desk, dinner, lines=f"{LIST}\nzoe@mail.example", along="4")

    after = [(one.id, one.letter, one.discount.most_uses) for one in listed()]
    assert after[:3] == before and after[3][2] == 5
    assert [one.to for one in letters()] == ["zoe@mail.example"]


def test_letters_wait_until_the_event_is_public(desk):
    event = make.event(desk.series, slug="diner", released=False, state=EventState.DRAFT)
    make.product(event, price_cents=0)
    invite(desk, event)
    assert [one.letter for one in listed()] == [0, 0, 0] and letters() == []
    path = f"events/{event.id}/guests"
    assert "3 lettres attendent" in desk.get(path)[1]
    desk.post(f"{path}/letters")
    assert letters() == []

    with transaction() as session:
        session.get_one(Event, event.id).state = EventState.CONFIRMED
    publish(desk)
    assert desk.post(f"{path}/letters")[0].status_code == 302

    assert len(letters()) == 3
    desk.post(f"{path}/letters")
    assert len(letters()) == 3


def test_a_letter_whose_message_is_missing_is_written_by_the_sweep(desk, dinner):
    invite(desk, dinner)
    with transaction() as session:
        session.query(OutboxMessage).delete()

    assert promises.sweep() == 3
    assert len(letters()) == 3
    assert promises.sweep() == 0


def test_places_are_changed_down_to_what_is_taken(desk, dinner):
    invite(desk, dinner)
    link, guest = link_in(letters()[0]), listed()[0]
    take(desk, link, dinner, 2)
    path = f"events/{dinner.id}/guests/{guest.id}/places"

    assert desk.post(path, places="1")[0].status_code == 409
    assert desk.post(path, places="0")[0].status_code == 422
    assert desk.post(path, places="beaucoup")[0].status_code == 422
    assert desk.post(path, places="2")[0].status_code == 302
    assert take(desk, link, dinner) == 409
    assert desk.post(path, places="3")[0].status_code == 302
    assert take(desk, link, dinner) == 303


def test_names_and_addresses_are_forgotten_after_their_time(desk, dinner, monkeypatch):
    monkeypatch.setattr(guests, "BATCH", 2)  # all that is due goes at once, however much it is
    invite(desk, dinner)
    link = link_in(letters()[0])
    take(desk, link, dinner)
    end = db.session.get_one(Event, dinner.id).released_until
    clock.freeze(end + guests.KEPT_FOR - timedelta(seconds=1))
    assert guests.forget() == 0
    clock.freeze(end + guests.KEPT_FOR + timedelta(seconds=1))

    assert guests.forget() == 3

    assert {(one.email, one.name) for one in listed()} == {(None, "")}
    assert sum(one.discount.used for one in listed()) == 1
    assert guests.forget() == 0
    desk.token = make.signed_in(desk.client, desk.account)
    assert "oublié" in desk.get(f"events/{dinner.id}/guests")[1]


def test_guests_are_no_codes_and_go_to_a_file_of_their_own(desk, dinner):
    invite(desk, dinner)

    assert "Aucun code" in desk.get("codes")[1]
    assert "@" not in desk.get("codes.csv")[1]
    answer, text = desk.get(f"events/{dinner.id}/guests.csv")
    assert answer.status_code == 200
    assert text.count("@mail.example") == 3 and "Ada Lovelace" in text
    answer, text = desk.get(f"events/{dinner.id}/guests.csv?q=grace")
    assert text.count("@mail.example") == 1
    assert desk.post(f"events/{dinner.id}/guests/files")[0].status_code in (302, 303)


@pytest.mark.parametrize("role", ["contributor", "accountant", "door"])
def test_who_does_not_run_the_box_office_sees_no_name(client, role):
    owner = Desk(client)
    event = make.event(owner.series)
    guest = make.guest(event, make.product(event))
    other = Desk(client, role, series=owner.series)

    for path in ("guests", "guests.csv", f"guests/{guest.id}"):
        assert other.get(f"events/{event.id}/{path}")[0].status_code in (403, 404)


def test_another_house_and_another_event_see_no_guest(desk, dinner):
    invite(desk, dinner)
    guest = listed()[0]
    beside = make.event(desk.series)
    assert desk.get(f"events/{beside.id}/guests/{guest.id}")[0].status_code == 404
    stranger = Desk(desk.client, series=make.series(slug="autre"))
    address = f"/organizer/weeks/events/{dinner.id}/guests"
    for path in (address, f"{address}.csv", f"{address}/{guest.id}"):
        assert stranger.client.get(path).status_code == 404


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_list_asks_as_much_for_one_as_for_fifty(desk, dinner):
    def statements():
        heard = []
        sql_event.listen(db.engine, "before_cursor_execute", lambda *said: heard.append(said[2]))
        assert desk.get(f"events/{dinner.id}/guests")[0].status_code == 200
        return len(heard)

    invite(desk, dinner, lines="ada@mail.example")
    statements()
    few = statements()
    invite(desk, dinner, lines="\n".join(f"n{n}@mail.example" for n in range(60)))
    statements()

    assert statements() <= few
    assert len(listed()) == 61
