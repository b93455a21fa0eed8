"""The ranking table: raw and calibrated side by side, from plain values."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from eventsapp.domain.selection.calls import choice
from eventsapp.domain.selection.ranking import graph, scoring


@dataclass(frozen=True)
class Line:
    """One application. Ineligible ones keep their raw mean, the rest is None."""

    candidate: choice.Candidate
    eligible: bool
    reviews: int
    raw: float | None
    calibrated: float | None
    sd: float | None
    p_selected: float | None


MAIN_SHARE = 0.75
"""The largest part is calibrated when it holds this share of the applications that were read."""


@dataclass(frozen=True)
class Table:
    """Lines with the best first.

    After those of the order come the ones set apart, by raw mean, which the rule does not choose;
    then the unread ones; then the ineligible ones, by number.
    """

    lines: list[Line]
    calibration: scoring.Calibration | None
    components: list[graph.Component]
    """Parts that share no juror and no application, the largest first."""

    @property
    def apart(self) -> list[Line]:
        """Eligible ones that were read, but are not linked to the calibrated part."""
        return [line for line in self.lines if self.calibration and _is_apart(line)]

    @property
    def scores(self) -> dict[Hashable, float]:
        """The scores that the rule is applied to: calibrated, or raw where that is refused."""
        found = {}
        for line in self.lines:
            value = line.raw if self.calibration is None else line.calibrated
            if line.eligible and value is not None:
                found[line.candidate.key] = value
        return found


def build(
    candidates: Sequence[choice.Candidate],
    eligible: Mapping[Hashable, bool],
    marks: Sequence[scoring.Mark],
    rule: choice.Rule,
    *,
    count: int = scoring.DRAWS,
    seed: int = 1,
) -> Table:
    """Rank the candidates.

    Reviews of ineligible applications still inform the severities of the jurors; only the eligible
    ones take part in the choice. When the reviews fall into parts, the largest is calibrated if it
    holds ``MAIN_SHARE`` of what was read, and the others are set apart: an order across parts
    would take two juries for one. Otherwise nothing is calibrated and the order is by raw mean.
    """
    raw = scoring.raw_means(marks)
    reviews: dict[Hashable, int] = {}
    for mark in marks:
        reviews[mark.application] = reviews.get(mark.application, 0) + 1
    calibration, parts = None, []
    if marks:
        parts = graph.components((mark.application, mark.juror) for mark in marks)
        main = set(parts[0].applications)
        if len(main) >= MAIN_SHARE * len(raw):
            calibration = scoring.calibrate([m for m in marks if m.application in main])
    shares = _shares(candidates, eligible, calibration, rule, count, seed)

    lines = []
    for candidate in candidates:
        key = candidate.key
        estimate = None
        if calibration is not None and eligible[key]:
            estimate = calibration.scores.get(key)
        lines.append(
            Line(
                candidate,
                eligible[key],
                reviews.get(key, 0),
                raw.get(key),
                estimate.value if estimate else None,
                estimate.sd if estimate else None,
                shares.get(key) if estimate else None,
            )
        )
    lines.sort(key=lambda line: _place(line, calibrated=calibration is not None))
    return Table(lines, calibration, parts)


def _shares(
    candidates: Sequence[choice.Candidate],
    eligible: Mapping[Hashable, bool],
    calibration: scoring.Calibration | None,
    rule: choice.Rule,
    count: int,
    seed: int,
) -> dict[Hashable, float]:
    if calibration is None:
        return {}
    at = {key: i for i, key in enumerate(calibration.scores)}
    ready = [c for c in candidates if eligible[c.key] and c.key in at]
    places = [at[c.key] for c in ready]
    drawn = ([draw[i] for i in places] for draw in scoring.draws(calibration, count, seed))
    return choice.frequencies(ready, drawn, rule)


def _is_apart(line: Line) -> bool:
    return line.eligible and line.raw is not None and line.calibrated is None


def _place(line: Line, *, calibrated: bool) -> tuple[int, float, int]:
    if not line.eligible:
        return 3, 0.0, line.candidate.number
    if line.raw is None:
        return 2, 0.0, line.candidate.number
    if calibrated and line.calibrated is None:
        return 1, -line.raw, line.candidate.number
    value = line.calibrated if line.calibrated is not None else line.raw
    return 0, -value, line.candidate.number
