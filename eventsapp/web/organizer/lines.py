"""The shape of a line of *À traiter*: what waits for a person, in words, with its way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from eventsapp.domain.programme.models import Series
from eventsapp.kernel.todo import Waiting


@dataclass(frozen=True)
class Line:
    """``due`` says when, ``title`` what, ``more`` why, ``action`` and ``url`` lead to its rows."""

    due: str
    title: str
    more: str
    action: str
    url: str


# Kind -> how a row of that kind reads. Each subject of the desk has such a table.
Lines = Mapping[str, Callable[[Waiting, Series], Line]]
