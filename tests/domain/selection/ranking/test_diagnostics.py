"""Flags about jurors."""

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
