"""What to look at before trusting a ranking: flags about jurors, never a deletion."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from eventsapp.domain.selection.ranking.scoring import Calibration, Mark

FEW_REVIEWS = 8
AT_BOUND = 0.25
STRANGE = 2.5

FEW = "few_reviews"
FLAT = "flat"
CEILING = "at_bounds"
STRANGE_REVIEWS = "strange_reviews"


@dataclass(frozen=True)
class JurorReport:
    """One juror's use of the scale. ``severity`` is negative for a harsh juror."""

    juror: Hashable
    reviews: int
    mean: float
    sd: float
    at_bounds: float
    """Share of the single scores that sit on the lowest or highest level."""
    severity: float | None
    severity_sd: float | None
    strange: tuple[Hashable, ...]
    """Applications whose review lies more than 2.5 standard residuals off."""
    flags: tuple[str, ...]


def report(
    marks: Sequence[Mark],
    single_scores: Mapping[Hashable, Sequence[float]],
    bounds: tuple[float, float],
    calibration: Calibration | None,
) -> list[JurorReport]:
    """Return one report per juror, the harshest first.

    Args:
        single_scores: juror -> every criterion score given.
        bounds: lowest and highest level of the scale.
    """
    values: dict[Hashable, list[float]] = {}
    for mark in marks:
        values.setdefault(mark.juror, []).append(mark.value)
    reports = [
        _one(juror, given, single_scores.get(juror, ()), bounds, calibration)
        for juror, given in values.items()
    ]
    return sorted(reports, key=lambda r: r.mean if r.severity is None else r.severity)


def _one(
    juror: Hashable,
    given: list[float],
    single: Sequence[float],
    bounds: tuple[float, float],
    calibration: Calibration | None,
) -> JurorReport:
    mean = sum(given) / len(given)
    sd = sqrt(sum((v - mean) ** 2 for v in given) / max(len(given) - 1, 1))
    at_bounds = sum(1 for s in single if s in bounds) / len(single) if single else 0.0
    strange: tuple[Hashable, ...] = ()
    severity = severity_sd = None
    if calibration is not None and juror in calibration.severities:
        severity = calibration.severities[juror].value
        severity_sd = calibration.severities[juror].sd
        strange = tuple(
            application
            for (application, by), residual in calibration.residuals.items()
            if by == juror and abs(residual) > STRANGE
        )
    flags = []
    if len(given) < FEW_REVIEWS:
        flags.append(FEW)
    if len(given) > 1 and sd < 1e-9:
        flags.append(FLAT)
    if at_bounds > AT_BOUND:
        flags.append(CEILING)
    if strange:
        flags.append(STRANGE_REVIEWS)
    return JurorReport(
        juror, len(given), mean, sd, at_bounds, severity, severity_sd, strange, tuple(flags)
    )
