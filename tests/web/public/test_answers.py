"""The questions of a series, an event and a tariff: asked at the checkout, corrected afterwards."""

import re

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.asking import composing
from eventsapp.domain.ticketing.asking.drafts import draft_of
from eventsapp.domain.ticketing.asking.models import AskedQuestion, GivenAnswer
from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.kernel import memory
from eventsapp.kernel.audit import AuditEntry
from eventsapp.kernel.db import db
from tests import make


class Shop:
    """A series on sale and a visitor of it."""

    def __init__(self, client):
        self.client = client
        self.series = make.series(slug="essai")
        self.event = make.event(self.series)
        self.other = make.event(self.series)
        self.free = make.product(self.event, price_cents=0, label_fr="Entrée")
        self.second = make.product(self.other, price_cents=0, label_fr="Soirée")
        releases.publish(self.series.id, actor="test")

    def hold(self, **quantities):
        typed = {f"qty-{getattr(self, name).id}": str(n) for name, n in quantities.items()}
        assert self.client.post("/fr/essai/hold", data=typed).status_code == 303

    def page(self, lang="fr"):
        db.session.expire_all()  # a visitor's next request has a session of its own
        return self.client.get(f"/{lang}/essai/checkout").text

    def send(self, *pairs, lang="fr", **more):
        typed = MultiDict({"email": "ada@mail.example", "terms": "y", "shown_total": "0"} | more)
        for name, value in pairs:
            typed.add(name, value)
        return self.client.post(f"/{lang}/essai/checkout", data=typed)


@pytest.fixture
def shop(client):
    return Shop(client)


def name(question, line=None, place=None):
    return f"q{question.id}" + (f"-{line}-{place}" if line is not None else "")


def answers():
    """(question key, line given or None, place, value, wording) of all, in order."""
    keys = dict(db.session.execute(select(AskedQuestion.id, AskedQuestion.key)).all())
    rows = db.session.scalars(
        select(GivenAnswer).order_by(GivenAnswer.id).execution_options(populate_existing=True)
    )
    return [(keys[one.question_id], one.place, one.value) for one in rows]


def only_order():
    return db.session.scalars(select(Order).execution_options(populate_existing=True)).one()


def errors_by_field(text):
    """Id of an input -> what is said beside it."""
    found = re.findall(r'<p class="error" id="([^"]+)-e">.*?<span>(.*?)</span>', text, re.DOTALL)
    return dict(found)


def test_every_kind_is_asked_and_kept(shop):
    kinds = {
        "line": "Ada", "text": "deux\nlignes", "choice": "oui", "choices": None, "number": "42",
        "date": "24/09/2026",
    }  # fmt: skip
    made = {kind: make.question(shop.series, kind, label_fr=kind, required=True) for kind in kinds}
    made["consent"] = make.question(shop.series, "consent", label_fr="consent")
    shop.hold(free=1)
    page = shop.page()
    assert all(f'name="{name(one, 0, 0)}"' in page for one in made.values())
    assert "checked" not in page[page.index("Qui vient") : page.index("Avant de commander")]

    refused = shop.send(**{"first-0-0": "Ada"})

    assert refused.status_code == 422
    told = errors_by_field(refused.text)
    assert set(told) == {name(made[kind], 0, 0) for kind in kinds}
    assert set(told.values()) == {"Cette réponse est nécessaire."}
    assert "6 réponses sont à revoir" in refused.text and 'value="Ada"' in refused.text

    pairs = [(name(made[kind], 0, 0), value) for kind, value in kinds.items() if value]
    pairs += [(name(made["choices"], 0, 0), one) for one in ("non", "oui")]
    pairs += [(name(made["consent"], 0, 0), "yes"), (name(made["consent"], 0, 0) + ".text", "1")]
    assert shop.send(*pairs).status_code == 303

    assert {key: value for key, _place, value in answers()} == {
        "line": "Ada", "text": "deux\nlignes", "choice": "oui", "choices": "oui non",
        "number": "42", "date": "2026-09-24", "consent": "yes",
    }  # fmt: skip
    assert db.session.scalars(select(GivenAnswer.wording)).all().count(1) == 1


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        ("number", "beaucoup", "Écrivez un nombre entier."),
        ("date", "31/02/2026", "Écrivez une date : 24/09/2026."),
        ("choice", "autre", "Choisissez dans la liste."),
        ("choices", "autre", "Choisissez dans la liste."),
        ("line", "x" * 101, "Au plus 100 caractères ; il y en a 101."),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field_and_stays_typed(shop, kind, typed, sentence):
    asked = make.question(shop.series, kind)
    shop.hold(free=1)

    answer = shop.send((name(asked, 0, 0), typed))

    said = sentence.replace(" ;", "\u202f;").replace(" :", "\u00a0:")
    assert (answer.status_code, errors_by_field(answer.text)) == (422, {name(asked, 0, 0): said})
    assert kind in ("choice", "choices") or f'value="{typed}"' in answer.text
    assert db.session.scalars(select(Order)).all() == []


