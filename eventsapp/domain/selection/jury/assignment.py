"""Give each application its jurors: exact numbers, no conflict of interest, even loads.

A minimum-cost flow source -> application -> juror -> sink. A juror's next item costs more than
the last, so loads are even; a small seeded random cost mixes the pairs of jurors, because scores
can be compared only when jurors share applications.
"""

import heapq
import random
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Key = Hashable

LOAD_COST = 1000
MIXING = 400


@dataclass(frozen=True)
class Shortage:
    """Why no assignment exists: these applications need more than their free jurors can give."""

    applications: tuple[Key, ...]
    free_jurors: tuple[Key, ...]
    needed: int
    possible: int


class NoAssignment(ValueError):
    def __init__(self, shortage: Shortage) -> None:
        super().__init__(f"{shortage.needed} reviews needed, {shortage.possible} possible")
        self.shortage = shortage


def assign(
    applications: Sequence[Key],
    jurors: Sequence[Key],
    *,
    each: int,
    conflicts: Iterable[tuple[Key, Key]] = (),
    loads: Mapping[Any, int] | None = None,
    most: int | None = None,
    seed: int = 1,
) -> list[tuple[Key, Key]]:
    """Return (application, juror) pairs, ``each`` per application.

    Args:
        conflicts: (application, juror) pairs that must not occur.
        loads: reviews a juror already has, counted in the evenness.
        most: upper bound of a juror's load.
        seed: logged with the result, so that the assignment can be made again.

    Raises:
        NoAssignment: names the applications at fault.
    """
    barred = set(conflicts)
    for application in applications:
        free = tuple(j for j in jurors if (application, j) not in barred)
        if len(free) < each:
            raise NoAssignment(Shortage((application,), free, each, len(free)))

    flow = _Flow(applications, jurors, each, barred, loads or {}, most, random.Random(seed))
    sent = flow.run()
    if sent < each * len(applications):
        raise NoAssignment(flow.shortage())
    return flow.pairs()


class _Flow:
    """Successive shortest paths with potentials on a graph of unit arcs."""

    def __init__(
        self,
        applications: Sequence[Key],
        jurors: Sequence[Key],
        each: int,
        barred: set[tuple[Key, Key]],
        loads: Mapping[Any, int],
        most: int | None,
        chance: random.Random,
    ) -> None:
        self.applications, self.jurors, self.each = list(applications), list(jurors), each
        self.source, self.sink = 0, 1
        self.first_juror = 2 + len(self.applications)
        size = self.first_juror + len(self.jurors)
        self.arcs: list[list[int]] = []  # [to, capacity, cost]; arc i ^ 1 is its reverse
        self.leaving: list[list[int]] = [[] for _ in range(size)]
        self.potential = [0] * size
        for a, application in enumerate(self.applications):
            self._arc(self.source, 2 + a, each, 0)
            for j, juror in enumerate(self.jurors):
                if (application, juror) not in barred:
                    self._arc(2 + a, self.first_juror + j, 1, chance.randrange(MIXING))
        for j, juror in enumerate(self.jurors):
            has = loads.get(juror, 0)
            room = len(self.applications) if most is None else max(most - has, 0)
            for k in range(min(room, len(self.applications))):
                self._arc(self.first_juror + j, self.sink, 1, LOAD_COST * (2 * (has + k) + 1))

    def _arc(self, start: int, end: int, capacity: int, cost: int) -> None:
        self.leaving[start].append(len(self.arcs))
        self.arcs.append([end, capacity, cost])
        self.leaving[end].append(len(self.arcs))
        self.arcs.append([start, 0, -cost])

    def run(self) -> int:
        sent = 0
        while self._augment():
            sent += 1
        return sent

    def _augment(self) -> bool:
        distance = {self.source: 0}
        through: dict[int, int] = {}
        done: set[int] = set()
        queue = [(0, self.source)]
        while queue:
            length, node = heapq.heappop(queue)
            if node in done:
                continue
            done.add(node)
            if node == self.sink:
                break
            for index in self.leaving[node]:
                end, capacity, cost = self.arcs[index]
                if not capacity or end in done:
                    continue
                further = length + cost + self.potential[node] - self.potential[end]
                if further < distance.get(end, further + 1):
                    distance[end] = further
                    through[end] = index
                    heapq.heappush(queue, (further, end))
        if self.sink not in done:
            return False
        # Stopping at the sink is sound when nodes beyond it take the sink's distance.
        for node in range(len(self.potential)):
            self.potential[node] += min(
                distance[self.sink], distance.get(node, distance[self.sink])
            )
        node = self.sink
        while node != self.source:
            index = through[node]
            self.arcs[index][1] -= 1
            self.arcs[index ^ 1][1] += 1
            node = self.arcs[index ^ 1][0]
        return True

    def pairs(self) -> list[tuple[Key, Key]]:
        found = []
        for a, application in enumerate(self.applications):
            for index in self.leaving[2 + a]:
                end, capacity, _ = self.arcs[index]
                if index % 2 == 0 and end >= self.first_juror and not capacity:
                    found.append((application, self.jurors[end - self.first_juror]))
        return found

    def shortage(self) -> Shortage:
        """Read the culprit from the minimum cut: what the source still reaches."""
        reached = {self.source}
        stack = [self.source]
        while stack:
            for index in self.leaving[stack.pop()]:
                end, capacity, _ = self.arcs[index]
                if capacity and end not in reached:
                    reached.add(end)
                    stack.append(end)
        applications = tuple(a for k, a in enumerate(self.applications) if 2 + k in reached)
        jurors = tuple(j for k, j in enumerate(self.jurors) if self.first_juror + k in reached)
        given = sum(
            1
            for k in range(len(self.applications))
            if 2 + k in reached
            for index in self.leaving[2 + k]
            if index % 2 == 0 and not self.arcs[index][1]
        )
        return Shortage(applications, jurors, self.each * len(applications), given)
