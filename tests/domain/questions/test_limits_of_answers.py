"""Answers at their limits, and everything that a stored question says."""

import pytest

from eventsapp.domain.questions import fields
from eventsapp.domain.questions.conditions import holds
from eventsapp.domain.questions.fields import MOST_CHARS, Problem, Question


def ask(raw, *, draft=False, **question):
    questions = fields.read([{"id": "q", "label": {}, **question}])
    return fields.check(questions, raw, draft=draft)


@pytest.mark.parametrize(
    ("typed", "limits", "value"),
    [
        ("0", {}, 0),
        ("999999999", {}, 999_999_999),
        ("-5", {"min": -5}, -5),
        ("3", {"min": 3, "max": 3}, 3),
        (" 1\u202f200 ", {}, 1200),
    ],
)
def test_a_number_at_its_limit_is_taken(typed, limits, value):
    assert ask({"q": typed}, type="integer", **limits) == fields.Checked({"q": value}, [])


@pytest.mark.parametrize(
    ("typed", "limits", "problem"),
    [
        ("-1", {}, Problem("q", "too_small", {"least": 0})),
        ("-6", {"min": -5}, Problem("q", "too_small", {"least": -5})),
        ("2", {"min": 3}, Problem("q", "too_small", {"least": 3})),
        ("4", {"max": 3}, Problem("q", "too_big", {"most": 3})),
        ("1000000000", {}, Problem("q", "not_a_number")),
        ("5x", {}, Problem("q", "not_a_number")),
    ],
)
def test_a_number_beyond_its_limit_is_told_with_the_limit(typed, limits, problem):
    assert ask({"q": typed}, type="integer", **limits) == fields.Checked({}, [problem])


@pytest.mark.parametrize(
    ("typed", "limits", "expected"),
    [
        ("1800", {}, 1800),
        ("2200", {}, 2200),
        ("1799", {}, {"least": 1800, "most": 2200}),
        ("2201", {}, {"least": 1800, "most": 2200}),
        ("1990", {"min": 1990, "max": 1990}, 1990),
        ("1989", {"min": 1990, "max": 2026}, {"least": 1990, "most": 2026}),
        ("2027", {"min": 1990, "max": 2026}, {"least": 1990, "most": 2026}),
    ],
)
def test_a_year_is_in_its_range(typed, limits, expected):
    checked = ask({"q": typed}, type="year", **limits)

    if isinstance(expected, int):
        assert checked == fields.Checked({"q": expected}, [])
    else:
        assert checked == fields.Checked({}, [Problem("q", "year_range", expected)])


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        ("year", "199", "not_a_year"),
        ("year", "19901", "not_a_year"),
        ("postcode", "123456", "not_a_postcode"),
    ],
)
def test_neither_more_nor_fewer_figures(kind, typed, code):
    assert ask({"q": typed}, type=kind) == fields.Checked({}, [Problem("q", code)])


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("postcode", "13 100", "13100"),
        ("postcode", "01000", "01000"),
        ("siren", "732.829-320", "732829320"),
        ("choice", " b ", "b"),
        ("text", "a" * MOST_CHARS, "a" * MOST_CHARS),
    ],
)
def test_what_is_typed_with_signs_is_kept_without(kind, typed, value):
    choices = [{"id": key, "label": {}} for key in "ab"]

    assert ask({"q": typed}, type=kind, choices=choices) == fields.Checked({"q": value}, [])


def test_a_text_without_a_limit_of_its_own_has_the_general_one():
    checked = ask({"q": "a" * (MOST_CHARS + 1)}, type="text")

    facts = {"limit": MOST_CHARS, "length": MOST_CHARS + 1}
    assert checked == fields.Checked({}, [Problem("q", "too_long", facts)])


@pytest.mark.parametrize("kind", [kind for kind in fields.TYPES if kind not in ("file", "person")])
def test_nothing_typed_is_no_answer_and_no_problem(kind):
    for raw in ({}, {"q": ""}, {"q": None}, {"q": "  "}):
        assert ask(raw, type=kind) == fields.Checked({}, [])
        assert ask(raw, type=kind, required=True).problems == [Problem("q", "required")]


@pytest.mark.parametrize(
    ("digits", "right"),
    [
        ("732829320", True),
        ("732829321", False),
        ("00", True),
        ("18", True),
        ("91", True),
        ("59", True),
        ("1", False),
    ],
)
def test_the_key_of_a_siren(digits, right):
    """732 829 320 is the example of the INSEE; the short ones are reckoned by hand."""
    assert fields.luhn(digits) is right


def test_a_file_is_what_the_upload_gave():
    gave = {"key": "k", "name": "deck.pdf"}

    assert ask({"q": gave}, type="file") == fields.Checked({"q": gave}, [])
    assert ask({"q": {}}, type="file", required=True).problems == [Problem("q", "required")]


ADA = {"q.first_name": "Ada", "q.last_name": "Lovelace", "q.email": "Ada@Example.ORG"}


