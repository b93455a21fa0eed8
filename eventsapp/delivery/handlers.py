"""HANDLERS: the one table saying who does what waits in the outbox.

A handler gets the payload, may talk to the network, and can be repeated. It returns when the
thing is done, and raises ``Later`` (or anything else) to be tried again, ``Never`` to give up.
"""

from collections.abc import Callable
from typing import Any

HANDLERS: dict[str, Callable[[dict[str, Any]], None]] = {}
