"""Draws the pictures of the reference season: cut paper, no photograph and nobody's face.

    python -m tests.portraits

The files lie in the package and change only when this does.
"""

from math import cos, pi, sin
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw

FOLDER = Path(__file__).resolve().parents[1] / "eventsapp/demo/ftw2015/pictures"
INK, PAPER, CORAL = "#14213d", "#f4efe6", "#e4572e"
SUN, SEA, LEAF, NIGHT = "#f2b441", "#2a6f97", "#4f8a5b", "#0f1728"
SKINS = ("#f3d3b8", "#d9a77f", "#a86f4c", "#7a4b32", "#efc29f")
HAIRS = ("#2b1d14", "#5a3520", "#14110f", "#8c8a86", "#b5622d")
GROUNDS = (SEA, CORAL, SUN, LEAF, "#8b5e83", "#3d5a6c")
#: Speaker -> long hair, glasses, beard.
FACES = {
    "SPK-036": (True, True, False), "SPK-049": (False, False, True),
    "SPK-046": (True, False, False), "SPK-030": (False, True, False),
    "SPK-053": (True, False, False), "SPK-016": (True, True, False),
}  # fmt: skip
LOGOS = ("asso-objets-sud", "ville-agile", "code-et-familles")
TWICE = 2  # drawn twice as large, so that edges are smooth


def save(picture: Image.Image, name: str, size: tuple[int, int]) -> None:
    small = picture.resize(size, Image.Resampling.LANCZOS)
    small.save(FOLDER / f"{name}.webp", "WEBP", quality=78, method=6)


