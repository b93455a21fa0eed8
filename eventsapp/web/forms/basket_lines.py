"""Reading the lines of a basket from a form."""

import re
from collections.abc import Iterable

from eventsapp.domain.ticketing.catalogue.limits import Line
from eventsapp.web.forms import numbers

_QUANTITY = re.compile("qty-([0-9]{1,12})(?:-([0-9]{1,12}))?")
_MOST, _MOST_CENTS = 1000, 999_999_99


class Unreadable(ValueError):
    """A number of the form is no number; ``field`` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def read_lines(items: Iterable[tuple[str, str]]) -> list[Line]:
    """Lines of a basket from ``qty-<product>[-<slot>]`` and ``price-<product>`` fields.

    Raises:
        Unreadable: a quantity or a price is no number, negative, or absurdly large.
    """
    pairs = list(items)
    prices = {name[6:]: text for name, text in pairs if name.startswith("price-")}
    lines = []
    for name, text in pairs:
        matched = _QUANTITY.fullmatch(name)
        if matched is None or text.strip() in ("", "0"):
            continue
        product, slot = matched.groups()
        price = prices.get(product, "").strip()
        lines.append(
            Line(
                int(product),
                _whole(name, text),
                int(slot) if slot else None,
                _cents(f"price-{product}", price) if price else None,
            )
        )
    return lines


def _whole(field: str, text: str) -> int:
    try:
        return numbers.whole(text, most=_MOST)
    except ValueError as error:
        raise Unreadable(field) from error


def _cents(field: str, text: str) -> int:
    """Euros as people write them, "12,50" or "12.5", in cents."""
    try:
        return numbers.cents(text, most=_MOST_CENTS)
    except ValueError as error:
        raise Unreadable(field) from error
