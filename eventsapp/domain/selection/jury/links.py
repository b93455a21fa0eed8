"""Whether everybody's reading hangs together, and how to make it so without a heavier load."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, Protocol

Key = Hashable

TRIES = 4000
"""Exchanges tried at random before a distribution is given up."""


class Dealing(Protocol):
    chance: Any
    of: dict[Key, dict[Key, None]]
    load: dict[Key, int]

    def give(self, a: Key, j: Key) -> None: ...
    def take(self, a: Key, j: Key) -> None: ...
    def may_move(self, a: Key, j: Key) -> bool: ...


def connect(dealing: Dealing, standing: Sequence[tuple[Key, Key]]) -> int:
    """Exchange readings until all are linked; returns how many parts are left.

    An exchange gives two applications each other's juror, a move gives one to a juror who has one
    less: both leave the loads as even as they were. What splits a part is taken back; what leaves
    the number of parts is kept, so that the search gets on.
    """
    left = _parts(dealing, standing)
    if left <= 1 or not could_be_one(dealing, standing):
        return left
    pairs = [(a, j) for a, jurors in dealing.of.items() for j in jurors]
    tries = min(TRIES, 40 * len(pairs))
    for _ in range(tries):
        k = dealing.chance.randrange(len(pairs))
        done = _try(dealing, pairs, k)
        if done is None:
            continue
        found = _parts(dealing, standing)
        if found > left:
            for place, pair in done:
                dealing.take(*pairs[place])
                pairs[place] = pair
            for place, _ in done:
                dealing.give(*pairs[place])
            continue
        left = found
        if left == 1:
            break
    return left


def could_be_one(dealing: Dealing, standing: Sequence[tuple[Key, Key]]) -> bool:
    """A tree needs as many links as nodes but one: fewer cannot hang together."""
    pairs = {*standing, *((a, j) for a, jurors in dealing.of.items() for j in jurors)}
    return len(pairs) >= len({a for a, _ in pairs}) + len({j for _, j in pairs}) - 1


def _try(
    dealing: Dealing, pairs: list[tuple[Key, Key]], k: int
) -> list[tuple[int, tuple[Key, Key]]] | None:
    """Change pair ``k`` with another, or move it; returns (place, pair before) of what changed."""
    a, u = pairs[k]
    if dealing.chance.random() < 0.25:
        lighter = [
            v
            for v, n in dealing.load.items()
            if n == dealing.load[u] - 1 and dealing.may_move(a, v)
        ]
        if not lighter:
            return None
        v = dealing.chance.choice(lighter)
        dealing.take(a, u)
        dealing.give(a, v)
        pairs[k] = (a, v)
        return [(k, (a, u))]
    other = dealing.chance.randrange(len(pairs))
    b, v = pairs[other]
    if a == b or u == v or not dealing.may_move(a, v) or not dealing.may_move(b, u):
        return None
    dealing.take(a, u)
    dealing.take(b, v)
    dealing.give(a, v)
    dealing.give(b, u)
    pairs[k], pairs[other] = (a, v), (b, u)
    return [(k, (a, u)), (other, (b, v))]


def _parts(dealing: Dealing, standing: Iterable[tuple[Key, Key]]) -> int:
    """How many groups of jurors and applications share nothing."""
    root: dict[tuple[int, Key], tuple[int, Key]] = {}

    def top(node: tuple[int, Key]) -> tuple[int, Key]:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    count = 0
    links = ((a, j) for a, jurors in dealing.of.items() for j in jurors)
    for a, j in (*standing, *links):
        ends = []
        for node in ((0, a), (1, j)):
            if node not in root:
                root[node] = node
                count += 1
            ends.append(top(node))
        if ends[0] != ends[1]:
            root[ends[0]] = ends[1]
            count -= 1
    return count
