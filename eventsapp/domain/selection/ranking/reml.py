"""The variances of the model: REML, found by accelerated EM until nothing moves any more. Pure.

Plain EM creeps where a variance is near zero, as small or unbiased juries have it: after 25 steps
one place of eight could still change. Each cycle here takes two EM steps and the leap that they
point to, in logarithms, and takes the leap only when it is as likely as the first step. It ends
when a cycle moves neither the variances nor any score by ``TOLERANCE`` of their scale.

Source:
    Varadhan and Roland (2008), "Simple and globally convergent methods for accelerating the
    convergence of any EM algorithm" (SQUAREM, scheme S3).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, log, sqrt
from typing import Protocol

TOLERANCE = 1e-9
MOST_CYCLES = 300
"""A safe end. Where a variance creeps to zero, what it moves is far below a rounding by then."""
LONGEST_LEAP = 1e4
SMALL = 0.01


@dataclass(frozen=True)
class Variances:
    quality: float
    severity: float
    noise: float

    @property
    def logs(self) -> list[float]:
        return [log(self.quality), log(self.severity), log(self.noise)]


class System(Protocol):
    quality: list[float]

    def solve(self, variances: Variances) -> None: ...
    def better_variances(self, floor: float) -> Variances: ...
    def likelihood(self) -> float: ...


def fit(system: System, total: float, floor: float) -> None:
    """Leave the system solved at its most likely variances.

    Args:
        total: variance of all marks, the scale that "nothing moves" is measured on.
        floor: below it a variance counts as zero.
    """
    at = Variances(total / 3, total / 3, total / 3)
    before: Sequence[float] = ()
    for _cycle in range(MOST_CYCLES):
        system.solve(at)
        scores = list(system.quality)
        one = system.better_variances(floor)
        system.solve(one)
        likely = system.likelihood()
        two = system.better_variances(floor)
        found = two
        leap = _leap(at, one, two, total, floor)
        if leap is not None:
            system.solve(leap)
            if system.likelihood() >= likely:
                found = system.better_variances(floor)
        found = _at_the_border(system, found, total, floor)
        still = (
            _moved(at, found, total) <= TOLERANCE
            and before
            and (
                max(abs(a - b) for a, b in zip(scores, before, strict=True))
                <= TOLERANCE * sqrt(total)
            )
        )
        at, before = found, scores
        if still:
            break
    system.solve(at)


def _leap(
    at: Variances, one: Variances, two: Variances, total: float, floor: float
) -> Variances | None:
    start, first, second = at.logs, one.logs, two.logs
    step = [b - a for a, b in zip(start, first, strict=True)]
    bend = [c - b - s for b, c, s in zip(first, second, step, strict=True)]
    size, curve = sqrt(sum(s * s for s in step)), sqrt(sum(b * b for b in bend))
    if curve <= 1e-14:
        return None
    far = min(max(size / curve, 1.0), LONGEST_LEAP)
    low, high = log(floor), log(total * 1e3)
    found = [
        exp(min(max(a + 2 * far * s + far * far * b, low), high))
        for a, s, b in zip(start, step, bend, strict=True)
    ]
    return Variances(*found)


def _at_the_border(system: System, at: Variances, total: float, floor: float) -> Variances:
    """A variance that creeps to zero is set there at once, when that is as likely."""
    for name in ("quality", "severity"):
        if 10 * floor < getattr(at, name) < SMALL * total:
            system.solve(at)
            likely = system.likelihood()
            zero = replace(at, **{name: floor})
            system.solve(zero)
            if system.likelihood() >= likely:
                at = zero
    return at


def _moved(at: Variances, to: Variances, total: float) -> float:
    return (
        max(abs(to.quality - at.quality), abs(to.severity - at.severity), abs(to.noise - at.noise))
        / total
    )
