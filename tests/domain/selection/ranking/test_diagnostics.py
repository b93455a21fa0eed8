"""Flags about jurors."""

import pytest

from eventsapp.domain.selection.ranking import diagnostics, scoring
from eventsapp.domain.selection.ranking.scoring import Mark
from tests.domain.selection import reference


def test_the_reference_jury_shows_its_harsh_and_its_flat_juror():
    marks = reference.marks()
    single: dict[str, list[float]] = {}
    for review in reference.load("scores"):
        given = [review[name] for name in reference.weights()]
        single.setdefault(review["juror"], []).extend(given)

    reports = diagnostics.report(marks, single, (1, 5), scoring.calibrate(marks))

    assert len(reports) == 12
    assert [r.severity for r in reports] == sorted(r.severity for r in reports)
    assert reports[0].severity < -0.3 and reports[-1].severity > 0.3
    assert {r.juror for r in reports if r.reviews < 30} == {"JUR-09"}


def test_few_flat_and_extreme_reviews_are_flagged():
    marks = [Mark(a, "flat", 5.0) for a in range(3)] + [Mark(a, "fair", a + 2.0) for a in range(9)]

    reports = diagnostics.report(marks, {"flat": [5, 5, 5], "fair": [2, 3, 4]}, (1, 5), None)

    flags = {r.juror: r.flags for r in reports}
    assert flags == {"flat": ("few_reviews", "flat", "at_bounds"), "fair": ()}


def told(marks, single, *, calibration=None):
    return {one.juror: one for one in diagnostics.report(marks, single, (1, 5), calibration)}


def marks_of(*values, juror="x"):
    return [Mark(a, juror, value) for a, value in enumerate(values)]


def calibrated(severities, residuals):
    """A calibration of which only what a report reads is there."""
    return scoring.Calibration(
        0.0, {}, {j: scoring.Estimate(v, 0.5) for j, v in severities.items()}, None, residuals, None
    )


def test_a_report_says_how_a_juror_uses_the_scale():
    """Mean 3 and spread of the sample: sqrt((4 + 0 + 4) / 2) = 2."""
    [report] = told(marks_of(1, 3, 5), {"x": [1, 5, 3, 3]}).values()

    assert report == diagnostics.JurorReport(
        "x", 3, 3.0, 2.0, 0.5, None, None, (), ("few_reviews", "at_bounds")
    )
    alone = told(marks_of(4), {})["x"]
    assert (alone.sd, alone.at_bounds, alone.flags) == (0.0, 0.0, ("few_reviews",))


def test_two_reviews_spread_or_are_flat_as_more_do():
    """sqrt((1 + 1) / 1), as of a sample of two."""
    apart, alike = (told(marks_of(*values), {})["x"] for values in ((2, 4), (3, 3)))

    assert apart.sd == pytest.approx(2**0.5)
    assert (apart.flags, alike.flags) == (("few_reviews",), ("few_reviews", "flat"))


@pytest.mark.parametrize(("count", "flags"), [(7, ("few_reviews",)), (8, ())])
def test_few_is_less_than_eight(count, flags):
    values = [3 + n % 2 for n in range(count)]

    assert told(marks_of(*values), {})["x"].flags == flags


@pytest.mark.parametrize(("at_bound", "flagged"), [(1, False), (2, True)])
def test_extreme_is_more_than_a_quarter(at_bound, flagged):
    single = [1] * at_bound + [3] * (4 - at_bound)

    flags = told(marks_of(*range(9)), {"x": single})["x"].flags
    assert ("at_bounds" in flags) is flagged


def test_strange_reviews_are_named_for_their_own_juror():
    residuals = {("a", "x"): 2.6, ("b", "x"): -2.6, ("c", "x"): 2.5, ("d", "y"): 9.0}
    marks = [*marks_of(*range(9)), *marks_of(*range(9), juror="z")]

    reports = told(marks, {}, calibration=calibrated({"x": -0.4}, residuals))

    assert (reports["x"].severity, reports["x"].severity_sd) == (-0.4, 0.5)
    assert (reports["x"].strange, reports["x"].flags) == (("a", "b"), ("strange_reviews",))
    # A juror apart from the part that was calibrated has no severity.
    assert (reports["z"].severity, reports["z"].severity_sd, reports["z"].strange) == (
        None,
        None,
        (),
    )


def test_the_harshest_come_first_by_severity_and_without_one_by_mean():
    marks = [
        *marks_of(5, 5, juror="kind"),
        *marks_of(1, 1, juror="harsh"),
        *marks_of(2, 2, juror="m"),
    ]

    assert list(told(marks, {})) == ["harsh", "m", "kind"]
    severities = calibrated({"kind": -1.0, "harsh": 0.5, "m": 0.2}, {})
    assert list(told(marks, {}, calibration=severities)) == ["kind", "m", "harsh"]
