"""The shop as a visitor meets it: from the event's page to the tickets, without a script."""

import re

import pytest
from sqlalchemy import func, select

from eventsapp.delivery import worker
from eventsapp.domain.accounts.models import Organisation
from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.catalogue import discounts
from eventsapp.domain.ticketing.catalogue.discounts import NewDiscount
from eventsapp.domain.ticketing.catalogue.models import DiscountEffect, Quota
from eventsapp.domain.ticketing.sales.models import Hold, Order, OrderStatus, Ticket
from eventsapp.gateways import mail
from eventsapp.gateways.stripe import StripeUnreachable
from eventsapp.gateways.stripe_account import sandbox, stripe_account
from eventsapp.kernel import words
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction
from eventsapp.settings import Settings
from tests import make


@pytest.fixture
def shop(app, client):
    """A released series with one paid and one free event; returns (client, paths, products)."""
    series = make.series(slug="essai")
    opening = make.event(series, title_fr="Ouverture", slug="ouverture", free=False)
    meetup = make.event(series, title_fr="Rencontre", slug="rencontre")
    paid = make.product(opening, places=20, label_fr="Entrée")
    free = make.product(meetup, places=20, price_cents=0, label_fr="Inscription")
    releases.publish(series.id, actor="test")
    return client, paid, free


def choose(client, **quantities):
    return client.post("/fr/essai/hold", data=quantities)


def order_form(**given):
    return {
        "email": "ada@example.org",
        "terms": "y",
        "shown_total": "1900",
        "first-0-0": "Ada",
        "last-0-0": "Byron",
    } | given


def test_a_paid_order_from_page_to_tickets(shop):
    client, paid, _free = shop
    page = client.get("/fr/essai/events/ouverture")
    assert page.status_code == 200 and f'name="qty-{paid.id}"' in page.text
    assert choose(client, **{f"qty-{paid.id}": "1"}).status_code == 303
    details = client.get("/fr/essai/checkout").text
    assert "Commander avec obligation de paiement" in details
    assert "L. 221-28, 12°" in details.replace("\u00a0", " ")
    answer = client.post("/fr/essai/checkout", data=order_form())
    assert answer.status_code == 303 and "/sandbox-stripe/pay/" in answer.location
    session_id = answer.location.rsplit("/", 1)[1]
    sandbox().pay(session_id)
    order = db.session.scalars(select(Order)).one()
    url = f"/fr/essai/orders/{order.code}/{order.secret}"
    back = client.get(f"{url}?retour=1")
    assert "Commande payée" in back.text and "Byron" in back.text
    assert back.headers["Cache-Control"] == "no-store"
    assert client.get(f"{url}/tickets.pdf").data.startswith(b"%PDF")
    assert "BEGIN:VEVENT" in client.get(f"{url}/calendar.ics").text
    assert "15,83" in client.get(f"{url}/note").text  # 19,00 less 3,17 of VAT


def test_one_mail_with_the_tickets_goes_out_and_only_one(shop):
    client, _paid, free = shop
    choose(client, **{f"qty-{free.id}": "2"})
    client.post("/fr/essai/checkout", data=order_form(shown_total="0"))
    sent = mail.memory()
    before = len(sent.sent)
    worker.drain()
    worker.drain()
    (letter,) = sent.sent[before:]
    assert letter.to == "ada@example.org"
    assert [one.content_type for one in letter.attachments] == ["application/pdf", "text/html"]


def test_a_free_order_has_no_word_of_payment(shop):
    client, _paid, free = shop
    choose(client, **{f"qty-{free.id}": "1"})
    page = client.get("/fr/essai/checkout").text
    assert "Confirmer mon inscription" in page and "obligation de paiement" not in page
    assert client.post("/fr/essai/checkout", data=order_form(shown_total="0")).status_code == 303
    assert db.session.scalars(select(Order.status)).one() is OrderStatus.PAID


def test_two_events_make_one_order(shop):
    client, paid, free = shop
    choose(client, **{f"qty-{paid.id}": "1"})
    choose(client, **{f"qty-{free.id}": "1"})
    client.post("/fr/essai/checkout", data=order_form())
    order = db.session.scalars(select(Order)).one()
    assert [line.product_id for line in order.hold.lines] == [paid.id, free.id]


