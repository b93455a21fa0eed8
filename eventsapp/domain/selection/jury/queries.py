"""The jury and its work, read for pages."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select

from eventsapp.domain.accounts.models import Account
from eventsapp.domain.selection.calls.models import (
    Application,
    ApplicationState,
    Call,
)
from eventsapp.domain.selection.calls.queries import pairs
from eventsapp.domain.selection.jury.models import Assignment, ConflictOfInterest, Juror, Review
from eventsapp.kernel import spelling
from eventsapp.kernel.db import db


def conflicts_of(call_id: int, account_id: int) -> set[int]:
    """Ids of the applications that an account may not see."""
    return set(
        db.session.scalars(
            select(ConflictOfInterest.application_id).where(
                ConflictOfInterest.call_id == call_id,
                ConflictOfInterest.account_id == account_id,
            )
        )
    )


def hidden_from(account_id: int) -> set[str]:
    """Subjects of the journal whose decisions an account may not read, of any call."""
    found = db.session.scalars(
        select(ConflictOfInterest.application_id).where(ConflictOfInterest.account_id == account_id)
    )
    return {f"application:{application_id}" for application_id in found}


def jurors_of(call_id: int) -> list[Juror]:
    return list(
        db.session.scalars(select(Juror).where(Juror.call_id == call_id).order_by(Juror.id))
    )


def juror_of(call_id: int, email: str) -> Juror | None:
    """Who sits or sat in this jury under an address."""
    return db.session.scalar(
        select(Juror)
        .join(Account, Account.id == Juror.account_id)
        .where(Juror.call_id == call_id, Account.email == spelling.address_or_words(email))
    )


def juries_of(account_id: int) -> list[Juror]:
    """The juries somebody sits in, the one that ends first on top."""
    return list(
        db.session.scalars(
            select(Juror)
            .join(Call, Call.id == Juror.call_id)
            .where(Juror.account_id == account_id)
            .order_by(Call.review_until, Juror.id)
        )
    )


@dataclass(frozen=True)
class Task:
    """One application on a juror's list."""

    application: Application
    position: int
    review: Review | None

    @property
    def done(self) -> bool:
        return self.review is not None and self.review.submitted_at is not None


def tasks_of(juror: Juror) -> list[Task]:
    """A juror's list in his order, without what he has a conflict with. Two statements."""
    hidden = select(ConflictOfInterest.application_id).where(
        ConflictOfInterest.account_id == juror.account_id,
        ConflictOfInterest.call_id == juror.call_id,
    )
    rows = db.session.execute(
        select(Application, Assignment.position, Review)
        .join(Assignment, Assignment.application_id == Application.id)
        .outerjoin(
            Review,
            (Review.application_id == Application.id) & (Review.juror_id == Assignment.juror_id),
        )
        .where(
            Assignment.juror_id == juror.id,
            Application.state == ApplicationState.SUBMITTED,
            Application.id.not_in(hidden),
        )
        .order_by(Assignment.position, Assignment.id)
    )
    return [Task(application, position, review) for application, position, review in rows]


@dataclass(frozen=True)
class Progress:
    """How far a juror is."""

    juror: Juror
    asked: int
    done: int
    conflicts: int


def progress(call_id: int) -> list[Progress]:
    """Four statements, whatever the number of jurors."""
    asked = pairs(
        select(Assignment.juror_id, func.count())
        .where(Assignment.call_id == call_id)
        .group_by(Assignment.juror_id)
    )
    done = pairs(
        select(Review.juror_id, func.count())
        .where(
            Review.call_id == call_id,
            Review.submitted_at.is_not(None),
            Review.excluded_at.is_(None),
        )
        .group_by(Review.juror_id)
    )
    conflicts = pairs(
        select(ConflictOfInterest.account_id, func.count())
        .where(ConflictOfInterest.call_id == call_id)
        .group_by(ConflictOfInterest.account_id)
    )
    return [
        Progress(j, asked.get(j.id, 0), done.get(j.id, 0), conflicts.get(j.account_id, 0))
        for j in jurors_of(call_id)
    ]


def lacking_readers(call: Call) -> int:
    """How many submitted applications have fewer readers than the call promises."""
    readers = (
        select(Application.id)
        .outerjoin(Assignment, Assignment.application_id == Application.id)
        .where(Application.call_id == call.id, Application.state == ApplicationState.SUBMITTED)
        .group_by(Application.id)
        .having(func.count(Assignment.id) < call.reviews_each)
    )
    return db.session.scalar(select(func.count()).select_from(readers.subquery())) or 0


def reviews_of(application_id: int) -> list[tuple[Review, Juror, Account]]:
    rows = db.session.execute(
        select(Review, Juror, Account)
        .join(Juror, Juror.id == Review.juror_id)
        .join(Account, Account.id == Juror.account_id)
        .where(Review.application_id == application_id, Review.submitted_at.is_not(None))
        .order_by(Review.id)
    )
    return [(review, juror, account) for review, juror, account in rows]


def juror_names(juror_ids: Collection[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(Juror.id, Account.name)
        .join(Account, Account.id == Juror.account_id)
        .where(Juror.id.in_(juror_ids))
    )
    return {row.id: row.name for row in rows}
