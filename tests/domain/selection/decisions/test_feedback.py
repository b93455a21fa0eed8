"""What a letter may say about the reviews."""

import pytest

from eventsapp.domain.selection.decisions import feedback
from eventsapp.domain.selection.decisions.feedback import CriterionFeedback


def test_own_means_stand_beside_the_quartiles_of_the_field():
    everybody = [[{"a": n}] for n in (1, 2, 3, 4, 5)]

    found = feedback.by_criterion([{"a": 4}, {"a": 5}, {"a": None}], everybody, ["a", "b"])

    assert found == [CriterionFeedback("a", 4.5, 2.0, 3.0, 4.0)]


def test_a_small_field_tells_nothing():
    assert feedback.by_criterion([{"a": 4}], [[{"a": 4}], [{"a": 1}]], ["a"]) == []


def test_four_applications_are_a_field_and_a_criterion_without_it_hides_no_other():
    everybody = [[{"b": n, "a": 1 if n < 3 else None}] for n in (1, 2, 4, 8)]

    found = feedback.by_criterion([{"a": 4, "b": 4}], everybody, ["a", "b"])

    assert found == [CriterionFeedback("b", 4, 1.75, 3.0, 5.0)]


@pytest.mark.parametrize(
    ("share", "value"), [(0, 1), (0.125, 2), (0.25, 3), (0.5, 9), (0.875, 15), (1, 20)]
)
def test_a_quantile_lies_between_its_neighbours(share, value):
    assert feedback.quantile([1, 3, 9, 10, 20], share) == value
