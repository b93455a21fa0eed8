"""An invitation list as people paste it: one guest a line. Pure.

``ada@example.org``, ``Ada Lovelace <ada@example.org>``, or columns divided by semicolons, tabs or
commas in any order: address, name, number of people who come along.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from eventsapp.kernel import spelling

MOST_ALONG = 50
LONGEST_NAME = 200
_ANGLED = re.compile(r"^(?P<name>[^<>]*)<(?P<address>[^<>]+)>(?P<rest>.*)$")
_DIVIDERS = re.compile(r"[;\t,]")


@dataclass(frozen=True)
class GuestLine:
    """``along`` None: as many as the others."""

    email: str
    name: str = ""
    along: int | None = None


@dataclass(frozen=True)
class Unreadable:
    """``number`` counts lines from 1."""

    number: int
    text: str


@dataclass(frozen=True)
class Read:
    """``twice`` counts lines whose address stood there already; the first one holds."""

    lines: tuple[GuestLine, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    twice: int = 0


def read(text: str) -> Read:
    """Every line read, or named. Empty lines, and a first line of titles, are passed over."""
    found: dict[str, GuestLine] = {}
    unreadable, twice, seen = [], 0, False
    for number, raw in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        line = raw.strip().strip("\ufeff")
        if not line:
            continue
        titles = not seen and "@" not in line and _DIVIDERS.search(line)
        seen = True
        if titles:
            continue
        guest = _read(line)
        if guest is None:
            unreadable.append(Unreadable(number, spelling.line(line)[:120]))
        elif guest.email in found:
            twice += 1
        else:
            found[guest.email] = guest
    return Read(tuple(found.values()), tuple(unreadable), twice)


def _read(line: str) -> GuestLine | None:
    angled = _ANGLED.match(line)
    if angled:
        parts = [angled["address"], angled["name"], *_DIVIDERS.split(angled["rest"])]
    else:
        parts = _DIVIDERS.split(line)
    address, names, along = "", [], None
    for part in _plain(parts):
        if "@" in part and not address:
            address = part
        elif part.isascii() and part.isdigit() and len(part) < 4 and along is None:
            along = int(part)
        else:
            names.append(part)
    try:
        email = spelling.address(address)
    except ValueError:
        return None
    if along is not None and along > MOST_ALONG:
        return None
    return GuestLine(email, spelling.line(" ".join(names))[:LONGEST_NAME], along)


def _plain(parts: list[str]) -> Iterator[str]:
    for part in parts:
        told = spelling.line(part).strip("\"' ")
        if told:
            yield told