def test_what_is_wrong_is_told_with_the_rest_of_the_form(shop):
    asked = make.question(shop.series, required=True)
    shop.hold(free=1)

    answer = shop.send(email="nobody")

    assert answer.status_code == 422
    assert "Un champ est à revoir" in answer.text and "Une réponse est à revoir" in answer.text
    assert name(asked, 0, 0) in errors_by_field(answer.text)


def test_questions_follow_what_is_in_the_basket(shop):
    of_event = make.question(shop.series, event=shop.event, label_fr="De l’événement")
    of_tariff = make.question(shop.series, tariff=shop.second, label_fr="Du tarif")
    of_all = make.question(shop.series, label_fr="De la série", per_order=True)
    shop.hold(free=2)

    page = shop.page()
    assert [name(of_event, 0, n) in page for n in (0, 1)] == [True, True]
    assert f'name="{name(of_tariff)}' not in page and f'name="{name(of_all)}"' in page

    shop.hold(second=1)
    page = shop.page()
    assert f'name="{name(of_tariff, 1, 0)}"' in page
    assert f'name="{name(of_event, 1, 0)}"' not in page
    assert page.count(f'name="{name(of_all)}"') == 1


def test_a_question_of_the_series_is_asked_once_of_a_person(shop):
    asked = make.question(shop.series, label_fr="Métier", required=True)
    shop.hold(free=2, second=2)
    people = {"first-0-0": "Ada", "first-0-1": "Grace", "first-1-0": "Ada"}
    folded = '<details class="again"><summary>'
    assert shop.page().count(folded) == 2

    given = [(name(asked, 0, 0), "Mathématicienne"), (name(asked, 0, 1), "Amirale")]
    assert shop.send(*given, **people).status_code == 303

    # The second of the other evening has no name: it is the second of the first.
    assert sorted(answers()) == [
        ("metier", 0, "Mathématicienne"), ("metier", 0, "Mathématicienne"),
        ("metier", 1, "Amirale"), ("metier", 1, "Amirale"),
    ]  # fmt: skip


def test_somebody_else_is_asked_as_well(shop):
    asked = make.question(shop.series, label_fr="Métier", required=True)
    shop.hold(free=1, second=1)
    people = {"first-0-0": "Ada", "first-1-0": "Grace"}

    refused = shop.send((name(asked, 0, 0), "Mathématicienne"), **people)

    assert refused.status_code == 422
    assert set(errors_by_field(refused.text)) == {name(asked, 1, 0)}
    assert '<details class="again" open>' in refused.text
    given = [(name(asked, 0, 0), "Mathématicienne"), (name(asked, 1, 0), "Amirale")]
    assert shop.send(*given, **people).status_code == 303
    assert sorted(value for _key, _place, value in answers()) == ["Amirale", "Mathématicienne"]


