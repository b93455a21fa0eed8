"""Keys of programs, and the answers kept so that a repeated request gets the same one."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update

from eventsapp.domain.accounts.errors import IdempotencyKeyReused, UnknownScope
from eventsapp.domain.accounts.models import ApiKey, IdempotencyKey
from eventsapp.kernel import audit, clock, dialects, secrets
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import Refusal
from eventsapp.kernel.memory import Brief
from eventsapp.kernel.transaction import transaction

SCOPES = (
    "orders:read",
    "orders:write",
    "orders:offline",
    "orders:refund",
    "attendees:read",
    "scans:write",
    "programme:read",
)
PREFIX = "ea_"
KEPT_DAYS = 7
UNANSWERED = 0


@dataclass(frozen=True)
class Caller:
    """The program behind a request."""

    key_id: int
    series_id: int
    organisation_id: int
    scopes: frozenset[str]

    @property
    def actor(self) -> str:
        return f"api-key:{self.key_id}"


# Ten seconds: how long a revoked key may still be honoured by a process that has just seen it.
_seen: Brief[Caller] = Brief(10)


def create(label: str, *, series_id: int, organisation_id: int, scopes: list[str]) -> str:
    """Make a key and return its text, which is shown once and stored as a digest.

    Raises:
        UnknownScope: a scope that does not exist, or none at all.
    """
    wrong = [scope for scope in scopes if scope not in SCOPES]
    if wrong or not scopes:
        raise UnknownScope(scope=", ".join(wrong) or "(none)", known=", ".join(SCOPES))
    secret = PREFIX + secrets.new_secret()
    with transaction() as session:
        key = ApiKey(
            label=label,
            digest=secrets.digest(secret),
            organisation_id=organisation_id,
            series_id=series_id,
            scopes=sorted(set(scopes)),
            created_at=clock.now(),
        )
        session.add(key)
        session.flush()
        audit.note("api_key.created", f"api-key:{key.id}", actor="system", series_id=series_id)
    return secret


def revoke(key_id: int, *, actor: str) -> None:
    with transaction() as session:
        session.execute(update(ApiKey).where(ApiKey.id == key_id).values(revoked_at=clock.now()))
        audit.note("api_key.revoked", f"api-key:{key_id}", actor=actor)
    _seen.forget()


def find(secret: str) -> Caller | None:
    """The caller behind a key; None when it is unknown or revoked. Kept for ten seconds."""
    digest = secrets.digest(secret)
    known = _seen.get(digest)
    if known is not None:
        return known
    row = db.session.execute(
        select(ApiKey.id, ApiKey.series_id, ApiKey.organisation_id, ApiKey.scopes).where(
            ApiKey.digest == digest, ApiKey.revoked_at.is_(None)
        )
    ).first()
    if row is None:
        return None
    caller = Caller(row.id, row.series_id, row.organisation_id, frozenset(row.scopes))
    return _seen.keep(digest, caller)


def once(
    caller: Caller, key: str | None, asked: bytes, make: Callable[[], tuple[int, dict[str, Any]]]
) -> tuple[int, dict[str, Any]]:
    """Run ``make`` in a transaction, or give back what it answered to this key before.

    Of two requests at the same moment one waits for the other. A refusal undoes everything and
    is not kept.

    Args:
        asked: method, path and body. The path counts: one body may mean two refunds.

    Raises:
        IdempotencyKeyReused: the same key asked for something else.
    """
    if key is None:
        return make()
    with transaction():
        mine, known = _claim(caller, key, asked)
        if known is not None:
            return known
        status, answer = make()
        _keep(mine, status, answer)
        return status, answer


def once_repeatable(
    caller: Caller, key: str | None, asked: bytes, make: Callable[[], tuple[int, dict[str, Any]]]
) -> tuple[int, dict[str, Any]]:
    """As ``once``, for a ``make`` that may run twice and has transactions of its own.

    Scans are known by their uuid: what two requests do at the same moment is settled there, and
    a long upload keeps no lock from its first chunk to its last.

    Raises:
        IdempotencyKeyReused: the same key asked for something else.
    """
    if key is None:
        return make()
    with transaction():
        mine, known = _claim(caller, key, asked)
    if known is not None:
        return known
    try:
        status, answer = make()
    except Refusal:
        with transaction() as session:
            session.execute(delete(IdempotencyKey).where(IdempotencyKey.id == mine))
        raise
    with transaction():
        _keep(mine, status, answer)
    return status, answer


def _claim(
    caller: Caller, key: str, asked: bytes
) -> tuple[int | None, tuple[int, dict[str, Any]] | None]:
    """The row of this key, and the answer it has already.

    A row without an answer is a request that is still under way, or one that died.
    """
    digest = hashlib.sha256(asked).hexdigest()
    mine = db.session.scalar(
        dialects.insert(IdempotencyKey.__table__)
        .values(
            api_key_id=caller.key_id,
            key=key,
            body_digest=digest,
            status=UNANSWERED,
            answer={},
            created_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["api_key_id", "key"])
        .returning(IdempotencyKey.id)
    )
    if mine is not None:
        return mine, None
    row = db.session.execute(
        select(
            IdempotencyKey.id,
            IdempotencyKey.body_digest,
            IdempotencyKey.status,
            IdempotencyKey.answer,
        ).where(IdempotencyKey.api_key_id == caller.key_id, IdempotencyKey.key == key)
    ).one()
    if row.body_digest != digest:
        raise IdempotencyKeyReused
    return row.id, (row.status, row.answer) if row.status != UNANSWERED else None


def _keep(mine: int | None, status: int, answer: dict[str, Any]) -> None:
    db.session.execute(
        update(IdempotencyKey)
        .where(IdempotencyKey.id == mine)
        .values(status=status, answer=json.loads(json.dumps(answer)))
    )


def forget_old_answers() -> None:
    """Delete answers of more than a week ago (the worker calls it)."""
    oldest = clock.now() - timedelta(days=KEPT_DAYS)
    with transaction() as session:
        session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < oldest))
