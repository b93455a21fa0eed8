"""Typed questions and hostile answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.domain.questions import fields
from eventsapp.domain.questions.fields import Problem
from tests.domain.selection import reference


def ask(raw, *, draft=False, **question):
    questions = fields.read([{"id": "q", "label": {}, **question}])
    return fields.check(questions, raw, draft=draft)


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        ("siren", "12345678", "siren_digits"),
        ("siren", "١٢٣٤٥٦٧٨٩", "siren_digits"),
        ("siren", "123456789", "siren_wrong"),
        ("year", "20x5", "not_a_year"),
        ("year", "0999", "year_range"),
        ("integer", "-1", "too_small"),
        ("integer", "1e3", "not_a_number"),
        ("integer", "9" * 10, "not_a_number"),
        ("integer", "1_000", "not_a_number"),
        ("postcode", "1310", "not_a_postcode"),
        ("choice", "nowhere", "not_a_choice"),
    ],
)
def test_a_wrong_answer_has_a_code_beside_its_field(kind, typed, code):
    checked = ask({"q": typed}, type=kind)

    assert [(p.field, p.code) for p in checked.problems] == [("q", code)]
    assert checked.values == {}


def test_a_text_over_its_length_says_by_how_much():
    checked = ask({"q": "é" * 601}, type="text", max_chars=600)

    assert checked.problems == [Problem("q", "too_long", {"limit": 600, "length": 601})]


def test_letters_are_composed_before_they_are_counted():
    assert ask({"q": "e\u0301" * 600}, type="text", max_chars=600).values == {"q": "é" * 600}


def test_numbers_and_sirens_may_be_typed_with_spaces():
    assert ask({"q": "1 500"}, type="integer").values == {"q": 1500}
    assert ask({"q": "000 010 009"}, type="siren").values == {"q": "000010009"}


def test_every_siren_of_the_reference_passes_the_key():
    numbers = [a["siren"] for a in reference.load("applications") if a["siren"]]

    assert len(numbers) == 77
    assert all(fields.luhn(number) for number in numbers)


@given(st.text(alphabet="0123456789", min_size=9, max_size=9), st.integers(0, 8))
def test_one_wrong_digit_never_passes_the_key(digits, place):
    if fields.luhn(digits):
        other = str((int(digits[place]) + 1) % 10)

        assert not fields.luhn(digits[:place] + other + digits[place + 1 :])


def test_a_required_answer_may_be_missing_in_a_draft_only():
    assert ask({}, type="text", required=True, draft=True).problems == []
    assert ask({}, type="text", required=True).problems == [Problem("q", "required")]
    assert ask({"q": " \n"}, type="text", required=True).problems == [Problem("q", "required")]


def test_a_person_needs_a_name_and_an_address():
    raw = {"q.first_name": "Ada", "q.email": "ada@example"}

    assert [p.code for p in ask(raw, type="person").problems] == ["not_an_email"]
    raw["q.email"] = "ada@example.org"
    assert ask(raw, type="person", required=True).problems == [Problem("q.last_name", "required")]
    assert ask(raw, type="person", required=True, draft=True).problems == []
    raw["q.last_name"] = "Lovelace"
    assert ask(raw, type="person", required=True).values == {
        "q": {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.org"}
    }


def test_a_name_of_two_lines_cannot_reach_a_mail_header():
    raw = {"q.first_name": "Ada\nBcc: x@example.org"}

    checked = ask(raw, type="person")
    assert checked.values["q"]["first_name"].count("\n") == 0


def test_a_question_under_a_condition_is_not_asked_without_it():
    form = [
        {"id": "siren", "type": "siren"},
        {"id": "why", "type": "text", "required": True, "when": {"field": "siren", "is": "empty"}},
    ]
    questions = fields.read(form)

    assert [p.field for p in fields.check(questions, {}).problems] == ["why"]
    assert fields.check(questions, {"siren": "000010009", "why": "x"}).values == {
        "siren": "000010009"
    }


@pytest.mark.parametrize(
    "form", [[{"id": "a", "type": "magic"}], [{"id": "a", "type": "text"}] * 2]
)
def test_a_form_that_cannot_be_asked_is_refused(form):
    with pytest.raises(ValueError, match="type|one id"):
        fields.read(form)


@given(st.dictionaries(st.sampled_from(["q", "q.email", "q.phone"]), st.text(max_size=40)))
def test_no_text_breaks_the_check(raw):
    for kind in fields.TYPES:
        if kind != "file":
            ask(raw, type=kind, required=True)
