"""Keys of programs, and the answers kept so that a repeated request gets the same one."""

import hashlib
import json
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import OperationalError

from eventsapp.domain.accounts.errors import IdempotencyKeyReused, KeyEndsBefore, UnknownScope
from eventsapp.domain.accounts.models import ApiKey, IdempotencyKey
from eventsapp.kernel import audit, clock, dialects, secrets, spelling
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound, Refusal
from eventsapp.kernel.memory import Brief
from eventsapp.kernel.transaction import transaction

log = logging.getLogger(__name__)

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
USED_EVERY = timedelta(minutes=10)
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


def create(
    label: str,
    *,
    series_id: int,
    organisation_id: int,
    scopes: list[str],
    made_by: int | None = None,
    expires_at: datetime | None = None,
) -> str:
    """Make a key and return its text, which is shown once and stored as a digest.

    Args:
        made_by: the account that makes it; the key ends when that account is closed.
        expires_at: from then on it is refused; None is until it is revoked.

    Raises:
        UnknownScope: a scope that does not exist, or none at all.
        KeyEndsBefore: ``expires_at`` is past.
    """
    if expires_at is not None and expires_at <= clock.now():
        raise KeyEndsBefore
    wrong = [scope for scope in scopes if scope not in SCOPES]
    if wrong or not scopes:
        raise UnknownScope(scope=", ".join(wrong) or "(none)", known=", ".join(SCOPES))
    secret = PREFIX + secrets.new_secret()
    with transaction() as session:
        key = ApiKey(
            label=spelling.line(label),
            digest=secrets.digest(secret),
            organisation_id=organisation_id,
            series_id=series_id,
            scopes=sorted(set(scopes)),
            made_by_id=made_by,
            created_at=clock.now(),
            expires_at=expires_at,
        )
        session.add(key)
        session.flush()
        audit.note(
            "api_key.created",
            f"api-key:{key.id}",
            actor=f"account:{made_by}" if made_by else "system",
            series_id=series_id,
            detail={"label": key.label, "scopes": key.scopes},
        )
    return secret


def keys_of(series_id: int) -> list[ApiKey]:
    """Every key of a series, the latest first, ended ones too."""
    statement = select(ApiKey).where(ApiKey.series_id == series_id).order_by(ApiKey.id.desc())
    return list(db.session.scalars(statement))


def key_of(series_id: int, key_id: int) -> ApiKey:
    """Raises NotFound when the series has no such key."""
    key = db.session.scalar(
        select(ApiKey).where(ApiKey.id == key_id, ApiKey.series_id == series_id)
    )
    if key is None:
        raise NotFound(what="api_key", reference=key_id)
    return key


def revoke(key_id: int, *, actor: str) -> None:
    """End a key; one that is ended already stays as it ended."""
    with transaction() as session:
        ended = session.execute(
            update(ApiKey)
            .where(ApiKey.id == key_id, ApiKey.revoked_at.is_(None))
            .values(revoked_at=clock.now())
            .returning(ApiKey.series_id)
        ).first()
        if ended is not None:
            audit.note(
                "api_key.revoked", f"api-key:{key_id}", actor=actor, series_id=ended.series_id
            )
    _seen.forget()


def living_made_by(account_id: int) -> list[ApiKey]:
    """Keys that this account made and nobody has revoked."""
    made = select(ApiKey).where(ApiKey.made_by_id == account_id, ApiKey.revoked_at.is_(None))
    return list(db.session.scalars(made.order_by(ApiKey.id)))


def revoke_made_by(account_id: int, *, actor: str) -> None:
    """End every key that this account made."""
    with transaction():
        for key in living_made_by(account_id):
            revoke(key.id, actor=actor)


def find(secret: str) -> Caller | None:
    """The caller behind a key; None when it is unknown or ended. Kept for ten seconds."""
    digest = secrets.digest(secret)
    known = _seen.get(digest)
    if known is not None:
        return known
    row = db.session.execute(
        select(
            ApiKey.id,
            ApiKey.series_id,
            ApiKey.organisation_id,
            ApiKey.scopes,
            ApiKey.expires_at,
            ApiKey.last_used_at,
        ).where(ApiKey.digest == digest, ApiKey.revoked_at.is_(None))
    ).first()
    now = clock.now()
    if row is None or (row.expires_at is not None and row.expires_at <= now):
        return None
    if row.last_used_at is None or row.last_used_at <= now - USED_EVERY:
        _note_used(row.id)
    caller = Caller(row.id, row.series_id, row.organisation_id, frozenset(row.scopes))
    return _seen.keep(digest, caller)


def _note_used(key_id: int) -> None:
    """At most once in ten minutes: a rush of requests must not queue for this row."""
    now = clock.now()
    try:
        with transaction() as session:
            session.execute(
                update(ApiKey)
                .where(
                    ApiKey.id == key_id,
                    or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at <= now - USED_EVERY),
                )
                .values(last_used_at=now)
            )
    except OperationalError:
        # A full disk or a busy writer refuses no program; a later request notes it.
        log.warning("use of a key not noted")


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


def labels_of(key_ids: Collection[int]) -> dict[int, str]:
    """Id -> label, for the journal."""
    if not key_ids:
        return {}
    rows = db.session.execute(select(ApiKey.id, ApiKey.label).where(ApiKey.id.in_(key_ids)))
    return {key_id: label for key_id, label in rows}
