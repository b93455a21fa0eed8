"""The calibrated scores of a jury."""

import random
from dataclasses import astuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from eventsapp.domain.selection.jury.reviews import filled_weight
from eventsapp.domain.selection.ranking import scoring
from eventsapp.domain.selection.ranking.reml import Variances
from eventsapp.domain.selection.ranking.scoring import Mark
from tests.domain.selection import reference


def test_a_criterion_that_is_not_assessable_is_left_out_and_is_not_a_zero():
    weights = {"innovation": 30, "market": 25, "team": 45}

    score = scoring.weighted_score({"innovation": 4, "market": None, "team": 2}, weights)

    assert score == pytest.approx((30 * 4 + 45 * 2) / 75)
    assert filled_weight({"innovation": 4, "team": 2}, weights) == pytest.approx(0.75)


def test_reference_variances_are_those_of_a_dense_solution():
    calibration = scoring.calibrate(reference.marks())

    dense = _dense_reml(reference.marks())

    assert calibration.variances.quality == pytest.approx(dense[0], rel=1e-6)
    assert calibration.variances.severity == pytest.approx(dense[1], rel=1e-6)
    assert calibration.variances.noise == pytest.approx(dense[2], rel=1e-6)
    for application, value in dense[3].items():
        assert calibration.scores[application].value == pytest.approx(value, abs=1e-6)


def _gap(one, other):
    return max(abs(one.scores[a].value - other.scores[a].value) for a in one.scores)


def test_the_reference_has_converged():
    found = scoring.calibrate(reference.marks())

    assert _gap(found, scoring.calibrate(reference.marks(), iterations=400)) < 1e-6


def _small_jury(seed):
    """8 applications, 3 jurors, 2 readings each; every other jury has no bias at all."""
    chance = random.Random(seed)
    bias = [chance.gauss(0, 0.6 if seed % 2 else 0.0) for _ in range(3)]
    marks = []
    for a in range(8):
        quality = chance.gauss(3, 0.8)
        for j in chance.sample(range(3), 2):
            level = quality + bias[j] + chance.gauss(0, 0.6)
            marks.append(Mark(a, j, round(min(max(level, 1), 5) * 4) / 4))
    return marks


def _long_run(marks):
    """A thousand steps of plain EM; those that would change nothing any more are left out."""
    system = scoring.System(marks)
    total = max(system.sample_variance(), scoring.FLOOR)
    now = Variances(quality=total / 3, severity=total / 3, noise=total / 3)
    for _ in range(1000):
        system.solve(now)
        before, now = now, system.better_variances(total * scoring.FLOOR)
        if all(abs(a - b) <= 1e-12 * b for a, b in zip(astuple(now), astuple(before), strict=True)):
            break
    system.solve(now)
    return system.calibration()


def test_small_juries_have_converged_as_a_long_run_has():
    checked = crept = 0
    for seed in range(200):
        found = scoring.calibrate(_small_jury(seed))
        long = _long_run(_small_jury(seed))
        checked += 1
        gain = found.system.likelihood() - long.system.likelihood()
        assert gain >= -1e-7
        # Where they differ, plain EM is the one that has not arrived: a variance creeps to zero.
        if _gap(found, long) > 0.001:
            crept += 1
            assert gain > 1e-6
            assert min(found.variances.logs) < min(long.variances.logs)
        assert _gap(found, long) < 0.03
    assert (checked, crept < 40) == (200, True)


def test_what_is_found_does_not_move_any_more():
    for seed in range(0, 200, 7):
        found = scoring.calibrate(_small_jury(seed))
        system, at = found.system, found.variances
        system.solve(at)
        before = list(system.quality)
        for _ in range(20):
            system.solve(system.better_variances(1e-12))

        assert max(abs(a - b) for a, b in zip(before, system.quality, strict=True)) < 1e-4


def test_weights_of_zero_divide_nothing():
    assert filled_weight({"a": 3}, {"a": 0.0}) == 0
    assert scoring.weighted_score({"a": 3, "b": 5}, {"a": 0.0, "b": 0.0}) == 4


def test_a_harsh_and_a_generous_juror_are_recognised():
    chance = random.Random(7)
    quality = {a: chance.gauss(3, 0.8) for a in range(60)}
    leniency = {"harsh": -1.0, "fair": 0.0, "other": 0.1, "generous": 1.0}
    marks = [
        Mark(a, j, quality[a] + leniency[j] + chance.gauss(0, 0.2))
        for a in quality
        for j in chance.sample(list(leniency), 3)
    ]

    calibration = scoring.calibrate(marks)

    severity = {j: e.value for j, e in calibration.severities.items()}
    assert sorted(severity, key=severity.__getitem__)[0] == "harsh"
    assert sorted(severity, key=severity.__getitem__)[-1] == "generous"
    raw = scoring.raw_means(marks)
    raw_error = sum((raw[a] - quality[a]) ** 2 for a in quality)
    calibrated_error = sum((calibration.scores[a].value - quality[a]) ** 2 for a in quality)
    assert calibrated_error < raw_error / 3


