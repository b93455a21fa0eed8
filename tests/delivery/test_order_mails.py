"""Letters about orders, as readers get them: in both languages, with tickets, links and names."""

import pytest
from sqlalchemy import select

from eventsapp.delivery import worker
from eventsapp.domain.billing.money import payments, refunds
from eventsapp.domain.billing.money.models import Payment, Refund
from eventsapp.domain.billing.papers import terms
from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.aftersale import refunding
from eventsapp.domain.ticketing.sales import checkout, copies, holds, orders, tickets
from eventsapp.domain.ticketing.sales.models import Order, Ticket
from eventsapp.domain.ticketing.sales.orders import Attendee, Buyer
from eventsapp.gateways import mail
from eventsapp.gateways.mail import MailUnreachable
from eventsapp.gateways.stripe_account import sandbox, stripe_account
from eventsapp.kernel.db import db
from tests import make


@pytest.fixture
def sent(app):
    """The letters of this test, after ``worker.drain()``."""
    box = mail.memory().sent
    box.clear()
    return box


@pytest.fixture
def product(app):
    made = make.product(
        make.event(title_fr="Nuit des réseaux", title_en="Night of networks"), price_cents=1900
    )
    releases.publish(made.series_id, actor="test")
    return made


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def bought(product, *, quantity=1, **buyer) -> Order:
    """Nineteen euros a ticket, paid by card, with words that were accepted."""
    secret = holds.make(product.event.series, [make.line(product, quantity)])
    locale = buyer.get("locale", "fr")
    order = checkout.place_order(
        secret,
        Buyer(**{"email": "ada@example.org"} | buyer),
        make.nobody(quantity),
        shown_total_cents=1900 * quantity,
        terms_digest=terms.keep(f"<p>conditions {locale}</p>", locale),
    )
    checkout.start_payment(order.id, return_url="http://localhost/back")
    payment = db.session.scalars(select(Payment).where(Payment.bill_id == order.bill_id)).one()
    sandbox().pay(payment.session_id)
    payments.look_and_confirm(payment.id)
    return db.session.get(Order, order.id, populate_existing=True)


def test_the_letter_of_an_order_has_its_tickets_its_words_and_its_link(sent, product):
    order = bought(product, quantity=2, first_name="Ada")

    worker.drain()

    [letter] = sent
    text = plain(letter.text)
    link = f"http://localhost/fr/{product.event.series.slug}/orders/{order.code}/{order.secret}"
    assert letter.to == "ada@example.org"
    assert plain(letter.subject) == "Vos 2 billets : Nuit des réseaux"
    assert "Bonjour Ada," in text and "38,00 €" in text and link in text
    assert "le droit de rétractation ne s’applique pas" in text
    assert f'href="{link}"' in letter.html and 'lang="fr"' in letter.html
    names = [one.filename for one in letter.attachments]
    assert names == [f"billets-{order.code}.pdf", "conditions-de-vente.html"]
    assert letter.attachments[0].content.startswith(b"%PDF-")
    assert b"<p>conditions fr</p>" in letter.attachments[1].content


def test_tickets_of_several_events_are_not_those_of_the_first_alone(sent, product):
    series = product.event.series
    other = make.product(make.event(series, title_fr="Brunch"), price_cents=1900)
    releases.publish(series.id, actor="test")
    for locale in ("fr", "en"):
        checkout.sell(
            series,
            [make.line(product, 2), make.line(other)],
            Buyer(email="ada@example.org", locale=locale),
            [*make.nobody(2), *make.nobody(1)],
            payment="offline",
        )

    worker.drain()

    assert [plain(one.subject) for one in sent] == [
        "Vos 3 billets : Nuit des réseaux et 1 autre événement",
        "Your 3 tickets: Night of networks and 1 other event",
    ]


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_a_refund_says_which_tickets_still_open_a_door(sent, product, locale):
    order = bought(product, quantity=3, locale=locale)
    rows = db.session.scalars(select(Ticket).where(Ticket.order_id == order.id)).all()
    first, *rest = [ticket.public_id for ticket in rows]
    said = []
    worker.drain()
    for step in (
        lambda: refunding.refund_amount(order.id, 100, reason="geste", actor="test"),
        lambda: refunding.refund_tickets(order.id, [first], reason="malade", actor="test"),
        lambda: refunding.refund_tickets(order.id, rest, reason="malades", actor="test"),
    ):
        sent.clear()
        step()
        worker.drain()
        said.append(plain(sent[0].text))

    french = ["Vos billets restent valables.", "1 billet est annulé, 2 restent valables.",
              "Vos billets sont annulés : ils n’ouvrent plus aucune porte."]  # fmt: skip
    english = ["Your tickets stay valid.", "1 ticket is cancelled, 2 stay valid.",
               "Your tickets are cancelled: they open no door any more."]  # fmt: skip
    for sentence, letter in zip(french if locale == "fr" else english, said, strict=True):
        assert sentence in letter


