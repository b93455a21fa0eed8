"""Boxes, dates and consents: what is taken, in which form it is kept, what is refused and how."""

import pytest

from eventsapp.domain.questions import fields
from eventsapp.domain.questions.fields import Checked, Problem

DIETS = [{"id": key, "label": {}} for key in ("none", "vegetarian", "vegan")]


def ask(raw, **question):
    return fields.check(fields.read([{"id": "q", "label": {}, **question}]), raw)


@pytest.mark.parametrize(
    ("ticked", "kept"),
    [
        (["vegan", "none"], ["none", "vegan"]),
        (["vegan", "vegan", "", " none "], ["none", "vegan"]),
        (("vegetarian",), ["vegetarian"]),
        ("vegan", ["vegan"]),
    ],
)
def test_what_is_ticked_is_kept_once_in_the_order_of_the_list(ticked, kept):
    assert ask({"q": ticked}, type="choices", choices=DIETS) == Checked({"q": kept}, [])


@pytest.mark.parametrize("nothing", [{}, {"q": None}, {"q": []}, {"q": ""}, {"q": ["", " "]}])
def test_no_box_ticked_is_no_answer(nothing):
    assert ask(nothing, type="choices", choices=DIETS) == Checked({}, [])


@pytest.mark.parametrize("ticked", [["vegan", "halal"], "halal", ["VEGAN"]])
def test_what_is_not_on_the_list_is_refused_whole(ticked):
    refused = Checked({}, [Problem("q", "not_a_choice")])

    assert ask({"q": ticked}, type="choices", choices=DIETS) == refused


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2026-09-24", "2026-09-24"),
        ("24/09/2026", "2026-09-24"),
        ("3.1.2027", "2027-01-03"),
        (" 2028-02-29 ", "2028-02-29"),
        ("1900-01-01", "1900-01-01"),
        ("31/12/2200", "2200-12-31"),
    ],
)
def test_a_day_is_kept_in_one_form_however_it_was_typed(typed, kept):
    assert ask({"q": typed}, type="date") == Checked({"q": kept}, [])


@pytest.mark.parametrize(
    "typed",
    [
        "soon", "2026-9-4", "20260924", "2026-W39-4", "2026-02-29", "31/04/2026", "24/09/26",
        "1899-12-31", "01/01/2201", "2026-09-24T10:00", "24/09/2026 ou 25",
    ],
)  # fmt: skip
def test_what_is_no_day_or_far_away_is_refused(typed):
    assert ask({"q": typed}, type="date") == Checked({}, [Problem("q", "not_a_date")])


def test_a_ticked_consent_is_a_yes_to_the_text_beside_it():
    asked = {"type": "consent", "wording": 3}

    assert ask({"q": "yes", "q.text": "3"}, **asked) == Checked({"q": True}, [])
    assert ask({"q": "yes"}, **asked) == Checked({"q": True}, [])
    assert ask({"q": "yes", "q.text": "3"}, type="consent") == Checked({"q": True}, [])


def test_a_yes_to_a_text_that_changed_since_is_asked_again():
    changed = Checked({}, [Problem("q", "text_changed")])

    assert ask({"q": "yes", "q.text": "2"}, type="consent", wording=3) == changed


@pytest.mark.parametrize("empty", [{}, {"q": ""}, {"q": "no", "q.text": "2"}])
def test_an_empty_box_says_nothing_and_nothing_is_wrong(empty):
    assert ask(empty, type="consent", wording=3) == Checked({}, [])
