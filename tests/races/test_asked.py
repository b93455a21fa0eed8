"""Somebody answers a question while somebody else changes it: no answer loses its meaning."""

import pytest
from sqlalchemy import select

from eventsapp.domain.programme.models import Series
from eventsapp.domain.ticketing.asking import composing, queries, values
from eventsapp.domain.ticketing.asking.answering import Typed
from eventsapp.domain.ticketing.asking.drafts import AskedDraft, Scope
from eventsapp.domain.ticketing.asking.models import AskedQuestion, GivenAnswer, Kind
from eventsapp.domain.ticketing.catalogue.limits import Line
from eventsapp.domain.ticketing.sales import asked, checkout
from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.domain.ticketing.sales.orders import Attendee, Buyer
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from tests import make
from tests.races.crowd import rush

pytestmark = pytest.mark.parametrize("app", ["postgres"], indirect=True)


@pytest.fixture
def real_clock(app):
    clock.freeze(None)


def buys(series_id, product_id, question_id):
    def work():
        written = checkout.sell(
            db.session.get_one(Series, series_id),
            [Line(product_id, 1)],
            Buyer("ada@example.org"),
            [[Attendee()]],
            payment="offline",
            answers=Typed(seats={(0, 0): {f"q{question_id}": "oui"}}),
        )
        return written.order_id

    return work


def takes_the_choice_away(question_id):
    def work():
        question = db.session.get_one(AskedQuestion, question_id)
        draft = AskedDraft(Kind.CHOICE, Scope(), "Repas", choices=[("Peut-être", ""), ("Non", "")])
        return composing.change(question_id, question.version, draft, actor="test").id

    return work


def removes(question_id):
    return lambda: composing.remove(question_id, actor="test")


def test_a_choice_that_somebody_gives_now_is_not_taken_away_under_it(app, real_clock):
    tariff = make.product()
    series = tariff.event.series
    series_id, product_id = series.id, tariff.id
    ids = [make.question(series, "choice", label_fr="Repas").id for _n in range(12)]
    for question_id in ids:
        works = [buys(series_id, product_id, question_id), takes_the_choice_away(question_id)]
        told = rush(app, works)
        question = db.session.get_one(AskedQuestion, question_id)
        offered = {one["id"] for one in question.terms["choices"]}
        given = queries.choices_given(question)
        assert given <= offered, told
        assert ("refused", "question_answered") in told or not given


def test_a_question_is_removed_or_answered_and_never_both(app, real_clock):
    tariff = make.product()
    series = tariff.event.series
    series_id, product_id = series.id, tariff.id
    for _n in range(8):
        question_id = make.question(series, "choice", label_fr="Repas").id
        told = rush(app, [buys(series_id, product_id, question_id), removes(question_id)])
        there = db.session.get(AskedQuestion, question_id) is not None
        assert there is (("refused", "question_answered") in told)


def test_two_who_correct_an_order_leave_one_answer(app, real_clock):
    tariff = make.product()
    question = make.question(tariff.event.series, per_order=True)
    written = make.paid_order(tariff)
    order_id, name = written.order_id, f"q{question.id}"

    def corrects(text):
        return lambda: asked.correct(order_id, None, {name: text}, actor="test")

    told = rush(app, [corrects(f"texte {n}") for n in range(4)])

    assert [word for word, _value in told] == ["done"] * 4
    [kept] = db.session.scalars(select(GivenAnswer.value))
    assert kept.startswith("texte ") and values.stored(Kind.LINE, kept) == kept
    assert db.session.get(Order, order_id) is not None