def test_groups_of_jurors_that_share_nothing_are_not_compared():
    marks = [Mark("a", "x", 3), Mark("b", "x", 4), Mark("c", "y", 2), Mark("d", "y", 5)]

    with pytest.raises(scoring.NotConnected) as refusal:
        scoring.calibrate(marks)

    assert [set(part.jurors) for part in refusal.value.components] == [{"x"}, {"y"}]


def test_equal_marks_everywhere_give_equal_scores_without_a_division_by_zero():
    marks = [Mark(a, j, 3.0) for a in range(5) for j in range(3)]

    calibration = scoring.calibrate(marks)

    assert [round(e.value, 6) for e in calibration.scores.values()] == [3.0] * 5


def test_draws_have_the_posterior_mean_and_spread_and_follow_the_seed():
    calibration = scoring.calibrate(reference.marks())
    drawn = list(scoring.draws(calibration, count=2000, seed=5))

    assert drawn[0] == next(scoring.draws(calibration, count=1, seed=5))
    for i, estimate in enumerate(calibration.scores.values()):
        values = [draw[i] for draw in drawn]
        mean = sum(values) / len(values)
        assert mean == pytest.approx(estimate.value, abs=0.03)


def test_raw_means_are_means_of_what_was_given():
    marks = [Mark("x", "A", 2.0), Mark("x", "B", 5.0), Mark("x", "C", 5.0), Mark("y", "A", 3.0)]

    assert scoring.raw_means(marks) == {"x": 4.0, "y": 3.0}


def test_no_review_is_an_error_of_the_caller():
    with pytest.raises(ValueError, match="no review"):
        scoring.calibrate([])


@given(
    shift=st.floats(-3, 3),
    values=st.lists(st.floats(1, 5), min_size=12, max_size=12),
)
@example(
    shift=1.2487938131542222,
    values=[5.0, 2.5, 3.09375, 4.0, 4.0, 2.75, 4.96875, 5.0, 2.75, 1.25, 5.0, 1.0],
)
def test_a_shift_of_all_marks_shifts_all_scores(shift, values):
    pairs = [(a, j) for a in range(4) for j in range(3)]
    marks = [Mark(a, j, v) for (a, j), v in zip(pairs, values, strict=True)]
    moved = [Mark(m.application, m.juror, m.value + shift) for m in marks]

    here, there = scoring.calibrate(marks), scoring.calibrate(moved)

    for application, estimate in here.scores.items():
        assert there.scores[application].value == pytest.approx(estimate.value + shift, abs=1e-6)


@given(values=st.lists(st.floats(1, 5), min_size=12, max_size=12), seed=st.integers(0, 99))
def test_scores_stay_near_the_scale(values, seed):
    pairs = [(a, j) for a in range(6) for j in random.Random(seed).sample(range(3), 2)]
    pairs += [(0, 0), (0, 1), (0, 2)]
    marks = [Mark(a, j, values[i % 12]) for i, (a, j) in enumerate(dict.fromkeys(pairs))]

    try:
        calibration = scoring.calibrate(marks)
    except scoring.NotConnected:
        return

    assert all(-1 <= e.value <= 7 and e.sd >= 0 for e in calibration.scores.values())


def _dense_reml(marks):
    """EM-REML on the whole dense system by Gauss-Jordan: slow, and another way to the same."""
    applications = list(dict.fromkeys(m.application for m in marks))
    jurors = list(dict.fromkeys(m.juror for m in marks))
    size = 1 + len(jurors) + len(applications)
    rows = [
        (0, 1 + jurors.index(m.juror), 1 + len(jurors) + applications.index(m.application))
        for m in marks
    ]
    values = [m.value for m in marks]
    spread = sum((v - 3) ** 2 for v in values) / len(values)
    quality = severity = noise = spread / 2
    for _ in range(40):
        matrix = [[0.0] * (2 * size) for _ in range(size)]
        right = [0.0] * size
        for row, value in zip(rows, values, strict=True):
            for i in row:
                right[i] += value
                for k in row:
                    matrix[i][k] += 1
        for i in range(size):
            if i > 0:
                matrix[i][i] += noise / (severity if i <= len(jurors) else quality)
            matrix[i][size + i] = 1.0
        for i in range(size):
            pivot = matrix[i][i]
            part = slice(i, size + i + 1)  # elsewhere this line is zero
            line = matrix[i][part] = [v / pivot for v in matrix[i][part]]
            for k in range(size):
                factor = matrix[k][i]
                if k != i and factor:
                    found = zip(matrix[k][part], line, strict=True)
                    matrix[k][part] = [a - factor * b for a, b in found]
        inverse = [line[size:] for line in matrix]
        x = [sum(a * b for a, b in zip(line, right, strict=True)) for line in inverse]
        fitted = sum(v * sum(x[i] for i in row) for row, v in zip(rows, values, strict=True))
        first = 1 + len(jurors)
        severity = (
            sum(v * v for v in x[1:first]) + noise * sum(inverse[i][i] for i in range(1, first))
        ) / len(jurors)
        quality = (
            sum(v * v for v in x[first:]) + noise * sum(inverse[i][i] for i in range(first, size))
        ) / len(applications)
        noise = (sum(v * v for v in values) - fitted) / (len(values) - 1)
    scores = {a: x[0] + x[1 + len(jurors) + i] for i, a in enumerate(applications)}
    return quality, severity, noise, scores
