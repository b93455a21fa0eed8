"""Give each application its jurors: exact numbers, no conflict of interest, even loads.

First everybody is dealt the least loaded of his free jurors. Then readings move along chains of
jurors until no chain makes the loads more even: that is the most even distribution there is. Last,
two readings at a time change jurors, which leaves the loads as they are, until all are linked,
because scores can be compared only when jurors share applications.
"""

import random
from collections import deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eventsapp.domain.selection.jury import links

Key = Hashable

ROUNDS = 40
"""How often a small distribution is dealt anew when it stays in parts."""


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
    each: int | Mapping[Any, int],
    conflicts: Iterable[tuple[Key, Key]] = (),
    standing: Iterable[tuple[Key, Key]] = (),
    loads: Mapping[Any, int] | None = None,
    most: int | None = None,
    seed: int = 1,
) -> list[tuple[Key, Key]]:
    """Return (application, juror) pairs, ``each`` per application.

    Args:
        each: one number for all, or one an application.
        conflicts: (application, juror) pairs that must not occur.
        standing: pairs that exist already; they link, and do not occur again.
        loads: reviews a juror already has, counted in the evenness.
        most: upper bound of a juror's load.
        seed: logged with the result, so that the assignment can be made again.

    Raises:
        NoAssignment: names the applications at fault.
    """
    wanted = {a: each if isinstance(each, int) else each[a] for a in applications}
    standing = list(standing)
    barred = {*conflicts, *standing}
    free = {a: [j for j in jurors if (a, j) not in barred] for a in applications}
    for a in applications:
        if len(free[a]) < wanted[a]:
            raise NoAssignment(Shortage((a,), tuple(free[a]), wanted[a], len(free[a])))

    dealt = []
    for turn in range(ROUNDS if len(applications) <= 200 else 3):
        dealing = Dealing(wanted, free, dict(loads or {}), random.Random(seed + turn * 7919))
        dealing.level()
        if most is not None:
            _refuse_overload(dealing, most, loads or {})
        parts = links.connect(dealing, standing)
        dealt.append((parts, turn, dealing))
        if parts <= 1 or not links.could_be_one(dealing, standing):
            break
    of = min(dealt, key=lambda one: one[:2])[2].of
    return [(a, j) for a in applications for j in jurors if j in of[a]]


class Dealing:
    """Who reads what: ``of`` by application, ``held`` by juror, always each other's mirror."""

    def __init__(
        self,
        wanted: Mapping[Key, int],
        free: Mapping[Key, list[Key]],
        loads: dict[Any, int],
        chance: random.Random,
    ) -> None:
        self.chance = chance
        self.free = {a: set(jurors) for a, jurors in free.items()}
        jurors = list(dict.fromkeys(j for some in free.values() for j in some))
        self.load = {j: loads.get(j, 0) for j in jurors}
        self.held: dict[Key, dict[Key, None]] = {j: {} for j in jurors}
        self.of: dict[Key, dict[Key, None]] = {a: {} for a in wanted}
        order = list(wanted)
        chance.shuffle(order)
        # Those with little choice first, while their jurors have room.
        order.sort(key=lambda a: len(free[a]) - wanted[a])
        for a in order:
            ready = [(self.load[j], chance.random(), k) for k, j in enumerate(free[a])]
            for _, _, k in sorted(ready)[: wanted[a]]:
                self.give(a, free[a][k])

    def give(self, a: Key, j: Key) -> None:
        self.of[a][j] = None
        self.held[j][a] = None
        self.load[j] += 1

    def take(self, a: Key, j: Key) -> None:
        del self.of[a][j]
        del self.held[j][a]
        self.load[j] -= 1

    def may_move(self, a: Key, j: Key) -> bool:
        return j in self.free[a] and j not in self.of[a]

    def level(self) -> None:
        """Move readings along chains of jurors until no chain makes two loads more even."""
        again = True
        while again:
            again = False
            least = min(self.load.values(), default=0)
            heavy = [j for j, load in self.load.items() if load >= least + 2 and self.held[j]]
            for j in sorted(heavy, key=lambda j: -self.load[j]):
                while self._relieve(j):
                    again = True

    def _relieve(self, start: Key) -> bool:
        """Pass one reading of ``start`` on, to somebody who has two less; breadth first."""
        came: dict[Key, tuple[Key, Key] | None] = {start: None}
        queue = deque([start])
        while queue:
            giver = queue.popleft()
            for a in self.held[giver]:
                for taker in self.free[a]:
                    if taker in came or taker in self.of[a]:
                        continue
                    came[taker] = (giver, a)
                    if self.load[taker] <= self.load[start] - 2:
                        self._pass_on(taker, came)
                        return True
                    queue.append(taker)
        return False

    def _pass_on(self, end: Key, came: Mapping[Key, tuple[Key, Key] | None]) -> None:
        step = came[end]
        while step is not None:
            giver, a = step
            self.take(a, giver)
            self.give(a, end)
            end, step = giver, came[giver]

    def reached(self, starts: Iterable[Key]) -> tuple[set[Key], set[Key]]:
        """Jurors that readings of ``starts`` could move to, and the applications they hold."""
        jurors, applications = set(starts), set[Key]()
        stack = list(jurors)
        while stack:
            for a in self.held[stack.pop()]:
                applications.add(a)
                for other in self.free[a] - jurors:
                    jurors.add(other)
                    stack.append(other)
        return jurors, applications


def _refuse_overload(dealing: Dealing, most: int, loads: Mapping[Any, int]) -> None:
    """The most even loads are over the bound: then no distribution keeps it."""
    over = {j: n - max(most, loads.get(j, 0)) for j, n in dealing.load.items()}
    excess = sum(max(n, 0) for n in over.values())
    if not excess:
        return
    jurors, applications = dealing.reached(j for j, n in over.items() if n > 0)
    needed = sum(len(found) for found in dealing.of.values())
    raise NoAssignment(
        Shortage(
            tuple(a for a in dealing.of if a in applications),
            tuple(j for j in dealing.load if j in jurors),
            needed,
            needed - excess,
        )
    )
