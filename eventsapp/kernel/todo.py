"""What waits for a person: one shape for every area.

Each area offers its rows in a ``todo.py`` of its own. The words and the addresses are the desk's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Urgency(StrEnum):
    """In the order in which they are read."""

    LATE = "late"
    SOON = "soon"
    FAR = "far"


@dataclass(frozen=True)
class Waiting:
    """One thing to do.

    ``kind`` finds its words, ``count`` says how many wait, ``at`` is the moment it is due or has
    lasted from (UTC), ``about`` names what its words and its address need.
    """

    kind: str
    urgency: Urgency
    count: int = 1
    at: datetime | None = None
    about: Mapping[str, Any] = field(default_factory=dict)
