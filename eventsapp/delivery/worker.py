"""The outbox worker: claim, hand over, mark done; retry with back-off, give up loudly."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from eventsapp.delivery.errors import Never
from eventsapp.delivery.handlers import GIVEN_UP, HANDLERS
from eventsapp.kernel import clock, outbox
from eventsapp.kernel import log as words
from eventsapp.kernel.db import db

log = logging.getLogger(__name__)

BATCH = 20


def work_once(
    handlers: Mapping[str, Callable[[dict[str, Any]], None]] = HANDLERS, *, limit: int = BATCH
) -> int:
    """Hand over one batch of due messages; returns how many were handed over."""
    # Read at once: the session goes with the first message that fails, and its rows with it.
    claimed = [(row.id, row.attempts, row.kind, row.payload) for row in outbox.claim(limit)]
    promised_until = clock.now() + outbox.LEASE / 2
    for done, (identifier, attempts, kind, payload) in enumerate(claimed):
        if clock.now() > promised_until:
            # A slow mail server: past its lease a message would be another worker's too.
            outbox.put_back([one[0] for one in claimed[done:]])
            return done
        with words.doing(f"outbox:{identifier}"):
            _deliver(handlers, identifier, attempts, kind, payload)
    return len(claimed)


def drain(handlers: Mapping[str, Callable[[dict[str, Any]], None]] = HANDLERS) -> int:
    """Work until nothing is due (tests and the demo)."""
    total = 0
    while done := work_once(handlers):
        total += done
    return total


def _deliver(
    handlers: Mapping[str, Callable[[dict[str, Any]], None]],
    identifier: int,
    attempts: int,
    kind: str,
    payload: dict[str, Any],
) -> None:
    handler = handlers.get(kind)
    try:
        if handler is None:
            raise Never(f"no handler for {kind}")
        handler(payload)
    except Never as error:
        log.error("%s: given up: %s", kind, error)
        _forget_session()
        _tell(kind, payload, str(error))
        outbox.fail(identifier, str(error))
    except Exception as error:
        log.warning("%s: attempt %s: %s", kind, attempts, error)
        _forget_session()
        said = f"{type(error).__name__}: {error}"
        if attempts >= outbox.MAX_ATTEMPTS:
            _tell(kind, payload, said)
        outbox.retry(identifier, attempts, said)
    else:
        outbox.finish(identifier)
        log.info("%s: handed over", kind)


def _tell(kind: str, payload: dict[str, Any], why: str) -> None:
    """Before the message ends: told twice is better than never."""
    if kind in GIVEN_UP:
        GIVEN_UP[kind](payload, why)


def _forget_session() -> None:
    """A handler that failed may leave a session in disorder; the next one starts afresh."""
    db.session.remove()
