"""What a letter may say about the reviews."""

from eventsapp.domain.selection.decisions import feedback
from eventsapp.domain.selection.decisions.feedback import CriterionFeedback


def test_own_means_stand_beside_the_quartiles_of_the_field():
    everybody = [[{"a": n}] for n in (1, 2, 3, 4, 5)]

    found = feedback.by_criterion([{"a": 4}, {"a": 5}, {"a": None}], everybody, ["a", "b"])

    assert found == [CriterionFeedback("a", 4.5, 2.0, 3.0, 4.0)]


def test_a_small_field_tells_nothing():
    assert feedback.by_criterion([{"a": 4}], [[{"a": 4}], [{"a": 1}]], ["a"]) == []
