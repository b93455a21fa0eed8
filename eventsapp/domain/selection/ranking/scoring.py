"""Calibrated scores: what a jury meant, once each juror's severity is taken off.

The model is ``y_ij = mu + f_i + b_j + e_ij``: a mean, the quality of application i, the leniency of
juror j, and noise whose variance is divided by the confidence of the review. It is solved by
Henderson's mixed-model equations with variances by EM-REML; everything is the standard library,
because 90 applications and 12 jurors take hundredths of a second.

Raw means are never hidden by these figures: they stand beside them.

Source:
    Henderson (1975); Platt and Burges (2012); MacKay, Kenna, Low and Parker (2017), "Calibration
    with confidence", whose validity rests on the connectivity of the juror-application graph.
"""

import random
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from math import log, sqrt
from operator import add, mul, sub

from eventsapp.domain.selection.ranking import graph, linear, reml
from eventsapp.domain.selection.ranking.reml import Variances

DRAWS = 2000
POOL = 1 << 18
"""Normal numbers that the draws take their noise from."""
FLOOR = 1e-9
"""Share of the total variance below which a component counts as zero; keeps ratios finite."""

Key = Hashable


@dataclass(frozen=True)
class Mark:
    """One review brought down to one figure on the call's scale."""

    application: Key
    juror: Key
    value: float
    confidence: float = 1.0


@dataclass(frozen=True)
class Estimate:
    """A posterior mean and its standard deviation, on the call's scale."""

    value: float
    sd: float


@dataclass(frozen=True)
class Calibration:
    """What the model says. ``scores`` is mu + f by application, ``severities`` is b by juror."""

    mean: float
    scores: dict[Key, Estimate]
    severities: dict[Key, Estimate]
    variances: Variances
    residuals: dict[tuple[Key, Key], float]
    """(application, juror) -> standardised residual of the review."""
    system: "System"


class NotConnected(ValueError):
    """The jurors fall into groups that share no application: no correction can compare them."""

    def __init__(self, components: list[graph.Component]) -> None:
        super().__init__(f"{len(components)} groups of jurors share no application")
        self.components = components


def weighted_score(scores: dict[str, float | None], weights: dict[str, float]) -> float:
    """Return the mean of one review over the criteria it fills in, weights renormalised.

    Args:
        scores: criterion -> score; None or absent means "not assessable", which is not a zero.
        weights: criterion -> weight, any positive scale.
    """
    filled = [
        (weights[name], score)
        for name, score in scores.items()
        if score is not None and name in weights
    ]
    if not filled:
        raise ValueError("a review without any score has no mean")
    whole = sum(w for w, _ in filled)
    if whole <= 0:
        # What was scored weighs nothing; a call like this is refused, an older one still opens.
        return sum(s for _, s in filled) / len(filled)
    return sum(w * s for w, s in filled) / whole


def raw_means(marks: Sequence[Mark]) -> dict[Key, float]:
    """Return application -> mean of its reviews."""
    values: dict[Key, list[float]] = {}
    for mark in marks:
        values.setdefault(mark.application, []).append(mark.value)
    return {application: sum(found) / len(found) for application, found in values.items()}


def calibrate(marks: Sequence[Mark], iterations: int | None = None) -> Calibration:
    """Fit the model to the reviews.

    Args:
        iterations: so many steps of plain EM; None goes on until it has converged.

    Raises:
        NotConnected: several groups of jurors share no application; the caller shows raw means.
        ValueError: there is no review at all.
    """
    if not marks:
        raise ValueError("no review to calibrate")
    components = graph.components((mark.application, mark.juror) for mark in marks)
    if len(components) > 1:
        raise NotConnected(components)

    system = System(marks)
    total = max(system.sample_variance(), FLOOR)
    if iterations is None:
        reml.fit(system, total, total * FLOOR)
        return system.calibration()
    variances = Variances(quality=total / 3, severity=total / 3, noise=total / 3)
    for _ in range(iterations):
        system.solve(variances)
        variances = system.better_variances(total * FLOOR)
    system.solve(variances)
    return system.calibration()


