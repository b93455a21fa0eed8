"""The ranking of the reference case."""

import pytest

from eventsapp.domain.selection.calls import choice
from eventsapp.domain.selection.ranking import scoring, table
from tests.domain.selection import reference


@pytest.fixture(scope="module")
def ranking():
    return table.build(
        reference.candidates(), reference.eligible(), reference.marks(), reference.rule()
    )


def test_the_order_of_the_reference_is_stable(ranking):
    assert [line.candidate.key for line in ranking.lines[:12]] == [
        "APP-083",
        "APP-036",
        "APP-073",
        "APP-070",
        "APP-007",
        "APP-084",
        "APP-085",
        "APP-016",
        "APP-012",
        "APP-020",
        "APP-057",
        "APP-004",
    ]


def test_the_rule_brings_in_the_best_of_the_sixth_domain(ranking):
    chosen = choice.choose(reference.candidates(), ranking.scores, reference.rule())

    assert chosen == [
        "APP-083",
        "APP-036",
        "APP-073",
        "APP-070",
        "APP-007",
        "APP-084",
        "APP-085",
        "APP-016",
        "APP-012",
        "APP-052",
    ]


def test_chances_sum_to_the_places(ranking):
    assert sum(line.p_selected or 0 for line in ranking.lines) == pytest.approx(10)


def test_ineligible_ones_keep_their_raw_mean_and_nothing_else(ranking):
    apart = [line for line in ranking.lines if not line.eligible]

    assert [line.candidate.key for line in apart] == ["APP-055", "APP-078", "APP-089"]
    assert all(line.raw is not None and line.reviews >= 3 for line in apart)
    assert {(line.calibrated, line.sd, line.p_selected) for line in apart} == {(None,) * 3}


def test_their_reviews_still_inform_the_severities(ranking):
    eligible = reference.eligible()
    without = scoring.calibrate([m for m in reference.marks() if eligible[m.application]])

    assert ranking.calibration is not None
    assert ranking.calibration.severities["JUR-01"] != without.severities["JUR-01"]


def _newcomer(lone_value):
    """90 applications read by 12 jurors, the last one only by a newcomer who read nothing else."""
    candidates = [choice.Candidate(i, i, {"domain": "abc"[i % 3]}) for i in range(1, 91)]
    marks = [
        scoring.Mark(a, (a + k) % 12, 2.0 + (a * 7 + k * 3) % 5 / 2)
        for a in range(1, 90)
        for k in range(3)
    ]
    marks.append(scoring.Mark(90, "newcomer", lone_value))
    rule = choice.Rule(10, limits=(choice.Limit("domain", 4),))
    return table.build(candidates, dict.fromkeys(range(1, 91), True), marks, rule, count=300)


@pytest.mark.parametrize("lone_value", [1.0, 5.0])
def test_a_lone_reading_sets_its_application_apart_and_leaves_the_others_calibrated(lone_value):
    built = _newcomer(lone_value)

    lone = built.lines[-1]
    assert built.calibration is not None and len(built.scores) == 89
    assert all(line.calibrated is not None for line in built.lines[:-1])
    assert (lone.candidate.key, lone.raw, lone.reviews) == (90, lone_value, 1)
    assert (lone.calibrated, lone.sd, lone.p_selected) == (None, None, None)
    assert [line.candidate.key for line in built.apart] == [90]
    assert sum(line.p_selected or 0 for line in built.lines) == pytest.approx(10)
    assert 90 not in choice.choose(
        [line.candidate for line in built.lines], built.scores, choice.Rule(10)
    )


def test_panels_that_share_nothing_keep_their_raw_means():
    candidates = [choice.Candidate(k, i) for i, k in enumerate("abcd", start=1)]
    marks = [
        scoring.Mark("a", "x", 3),
        scoring.Mark("b", "x", 4),
        scoring.Mark("c", "y", 2),
    ]

    built = table.build(candidates, dict.fromkeys("abcd", True), marks, choice.Rule(2))

    assert built.calibration is None
    assert len(built.components) == 2
    assert [line.candidate.key for line in built.lines] == ["b", "a", "c", "d"]
    assert built.scores == {"a": 3, "b": 4, "c": 2}


@pytest.fixture(scope="module")
def parts():
    """Six read by two jurors, two by a third alone, two by nobody, two that may not take part."""
    numbers = [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]
    candidates = [choice.Candidate(n, n, {"domain": "a"}) for n in numbers]
    marks = [scoring.Mark(n, juror, 1.0 + n / 2 + up) for n in range(1, 6)
             for juror, up in (("A", 0.0), ("B", n % 2))]  # fmt: skip
    marks += [scoring.Mark(6, "A", 4.0), scoring.Mark(7, "C", 3.0), scoring.Mark(8, "C", 4.0)]
    rule = choice.Rule(3, limits=())
    eligible = {n: n not in (9, 10) for n in numbers}
    return candidates, eligible, marks, rule


def test_those_set_apart_those_unread_and_those_excluded_come_last_in_this_order(parts):
    ranking = table.build(*parts, count=50)

    keys = [line.candidate.key for line in ranking.lines]
    assert sorted(keys[:6]) == [1, 2, 3, 4, 5, 6]
    assert keys[6:] == [8, 7, 11, 12, 9, 10]
    by_key = {line.candidate.key: line for line in ranking.lines}
    assert [by_key[n].reviews for n in (1, 6, 7, 11, 9)] == [2, 1, 1, 0, 0]
    assert [line.candidate.key for line in ranking.apart] == [8, 7]


def test_a_line_says_what_was_calibrated_how_surely_and_with_which_chance(parts):
    candidates, eligible, marks, rule = parts
    ranking = table.build(*parts, count=50)

    assert ranking.calibration is not None
    scores = ranking.calibration.scores
    read = [line for line in ranking.lines if line.candidate.key in scores]
    assert [(line.calibrated, line.sd) for line in read] == [
        (scores[line.candidate.key].value, scores[line.candidate.key].sd) for line in read
    ]
    ready = [one for one in candidates if eligible[one.key] and one.key in scores]
    order = list(scores)
    drawn = (
        [draw[order.index(one.key)] for one in ready]
        for draw in scoring.draws(ranking.calibration, 50, 1)
    )
    assert {line.candidate.key: line.p_selected for line in read} == choice.frequencies(
        ready, drawn, rule
    )
    assert {line.p_selected for line in ranking.lines if line not in read} == {None}
    other = table.build(*parts, count=50, seed=2)
    assert [one.p_selected for one in other.lines] != [one.p_selected for one in ranking.lines]


def test_without_reviews_there_is_neither_order_nor_calibration(parts):
    candidates, eligible, _marks, rule = parts
    ranking = table.build(candidates, eligible, [], rule)

    assert (ranking.calibration, ranking.components, ranking.scores) == (None, [], {})
    assert [line.candidate.key for line in ranking.lines] == [*range(1, 9), 11, 12, 9, 10]
