"""The best choice under limits on two attributes at once, by a flow of greatest reward. Pure.

Taking the best that still fits is exact for one attribute, whose groups are a partition, and is
not for two: a candidate taken early may shut a column that another row needed. Here a place flows
from a row (a value of the first attribute) to a column (of the second) through a candidate. Every
augmentation takes the path of the greatest reward, which may give earlier candidates up again;
so each number of places is filled as well as it can be.

What is best, in this order: most rows that the rule gives a first place to; most places filled; the
greatest sum of scores; the smallest sum of application numbers' ranks, so that ties are settled.

Three attributes at once would make the question NP-hard; ``choice.Chooser`` refuses them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

STEPS = 1 << 44
"""Scores are compared in steps this small, as whole numbers: sums are exact in any order."""


@dataclass(frozen=True)
class Grid:
    """Candidates by position, with what is left to give to each row and column.

    Attributes:
        cover: rows that the rule gives a first place to, and that have none yet.
    """

    rows: Sequence[str]
    columns: Sequence[str]
    open: Sequence[int]
    row_left: dict[str, int]
    column_left: dict[str, int]
    cover: frozenset[str]
    places: int

    def cells(self) -> dict[tuple[str, str], list[int]]:
        found: dict[tuple[str, str], list[int]] = {}
        for i in self.open:
            row, column = self.rows[i], self.columns[i]
            if self.row_left[row] > 0 and self.column_left[column] > 0:
                found.setdefault((row, column), []).append(i)
        return found


class TwoWay:
    """A grid prepared for many rounds of scores."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.cells = grid.cells()
        self.most = {
            cell: min(grid.places, grid.row_left[cell[0]], grid.column_left[cell[1]])
            for cell in self.cells
        }
        many = len(grid.rows)
        self.tie = many * (grid.places + 1) + 1

    def pick(self, values: Sequence[float]) -> list[int]:
        """Return the positions chosen for these scores."""
        flow = _Flow(self, values)
        for _ in range(self.grid.places):
            if not flow.augment():
                break
        return flow.chosen()


class _Flow:
    def __init__(self, prepared: TwoWay, values: Sequence[float]) -> None:
        self.grid = prepared.grid
        self.best: dict[tuple[str, str], list[int]] = {}
        self.worth: dict[tuple[str, str], list[int]] = {}
        for cell, members in prepared.cells.items():
            # The sort is stable, so equal scores keep the order of the numbers.
            top = sorted(members, key=values.__getitem__, reverse=True)[: prepared.most[cell]]
            self.best[cell] = top
            self.worth[cell] = [int(values[i] * STEPS) * prepared.tie - i for i in top]
        # No sum of scores outweighs one row that gets its first place.
        self.bonus = 1 + 2 * self.grid.places * max(
            (abs(w) for found in self.worth.values() for w in found), default=0
        )
        self.used = dict.fromkeys(self.best, 0)
        self.row_left, self.column_left = dict(self.grid.row_left), dict(self.grid.column_left)
        self.cover = set(self.grid.cover)

    def augment(self) -> bool:
        """Send one place along the path of the greatest reward; False when none is left."""
        reward = {
            row: (self.bonus if row in self.cover else 0)
            for row in dict.fromkeys(row for row, _ in self.best)
            if self.row_left[row] > 0
        }
        ends: dict[str, int] = {}
        came_row: dict[str, str] = {}
        came_column: dict[str, str] = {}
        moving = True
        while moving:
            moving = False
            for cell, worth in self.worth.items():
                row, column = cell
                used = self.used[cell]
                if row in reward and used < len(worth):
                    found = reward[row] + worth[used]
                    if column not in ends or found > ends[column]:
                        ends[column], came_column[column] = found, row
                        moving = True
                if column in ends and used:
                    back = ends[column] - worth[used - 1]
                    if row not in reward or back > reward[row]:
                        reward[row], came_row[row] = back, column
                        moving = True
        ready = [column for column in ends if self.column_left[column] > 0]
        if not ready:
            return False
        self._send(max(ready, key=lambda column: ends[column]), came_row, came_column)
        return True

    def _send(self, column: str, came_row: dict[str, str], came_column: dict[str, str]) -> None:
        self.column_left[column] -= 1
        while True:
            row = came_column[column]
            self.used[(row, column)] += 1
            if row not in came_row:
                break
            column = came_row[row]
            self.used[(row, column)] -= 1
        self.row_left[row] -= 1
        self.cover.discard(row)

    def chosen(self) -> list[int]:
        return [i for cell, found in self.best.items() for i in found[: self.used[cell]]]
