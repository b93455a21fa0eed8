"""Rate limits in one table, so that they hold over several processes and without Redis."""

import math

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.kernel import clock, dialects, secrets
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import Refusal
from eventsapp.kernel.transaction import transaction


class TooManyAttempts(Refusal):
    """Facts: ``wait_minutes`` (whole minutes until an attempt is free again)."""

    code = "too_many_attempts"


class RateCount(db.Model):
    """Attempts of one key within one window. Keys are digests: no address is stored."""

    __tablename__ = "rate_count"

    key: Mapped[str] = mapped_column(primary_key=True)
    window: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]
    expires: Mapped[int] = mapped_column(index=True)


def hit(key: str, *, limit: int, per: int) -> None:
    """Count one attempt.

    Windows are fixed, but the last one still weighs by the part of it that lies within ``per``
    seconds: a limit holds across the border of two windows as well.

    Args:
        key: what is limited, e.g. ``sign-in:ada@example.org``.
        limit: attempts allowed in ``per`` seconds.
        per: length of the window in seconds.

    Raises:
        TooManyAttempts: this attempt is one too many (it is counted too).
    """
    second = int(clock.now().timestamp())
    window, passed = divmod(second, per)
    digest = secrets.digest(key)[:40]
    with transaction() as session:
        statement = dialects.insert(RateCount.__table__).values(
            key=digest, window=window, count=1, expires=(window + 2) * per
        )
        counted = session.scalar(
            statement.on_conflict_do_update(
                index_elements=["key", "window"], set_={"count": RateCount.count + 1}
            ).returning(RateCount.count)
        )
        before = session.scalar(
            select(RateCount.count).where(RateCount.key == digest, RateCount.window == window - 1)
        )
    if counted + min(before or 0, limit) * (per - passed) / per > limit:
        # One attempt is free again when this window is over and weighs one less.
        wait = per - passed + per / limit
        raise TooManyAttempts(wait_minutes=math.ceil(wait / 60))


def forgive(key: str, *, per: int) -> None:
    """Take one attempt back: it turned out to be none of those that are limited.

    Args:
        key, per: as they were given to ``hit``.
    """
    window = int(clock.now().timestamp()) // per
    with transaction() as session:
        session.execute(
            update(RateCount)
            .where(
                RateCount.key == secrets.digest(key)[:40],
                RateCount.window == window,
                RateCount.count > 0,
            )
            .values(count=RateCount.count - 1)
        )


def forget_old() -> None:
    """Delete windows that are over (the worker calls it)."""
    with transaction() as session:
        session.execute(delete(RateCount).where(RateCount.expires <= int(clock.now().timestamp())))
