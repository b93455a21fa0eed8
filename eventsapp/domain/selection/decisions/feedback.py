"""What an applicant may learn from the reviews: own means beside the field's quartiles. Pure.

No ranks, no names of jurors, and only comments that their authors marked as shareable.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class CriterionFeedback:
    """``own`` is the mean of the application; the quartiles are those of all applications."""

    criterion: str
    own: float
    low: float
    middle: float
    high: float


def by_criterion(
    own: Sequence[Mapping[str, Any]], field: Iterable[Sequence[Mapping[str, Any]]], names: list[str]
) -> list[CriterionFeedback]:
    """Compare one application's reviews with everybody's.

    Args:
        own: the scores of its reviews.
        field: for every application, the scores of its reviews.
    """
    groups = list(field)
    found = []
    for name in names:
        mean = _mean(own, name)
        means = sorted(m for m in (_mean(scores, name) for scores in groups) if m is not None)
        if mean is None or len(means) < 4:
            continue
        found.append(
            CriterionFeedback(
                name, mean, quantile(means, 0.25), quantile(means, 0.5), quantile(means, 0.75)
            )
        )
    return found


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which ``share`` of the ordered values lie, interpolated linearly."""
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _mean(reviews: Sequence[Mapping[str, Any]], name: str) -> float | None:
    levels = [scores[name] for scores in reviews if scores.get(name) is not None]
    return sum(levels) / len(levels) if levels else None
