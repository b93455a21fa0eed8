"""Processes that do one thing at the same moment against the same database.

They are forked from this one, so that each costs a fraction of a second and not a fresh start;
each opens connections of its own.
"""

import multiprocessing
from collections.abc import Callable, Sequence
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import Any

from flask import Flask

from eventsapp.kernel.db import db
from eventsapp.kernel.errors import Refusal

TIMEOUT_S = 120
Result = tuple[str, Any]


def rush(app: Flask, works: Sequence[Callable[[], Any]], *, times: int = 1) -> list[Result]:
    """Call each of ``works`` in a process of its own, ``times`` over, all starting together.

    Returns:
        ``("done", value)`` or ``("refused", code)`` for every call; anything else fails the test.
    """
    forks = multiprocessing.get_context("fork")
    barrier: Barrier = forks.Barrier(len(works))
    answers: Queue[list[Result]] = forks.Queue()
    db.session.remove()
    db.engine.dispose()
    children = [
        forks.Process(target=_child, args=(app, work, times, barrier, answers)) for work in works
    ]
    for child in children:
        child.start()
    results = [one for _ in children for one in answers.get(timeout=TIMEOUT_S)]
    for child in children:
        child.join(TIMEOUT_S)
    broken = [value for kind, value in results if kind == "broken"]
    assert broken == []
    db.session.expire_all()
    return results


def _child(
    app: Flask,
    work: Callable[[], Any],
    times: int,
    barrier: Barrier,
    answers: "Queue[list[Result]]",
) -> None:
    results: list[Result] = []
    with app.app_context():
        db.engine.dispose(close=False)
        barrier.wait(TIMEOUT_S)
        for _ in range(times):
            try:
                results.append(("done", work()))
            except Refusal as refusal:
                results.append(("refused", refusal.code))
            except Exception as error:
                results.append(("broken", f"{type(error).__name__}: {error}"))
            finally:
                db.session.remove()
        db.engine.dispose()
    answers.put(results)
