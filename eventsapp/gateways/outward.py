"""Outward: the one place through which calls leave the machine (Stripe, the mail server).

A thread that waits for somebody else's server serves nobody. In requests few may wait at once, and
not for long: who comes next is told so at once, and the worker, which waits patiently and
holds up no page, does the work after them.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any


class Busy(Exception):
    """As many requests of this process as may wait for the outside do; nothing was sent."""


@dataclass(frozen=True)
class Patience:
    """Seconds for a connection, then for each answer; and how often the call is repeated."""

    connect_s: float
    answer_s: float
    repeats: int


IN_A_REQUEST = Patience(connect_s=2, answer_s=4, repeats=0)
OUTSIDE = Patience(connect_s=5, answer_s=20, repeats=1)

_hurried: ContextVar[bool] = ContextVar("hurried", default=False)
_slots = threading.BoundedSemaphore(2)


def bound(threads: int) -> None:
    """Let at most half of a server process' threads wait: pages and doors keep the others."""
    global _slots
    _slots = threading.BoundedSemaphore(max(1, threads // 2))


@contextmanager
def in_a_request() -> Iterator[None]:
    """What is called from here on holds somebody's page up."""
    token = _hurried.set(True)
    try:
        yield
    finally:
        _hurried.reset(token)


def hurried() -> bool:
    return _hurried.get()


def patience() -> Patience:
    return IN_A_REQUEST if hurried() else OUTSIDE


@contextmanager
def call() -> Iterator[Patience]:
    """Around every call that leaves the machine.

    Raises:
        Busy: in a request, while others wait already.
    """
    if not hurried():
        yield patience()
        return
    slots = _slots
    if not slots.acquire(blocking=False):
        raise Busy("too many requests wait for the outside already")
    try:
        yield patience()
    finally:
        slots.release()


class InRequests:
    """A WSGI application whose requests are in a hurry."""

    def __init__(self, application: Callable[..., Any]) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        with in_a_request():
            return self._application(environ, start_response)
