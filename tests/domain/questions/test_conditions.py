"""Conditions on answers."""

import pytest

from eventsapp.domain.questions.conditions import comparisons, holds


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"field": "n", "least": 10}, True),
        ({"field": "n", "most": 9}, False),
        ({"field": "d", "in": ["a", "b"]}, True),
        ({"field": "x", "is": "empty"}, True),
        ({"field": "x", "least": 1}, False),
        ({"all": [{"field": "n", "is": "filled"}, {"not": {"field": "d", "in": ["z"]}}]}, True),
        ({"any": [{"field": "x", "is": "filled"}, {"field": "n", "most": 3}]}, False),
    ],
)
def test_conditions_read_the_answers(condition, expected):
    assert holds(condition, {"n": 10, "d": "a"}) is expected


def test_an_unknown_condition_is_an_error_not_a_yes():
    for wrong in ({"field": "n", "like": "x"}, {"maybe": []}):
        with pytest.raises(ValueError, match="unknown"):
            holds(wrong, {"n": 1})


def test_the_comparisons_of_a_condition_are_found_however_deep_they_stand():
    siren = {"field": "siren", "is": "filled"}
    many, few = {"field": "headcount", "least": 10}, {"field": "headcount", "most": 3}
    nested = {"all": [siren, {"not": {"any": [many, {"not": few}]}}]}

    assert comparisons(siren) == [siren]
    assert comparisons(nested) == [siren, many, few]
    assert comparisons({"all": []}) == comparisons({"any": []}) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("abc", True),
        ("a", False),
        (["a", "abc"], True),
        (["a", "b"], False),
        ([], False),
        (5, False),
    ],
)
def test_one_of_several_is_enough_and_a_text_is_not_its_letters(value, expected):
    assert holds({"field": "q", "in": ["abc", "d"]}, {"q": value}) is expected


def test_the_letters_of_a_text_are_no_answers():
    assert not holds({"field": "q", "in": ["a", "b"]}, {"q": "ab"})