def face(name: str, number: int, traits: tuple[bool, bool, bool]) -> None:
    long_hair, glasses, beard = traits
    side = 480 * TWICE
    picture = Image.new("RGB", (side, side), GROUNDS[number % len(GROUNDS)])
    draw = ImageDraw.Draw(picture)
    skin, hair = (
        SKINS[(number + number // 5) % len(SKINS)],
        HAIRS[(number * 3 + 1 + number // 5) % len(HAIRS)],
    )
    coat = GROUNDS[(number + 2) % len(GROUNDS)]

    def oval(x: float, y: float, wide: float, high: float, colour: str) -> None:
        box = [(x - wide / 2) * side, (y - high / 2) * side, (x + wide / 2) * side,
               (y + high / 2) * side]  # fmt: skip
        draw.ellipse(box, fill=colour)

    if long_hair:
        oval(0.5, 0.5, 0.56, 0.7, hair)
    oval(0.5, 1.05, 0.86, 0.66, INK if coat == INK else coat)
    draw.rectangle([0.43 * side, 0.55 * side, 0.57 * side, 0.8 * side], fill=skin)
    oval(0.5, 0.78, 0.22, 0.14, skin)
    oval(0.5, 0.43, 0.38, 0.48, skin)
    if beard:
        draw.chord([0.31 * side, 0.3 * side, 0.69 * side, 0.7 * side], 15, 165, fill=hair)
    draw.chord([0.29 * side, 0.16 * side, 0.71 * side, 0.58 * side], 182, 358, fill=hair)
    oval(0.5, 0.2, 0.36, 0.14, hair)
    for x in (0.42, 0.58):
        oval(x, 0.44, 0.028, 0.036, INK)
        if glasses:
            box = [(x - 0.06) * side, 0.39 * side, (x + 0.06) * side, 0.49 * side]
            draw.ellipse(box, outline=INK, width=9)
    if glasses:
        draw.line([0.48 * side, 0.44 * side, 0.52 * side, 0.44 * side], fill=INK, width=9)
    draw.arc([0.43 * side, 0.48 * side, 0.57 * side, 0.58 * side], 25, 155, fill=INK, width=8)
    save(picture, name.lower(), (480, 480))


def crowd(draw: ImageDraw.ImageDraw, size: tuple[int, int], seed: str, colours: tuple) -> None:
    """People seen from behind, the nearer the larger."""
    dice, (wide, high) = Random(seed), size
    for row in range(4):
        head = high * (0.022 + 0.012 * row)
        at = high * (0.66 + 0.09 * row)
        x = -head
        while x < wide:
            x += head * dice.uniform(2.1, 3.6)
            y = at + dice.uniform(-0.4, 0.4) * head
            colour = dice.choice(colours)
            draw.ellipse([x - head, y - head, x + head, y + head], fill=colour)
            body = [x - 1.7 * head, y + 0.9 * head, x + 1.7 * head, y + 7 * head]
            draw.rounded_rectangle(body, radius=1.5 * head, fill=colour)


def opening() -> None:
    wide, high = 1280 * TWICE, 720 * TWICE
    picture = Image.new("RGB", (wide, high), NIGHT)
    draw = ImageDraw.Draw(picture)
    draw.rectangle([0, 0.42 * high, wide, high], fill="#1b2947")
    draw.ellipse([0.76 * wide, 0.08 * high, 0.86 * wide, 0.26 * high], fill=PAPER)
    draw.polygon([(0.2 * wide, 0.6 * high), (0.24 * wide, 0.3 * high), (0.56 * wide, 0.3 * high),
                  (0.6 * wide, 0.6 * high)], fill=CORAL)  # fmt: skip
    draw.rectangle([0.26 * wide, 0.36 * high, 0.54 * wide, 0.58 * high], fill=SUN)
    for x in (0.33, 0.4, 0.47):
        draw.ellipse([(x - 0.02) * wide, 0.42 * high, (x + 0.02) * wide, 0.49 * high], fill=INK)
        body = [(x - 0.03) * wide, 0.48 * high, (x + 0.03) * wide, 0.6 * high]
        draw.rounded_rectangle(body, radius=40, fill=INK)
    for line in range(3):
        for n in range(25):
            x, sag = n / 24, sin(pi * n / 24)
            y = 0.06 + 0.07 * line + 0.09 * sag
            r = 0.006 * wide
            draw.ellipse([x * wide - r, y * high - r, x * wide + r, y * high + r], fill=SUN)
    crowd(draw, (wide, high), "opening", ("#26375e", "#2f4470", "#14213d", "#3a2b45"))
    save(picture, "ftw15-01", (1280, 720))


def forum() -> None:
    wide, high = 1280 * TWICE, 720 * TWICE
    picture = Image.new("RGB", (wide, high), "#cfe3ea")
    draw = ImageDraw.Draw(picture)
    draw.ellipse([0.1 * wide, 0.1 * high, 0.2 * wide, 0.28 * high], fill=SUN)
    draw.rectangle([0, 0.5 * high, wide, high], fill=SEA)
    draw.polygon([(0, 0.52 * high), (0.3 * wide, 0.36 * high), (0.52 * wide, 0.52 * high)],
                 fill=LEAF)  # fmt: skip
    draw.rectangle([0.5 * wide, 0.22 * high, 0.92 * wide, 0.52 * high], fill=PAPER)
    roof = [(0.48 * wide, 0.22 * high), (0.71 * wide, 0.1 * high), (0.94 * wide, 0.22 * high)]
    draw.polygon(roof, fill=CORAL)
    for n in range(7):
        x = (0.535 + 0.055 * n) * wide
        draw.rounded_rectangle([x, 0.3 * high, x + 0.028 * wide, 0.46 * high], 20, fill=INK)
    for n in range(26):
        x = n / 25 * wide
        y = (0.56 + 0.012 * cos(n)) * high
        draw.arc([x - 60, y, x + 60, y + 40], 0, 180, fill="#6fa3bf", width=8)
    crowd(draw, (wide, high), "forum", (INK, "#33466e", "#7c3a26", "#3e5c45"))
    save(picture, "ftw15-05", (1280, 720))


def logo(name: str, number: int) -> None:
    wide, high = 600 * TWICE, 270 * TWICE
    picture = Image.new("RGB", (wide, high), "white")
    draw = ImageDraw.Draw(picture)
    colours = (CORAL, SEA, LEAF, SUN)
    for n in range(3 + number):
        colour, x = colours[(n + number) % 4], 60 + n * 190
        box = [x, 90, x + 340, 430]
        shape = (number + n) % 3
        if shape == 0:
            draw.ellipse(box, fill=colour)
        elif shape == 1:
            draw.pieslice(box, 90, 270, fill=colour)
        else:
            draw.polygon([(x, 430), (x + 170, 90), (x + 340, 430)], fill=colour)
    save(picture, name, (600, 270))


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for number, (name, traits) in enumerate(FACES.items()):
        face(name, number, traits)
    opening()
    forum()
    for number, name in enumerate(LOGOS):
        logo(name, number)


if __name__ == "__main__":
    main()