def test_money_that_is_given_back_by_hand_is_not_said_to_have_left(sent, product):
    written = make.paid_order(product)
    worker.drain()
    sent.clear()
    refunding.refund_order(written.order_id, reason="malade", actor="test")

    worker.drain()

    [letter] = sent
    text = plain(letter.text)
    assert "L’organisateur vous rend ce montant lui-même" in text
    assert "parti" not in text and "sous dix jours" not in text


def test_the_letter_is_in_the_language_of_the_order(sent, product):
    order = bought(product, locale="en")

    worker.drain()

    [letter] = sent
    assert plain(letter.subject) == "Your ticket: Night of networks"
    assert "Hello," in letter.text
    assert f"/en/{product.event.series.slug}/orders/{order.code}/" in letter.text
    assert letter.attachments[1].filename == "conditions-of-sale.html"
    assert 'lang="en"' in letter.html


def test_a_free_order_speaks_neither_of_money_nor_of_withdrawal(sent, product):
    free = make.product(product.event, price_cents=0)
    make.web_order(free)

    worker.drain()

    [letter] = sent
    assert "Gratuit" in letter.text
    assert "rétractation" not in letter.text


def test_a_letter_sent_twice_is_the_same_letter(sent, product, monkeypatch, now):
    """The mail server took it and its answer was lost."""
    bought(product)
    really = mail.memory().send

    def lost(message):
        really(message)
        raise MailUnreachable("timed out")

    with monkeypatch.context() as patch:
        patch.setattr(mail.memory(), "send", lost)
        worker.drain()
    now(minutes=1)
    worker.drain()

    assert len(sent) == 2
    assert len({letter.message_id for letter in sent}) == 1


def test_a_copy_is_a_letter_of_its_own_each_time(sent, product):
    """Mail programs hide a letter whose Message-ID they have already."""
    order = bought(product)
    for _ in range(2):
        copies.send_tickets_again(order.id)
        copies.send_links(order.series_id, order.email)

    worker.drain()

    assert len(sent) == 5
    assert len({letter.message_id for letter in sent}) == 5


def test_a_program_that_wants_no_letter_gets_none_unless_a_person_asks(sent, product):
    written = make.paid_order(product, notify=False)
    worker.drain()
    assert sent == []

    copies.send_tickets_again(written.order_id, actor="test")
    worker.drain()
    assert [letter.to for letter in sent] == ["ada@example.org"]


def test_tickets_that_were_given_back_are_not_sent_again(sent, product):
    order = bought(product, quantity=2)
    worker.drain()
    sent.clear()
    one = db.session.scalars(select(Ticket.public_id)).first()
    refunding.refund_tickets(order.id, [one], reason="malade", actor="test")
    copies.send_tickets_again(order.id)
    worker.drain()

    letter = next(one for one in sent if one.attachments)
    assert plain(letter.subject) == "Votre billet : Nuit des réseaux"


def test_an_order_cancelled_before_its_letter_left_gets_none(sent, product):
    order = bought(product)
    orders.cancel(order.id, actor="test", reason="erreur")
    worker.drain()
    assert sent == []


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        ("late", "après la fin de la réservation"),
        ("duplicate", "avait déjà été payée"),
        ("cancelled", "avait été annulée"),
        ("organizer", "Votre remboursement est parti."),
    ],
)
def test_the_letter_of_a_refund_says_how_much_and_why(sent, product, origin, said):
    order = bought(product)
    refunds.request_on_bill(order.bill_id, 950, reason="x", origin=origin, actor="test")
    worker.drain()

    letter = sent[-1]
    assert plain(letter.subject) == "Remboursement de 9,50 €"
    assert said in plain(letter.text) and order.code in letter.text