def test_a_condition_decides_whether_a_question_is_asked(shop):
    meal = make.question(shop.series, "choice", label_fr="Repas")
    why = make.question(shop.series, label_fr="Lequel", required=True, when=(meal.id, "oui"))
    shop.hold(free=1)
    assert "Seulement si «\u202fRepas\u202f» est «\u202fOui\u202f»." in shop.page()

    assert shop.send((name(meal, 0, 0), "oui")).status_code == 422
    assert shop.send((name(meal, 0, 0), "non"), (name(why, 0, 0), "Végétarien")).status_code == 303

    assert answers() == [("repas", 0, "non")]


def test_a_consent_is_to_the_text_that_was_shown(shop):
    asked = make.question(shop.series, "consent", label_fr="J’accepte les photos.")
    shop.hold(free=1)
    draft = draft_of(asked)
    composing.change(
        asked.id, asked.version, type(draft)(**vars(draft) | {"label_fr": "Photos et films."}),
        actor="test",
    )  # fmt: skip
    box = name(asked, 0, 0)

    refused = shop.send((box, "yes"), (box + ".text", "1"))

    assert (refused.status_code, "Ce texte a changé" in refused.text) == (422, True)
    assert shop.send((box, "yes"), (box + ".text", "2")).status_code == 303
    [kept] = db.session.scalars(select(GivenAnswer))
    assert (kept.value, kept.wording, kept.answered_at is not None) == ("yes", 2, True)


def test_a_basket_that_loses_a_line_keeps_the_answers_of_the_others(shop):
    asked = make.question(shop.series, "choices", event=shop.other)
    shop.hold(free=1, second=1)
    line_id = only_hold_line(shop.free)

    typed = MultiDict({"email": "ada@mail.example"})
    for one in ("oui", "non"):
        typed.add(name(asked, 1, 0), one)
    page = shop.client.post(f"/fr/essai/checkout/lines/{line_id}/removals", data=typed).text

    boxes = re.findall(rf'name="{name(asked, 0, 0)}" value="(\w+)" checked', page)
    assert boxes == ["oui", "non"]


def only_hold_line(product):
    from_hold = "select id from hold_line where product_id = :p"
    return db.session.execute(db.text(from_hold), {"p": product.id}).scalar_one()


def test_the_page_of_the_order_corrects_the_answers_until_the_event(shop, now):
    asked = make.question(shop.series, label_fr="Métier", required=True)
    film = make.question(shop.series, "consent", label_fr="J’accepte les films.")
    shop.hold(free=1)
    box = name(film, 0, 0)
    shop.send((name(asked, 0, 0), "Poète"), (box, "yes"), (box + ".text", "1"))
    order = only_order()
    page = f"/fr/essai/orders/{order.code}/{order.secret}"
    ticket = order.tickets[0]
    suffix = f"-t{ticket.id}"
    text = shop.client.get(page).text
    assert 'value="Poète"' in text and f'name="{name(film)}{suffix}" value="yes" checked' in text

    def correct(value, *, film_too=True):
        typed = {"ticket": ticket.public_id, name(asked) + suffix: value}
        if film_too:
            typed |= {name(film) + suffix: "yes", name(film) + suffix + ".text": "1"}
        return shop.client.post(f"{page}/answers", data=typed)

    assert correct("").status_code == 422
    assert correct("Mathématicienne").status_code == 303
    assert answers() == [("metier", 0, "Mathématicienne"), ("j-accepte-les-films", 0, "yes")]
    assert "Les réponses sont enregistrées." in shop.client.get(page + "?repondu=1").text

    now(days=30)
    text = shop.client.get(page).text
    assert 'value="Mathématicienne"' not in text and "seuls les consentements" in text
    assert correct("Trop tard", film_too=False).status_code == 303
    assert answers() == [("metier", 0, "Mathématicienne"), ("j-accepte-les-films", 0, "no")]
    [*_, last] = db.session.scalars(
        select(AuditEntry.detail).where(AuditEntry.action == "order.answers_changed")
    )
    assert last == {"consents": {"j-accepte-les-films": False}}