def draws(calibration: Calibration, count: int = DRAWS, seed: int = 1) -> Iterator[list[float]]:
    """Yield ``count`` draws of all true scores, in the order of ``calibration.scores``.

    (mu, b) is drawn from the Cholesky factor of its precision; given them the qualities are
    independent. The seed makes a ranking reproducible, which a selection must be.
    """
    return calibration.system.draws(count, random.Random(seed))


class System:
    """Henderson's equations with the qualities eliminated: one row for mu and one per juror."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self.marks = list(marks)
        self.applications = list(dict.fromkeys(mark.application for mark in marks))
        self.jurors = list(dict.fromkeys(mark.juror for mark in marks))
        self.shift = sum(mark.value for mark in marks) / len(marks)
        at = {application: i for i, application in enumerate(self.applications)}
        juror_at = {juror: j + 1 for j, juror in enumerate(self.jurors)}
        # by application: (row of the juror in the system, confidence, centred value)
        self.rows: list[list[tuple[int, float, float]]] = [[] for _ in self.applications]
        for mark in marks:
            row = (juror_at[mark.juror], mark.confidence, mark.value - self.shift)
            self.rows[at[mark.application]].append(row)
        self.weights = [sum(c for _, c, _ in row) for row in self.rows]
        self.totals = [sum(c * y for _, c, y in row) for row in self.rows]
        self.fixed: list[float] = []
        self.quality: list[float] = []
        self.factor: list[list[float]] = []
        self.inverse: list[list[float]] = []
        self.spread: list[float] = []
        self.variances = Variances(1.0, 1.0, 1.0)

    def sample_variance(self) -> float:
        values = [y for row in self.rows for _, _, y in row]
        return sum(y * y for y in values) / max(len(values) - 1, 1)

    def solve(self, variances: Variances) -> None:
        """Solve for mu, b and f under given variances; keep the factor for draws."""
        self.variances = variances
        quality_ratio = variances.noise / variances.quality
        severity_ratio = variances.noise / variances.severity
        size = len(self.jurors) + 1
        matrix = [[0.0] * size for _ in range(size)]
        right = [0.0] * size
        for j in range(1, size):
            matrix[j][j] = severity_ratio
        for row, weight, total in zip(self.rows, self.weights, self.totals, strict=True):
            pivot = weight + quality_ratio
            column = [(0, weight), *((j, c) for j, c, _ in row)]
            for j, c, y in row:
                matrix[0][0] += c
                matrix[0][j] += c
                matrix[j][0] += c
                matrix[j][j] += c
                right[0] += c * y
                right[j] += c * y
            for j, a in column:
                share = a / pivot
                right[j] -= share * total
                line = matrix[j]
                for k, b in column:
                    line[k] -= share * b
        self.factor = linear.cholesky(matrix)
        self.inverse = linear.inverse(self.factor)
        self.fixed = linear.solve(self.factor, right)
        self._back_substitute(quality_ratio)

    def _back_substitute(self, quality_ratio: float) -> None:
        self.quality = []
        self.spread = []
        for row, weight, total in zip(self.rows, self.weights, self.totals, strict=True):
            pivot = weight + quality_ratio
            explained = weight * self.fixed[0] + sum(c * self.fixed[j] for j, c, _ in row)
            self.quality.append((total - explained) / pivot)
            column = [(0, weight), *((j, c) for j, c, _ in row)]
            form = sum(a * b * self.inverse[j][k] for j, a in column for k, b in column)
            self.spread.append(1 / pivot + form / (pivot * pivot))

    def better_variances(self, floor: float) -> Variances:
        """One EM-REML step."""
        noise = self.variances.noise
        explained = observed = 0.0
        for i, row in enumerate(self.rows):
            for j, c, y in row:
                observed += c * y * y
                explained += c * y * (self.fixed[0] + self.fixed[j] + self.quality[i])
        count = sum(len(row) for row in self.rows)
        severity = self.fixed[1:]
        trace_b = sum(self.inverse[j][j] for j in range(1, len(self.fixed)))
        quality = sum(f * f for f in self.quality) + noise * sum(self.spread)
        return Variances(
            quality=max(quality / len(self.rows), floor),
            severity=max((sum(b * b for b in severity) + noise * trace_b) / len(severity), floor),
            noise=max((observed - explained) / max(count - 1, 1), floor),
        )

    def likelihood(self) -> float:
        """The restricted log-likelihood of the variances last solved for, but for a constant."""
        noise = self.variances.noise
        quality_ratio = noise / self.variances.quality
        explained = observed = 0.0
        for i, row in enumerate(self.rows):
            for j, c, y in row:
                observed += c * y * y
                explained += c * y * (self.fixed[0] + self.fixed[j] + self.quality[i])
        count = sum(len(row) for row in self.rows)
        determinant = sum(log(weight + quality_ratio) for weight in self.weights)
        determinant += 2 * sum(log(self.factor[j][j]) for j in range(len(self.factor)))
        return -0.5 * (
            (count - len(self.rows) - len(self.jurors) - 1) * log(noise)
            + len(self.rows) * log(self.variances.quality)
            + len(self.jurors) * log(self.variances.severity)
            + determinant
            + (observed - explained) / noise
        )

    def calibration(self) -> Calibration:
        noise = self.variances.noise
        mean = self.shift + self.fixed[0]
        scores = {
            application: Estimate(mean + f, sqrt(noise * spread))
            for application, f, spread in zip(
                self.applications, self.quality, self.spread, strict=True
            )
        }
        severities = {
            juror: Estimate(self.fixed[j], sqrt(noise * self.inverse[j][j]))
            for j, juror in enumerate(self.jurors, start=1)
        }
        residuals = {
            (mark.application, mark.juror): (
                mark.value - scores[mark.application].value - severities[mark.juror].value
            )
            * sqrt(mark.confidence / noise)
            for mark in self.marks
        }
        return Calibration(mean, scores, severities, self.variances, residuals, self)

    def draws(self, count: int, chance: random.Random) -> Iterator[list[float]]:
        """Each draw is the posterior mean, and what mean, severities and noise move it by.

        Column by column over all applications, because that leaves the loops to the interpreter's
        own ``map``; the noise is cut from a long pool at random places, which is where the time of
        ten million normal numbers would go.
        """
        noise = sqrt(self.variances.noise)
        quality_ratio = self.variances.noise / self.variances.quality
        size, many = len(self.fixed), len(self.rows)
        pivots = [weight + quality_ratio for weight in self.weights]
        shares = [1 / pivot for pivot in pivots]
        sds = [noise / sqrt(pivot) for pivot in pivots]
        level = self.shift + self.fixed[0]
        means = [level + f for f in self.quality]
        columns = []
        for k in range(max(len(row) for row in self.rows)):
            # A missing review weighs nothing; row 0 stands in for its juror.
            picked = [row[k] if k < len(row) else (0, 0.0, 0.0) for row in self.rows]
            columns.append(([j for j, _, _ in picked], [c for _, c, _ in picked]))
        gauss = chance.gauss
        # For a small call a few times what will be cut from it, so that cuts seldom meet.
        length = max(2 * many, min(POOL, 8 * DRAWS * many))
        pool = [gauss(0.0, 1.0) for _ in range(length)]
        transposed = [list(column) for column in zip(*self.factor, strict=True)]
        for _ in range(count):
            moved = linear.back(transposed, [gauss(0.0, noise) for _ in range(size)])
            mean = moved[0]
            seen = [mean + b for b in moved]
            start = chance.randrange(len(pool) - many)
            values = map(add, means, map(mul, sds, pool[start : start + many]))
            for jurors, confidences in columns:
                part = map(mul, confidences, map(seen.__getitem__, jurors))
                values = map(sub, values, map(mul, shares, part))
            yield [mean + value for value in values]