def test_the_letter_of_a_refund_names_the_tickets_that_are_void(sent, product):
    """Who refunds one of two must tell which; a gesture leaves all of them valid."""
    order = bought(product, quantity=2)
    _first, second = db.session.scalars(select(Ticket).order_by(Ticket.id)).all()
    tickets.rename(second.id, first_name="Zoé", last_name="Roux", company="", actor="test")
    refunding.refund_tickets(order.id, [second.public_id], reason="malade", actor="test")
    worker.drain()

    assert "Billets annulés : Zoé Roux" in plain(sent[-1].text)


def test_the_letter_of_a_gesture_names_no_ticket(sent, product):
    order = bought(product)
    refunding.refund_order(order.id, reason="geste", actor="test", keep_tickets=True)
    worker.drain()

    assert "Billets annulés" not in plain(sent[-1].text)


def test_a_refund_that_failed_is_not_announced(sent, product):
    order = bought(product)
    (refund,) = refunds.request_on_bill(
        order.bill_id, 950, reason="x", origin="organizer", actor="test"
    )
    refunds.send(refund.id)
    there = db.session.get(Refund, refund.id, populate_existing=True)
    sandbox().change_refund(there.external_id, "failed", "expired_card")
    for seen in stripe_account().refunds_of(there.payment.payment_intent):
        refunds.settle(refund.id, seen)
    worker.drain()
    assert not any("Remboursement" in letter.subject for letter in sent)


HOSTILE = [
    "<a href=http://evil.example>x</a>",
    "{{ config }} {0.__class__} %(key)s",
    "Gagnez sur http://evil.example/x",
    "a Bcc: b@c.example",
    "\u202egnp.exe",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_words_and_never_links_markup_or_headers(sent, product, name):
    checkout.sell(
        product.event.series,
        [make.line(product)],
        Buyer(email="ada@example.org", first_name=name, last_name=name, company=name),
        [[Attendee(first_name=name, last_name=name, company=name)]],
        payment="offline",
    )
    worker.drain()

    [letter] = sent
    assert "http://evil" not in letter.text
    assert "<a href=http" not in letter.html
    assert "\n" not in letter.subject
    assert letter.attachments[0].content.startswith(b"%PDF-")


def test_a_link_of_an_order_goes_to_its_own_address_alone(sent, product):
    order = bought(product)
    worker.drain()
    sent.clear()
    copies.send_links(order.series_id, "nobody@example.org")
    worker.drain()
    assert sent == []
    copies.send_links(order.series_id, order.email)
    worker.drain()
    assert [(one.to, order.secret in one.text) for one in sent] == [(order.email, True)]


def asked(product, **buyer) -> Order:
    """A request that waits for a person's answer."""
    wanted = make.product(product.event, price_cents=1900, approval=True)
    secret = holds.make(product.event.series, [make.line(wanted)])
    given = Buyer(**{"email": "ada@example.org"} | buyer)
    return checkout.place_order(
        secret, given, make.nobody(1), shown_total_cents=1900, terms_digest=None
    )


@pytest.mark.parametrize(
    ("locale", "subject", "until"),
    [
        ("fr", "Votre demande {code} est acceptée", "20 septembre 2026"),
        ("en", "Your request {code} is accepted", "20 September 2026"),
    ],
)
def test_who_is_accepted_learns_what_to_pay_where_and_until_when(
    sent, product, locale, subject, until
):
    order = asked(product, locale=locale)
    orders.approve(order.id, actor="test")
    worker.drain()

    [letter] = sent
    text = plain(letter.text)
    assert plain(letter.subject) == subject.format(code=order.code)
    assert until in text and "19" in text and order.secret in text


def test_who_was_accepted_and_has_paid_meanwhile_is_not_asked_to_pay(sent, product):
    order = asked(product)
    orders.approve(order.id, actor="test")
    orders.cancel(order.id, actor="test", reason="erreur")
    worker.drain()
    [letter] = sent
    assert letter.subject == f"Votre commande {order.code} est annulée"


@pytest.mark.parametrize(
    ("locale", "subject", "label"),
    [
        ("fr", "Votre demande {code} n’est pas retenue", "Motif : "),
        ("en", "Your request {code} was not accepted", "Reason: "),
    ],
)
def test_who_is_refused_learns_why(sent, product, locale, subject, label):
    order = asked(product, locale=locale)
    orders.refuse(order.id, actor="test", reason="Complet : voyez http://evil.example/x")
    worker.drain()

    [letter] = sent
    assert plain(letter.subject) == subject.format(code=order.code)
    assert f"{label}Complet" in plain(letter.text)
    assert "http://evil" not in letter.text + letter.html