def test_without_a_consent_nothing_changes_once_the_event_has_begun(shop, now):
    asked = make.question(shop.series)
    shop.hold(free=1)
    shop.send((name(asked, 0, 0), "avant"))
    order = only_order()
    ticket = order.tickets[0]
    now(days=30)

    typed = {"ticket": ticket.public_id, f"{name(asked)}-t{ticket.id}": "après"}
    page = f"/fr/essai/orders/{order.code}/{order.secret}/answers"
    answer = shop.client.post(page, data=typed)

    assert (answer.status_code, "L’événement a commencé" in answer.text) == (409, True)
    assert "<dd>avant</dd>" in answer.text
    assert [value for *_, value in answers()] == ["avant"]


def test_a_consent_that_stands_is_shown_with_the_text_that_it_was_given_to(shop):
    film = make.question(shop.series, "consent", label_fr="Ancien texte.", per_order=True)
    shop.hold(free=1)
    shop.send((name(film), "yes"), (name(film) + ".text", "1"))
    draft = draft_of(film)
    composing.change(
        film.id, film.version, type(draft)(**vars(draft) | {"label_fr": "Nouveau texte."}),
        actor="test",
    )  # fmt: skip
    order = only_order()
    page = f"/fr/essai/orders/{order.code}/{order.secret}"

    text = shop.client.get(page).text
    assert "Ancien texte." in text and "Nouveau texte." not in text
    shown = {name(film): "yes", name(film) + ".text": "1"}
    assert shop.client.post(f"{page}/answers", data=shown).status_code == 303
    [kept] = db.session.scalars(select(GivenAnswer).execution_options(populate_existing=True))
    assert (kept.value, kept.wording) == ("yes", 1)

    assert shop.client.post(f"{page}/answers", data={}).status_code == 303
    assert "Nouveau texte." in shop.client.get(page).text


def test_a_paid_order_keeps_its_answers_for_its_tickets(shop):
    paid = make.product(shop.event, price_cents=1900)
    asked = make.question(shop.series, label_fr="Métier")
    secret_place = [(name(asked, 0, 0), "Première"), (name(asked, 0, 1), "Seconde")]
    shop.client.post("/fr/essai/hold", data={f"qty-{paid.id}": "2"})

    assert shop.send(*secret_place, shown_total="3800").status_code == 303

    assert answers() == [("metier", 0, "Première"), ("metier", 1, "Seconde")]
    assert only_order().tickets == []


def test_closed_questions_are_not_asked_and_keep_their_answers(shop):
    asked = make.question(shop.series, label_fr="Métier")
    shop.hold(free=1)
    shop.send((name(asked, 0, 0), "Poète"))
    order = only_order()

    composing.close(asked.id, actor="test")

    page = shop.client.get(f"/fr/essai/orders/{order.code}/{order.secret}").text
    assert 'value="Poète"' in page
    shop.hold(free=1)
    assert f'name="{name(asked, 0, 0)}"' not in shop.page()
    assert shop.send().status_code == 303


def test_fifty_questions_and_tickets_take_as_many_statements_as_one(shop, statements):
    big = make.product(shop.event, price_cents=0, per_order_max=50)

    def count_of(deed):
        db.session.expire_all()
        memory.forget_everything()  # what is remembered for a second, or not, by chance
        statements.clear()
        deed()
        # SQLite writes a ticket a statement, asked or not.
        return sum("INSERT INTO ticket" not in one for one in statements)

    def bought(count):
        shop.client.post("/fr/essai/hold", data={f"qty-{big.id}": str(count)})
        seen = [count_of(shop.page), count_of(shop.send)]
        order = db.session.scalars(select(Order).order_by(Order.id.desc())).first()
        address = f"/fr/essai/orders/{order.code}/{order.secret}"
        shop.client.get(address)
        return [*seen, count_of(lambda: shop.client.get(address))]

    make.question(shop.series)
    bought(1)  # what a process reads once
    one = bought(1)
    for n in range(49):
        make.question(shop.series, "choice" if n % 2 else "line")

    assert bought(50) == one
    assert max(one[0], one[2]) <= 8