def test_english_all_the_way(shop):
    client, paid, _free = shop
    client.post("/en/essai/hold", data={f"qty-{paid.id}": "1"})
    page = client.get("/en/essai/checkout").text
    assert "Order with obligation to pay" in page and "€19.00" in page


@pytest.mark.parametrize("text", ["-1", "1e3", "９", "many", "99999999999", "1.5"])
def test_odd_quantities_get_a_sentence_and_take_nothing(shop, text):
    client, paid, _free = shop
    answer = choose(client, **{f"qty-{paid.id}": text})
    assert answer.status_code == 422 and "n’est pas un nombre" in answer.text
    assert db.session.scalar(select(func.count(Hold.id))) == 0


def test_too_many_is_said_beside_the_tariff_with_what_was_typed(shop):
    client, paid, _free = shop
    answer = choose(client, **{f"qty-{paid.id}": "11"})
    assert answer.status_code == 422
    assert "10 au plus" in answer.text and 'value="11"' in answer.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "nobody"},
        {"email": "a@b\r\nBcc: x@y.example"},
        {"terms": ""},
        {"for_company": "y", "company": ""},
        {"siren": "123456789"},
        {"phone": "0" * 31},
        {"shown_total": "x"},
    ],
)
def test_a_wrong_form_is_refused_beside_its_field_and_orders_nothing(shop, wrong):
    client, paid, _free = shop
    choose(client, **{f"qty-{paid.id}": "1"})
    data = {name: value for name, value in order_form(**wrong).items() if value}
    answer = client.post("/fr/essai/checkout", data=data)
    assert answer.status_code == 422
    assert db.session.scalar(select(func.count(Order.id))) == 0


def test_a_total_changed_by_the_client_asks_again(shop):
    client, paid, _free = shop
    choose(client, **{f"qty-{paid.id}": "1"})
    answer = client.post("/fr/essai/checkout", data=order_form(shown_total="1"))
    assert answer.status_code == 409 and "Le total n’est plus celui" in answer.text


def test_the_form_sent_twice_is_one_order(shop):
    client, paid, _free = shop
    choose(client, **{f"qty-{paid.id}": "1"})
    cookie = client.get_cookie("hold").value
    client.post("/fr/essai/checkout", data=order_form())
    client.set_cookie("hold", cookie)
    assert client.post("/fr/essai/checkout", data=order_form()).status_code == 303
    assert db.session.scalar(select(func.count(Order.id))) == 1


def test_stripe_silent_keeps_order_and_places_and_says_so(shop, monkeypatch):
    client, paid, _free = shop

    def silent(*_args, **_kwargs):
        raise StripeUnreachable("no answer")

    monkeypatch.setattr(stripe_account(), "open_session", silent)
    choose(client, **{f"qty-{paid.id}": "1"})
    answer = client.post("/fr/essai/checkout", data=order_form(), follow_redirects=True)
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
    assert "Le paiement est lent en ce moment" in answer.text
    assert "Payer 19,00" in answer.text.replace("\u00a0", " ")
    assert db.session.scalars(select(Quota.taken).where(Quota.taken > 0)).all() == [1, 1]


def test_a_post_from_another_site_is_refused(shop):
    client, paid, _free = shop
    for origin in ("https://evil.example", "null", "http://localhost.evil.example"):
        answer = client.post(
            "/fr/essai/hold", data={f"qty-{paid.id}": "1"}, headers={"Origin": origin}
        )
        assert answer.status_code == 403
    assert db.session.scalar(select(func.count(Hold.id))) == 0


def test_an_order_opens_only_with_its_secret(shop):
    client, _paid, free = shop
    choose(client, **{f"qty-{free.id}": "1"})
    client.post("/fr/essai/checkout", data=order_form(shown_total="0"))
    order = db.session.scalars(select(Order)).one()
    for path in ("", "/tickets.pdf", "/calendar.ics", "/note"):
        wrong = client.get(f"/fr/essai/orders/{order.code}/{'x' * 32}{path}")
        assert wrong.status_code == 404
    assert client.get(f"/fr/essai/orders/{order.code}/{order.secret}").status_code == 200


