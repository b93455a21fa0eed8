"""Questions to buyers, written at the desk: from nothing, and what stands once one was answered."""

import re

import pytest
from sqlalchemy import func, select

from eventsapp.domain.programme.models import Series
from eventsapp.domain.ticketing.asking import composing
from eventsapp.domain.ticketing.asking.answering import Typed
from eventsapp.domain.ticketing.asking.models import AskedQuestion, AskedWording
from eventsapp.domain.ticketing.sales import tariffs
from eventsapp.kernel.db import db
from tests import make
from tests.web.organizer.programme.test_programme import Desk


@pytest.fixture
def desk(client):
    return Desk(client)


def filled(**given):
    """What a browser sends of the form as it is first shown."""
    return {"version": "1", "label_fr": "Métier", "scope": "series", "asked_of": "ticket"} | given


def only():
    return db.session.scalars(select(AskedQuestion).execution_options(populate_existing=True)).one()


def labels():
    """French labels in the order in which people are asked."""
    statement = select(AskedQuestion.label_fr).order_by(AskedQuestion.position)
    return list(db.session.scalars(statement))


def answered(question, value="x"):
    """Somebody answers it, with an order of a new tariff."""
    tariff = make.product(make.event(db.session.get(Series, question.series_id)))
    return make.paid_order(tariff, answers=Typed(seats={(0, 0): {f"q{question.id}": value}}))


def test_a_question_of_each_kind_is_written_and_shown_as_buyers_see_it(desk):
    event = make.event(desk.series, title_fr="Grande soirée")
    tariff = make.product(event, label_fr="Étudiant")
    written = {
        "line": {"max_chars": "80", "hint_fr": "En un mot", "required": "y"},
        "text": {"max_chars": "600"},
        "choice": {"choices": "Viande ; Meat\nVégétarien ; Vegetarian"},
        "choices": {"choices": "Lundi\nMardi", "asked_of": "order"},
        "number": {"least": "1", "most": "9"},
        "date": {"scope": f"event-{event.id}"},
        "consent": {"scope": f"tariff-{tariff.id}"},
    }
    for kind, more in written.items():
        page = f"catalogue/questions/new?kind={kind}"
        answer, text = desk.get(page)
        assert answer.status_code == 200 and 'name="label_fr"' in text
        form = filled(label_fr=f"Question {kind}", label_en=f"Question {kind} en", kind=kind)
        answer, text = desk.post("catalogue/questions/new", **form | more)
        assert (answer.status_code, kind) == (302, kind), text

    by_kind = {one.kind.value: one for one in db.session.scalars(select(AskedQuestion))}
    assert list(by_kind) == list(written)
    assert (by_kind["line"].terms, by_kind["line"].required) == ({"max_chars": 80}, True)
    assert by_kind["choice"].terms["choices"][1] == {
        "id": "vegetarien", "label": {"fr": "Végétarien", "en": "Vegetarian"},
    }  # fmt: skip
    assert by_kind["choices"].per_order and by_kind["number"].terms == {"min": 1, "max": 9}
    assert by_kind["date"].event_id == event.id and by_kind["consent"].product_id == tariff.id
    assert by_kind["consent"].category.value == "consent" and not by_kind["consent"].required
    _answer, text = desk.get("catalogue/questions")
    for words in ("Toute la série", "Grande soirée · Étudiant", "En un mot", "Végétarien"):
        assert words in text
    assert text.count(f'name="q{by_kind["choices"].id}"') == 2  # the preview


