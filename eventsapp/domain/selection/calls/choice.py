"""Choose under the call's published rule. The rule is data, so that a jury can read it first."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from eventsapp.domain.selection.calls import exact

Key = Hashable

MANY = 600
"""Above so many candidates a round looks at the best ones first."""

DOMAIN = "domain"
"""The attribute of applications that limits are set on today."""


@dataclass(frozen=True)
class Limit:
    """At most ``at_most`` chosen applications share one value of ``attribute``."""

    attribute: str
    at_most: int


@dataclass(frozen=True)
class Rule:
    """How the places are given.

    First the best of each value of ``best_of_each`` (best ones first), then by descending score
    within the limits, until ``places``. ``must`` and ``never`` are a person's overrides.
    """

    places: int
    best_of_each: str | None = None
    limits: tuple[Limit, ...] = ()
    must: frozenset[Key] = frozenset()
    never: frozenset[Key] = frozenset()


@dataclass(frozen=True)
class Candidate:
    """``number`` breaks ties: the lower application number comes first."""

    key: Key
    number: int
    attributes: Mapping[str, str] = field(default_factory=dict)


def from_json(rule: Mapping[str, Any], places: int) -> Rule:
    """Read ``{"best_of_each": "domain", "limits": [{"attribute": "domain", "at_most": 3}]}``."""
    return Rule(
        places=places,
        best_of_each=rule.get("best_of_each"),
        limits=tuple(
            Limit(str(limit["attribute"]), int(limit["at_most"])) for limit in rule["limits"]
        )
        if "limits" in rule
        else (),
    )


def choose(candidates: Sequence[Candidate], scores: Mapping[Key, float], rule: Rule) -> list[Key]:
    """Return the chosen applications, best first. Without a score nobody is chosen."""
    ready = sorted(
        (c for c in candidates if c.key in scores or c.key in rule.must), key=lambda c: c.number
    )
    chooser = Chooser(ready, rule)
    values = [scores.get(candidate.key, float("-inf")) for candidate in ready]
    chosen = sorted(chooser.pick(values), key=lambda i: (-values[i], ready[i].number))
    return [ready[i].key for i in chosen]


def reserve(
    candidates: Sequence[Candidate],
    scores: Mapping[Key, float],
    chosen: Iterable[Key],
    *,
    size: int,
    never: frozenset[Key] = frozenset(),
) -> list[Key]:
    """Return the next ``size`` by descending score, in the order in which places are offered."""
    taken = set(chosen) | never
    rest = [c for c in candidates if c.key in scores and c.key not in taken]
    rest.sort(key=lambda c: (-scores[c.key], c.number))
    return [candidate.key for candidate in rest[:size]]


def next_in_line(waiting: Sequence[str], used: Mapping[str, int], rule: Rule) -> int | None:
    """Return the position in the reserve that a freed place is offered to, or None.

    The first one in order within the limits; before it the first one of a group that the rule
    gives a place to and that has none any more, so that a refusal does not empty a domain.

    Args:
        waiting: the group (``DOMAIN``) of each one in the reserve, in order.
        used: group -> places offered or confirmed.
    """
    limits = [limit.at_most for limit in rule.limits if limit.attribute == DOMAIN]
    fitting = [
        i for i, group in enumerate(waiting) if all(used.get(group, 0) < most for most in limits)
    ]
    if rule.best_of_each == DOMAIN:
        restoring = [i for i in fitting if not used.get(waiting[i])]
        fitting = restoring or fitting
    return fitting[0] if fitting else None


def frequencies(
    candidates: Sequence[Candidate], draws: Iterable[Sequence[float]], rule: Rule
) -> dict[Key, float]:
    """Return candidate -> share of the draws in which it is chosen. The shares sum to the places.

    Args:
        candidates: in the order of the values of each draw.
    """
    order = sorted(range(len(candidates)), key=lambda i: candidates[i].number)
    chooser = Chooser([candidates[i] for i in order], rule)
    counts = [0] * len(candidates)
    total = 0
    for draw in draws:
        total += 1
        for i in chooser.pick([draw[k] for k in order]):
            counts[order[i]] += 1
    return {
        candidate.key: count / total for candidate, count in zip(candidates, counts, strict=True)
    }


def price(
    candidates: Sequence[Candidate], scores: Mapping[Key, float], rule: Rule
) -> list[tuple[str, float, list[Key], list[Key]]]:
    """Say what each part of the rule costs: (part, drop of the summed score, enter, leave).

    The drop compares the choice under the whole rule with the choice without that part.
    """
    whole = choose(candidates, scores, rule)
    parts = [
        (
            f"limit:{limit.attribute}",
            replace(rule, limits=tuple(other for other in rule.limits if other != limit)),
        )
        for limit in rule.limits
    ]
    if rule.best_of_each:
        parts.append((f"best_of_each:{rule.best_of_each}", replace(rule, best_of_each=None)))
    found = []
    for name, without in parts:
        other = choose(candidates, scores, without)
        drop = sum(scores.get(k, 0) for k in other) - sum(scores.get(k, 0) for k in whole)
        entering = [key for key in whole if key not in other]
        leaving = [key for key in other if key not in whole]
        found.append((name, drop, entering, leaving))
    return found


class Chooser:
    """A rule prepared for many rounds of scores over the same candidates, sorted by number.

    With limits and first places on one attribute, taking the best that fits is the best choice;
    with two attributes ``exact`` finds it. More are refused.
    """

    def __init__(self, candidates: Sequence[Candidate], rule: Rule) -> None:
        self.places = rule.places
        self.must = [i for i, c in enumerate(candidates) if c.key in rule.must]
        self.open = [
            i
            for i, c in enumerate(candidates)
            if c.key not in rule.never and c.key not in rule.must
        ]
        self.first = (
            [c.attributes.get(rule.best_of_each, "") for c in candidates]
            if rule.best_of_each
            else None
        )
        self.groups = {self.first[i] for i in self.open} if self.first is not None else set()
        self.exact = self._two_way(candidates, rule)
        self.cut: float | None = None
        # A limit on something else could send the first pass far down the list.
        self.settles_early = rule.best_of_each is None or all(
            limit.attribute == rule.best_of_each and limit.at_most > 0 for limit in rule.limits
        )
        self.limits = [
            ([c.attributes.get(limit.attribute, "") for c in candidates], limit.at_most)
            for limit in rule.limits
        ]

    def pick(self, values: Sequence[float]) -> list[int]:
        """Return the positions chosen for these scores."""
        if self.exact is not None:
            return [*self.must, *self.exact.pick(values)]
        if self.settles_early and len(self.open) > MANY:
            chosen = self._pick_from_top(values)
            if chosen is not None:
                return chosen
        return self._pick(values, self.open)

    def _two_way(self, candidates: Sequence[Candidate], rule: Rule) -> exact.TwoWay | None:
        first = [rule.best_of_each] if rule.best_of_each else []
        names = list(dict.fromkeys([*first, *(limit.attribute for limit in rule.limits)]))
        if len(names) > 2:
            raise ValueError(f"a rule on {len(names)} attributes has no exact choice")
        if len(names) < 2:
            return None
        groups, left = [], []
        for name in names:
            of = [c.attributes.get(name, "") for c in candidates]
            most = min(
                (limit.at_most for limit in rule.limits if limit.attribute == name),
                default=rule.places,
            )
            # Who is forced in counts, and may stand above the limit.
            forced = [of[i] for i in self.must]
            groups.append(of)
            left.append({value: max(most - forced.count(value), 0) for value in set(of)})
        settled = {groups[0][i] for i in self.must}
        return exact.TwoWay(
            exact.Grid(
                rows=groups[0],
                columns=groups[1],
                open=self.open,
                row_left=left[0],
                column_left=left[1],
                cover=frozenset(set(groups[0]) - settled) if first else frozenset(),
                places=max(rule.places - len(self.must), 0),
            )
        )

    def _pick_from_top(self, values: Sequence[float]) -> list[int] | None:
        """The same choice from the best ones alone, or None when they do not settle it.

        Sorting five thousand scores two thousand times is most of the work; who stands high in
        one round stands high in the next, so the cut of the first round serves the others.
        """
        if self.cut is None:
            ordered = sorted((values[i] for i in self.open), reverse=True)
            self.cut = ordered[MANY // 2]
        cut = self.cut
        top = [i for i in self.open if values[i] >= cut]
        if self.first is not None and {self.first[i] for i in top} != self.groups:
            return None
        chosen = self._pick(values, top)
        return chosen if len(chosen) == self.places else None

    def _pick(self, values: Sequence[float], among: Sequence[int]) -> list[int]:
        chosen = list(self.must)
        counts: list[dict[str, int]] = [{} for _ in self.limits]
        for i in chosen:
            self._count(i, counts)
        # The sort is stable, so equal scores keep the order of the numbers.
        order = sorted(among, key=values.__getitem__, reverse=True)
        if self.first is not None:
            order = self._pick_best_of_each(order, chosen, counts)
        for i in order:
            if len(chosen) >= self.places:
                break
            if self._fits(i, counts):
                chosen.append(i)
                self._count(i, counts)
        return chosen

    def _pick_best_of_each(
        self, order: list[int], chosen: list[int], counts: list[dict[str, int]]
    ) -> list[int]:
        """Add the best of each group to ``chosen``; returns the others, still in order."""
        groups = self.first or []
        seen = {groups[i] for i in chosen}
        left = []
        for i in order:
            if len(chosen) < self.places and groups[i] not in seen and self._fits(i, counts):
                seen.add(groups[i])
                chosen.append(i)
                self._count(i, counts)
            else:
                left.append(i)
        return left

    def _fits(self, i: int, counts: list[dict[str, int]]) -> bool:
        for (groups, at_most), count in zip(self.limits, counts, strict=True):
            if count.get(groups[i], 0) >= at_most:
                return False
        return True

    def _count(self, i: int, counts: list[dict[str, int]]) -> None:
        for (groups, _), count in zip(self.limits, counts, strict=True):
            count[groups[i]] = count.get(groups[i], 0) + 1