def test_markup_in_names_is_words(shop):
    client, _paid, free = shop
    evil = "<script>alert(1)</script>\"'"
    choose(client, **{f"qty-{free.id}": "1"})
    form = order_form(**{"shown_total": "0", "first-0-0": evil, "first_name": evil})
    client.post("/fr/essai/checkout", data=form)
    order = db.session.scalars(select(Order)).one()
    page = client.get(f"/fr/essai/orders/{order.code}/{order.secret}").text
    assert "<script>alert" not in page and "&lt;script&gt;" in page
    worker.drain()
    assert "<script>alert" not in (mail.memory().sent[-1].html or "")


def test_a_name_can_be_changed_and_the_code_stays(shop):
    client, _paid, free = shop
    choose(client, **{f"qty-{free.id}": "1"})
    client.post("/fr/essai/checkout", data=order_form(shown_total="0"))
    order = db.session.scalars(select(Order)).one()
    ticket = db.session.scalars(select(Ticket)).one()
    url = f"/fr/essai/orders/{order.code}/{order.secret}"
    qr_before = re.findall(r'stroke="#000" d="([^"]+)"', client.get(url).text)
    client.post(
        f"{url}/names",
        data={"ticket": ticket.public_id, "first_name": "Grace", "last_name": "Hopper"},
    )
    page = client.get(url).text
    assert "Hopper" in page
    assert re.findall(r'stroke="#000" d="([^"]+)"', page) == qr_before


def test_find_my_tickets_says_the_same_for_everybody(shop):
    client, _paid, free = shop
    choose(client, **{f"qty-{free.id}": "1"})
    client.post("/fr/essai/checkout", data=order_form(shown_total="0"))
    known = client.post("/fr/essai/orders", data={"email": "ada@example.org"})
    unknown = client.post("/fr/essai/orders", data={"email": "nobody@example.org"})
    assert known.data == unknown.data and known.status_code == 200


def test_the_accepted_words_are_served_again(shop):
    client, _paid, free = shop
    choose(client, **{f"qty-{free.id}": "1"})
    client.post("/fr/essai/checkout", data=order_form(shown_total="0"))
    digest = db.session.scalars(select(Order.terms_digest)).one()
    assert "vente" in client.get(f"/fr/essai/legal/terms/{digest}").text
    assert client.get("/fr/essai/legal/terms/unknown").status_code == 404


def test_webhooks_count_once_and_forged_ones_not_at_all(shop):
    client, paid, _free = shop
    while sandbox().deliver_webhooks(lambda *_given: 200):
        pass  # the news of other tests: the sandbox outlives them
    choose(client, **{f"qty-{paid.id}": "1"})
    answer = client.post("/fr/essai/checkout", data=order_form())
    sandbox().pay(answer.location.rsplit("/", 1)[1])
    sent: list[tuple[bytes, dict]] = []

    def keep(_url, body, headers):
        sent.append((body, dict(headers)))
        return 200

    sandbox().deliver_webhooks(keep)
    assert sent
    for body, headers in sent * 3:
        assert client.post("/webhooks/stripe", data=body, headers=headers).status_code == 200
    body, headers = sent[0]
    assert client.post("/webhooks/stripe", data=body + b" ", headers=headers).status_code == 400
    assert client.post("/webhooks/stripe", data=body).status_code == 400
    assert db.session.scalars(select(Order.status)).one() is OrderStatus.PAID
    assert db.session.scalar(select(func.count(Ticket.id))) == 1


def test_public_pages_set_no_cookie(shop):
    client, _paid, _free = shop
    for path in ("/fr/essai/", "/fr/essai/events/ouverture", "/fr/essai/tickets"):
        assert "Set-Cookie" not in client.get(path).headers


def test_a_buyer_who_turns_back_at_stripe_can_pay_again(shop):
    client, paid, _free = shop
    choose(client, **{f"qty-{paid.id}": "1"})
    page = client.post("/fr/essai/checkout", data=order_form()).location
    path = "/" + page.split("/", 3)[3]
    back = client.post(path, data={"choice": "cancel"})
    shown = client.get("/" + back.location.split("/", 3)[3]).text
    assert "Vos places vous attendent" in shown and "Ne payez pas une seconde fois" not in shown
    order = db.session.scalars(select(Order)).one()
    again = client.post(f"/fr/essai/orders/{order.code}/{order.secret}/payments")
    assert again.location == page


