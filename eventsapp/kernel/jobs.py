"""Jobs: long work outside the request, with steps done and to do, resumable, one page for all.

A row is claimed like an outbox row, under a lease that every step renews. A worker that dies
loses it, and the next one goes on from the cursor that was saved last. What a job does is in
``delivery/jobs.py``; nothing here knows it.
"""

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, Index, delete, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.kernel import clock, dialects, secrets
from eventsapp.kernel.db import TextEnum, db
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.transaction import transaction

LEASE = timedelta(seconds=60)
# A step that fails for a reason of the machine is tried again; after this many claims, never.
MOST_CLAIMS = 5
BACKOFF_SECONDS = (5, 30, 120, 300)
# What a job made (a file, a sentence) is kept so long for who asked for it.
KEPT = timedelta(days=2)


class JobState(enum.StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


ENDED = (JobState.DONE, JobState.FAILED, JobState.STOPPED)


class Stopped(Exception):
    """Somebody pressed *stop*: what was done stays done, the rest is not done."""


class LeaseLost(Exception):
    """Another worker has taken the job over: this one leaves without a word."""


class Job(db.Model):
    """One long work. ``cursor`` is where to go on, in the words of its kind.

    ``claims`` names the present holder: every write of a worker asks for its own number, so that
    one who slept past the lease changes nothing.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("done >= 0 AND (total IS NULL OR done <= total)", name="done_within_total"),
        Index("ix_job_due", "ended", "due_at"),
        # Asked for twice while it runs is asked for once.
        Index(
            "uq_job_living",
            "kind",
            "key",
            unique=True,
            postgresql_where=text("ended = false"),
            sqlite_where=text("ended = 0"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    key: Mapped[str]
    organisation_id: Mapped[int]
    series_id: Mapped[int]
    asked_by: Mapped[str]
    locale: Mapped[str]
    payload: Mapped[dict[str, Any]]
    cursor: Mapped[dict[str, Any] | None]
    state: Mapped[JobState] = mapped_column(TextEnum(JobState, "known_state"))
    ended: Mapped[bool] = mapped_column(default=False)
    stop_asked: Mapped[bool] = mapped_column(default=False)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    result: Mapped[dict[str, Any] | None]
    # {"code", "facts"} of a refusal; {"code": "unexpected"} for an error of ours.
    failure: Mapped[dict[str, Any] | None]
    claims: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Claimed:
    """A job in the hands of one worker, as plain values."""

    id: int
    kind: str
    payload: dict[str, Any]
    cursor: dict[str, Any] | None
    done: int
    claims: int
    asked_by: str
    locale: str


def ask(
    kind: str,
    key: str,
    payload: dict[str, Any],
    *,
    organisation_id: int,
    series_id: int,
    actor: str,
    locale: str,
) -> str:
    """Ask for a job once this transaction is committed; returns its public id.

    While one of the same ``(kind, key)`` lives, its id is returned and nothing is added.
    """
    now, public_id = clock.now(), secrets.new_secret()
    living = select(Job.public_id).where(Job.kind == kind, Job.key == key, Job.ended.is_(False))
    with transaction() as session:
        statement = dialects.insert(Job.__table__).values(
            public_id=public_id,
            kind=kind,
            key=key,
            organisation_id=organisation_id,
            series_id=series_id,
            asked_by=actor,
            locale=locale,
            payload=payload,
            state=JobState.WAITING,
            ended=False,
            stop_asked=False,
            done=0,
            claims=0,
            created_at=now,
            due_at=now,
        )
        session.execute(statement.on_conflict_do_nothing())
        return session.scalar(living) or public_id


def claim() -> Claimed | None:
    """Take the job that has waited longest, under a lease; None when none is due."""
    now = clock.now()
    with transaction() as session:
        job_id = session.scalar(
            select(Job.id)
            .where(Job.ended.is_(False), Job.due_at <= now)
            .order_by(Job.due_at, Job.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if job_id is None:
            return None
        job = session.get_one(Job, job_id, populate_existing=True)
        job.state = JobState.RUNNING
        job.claims += 1
        job.due_at = now + LEASE
        job.started_at = job.started_at or now
        session.flush()
        return Claimed(
            job.id,
            job.kind,
            job.payload,
            job.cursor,
            job.done,
            job.claims,
            job.asked_by,
            job.locale,
        )


def advance(held: Claimed, *, done: int, total: int | None, cursor: dict[str, Any] | None) -> None:
    """A step is done: say so, keep the cursor, renew the lease. Joins an open transaction, so that
    a step and its cursor are saved together or not at all.

    Raises:
        Stopped: somebody asked for the end; LeaseLost: another worker has it.
    """
    with transaction() as session:
        row = session.execute(
            _own(held)
            .values(done=done, total=total, cursor=cursor, due_at=clock.now() + LEASE)
            .returning(Job.stop_asked)
        ).first()
    if row is None:
        raise LeaseLost
    if row.stop_asked:
        raise Stopped


def finish(held: Claimed, result: dict[str, Any]) -> None:
    """Raises LeaseLost when another worker has it."""
    _end(held, JobState.DONE, result=result)


def fail(held: Claimed, failure: dict[str, Any]) -> None:
    """For good: nothing tries it again. Raises LeaseLost."""
    _end(held, JobState.FAILED, failure=failure)


def stopped(held: Claimed) -> None:
    """Raises LeaseLost."""
    _end(held, JobState.STOPPED)


def retry(held: Claimed) -> None:
    """Put it back after an error of ours, later each time; after the last claim it failed."""
    if held.claims >= MOST_CLAIMS:
        fail(held, {"code": "unexpected", "facts": {}})
        return
    wait = timedelta(seconds=BACKOFF_SECONDS[min(held.claims, len(BACKOFF_SECONDS)) - 1])
    with transaction() as session:
        session.execute(_own(held).values(state=JobState.WAITING, due_at=clock.now() + wait))


def stop(job_id: int) -> None:
    """Ask for the end: at once when nobody works on it, else after the present step."""
    now = clock.now()
    with transaction() as session:
        session.execute(
            update(Job)
            .where(Job.id == job_id, Job.state == JobState.WAITING)
            .values(state=JobState.STOPPED, ended=True, ended_at=now)
        )
        session.execute(
            update(Job).where(Job.id == job_id, Job.ended.is_(False)).values(stop_asked=True)
        )


def find(series_id: int, public_id: str) -> Job:
    """Raises NotFound: there is no such job in the series."""
    found = db.session.scalar(
        select(Job)
        .where(Job.public_id == public_id, Job.series_id == series_id)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(what="job", reference=public_id)
    return found


def forget_old(limit: int = 200) -> list[dict[str, Any]]:
    """Delete ended jobs past ``KEPT``; returns their results, for who keeps files behind them."""
    with transaction() as session:
        rows = session.execute(
            select(Job.id, Job.result)
            .where(Job.ended.is_(True), Job.ended_at < clock.now() - KEPT)
            .order_by(Job.id)
            .limit(limit)
        ).all()
        session.execute(delete(Job).where(Job.id.in_([row.id for row in rows])))
    return [row.result for row in rows if row.result]


def _own(held: Claimed) -> Any:
    return update(Job).where(Job.id == held.id, Job.ended.is_(False), Job.claims == held.claims)


def _end(held: Claimed, state: JobState, **values: Any) -> None:
    with transaction() as session:
        changed: Any = session.execute(
            _own(held).values(state=state, ended=True, ended_at=clock.now(), **values)
        )
    if changed.rowcount == 0:
        raise LeaseLost
