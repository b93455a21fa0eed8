"""What a process says of itself, a line a deed: for people, or as JSON for machines.

Each line names the request or the task that it belongs to. None holds an address of mail, the
secret of somebody's page, or what a database quotes of a row: a log is read by more people than the
data is, is copied further, and is kept longer.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TextIO

from pythonjsonlogger.json import JsonFormatter

REQUESTS = "eventsapp.requests"
PLAIN = "%(asctime)s %(levelname)s %(name)s [%(task)s] %(message)s"
IN_JSON = "{asctime}{levelname}{name}{task}{message}"
WHEN = "%Y-%m-%dT%H:%M:%S%z"

# Libraries that tell of every step; their warnings are wanted.
QUIET = ("alembic", "stripe")

NOTHING = "-"
_task: ContextVar[str] = ContextVar("task", default=NOTHING)

_ADDRESS = re.compile(r"[^\s<>\"'(),:;=\\]+@[^\s<>\"'(),:;=\\]+\.[A-Za-z]{2,}")
# A page of one person is named by a secret of ``secrets.new_secret``, which opens it.
_SECRET_IN_PATH = re.compile(r"(?<=/)[a-z2-7]{32}(?![a-z2-7])")
# PostgreSQL repeats the values of the row that it refuses.
_ROW = re.compile(r"DETAIL:.*?(?=\\n|\n|$)")


def set_up(form: str, *, every_deed: bool = True, to: TextIO | None = None) -> None:
    """Say it from now on, ``plain`` or in ``json``. Safe to repeat.

    Args:
        every_deed: each request and letter too, not only what went wrong.
        to: standard error when None.
    """
    handler = logging.StreamHandler(to)
    handler.setFormatter(_Json() if form == "json" else _Plain(PLAIN, WHEN))
    handler.addFilter(_with_task)
    root = logging.getLogger()
    for one in [one for one in root.handlers if isinstance(one.formatter, (_Json, _Plain))]:
        root.removeHandler(one)
    root.addHandler(handler)
    root.setLevel(logging.INFO if every_deed else logging.WARNING)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def begin(task: str) -> None:
    """What this thread does from now on, a request say, until it begins ``NOTHING``."""
    _task.set(task)


def now() -> str:
    """The request or task of this thread, ``-`` outside any."""
    return _task.get()


@contextmanager
def doing(task: str) -> Iterator[None]:
    """For the time of the block."""
    before = _task.set(task)
    try:
        yield
    finally:
        _task.reset(before)


def without_persons(text: str) -> str:
    """The text with addresses, secrets of pages and rows of a database taken out."""
    if "@" in text:
        text = _ADDRESS.sub("<address>", text)
    if "DETAIL:" in text:
        text = _ROW.sub("DETAIL: <row>", text)
    return _SECRET_IN_PATH.sub("<secret>", text)


def _with_task(record: logging.LogRecord) -> bool:
    record.task = _task.get()
    return True


class _Plain(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return without_persons(super().format(record))


class _Json(JsonFormatter):
    def __init__(self) -> None:
        super().__init__(
            IN_JSON,
            WHEN,
            style="{",
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
        )

    def format(self, record: logging.LogRecord) -> Any:
        return without_persons(super().format(record))
