"""Whole numbers and prices as people type them. Pure: no other module of the web reads one.

Only ASCII digits are digits here: ``str.isdigit`` holds "²" for one, which ``int`` refuses, and
``int`` takes "١٩" and "1_000". What is longer than any column takes is no number either.
"""

import re

#: What a column of 64 bits holds.
LARGEST = 2**63 - 1

_DIGITS = re.compile("0*[0-9]{1,19}")
_PRICE = re.compile("([0-9]{1,7})(?:[.,]([0-9]{0,2}))?")
_UNIT = re.compile("[\u00a0\u202f €]")


def whole(text: str, *, least: int = 0, most: int = LARGEST) -> int:
    """A whole number from ``least`` to ``most``; also a ``type`` for ``request.args.get``.

    Raises:
        ValueError: it is none.
    """
    typed = text.strip()
    if len(typed) > 100 or _DIGITS.fullmatch(typed) is None or not least <= int(typed) <= most:
        raise ValueError("no such number")
    return int(typed)


def is_whole(text: str, *, least: int = 0, most: int = LARGEST) -> bool:
    try:
        whole(text, least=least, most=most)
    except ValueError:
        return False
    return True


def cents(text: str, *, most: int = LARGEST) -> int:
    """Euros as people write them ("19", "19,5", "1 900,00 €"), in cents, at most ``most``.

    Raises:
        ValueError: it is no price.
    """
    matched = _PRICE.fullmatch(_UNIT.sub("", text.strip()))
    found = int(matched[1]) * 100 + int((matched[2] or "").ljust(2, "0")) if matched else most + 1
    if found > most:
        raise ValueError("no such price")
    return found
