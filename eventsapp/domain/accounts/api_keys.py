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
    caller: Caller, key: str | None, body: bytes, make: Callable[[], tuple[int, dict[str, Any]]]
) -> tuple[int, dict[str, Any]]:
    """Run ``make`` in a transaction, or give back what it answered to this key before.

    Of two requests at the same moment one waits for the other. A refusal undoes everything and
    is not kept.

    Raises:
        IdempotencyKeyReused: the same key with another body.
    """
    if key is None:
        return make()
    digest = hashlib.sha256(body).hexdigest()
    with transaction() as session:
        mine = session.scalar(
            dialects.insert(IdempotencyKey.__table__)
            .values(
                api_key_id=caller.key_id,
                key=key[:200],
                body_digest=digest,
                status=0,
                answer={},
                created_at=clock.now(),
            )
            .on_conflict_do_nothing(index_elements=["api_key_id", "key"])
            .returning(IdempotencyKey.id)
        )
        if mine is None:
            return _answered(caller, key[:200], digest)
        status, answer = make()
        session.execute(
            update(IdempotencyKey)
            .where(IdempotencyKey.id == mine)
            .values(status=status, answer=json.loads(json.dumps(answer)))
        )
        return status, answer


def _answered(caller: Caller, key: str, digest: str) -> tuple[int, dict[str, Any]]:
    row = db.session.execute(
        select(IdempotencyKey.body_digest, IdempotencyKey.status, IdempotencyKey.answer).where(
            IdempotencyKey.api_key_id == caller.key_id, IdempotencyKey.key == key
        )
    ).one()
    if row.body_digest != digest:
        raise IdempotencyKeyReused
    return row.status, row.answer


def forget_old_answers() -> None:
    """Delete answers of more than a week ago (the worker calls it)."""
    oldest = clock.now() - timedelta(days=KEPT_DAYS)
    with transaction() as session:
        session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < oldest))
