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


@dataclass(frozen=True)
class Table:
    """Lines with the best first; ineligible ones after them, in the order of their numbers."""

    lines: list[Line]
    calibration: scoring.Calibration | None
    components: list[graph.Component]
    """Groups of jurors that share no application; more than one means "not calibrated"."""

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
    ones take part in the choice.
    """
    raw = scoring.raw_means(marks)
    reviews: dict[Hashable, int] = {}
    for mark in marks:
        reviews[mark.application] = reviews.get(mark.application, 0) + 1
    calibration, parts = None, []
    if marks:
        parts = graph.components((mark.application, mark.juror) for mark in marks)
        if len(parts) == 1:
            calibration = scoring.calibrate(marks)
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
    return Table(sorted(lines, key=_place), calibration, parts)


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


def _place(line: Line) -> tuple[int, float, int]:
    if not line.eligible:
        return 2, 0.0, line.candidate.number
    value = line.calibrated if line.calibrated is not None else line.raw
    if value is None:
        return 1, 0.0, line.candidate.number
    return 0, -value, line.candidate.number
