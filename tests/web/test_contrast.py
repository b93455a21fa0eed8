"""Every pair of inks that carries words or signs is readable, by day and by night."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[2] / "static/css/tokens.css").read_text()

#: (foreground, background, need): 4.5 for words, 3 for signs and borders of fields.
PAIRS = [
    ("ink", "paper", 4.5),
    ("ink", "card", 4.5),
    ("ink", "paper-sunk", 4.5),
    ("ink-2", "paper", 4.5),
    ("ink-2", "card", 4.5),
    ("ink-2", "paper-sunk", 4.5),
    ("paper", "ink", 4.5),
    ("coral-deep", "paper", 4.5),
    ("coral-deep", "card", 4.5),
    ("on-coral-deep", "coral-deep", 4.5),
    ("link", "paper", 4.5),
    ("link", "card", 4.5),
    ("sea", "paper", 4.5),
    ("leaf-deep", "paper", 4.5),
    ("leaf-deep", "card", 4.5),
    ("sun-deep", "paper", 4.5),
    ("brick", "paper", 4.5),
    ("brick", "card", 4.5),
    ("ink", "sun-wash", 4.5),
    ("ink", "sea-wash", 4.5),
    ("ink", "leaf-wash", 4.5),
    ("ink", "brick-wash", 4.5),
    ("sea", "sea-wash", 4.5),
    ("brick", "brick-wash", 4.5),
    ("sun-deep", "sun-wash", 4.5),
    ("ink-2", "sun-wash", 4.5),
    ("coral", "paper", 3),
    ("rule-field", "paper", 3),
    ("rule-field", "card", 3),
    ("focus", "paper", 3),
    ("focus", "card", 3),
    ("leaf", "paper", 3),
]
#: Inks that do not follow the scheme: the door, badges, the organizer's bar, the floor plan.
FIXED = [
    ("#ffffff", "#0d6b35", 4.5),
    ("#ffffff", "#a3101f", 4.5),
    ("#14213d", "#f2b134", 4.5),
    ("#b9c2d3", "#0b0f18", 4.5),
    ("#7a0c17", "#ffffff", 4.5),
    ("#14213d", "#e4572e", 3),
    ("#f4efe6", "#14213d", 4.5),
    ("#7db8ff", "#14213d", 3),
    ("#0a1020", "#e4572e", 4.5),
]


def block(start: str) -> dict[str, str]:
    begin = TOKENS.index(start)
    rules = TOKENS[begin : TOKENS.index("}", begin)]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-fA-F]{6})", rules))


DAY = block(":root, .is-day {")
NIGHT = {**DAY, **block(':root[data-theme="dark"], .is-night {')}
NIGHT_BY_SYSTEM = {**DAY, **block(':root:not([data-theme="light"]) {')}


def luminance(ink: str) -> float:
    channels = [int(ink[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("front", "back", "need"), PAIRS)
@pytest.mark.parametrize("scheme", [DAY, NIGHT], ids=["day", "night"])
def test_inks_are_readable(front, back, need, scheme):
    assert contrast(scheme[front], scheme[back]) >= need


@pytest.mark.parametrize(("front", "back", "need"), FIXED)
def test_fixed_inks_are_readable(front, back, need):
    assert contrast(front, back) >= need


def test_both_ways_to_the_night_have_the_same_inks():
    assert NIGHT == NIGHT_BY_SYSTEM