def bought(client, product, count):
    """A free order of so many tickets; returns the address of its page."""
    choose(client, **{f"qty-{product.id}": str(count)})
    return client.post("/fr/essai/checkout", data=order_form(shown_total="0")).location


def test_an_orders_page_costs_the_same_for_one_ticket_and_for_three(shop, statements):
    client, _paid, free = shop
    client.get("/fr/essai/")  # urgent words are read once in some seconds
    counts = []
    for count in (1, 3):
        page = bought(client, free, count)
        del statements[:]
        assert client.get(page).text.count('class="ticket"') == count
        counts.append(len([text for text in statements if text.startswith("SELECT")]))
    assert counts[0] == counts[1] <= 3


def test_a_whole_purchase_stays_within_its_statements(shop, statements):
    client, _paid, free = shop
    bought(client, free, 1)
    client.get("/fr/essai/")  # urgent words are read once in some seconds
    del statements[:]

    client.get("/fr/essai/events/rencontre")
    page = bought(client, free, 1)
    client.get(page)

    counted = [text for text in statements if not text.startswith(("BEGIN", "COMMIT"))]
    assert len(counted) <= 21, "\n".join(text[:90] for text in counted)


@pytest.fixture
def codes(shop):
    """A code for a fifth off the paid entry, and one that opens an invitation."""
    _client, paid, _free = shop
    guest = make.product(paid.event, label_fr="Invitation", price_cents=4000, hidden=True)
    series_id = paid.series_id
    discounts.create(
        series_id,
        NewDiscount("CLUB-20", DiscountEffect.PERCENT, 20, [paid.id], most_uses=3),
        actor="test",
    )
    discounts.create(
        series_id, NewDiscount("INVIT", DiscountEffect.UNLOCK_FREE, 0, [guest.id]), actor="test"
    )
    return guest


def test_a_code_shows_its_prices_before_anything_is_chosen(shop, codes):
    client, paid, _free = shop
    page = client.get("/fr/essai/tickets?code=club-20").text.replace("\u00a0", " ")
    assert "15,20 €" in page and "au lieu de 19,00 €, avec le code CLUB-20" in page
    assert 'name="code" value="CLUB-20"' in page and "Invitation" not in page


def test_a_code_opens_what_is_not_shown(shop, codes):
    client, _paid, _free = shop
    assert f"qty-{codes.id}" not in client.get("/fr/essai/tickets").text
    assert f"qty-{codes.id}" in client.get("/fr/essai/tickets?code=INVIT").text
    assert choose(client, **{f"qty-{codes.id}": "1", "code": "INVIT"}).status_code == 303
    done = client.post("/fr/essai/checkout", data=order_form(shown_total="0"))
    assert done.status_code == 303
    assert db.session.scalars(select(Order.status)).one() is OrderStatus.PAID


def test_a_basket_with_a_code_is_charged_what_it_was_told(shop, codes):
    client, paid, _free = shop
    choose(client, **{f"qty-{paid.id}": "2", "code": "CLUB-20"})
    assert "30,40" in client.get("/fr/essai/checkout").text
    paying = client.post("/fr/essai/checkout", data=order_form(shown_total="3040"))
    session = stripe_account().look_at_session(paying.location.rsplit("/", 1)[1])
    assert session.amount_total == 3040


def test_an_unknown_code_is_said_and_keeps_what_was_typed(shop):
    client, paid, _free = shop
    page = client.get("/fr/essai/tickets?code=<b>nix</b>")
    assert page.status_code == 422 and "n’est pas connu" in page.text
    assert "&lt;b&gt;nix&lt;/b&gt;" in page.text and "<b>nix" not in page.text.lower()
    answer = choose(client, **{f"qty-{paid.id}": "2", "code": "NIX"})
    assert answer.status_code == 422
    assert db.session.scalar(select(func.count(Hold.id))) == 0


def test_guessing_codes_is_slow(shop):
    client, _paid, _free = shop
    answers = [client.get(f"/fr/essai/tickets?code=GUESS-{n}").status_code for n in range(102)]
    assert answers[0] == 422 and answers[-1] == 429


