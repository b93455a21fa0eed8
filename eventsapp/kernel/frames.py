"""Sizes of a picture and how it is cut: how files are called and what a page asks for. Pure."""

#: Widths that pages ask for, in pixels: a face or a phone, a column, a large screen.
WIDTHS = (480, 960, 1600)
#: Taller than this many times its width is no picture of an event but a strip.
TALLEST = 2


def sizes(width: int, height: int) -> tuple[tuple[int, int], ...]:
    """(width, height) of each file made of a picture, the smallest first; none is enlarged."""
    found = []
    for most in WIDTHS:
        scale = min(1.0, most / width, most * TALLEST / height)
        found.append((max(1, round(width * scale)), max(1, round(height * scale))))
    return tuple(dict.fromkeys(found))


def tenth(percent: int) -> int:
    """A place on a picture, from 0 to 10, as style sheets know it."""
    return min(10, max(0, round(percent / 10)))