def test_a_person_is_kept_as_people_are():
    raw = ADA | {"q.phone": "06 12 34 56 78", "q.role": "x" * 200}

    found = ask(raw, type="person").values["q"]

    assert found["first_name"] == "Ada" and found["last_name"] == "Lovelace"
    assert found["email"].endswith("@example.org")
    assert found["phone"].replace(" ", "") == "0612345678"


@pytest.mark.parametrize(
    ("part", "typed", "problem"),
    [
        ("email", "ada@", ("not_an_email", {})),
        ("phone", "call me", ("not_a_phone", {})),
        ("first_name", "x" * 201, ("too_long", {"limit": 200, "length": 201})),
    ],
)
def test_a_wrong_part_of_a_person_is_told_at_its_field(part, typed, problem):
    checked = ask(ADA | {f"q.{part}": typed}, type="person", required=True)

    code, facts = problem
    assert checked.problems == [Problem(f"q.{part}", code, facts)]
    assert part not in checked.values["q"]
    assert ask(ADA | {"q.first_name": "x" * 200}, type="person").problems == []


def test_of_a_required_person_each_missing_part_is_told():
    checked = ask({"q.phone": "0612345678"}, type="person", required=True)

    parts = ("first_name", "last_name", "email")
    assert checked.problems == [Problem(f"q.{part}", "required") for part in parts]
    assert ask({}, type="person", required=True).problems == [Problem("q.first_name", "required")]
    assert ask({"q.phone": "0612345678"}, type="person").problems == []


def test_a_stored_question_is_read_whole():
    stored = {
        "id": "deck",
        "type": "file",
        "label": {"fr": "Dossier"},
        "hint": {"fr": "PDF"},
        "required": True,
        "max_chars": 5,
        "min": 1,
        "max": 9,
        "choices": [{"id": "a", "label": {"fr": "A"}}],
        "accept": ["application/pdf"],
        "max_mb": 10,
        "for_jury": False,
        "retention": "contact",
        "when": {"field": "x", "is": "filled"},
    }

    assert fields.read([stored]) == [
        Question(
            "deck", "file", {"fr": "Dossier"}, {"fr": "PDF"}, True, 5, 1, 9, (("a", {"fr": "A"}),),
            ("application/pdf",), 10, False, "contact", {"field": "x", "is": "filled"},
        )
    ]  # fmt: skip
    bare = fields.read([{"id": "a", "type": "text"}, {"id": "b", "type": "person"}])
    assert bare == [Question("a", "text", {}), Question("b", "person", {}, for_jury=False)]
    with pytest.raises(ValueError, match="^unknown question type magic$"):
        fields.read([{"id": "a", "type": "magic"}])
    with pytest.raises(ValueError, match="^two questions with one id$"):
        fields.read([{"id": "a", "type": "text"}] * 2)


def test_questions_after_one_that_is_not_asked_are_asked():
    form = [
        {"id": "a", "type": "text", "when": {"field": "z", "is": "filled"}},
        {"id": "b", "type": "text", "required": True},
    ]

    checked = fields.check(fields.read(form), {"a": "x", "b": "y"})

    assert checked == fields.Checked({"b": "y"}, [])
    assert checked.complete
    assert not fields.check(fields.read(form), {}).complete
    assert fields.check(fields.read(form), {"b": ""}, draft=True).problems == []


def test_a_draft_is_told_of_what_is_wrong_but_not_of_what_is_missing():
    wrong = ask({"q": "x"}, type="integer", required=True, draft=True)

    assert wrong.problems == [Problem("q", "not_a_number")]
    assert ask({"q.phone": "1"}, type="person", required=True, draft=True).problems == [
        Problem("q.phone", "not_a_phone")
    ]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"field": "n", "least": 10}, True),
        ({"field": "n", "least": 11}, False),
        ({"field": "n", "most": 10}, True),
        ({"field": "n", "most": 9}, False),
        ({"field": "d", "least": 1}, False),
        ({"field": "d", "most": 1}, False),
        ({"field": "d", "in": ["b"]}, False),
        ({"field": "n", "is": "empty"}, False),
        ({"field": "n", "is": "filled"}, True),
        ({"all": [{"field": "n", "is": "filled"}, {"field": "x", "is": "filled"}]}, False),
        ({"any": [{"field": "n", "is": "filled"}, {"field": "x", "is": "filled"}]}, True),
        ({"not": {"field": "n", "is": "filled"}}, False),
    ],
)
def test_a_condition_at_its_limit(condition, expected):
    assert holds(condition, {"n": 10, "d": "a"}) is expected


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"maybe": [], "a": 1}, r"condition \['a', 'maybe'\]"),
        ({"field": "n", "like": "x"}, r"comparison \['field', 'like'\]"),
    ],
)
def test_an_unknown_condition_says_what_it_is(wrong, words):
    with pytest.raises(ValueError, match=f"^unknown {words}$"):
        holds(wrong, {"n": 1})