def test_without_a_stripe_key_paid_tariffs_say_so_and_free_ones_go_on(shop, monkeypatch):
    client, paid, free = shop
    choose(client, **{f"qty-{paid.id}": "1"})
    # As production is: no key, no sandbox.
    monkeypatch.setattr(Settings, "payments_open", False)

    page = client.get("/fr/essai/events/ouverture").text
    late = client.post("/fr/essai/checkout", data=order_form())
    client.delete_cookie("hold")
    choose(client, **{f"qty-{free.id}": "1"})
    done = client.post("/fr/essai/checkout", data=order_form(shown_total="0"))

    assert f'name="qty-{paid.id}"' not in page
    assert "paiement en ligne n’est pas encore ouvert" in page.replace("\u202f", " ")
    assert (late.status_code, done.status_code) == (409, 303)
    assert [order.status for order in db.session.scalars(select(Order))] == [OrderStatus.PAID]


def test_the_note_says_who_sold_what_for_when_and_where(shop):
    """Arrêté 83-50/A: name and address of the seller, date and place of the service."""
    client, paid, _free = shop
    address = {"street": "1 quai du Port", "postcode": "13002", "city": "Marseille"}
    with transaction() as session:
        seller = session.get_one(Organisation, paid.seller_id)
        seller.legal = {"address": address}
        name = seller.name
    choose(client, **{f"qty-{paid.id}": "1"})
    answer = client.post("/fr/essai/checkout", data=order_form())
    sandbox().pay(answer.location.rsplit("/", 1)[1])
    order = db.session.scalars(select(Order)).one()
    url = f"/fr/essai/orders/{order.code}/{order.secret}"
    client.get(f"{url}?retour=1")

    note = client.get(f"{url}/note").text

    when = words.moment(paid.event.slots[0].starts_at, "Europe/Paris", year=True)
    for fact in (name, "1 quai du Port", "13002 Marseille", "Ouverture", when):
        assert fact in note


def test_a_code_can_be_typed_at_the_last_step(shop, codes):
    client, paid, _free = shop
    choose(client, **{f"qty-{paid.id}": "1"})
    wrong = client.post("/fr/essai/checkout/codes", data={"code": "NIX"})
    assert wrong.status_code == 422 and "n’est pas connu" in wrong.text
    typed = order_form(code="club-20")
    page = client.post("/fr/essai/checkout/codes", data=typed).text.replace("\u00a0", " ")
    assert "15,20 €" in page and "code CLUB-20, au lieu de 19,00 €" in page
    assert 'value="Byron"' in page and 'value="ada@example.org"' in page


def test_ten_minutes_more_keep_what_was_typed(shop):
    client, paid, _free = shop
    choose(client, **{f"qty-{paid.id}": "1"})
    page = client.post("/fr/essai/checkout/extensions", data=order_form())
    assert page.status_code == 200 and 'value="Byron"' in page.text
    for _more in range(2):
        client.post("/fr/essai/checkout/extensions", data=order_form())
    refused = client.post("/fr/essai/checkout/extensions", data=order_form())
    assert refused.status_code == 409 and 'value="Byron"' in refused.text
    assert client.get("/en/essai/checkout/extensions").location == "/en/essai/checkout"


def test_a_code_that_lowers_nothing_is_not_compared_with_a_price(shop):
    """A code that opens a free tariff read "instead of free"."""
    client, _paid, free = shop
    series_id = free.event.series_id
    new = NewDiscount("VIP-1", DiscountEffect.UNLOCK, 0, [free.id])
    discounts.create(series_id, new, actor="test")

    choose(client, **{f"qty-{free.id}": "1", "code": "VIP-1"})
    details = client.get("/fr/essai/checkout").text

    assert "code VIP-1" in details
    assert "au lieu de" not in details


def test_where_nothing_is_sold_no_place_is_kept(client):
    series = make.series(slug="essai")
    make.event(series)
    releases.publish(series.id, actor="test")

    page = client.get("/fr/essai/tickets").text

    assert "Rien n’est en vente ici pour le moment." in page
    assert "Vos places seront gardées" not in page
    assert ">Continuer<" not in page