@pytest.mark.parametrize(
    ("kind", "more", "sentence"),
    [
        ("line", {"label_fr": ""}, "Cette réponse est nécessaire."),
        ("line", {"max_chars": "201"}, "Un nombre de 1 à 200."),
        ("text", {"max_chars": "200"}, "Un nombre de 201 à 5000."),
        ("choice", {"choices": "Seul"}, "Donnez au moins deux choix, un par ligne."),
        ("choice", {"choices": "Un\nUn"}, "Deux choix ont le même nom."),
        ("number", {"least": "5", "most": "4"}, "Au moins 5."),
        ("line", {"sensitive": "y", "at_door": "y"}, "n’est pas montrée à la porte"),
        ("consent", {"required": "y"}, "La loi veut un consentement libre"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_its_field(desk, kind, more, sentence):
    answer, text = desk.post("catalogue/questions/new", **filled(kind=kind) | more)

    assert (answer.status_code, sentence in text) == (422, True)
    assert db.session.scalar(select(func.count(AskedQuestion.id))) == 0


def test_what_is_of_another_series_is_not_found(desk):
    foreign = make.event()
    theirs = make.question(foreign.series)

    answer, _text = desk.post("catalogue/questions/new", **filled(scope=f"event-{foreign.id}"))
    assert answer.status_code == 422
    for path in (f"{theirs.id}", f"{theirs.id}/closing", f"{theirs.id}/removal"):
        assert desk.post(f"catalogue/questions/{path}", **filled())[0].status_code == 404


def test_questions_are_moved_and_a_condition_comes_after_its_question(desk):
    meal = make.question(desk.series, "choice", label_fr="Repas")
    make.question(desk.series, label_fr="Lequel", when=(meal.id, "oui"))
    last = make.question(desk.series, label_fr="Autre")

    answer, text = desk.post("catalogue/questions", press=f"down-{meal.id}")
    assert (answer.status_code, labels()) == (409, ["Repas", "Lequel", "Autre"])
    assert "« Lequel » dépend de cette question" in text.replace("\u202f", " ")
    assert desk.post("catalogue/questions", press=f"up-{last.id}")[0].status_code == 302
    assert labels() == ["Repas", "Autre", "Lequel"]


def test_a_question_on_which_another_depends_is_not_closed_nor_changed_under_it(desk):
    meal = make.question(desk.series, "choice", label_fr="Repas")
    make.question(desk.series, label_fr="Lequel", when=(meal.id, "oui"))

    for path in ("closing", "removal"):
        answer, text = desk.post(f"catalogue/questions/{meal.id}/{path}")
        assert (answer.status_code, "Changez d’abord sa condition" in text) == (409, True)
    form = filled(label_fr="Repas", choices="Peut-être\nNon")
    assert desk.post(f"catalogue/questions/{meal.id}", **form)[0].status_code == 409
    assert only_named("Repas").closed_at is None


def only_named(label):
    statement = select(AskedQuestion).where(AskedQuestion.label_fr == label)
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


def test_what_answers_mean_stands_once_somebody_has_answered(desk):
    meal = make.question(desk.series, "choice", label_fr="Repas")
    answered(meal, "oui")
    page = f"catalogue/questions/{meal.id}"
    same = filled(label_fr="Repas", choices="Oui ; Yes\nNon ; No")
    assert "Des réponses sont là" in desk.get(page)[1]

    for more, words in (
        ({"asked_of": "order"}, "Qui répond ne change plus."),
        ({"scope": f"event-{make.event(desk.series).id}"}, "demandée ne change plus"),
        ({"choices": "Non ; No\nSans ; None"}, "Le choix « Oui » a été donné"),
    ):
        answer, text = desk.post(page, **same | more)
        text = text.replace("\u202f", " ")
        assert (answer.status_code, words in text) == (409, True), words
        assert "Fermez cette question et faites-en une autre" in text
    assert desk.post(f"{page}/removal")[0].status_code == 409

    # Words, a choice nobody gave, and a choice more may change.
    free = {"label_fr": "Votre repas", "choices": "Oui ; Yes please\nPeut-être", "required": "y"}
    assert desk.post(page, **same | free)[0].status_code == 302
    assert [one["id"] for one in only().terms["choices"]] == ["oui", "peut-etre"]
    assert (only().label_fr, only().required) == ("Votre repas", True)


def test_another_text_of_a_consent_is_another_version(desk):
    photos = make.question(desk.series, "consent", label_fr="J’accepte les photos.")
    page = f"catalogue/questions/{photos.id}"

    same = filled(label_fr="J’accepte les photos.", label_en=photos.label_en)
    assert desk.post(page, **same)[0].status_code == 302
    assert only().wording == 1
    form = filled(version="2", label_fr="J’accepte les films.", label_en="Films.")
    assert desk.post(page, **form)[0].status_code == 302

    texts = db.session.execute(
        select(AskedWording.number, AskedWording.label_fr).order_by(AskedWording.number)
    ).all()
    assert texts == [(1, "J’accepte les photos."), (2, "J’accepte les films.")]
    assert only().wording == 2


def test_the_second_of_two_editors_is_told_and_may_save_all_the_same(desk):
    asked = make.question(desk.series)
    page = f"catalogue/questions/{asked.id}"
    assert desk.post(page, **filled(label_fr="Première"))[0].status_code == 302

    answer, text = desk.post(page, **filled(label_fr="Seconde"))

    assert (answer.status_code, 'value="Seconde"' in text) == (409, True)
    version = re.search(r'name="version" [^>]*value="(\d+)"', text)[1]
    assert desk.post(page, **filled(version=version, label_fr="Seconde"))[0].status_code == 302
    assert only().label_fr == "Seconde"


def test_closed_and_opened_again_and_removed(desk):
    asked = make.question(desk.series, label_fr="Métier")
    page = f"catalogue/questions/{asked.id}"

    assert desk.post(f"{page}/closing", to="closed")[0].status_code == 302
    text = desk.get("catalogue/questions")[1]
    assert "Closes" in text and 'name="press"' not in text
    assert desk.post(f"{page}/closing", to="open")[0].status_code == 302
    assert only().closed_at is None
    assert desk.post(f"{page}/removal")[0].status_code == 302
    assert db.session.scalar(select(func.count(AskedQuestion.id))) == 0


def test_a_tariff_made_anew_keeps_its_questions_and_one_removed_takes_them_away(desk):
    tariff = make.product(make.event(desk.series))
    asked = make.question(desk.series, tariff=tariff)
    make.question(desk.series, "consent", tariff=tariff)

    anew = make.changed(tariff, tickets_per_unit=5)

    products = db.session.scalars(
        select(AskedQuestion.product_id).execution_options(populate_existing=True)
    )
    assert list(products) == [anew.id, anew.id]
    assert asked.id in set(db.session.scalars(select(AskedQuestion.id)))
    tariffs.remove(anew.id, actor="test")
    assert db.session.scalar(select(func.count(AskedQuestion.id))) == 0


def test_a_removed_tariff_whose_questions_lean_on_each_other(desk):
    tariff = make.product(make.event(desk.series))
    meal = make.question(desk.series, "choice", tariff=tariff)
    make.question(desk.series, tariff=tariff, when=(meal.id, "oui"))

    tariffs.remove(tariff.id, actor="test")

    assert db.session.scalar(select(func.count(AskedQuestion.id))) == 0


@pytest.mark.parametrize("count", [1, 50])
def test_the_list_takes_as_many_statements_for_fifty_questions(desk, statements, count):
    event = make.event(desk.series)
    for n in range(count):
        make.question(
            desk.series, "choice" if n % 2 else "line", **({"event": event} if n % 3 else {})
        )
    desk.get("catalogue/questions")

    counted = []
    for page in ("catalogue/questions", f"catalogue/questions/{first_id()}"):
        db.session.expire_all()
        statements.clear()
        assert desk.get(page)[0].status_code == 200
        counted.append(len(statements))

    assert counted == BUDGET


BUDGET = [9, 11]


def first_id():
    return db.session.scalar(select(func.min(AskedQuestion.id)))


def test_a_question_that_somebody_answers_now_is_not_removed_under_them(desk):
    asked = make.question(desk.series)
    answered(asked)

    with pytest.raises(composing.QuestionAnswered):
        composing.remove(asked.id, actor="test")
