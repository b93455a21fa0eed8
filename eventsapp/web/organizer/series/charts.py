"""Charts as SVG geometry: sales per day. A chart always stands beside its table."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from eventsapp.kernel import words

WIDTH, HEIGHT = 860, 240
LEFT, RIGHT, TOP, BOTTOM = 34, 16, 12, 24
NARROW = 360
# The room one day takes below the chart, its name and some air.
LABEL = 92


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True)
class Chart:
    bars: tuple[Bar, ...]
    # (y, label)
    grid: tuple[tuple[float, str], ...]
    # (x, label)
    ticks: tuple[tuple[float, str], ...]
    line: str
    width: int
    total: int
    most: int
    first: date
    last: date


def sales(
    days: Sequence[tuple[date, int, int]], today: date, *, width: int = WIDTH
) -> Chart | None:
    """Bars per day and the running total as a line; None with nothing sold.

    ``width`` is the drawing's own: a phone takes a narrow one, so that its words stay readable.
    """
    if not days:
        return None
    counts = {day: count for day, count, _cents in days}
    first, last = min(counts), max(max(counts), today)
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    most, total = max(counts.values()), sum(counts.values())
    top = _round_up(most)
    floor, wide = HEIGHT - BOTTOM, width - LEFT - RIGHT
    step = wide / max(1, len(every))
    bars, points, running = [], [], 0
    for index, day in enumerate(every):
        count = counts.get(day, 0)
        running += count
        x = LEFT + index * step
        high = count / top * (floor - TOP)
        if count:
            bars.append(
                Bar(round(x + step * 0.1, 1), round(floor - high, 1), round(step * 0.8, 1),
                    round(high, 1), _kind(day, today))
            )  # fmt: skip
        points.append(f"{x + step / 2:.1f} {floor - running / total * (floor - TOP):.1f}")
    return Chart(
        bars=tuple(bars),
        grid=tuple(
            (round(floor - share / 4 * (floor - TOP), 1), str(round(top * share / 4)))
            for share in range(1, 5)
        ),
        ticks=_ticks(every, step, width),
        line="M" + "L".join(points),
        width=width,
        total=total,
        most=most,
        first=first,
        last=last,
    )


def _ticks(every: Sequence[date], step: float, width: int) -> tuple[tuple[float, str], ...]:
    """Days named under the chart. Each name ends at its bar, so that the last one fits."""
    stride = max(1, math.ceil(len(every) / max(1, (width - LEFT) // LABEL)))
    found = []
    for index in range(len(every) - 1, -1, -stride):
        x = round(LEFT + (index + 1) * step, 1)
        if x >= LABEL:
            found.append((x, words.day_plain(every[index], year=False)))
    return tuple(reversed(found))


def _round_up(most: int) -> int:
    """The least of 4, 8, 20, 40, 80, 200, 400 … that holds ``most``: four lines, round words."""
    unit = 1
    while True:
        for digit in (4, 8, 20):
            if digit * unit >= most:
                return digit * unit
        unit *= 10


def _kind(day: date, today: date) -> str:
    if day == today:
        return "b-today"
    return "b-we" if day.weekday() >= 5 else "b"
