"""Event covers: a small op-art poster per event, drawn as SVG, the same for ever for the same id.

The kind of an event gives a pair of shapes, its domain the colours, its key everything else
(origin, rhythm, orientation). The drawing is geometry only: no text, no id, no style attribute,
no script, so that it may stand inline under ``default-src 'self'``, in a mail, or as a file.

A tribute to the serial prints of the 1960s: flat inks, few of them, and a rule that varies.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape

#: domain -> (ground, figure, accent). Flat inks, the same on light and dark pages.
INKS: dict[str, tuple[str, str, str]] = {
    "transverse": ("#E4572E", "#14213D", "#FBF8F3"),
    "objets-connectes": ("#17637A", "#F2B134", "#FBF8F3"),
    "smart-city": ("#F2B134", "#14213D", "#E4572E"),
    "e-sante": ("#F3B5A5", "#8E2332", "#FBF8F3"),
    "cloud-big-data": ("#A9D0DC", "#14213D", "#FBF8F3"),
    "tech-for-good": ("#2F7D4F", "#D5E5B5", "#F2B134"),
    "contenus-numeriques": ("#1F4E8C", "#F3B5A5", "#F2B134"),
}
UNKNOWN = ("#D9D2C3", "#14213D", "#E4572E")


Inks = tuple[str, str, str]


@dataclass(frozen=True)
class CoverSubject:
    """What a cover is drawn from.

    Attributes:
        key: any stable text, e.g. the reference of the event.
        kind: festival, salon, hackathon, meetup, conference or workshop; others as workshop.
        domain: a key of ``INKS``; others get a neutral ground.
        variant: which of the kind's shapes; the events of one kind and domain take turns.
    """

    key: str
    kind: str
    domain: str
    variant: int = 0


class Dice:
    """A deterministic source of small choices, fed by the SHA-256 of a text."""

    def __init__(self, text: str) -> None:
        self._bytes = self._stream(text)

    @staticmethod
    def _stream(text: str) -> Iterator[int]:
        block = hashlib.sha256(text.encode()).digest()
        while True:
            yield from block
            block = hashlib.sha256(block).digest()

    def below(self, n: int) -> int:
        """Return an integer in 0..n-1."""
        return (next(self._bytes) << 8 | next(self._bytes)) % n

    def pick(self, *choices: float) -> float:
        return choices[self.below(len(choices))]


def cover(subject: CoverSubject, *, width: int = 240, height: int = 240, label: str = "") -> str:
    """Return the cover as an ``<svg>`` element.

    Args:
        subject: what is drawn; the same subject gives the same drawing.
        width, height: the view box, in units. The drawing fills it and is cut by it.
        label: what a screen reader says; empty makes the drawing decorative.
    """
    said = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return (
        '<svg preserveAspectRatio="xMidYMid slice" xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {width} {height}" {said}>{drawing(subject, width, height)}</svg>'
    )


def drawing(subject: CoverSubject, width: int = 240, height: int = 240) -> str:
    """Return what is inside the cover, for a ``<symbol>`` of a sprite."""
    dice = Dice(subject.key)
    inks = INKS.get(subject.domain, UNKNOWN)
    shapes = SHAPES.get(subject.kind, SHAPES["workshop"])
    draw = shapes[subject.variant % len(shapes)]
    ground = f'<path fill="{inks[0]}" d="M0 0h{width}v{height}H0z"/>'
    return ground + draw(dice, inks, width, height)


def rings(dice: Dice, inks: Inks, w: int, h: int) -> str:
    """Festival: rings around a bright core, the poster cut in two and slipped along the cut."""
    _, figure, accent = inks
    side = min(w, h)
    step = side // int(dice.pick(10, 11, 12))
    slip = step * int(dice.pick(1, 2))
    across = dice.below(2) == 0
    cx, cy = w // 2, h // 2
    turns = 5 if max(w, h) < 1.3 * side else 9
    out = []
    for sign in (-1, 1):
        x, y = (cx, cy + sign * slip // 2) if across else (cx + sign * slip // 2, cy)
        arcs = "".join(
            _arc(x, y, ring * step - step // 2, sign, across) for ring in range(turns, 1, -2)
        )
        out.append(f'<path fill="none" stroke="{figure}" stroke-width="{step}" d="{arcs}"/>')
        out.append(f'<path fill="{accent}" d="{_arc(x, y, step, sign, across)}z"/>')
    return "".join(out)


def _arc(x: int, y: int, r: int, sign: int, across: bool) -> str:
    """Half a circle; each end passes the cut by half a unit, or a hairline would show along it."""
    over = f"{-sign * 0.5:g}"
    if across:
        sweep = 0 if sign < 0 else 1
        return f"M{x - sign * 0.5:g} {y - r}H{x}a{r} {r} 0 0 {sweep} 0 {2 * r}h{over}"
    sweep = 1 if sign < 0 else 0
    return f"M{x - r} {y - sign * 0.5:g}V{y}a{r} {r} 0 0 {sweep} {2 * r} 0v{over}"


def grid(dice: Dice, inks: Inks, w: int, h: int) -> str:
    """Salon: a floor of stands that swells towards one of them."""
    _, figure, accent = inks
    rows = 5
    cell = h / rows
    columns = round(w / cell)
    hot = (dice.below(columns), dice.below(rows))
    round_ones = dice.below(2)
    squares, dots = [], []
    far = math.hypot(columns, rows)
    for i in range(columns):
        for j in range(rows):
            near = 1 - math.hypot(i - hot[0], j - hot[1]) / far
            size = cell * (0.2 + 0.66 * near**1.5)
            x, y = cell * (i + 0.5), cell * (j + 0.5)
            if (i, j) == hot:
                dots.append((x, y, size))
            elif (i + j) % 2 == round_ones:
                r = round(size / 2)
                squares.append(
                    f"M{round(x) - r} {y:.0f}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0-{2 * r} 0z"
                )
            else:
                squares.append(_square(x, y, size))
    hot_x, hot_y, hot_size = dots[0]
    return (
        f'<path fill="{figure}" d="{"".join(squares)}"/>'
        f'<path fill="{accent}" d="{_square(hot_x, hot_y, hot_size)}"/>'
    )


def _square(x: float, y: float, size: float) -> str:
    corner = size / 2
    return f"M{x - corner:.0f} {y - corner:.0f}h{size:.0f}v{size:.0f}h-{size:.0f}z"


def tiles(dice: Dice, inks: Inks, w: int, h: int) -> str:
    """Hackathon: quarter turns that join into one path nobody planned."""
    _, figure, accent = inks
    cell = h // 4
    half = cell // 2
    arcs = []
    for i in range(math.ceil(w / cell)):
        for j in range(4):
            x, y = i * cell, j * cell
            if dice.below(2):
                arcs.append(f"M{x + half} {y}a{half} {half} 0 0 1-{half} {half}")
                arcs.append(f"M{x + cell} {y + half}a{half} {half} 0 0 0-{half} {half}")
            else:
                arcs.append(f"M{x + half} {y}a{half} {half} 0 0 0 {half} {half}")
                arcs.append(f"M{x} {y + half}a{half} {half} 0 0 1 {half} {half}")
    x, y = cell * (1 + dice.below(max(1, w // cell - 1))), cell * (1 + dice.below(3))
    return (
        f'<path fill="none" stroke="{figure}" stroke-width="{cell // 3}" d="{"".join(arcs)}"/>'
        f'<circle cx="{x}" cy="{y}" r="{cell // 4}" fill="{accent}"/>'
    )


def circles(dice: Dice, inks: Inks, w: int, h: int) -> str:
    """Meetup: two discs that meet; where they overlap something new is printed."""
    _, figure, accent = inks
    r = round(min(w, h) * dice.pick(0.3, 0.33, 0.36))
    gap = round(r * dice.pick(0.45, 0.55, 0.65))
    turn = math.radians(dice.pick(0, 30, 60, 90, 120, 150, 210, 240, 300, 330))
    cx, cy = w / 2, h / 2
    dx, dy = gap * math.cos(turn), gap * math.sin(turn)
    lens = math.sqrt(r * r - gap * gap)
    x1, y1 = cx - lens * math.sin(turn), cy + lens * math.cos(turn)
    x2, y2 = cx + lens * math.sin(turn), cy - lens * math.cos(turn)
    return (
        f'<circle cx="{cx - dx:.0f}" cy="{cy - dy:.0f}" r="{r}" fill="{figure}"/>'
        f'<circle cx="{cx + dx:.0f}" cy="{cy + dy:.0f}" r="{r - 4}" fill="none" '
        f'stroke="{figure}" stroke-width="8"/>'
        f'<path fill="{accent}" d="M{x1:.0f} {y1:.0f}A{r} {r} 0 0 0 {x2:.0f} {y2:.0f}'
        f'A{r} {r} 0 0 0 {x1:.0f} {y1:.0f}z"/>'
    )


def rays(dice: Dice, inks: Inks, w: int, h: int) -> str:
    """Conference: a voice on a stage, and the rays it throws."""
    _, figure, accent = inks
    count = int(dice.pick(9, 11, 13))
    side = dice.below(4)
    x, y = ((w // 2, h), (0, h // 2), (w, h // 2), (w // 2, 0))[side]
    start = (math.pi, -math.pi / 2, math.pi / 2, 0)[side]
    reach = w + h
    step = math.pi / count
    wedges = []
    for k in range(0, count, 2):
        a, b = start + k * step, start + (k + 1) * step
        wedges.append(
            f"M{x} {y}L{x + reach * math.cos(a):.0f} {y + reach * math.sin(a):.0f}"
            f"L{x + reach * math.cos(b):.0f} {y + reach * math.sin(b):.0f}z"
        )
    r = round(min(w, h) * dice.pick(0.2, 0.24, 0.28))
    return (
        f'<path fill="{figure}" d="{"".join(wedges)}"/>'
        f'<circle cx="{x}" cy="{y}" r="{r}" fill="{accent}"/>'
        f'<circle cx="{x}" cy="{y}" r="{r // 2}" fill="{figure}"/>'
    )


def waves(dice: Dice, inks: Inks, w: int, h: int) -> str:
    """Workshop: the trace of a hand that repeats a gesture until it holds."""
    _, figure, accent = inks
    lines = int(dice.pick(5, 6))
    step = h / lines
    length = h / dice.pick(2, 3)
    swing = step * dice.pick(0.5, 0.7, 0.9)
    hot = 1 + dice.below(lines - 2)
    plain, lit = [], ""
    for k in range(lines + 1):
        y = step * k
        d = f"M{-length:.0f} {y:.0f}q{length / 4:.0f}-{swing:.0f} {length / 2:.0f} 0"
        d += f"t{length / 2:.0f} 0" * (math.ceil((w + length) / (length / 2)))
        if k == hot:
            lit = d
        else:
            plain.append(d)
    stroke = round(step * 0.42)
    return (
        f'<path fill="none" stroke="{figure}" stroke-width="{stroke}" d="{"".join(plain)}"/>'
        f'<path fill="none" stroke="{accent}" stroke-width="{stroke}" d="{lit}"/>'
    )


def scales(dice: Dice, inks: Inks, w: int, h: int) -> str:
    """Festival, second shape: fans in rows, one of them open."""
    _, figure, accent = inks
    r = h // int(dice.pick(4, 5))
    across, down = math.ceil(w / (2 * r)) + 1, 2 * math.ceil(h / r) + 1
    hot = (dice.below(max(1, across - 2)) + 1, 2 * (1 + dice.below(2)))
    rows = []
    for j in range(down):
        y = r + j * r // 2
        shift = r * (j % 2)
        rims: list[str] = []
        hearts: list[str] = []
        for i in range(across):
            x = i * 2 * r - shift
            fan = f"M{x - r} {y}a{r} {r} 0 0 1 {2 * r} 0z"
            (hearts if (i, j) == hot else rims).append(fan)
        inner = "".join(
            f"M{i * 2 * r - shift - s} {y}a{s} {s} 0 0 1 {2 * s} 0z"
            for i in range(across)
            for s in (r * 3 // 5,)
        )
        rows.append(f'<path fill="{figure}" d="{"".join(rims)}"/>')
        if hearts:
            rows.append(f'<path fill="{accent}" d="{"".join(hearts)}"/>')
        rows.append(f'<path fill="{inks[0]}" d="{inner}"/>')
    return "".join(rows)


def frames(dice: Dice, inks: Inks, w: int, h: int) -> str:
    """Salon, second shape: booths seen from above, each one frame inside another."""
    _, figure, accent = inks
    cell = h // 3
    columns = max(1, round(w / cell))
    cell_w = w / columns
    hot = (dice.below(columns), dice.below(3))
    outer, inner, lit = [], [], ""
    for i in range(columns):
        for j in range(3):
            x, y = cell_w * (i + 0.5), cell * (j + 0.5)
            drift = (dice.below(3) - 1) * cell * 0.08
            outer.append(_square(x, y, cell * 0.84))
            inner.append(_square(x + drift, y + drift, cell * 0.5))
            if (i, j) == hot:
                lit = _square(x + drift, y + drift, cell * 0.5)
            else:
                outer.append(_square(x + 1.6 * drift, y + 1.6 * drift, cell * 0.22))
    return (
        f'<path fill="{figure}" fill-rule="evenodd" d="{"".join(outer)}"/>'
        f'<path fill="{inks[0]}" d="{"".join(inner)}"/>'
        f'<path fill="{accent}" d="{lit}"/>'
    )


def shards(dice: Dice, inks: Inks, w: int, h: int) -> str:
    """Hackathon, second shape: half squares that turn until they make an arrow."""
    _, figure, accent = inks
    cell = h // 4
    corners = ("h{c}v{c}z", "h{c}l-{c} {c}z", "v{c}h{c}z", "m{c} 0v{c}h-{c}z")
    columns = math.ceil(w / cell)
    hot = (dice.below(columns), dice.below(4))
    halves, lit = [], ""
    for i in range(columns):
        for j in range(4):
            half = f"M{i * cell} {j * cell}" + corners[dice.below(4)].format(c=cell)
            if (i, j) == hot:
                lit = half
            else:
                halves.append(half)
    return f'<path fill="{figure}" d="{"".join(halves)}"/><path fill="{accent}" d="{lit}"/>'


def petals(dice: Dice, inks: Inks, w: int, h: int) -> str:
    """Meetup, second shape: leaves around a table, one of them speaks."""
    _, figure, accent = inks
    count = int(dice.pick(5, 6, 7, 8))
    turn = dice.below(360)
    length = min(w, h) * 0.47
    belly = length * math.tan(math.pi / count) * 0.62
    leaf = f"M0 0C{length * 0.25:.0f} {belly:.0f} {length * 0.75:.0f} {belly:.0f} {length:.0f} 0"
    leaf += f"C{length * 0.75:.0f} -{belly:.0f} {length * 0.25:.0f} -{belly:.0f} 0 0z"
    hot = dice.below(count)
    return "".join(
        f'<path fill="{accent if k == hot else figure}" '
        f'transform="translate({w // 2} {h // 2})rotate({turn + 360 * k // count})" d="{leaf}"/>'
        for k in range(count)
    )


def arches(dice: Dice, inks: Inks, w: int, h: int) -> str:
    """Conference, second shape: the rows of an amphitheatre around a lectern."""
    _, figure, accent = inks
    step = h // int(dice.pick(8, 9, 10))
    x = round(w * dice.pick(0.35, 0.5, 0.65))
    rows = "".join(
        f"M{x - r} {h}a{r} {r} 0 0 1 {2 * r} 0" for r in range(2 * step, w + h, 2 * step)
    )
    return (
        f'<path fill="none" stroke="{figure}" stroke-width="{step}" d="{rows}"/>'
        f'<path fill="{accent}" d="M{x - step} {h}a{step} {step} 0 0 1 {2 * step} 0z"/>'
    )


def chevrons(dice: Dice, inks: Inks, w: int, h: int) -> str:
    """Workshop, second shape: a folded sheet, one fold turned to the light."""
    _, figure, accent = inks
    folds = int(dice.pick(4, 6))
    width = math.ceil(w / folds)
    rise = round(width * dice.pick(0.6, 0.8, 1.0))
    band = h // int(dice.pick(7, 8, 9))
    hot = 1 + dice.below(3)
    plain, lit = [], ""
    for k in range(math.ceil((h + rise) / (2 * band)) + 1):
        y = 2 * k * band - band
        line = f"M0 {y}" + f"l{width} {rise}l{width}-{rise}" * math.ceil(folds / 2)
        line += f"v{band}" + f"l-{width} {rise}l-{width}-{rise}" * math.ceil(folds / 2) + "z"
        if k == hot:
            lit = line
        else:
            plain.append(line)
    return f'<path fill="{figure}" d="{"".join(plain)}"/><path fill="{accent}" d="{lit}"/>'


Shape = Callable[[Dice, Inks, int, int], str]

SHAPES: dict[str, tuple[Shape, Shape]] = {
    "festival": (rings, scales),
    "salon": (grid, frames),
    "hackathon": (tiles, shards),
    "meetup": (circles, petals),
    "conference": (rays, arches),
    "workshop": (waves, chevrons),
}
