"""Reads of the selection: what the pages, letters and commands show."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import selectinload

from eventsapp.domain.accounts.models import Account
from eventsapp.domain.programme.models import Domain, Series
from eventsapp.domain.questions import fields
from eventsapp.domain.selection import feedback
from eventsapp.domain.selection.models import (
    Application,
    ApplicationState,
    Assignment,
    Call,
    ConflictOfInterest,
    Decision,
    DecisionBatch,
    Juror,
    Offer,
    Pin,
    Review,
)
from eventsapp.kernel import spelling
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound


def calls_of(series_id: int) -> list[Call]:
    return list(
        db.session.scalars(
            select(Call).where(Call.series_id == series_id).order_by(Call.closes_at, Call.id)
        )
    )


def find_call(series_slug: str, slug: str) -> Call:
    """Raises NotFound."""
    call = db.session.scalar(
        select(Call)
        .join(Series, Series.id == Call.series_id)
        .where(Series.slug == series_slug, Call.slug == slug)
    )
    if call is None:
        raise NotFound(what="call", reference=slug)
    return call


def call_by_slug(slug: str) -> Call:
    """The call of a command line, where the series is not named. Raises NotFound."""
    call = db.session.scalar(select(Call).where(Call.slug == slug).order_by(Call.id.desc()))
    if call is None:
        raise NotFound(what="call", reference=slug)
    return call


def series_by_slug(slug: str) -> Series:
    """Raises NotFound."""
    found = db.session.scalar(select(Series).where(Series.slug == slug))
    if found is None:
        raise NotFound(what="series", reference=slug)
    return found


def submitted_counts(series_id: int) -> dict[int, int]:
    """call id -> how many applications it has received, withdrawn ones left out."""
    return pairs(
        select(Application.call_id, func.count())
        .join(Call, Call.id == Application.call_id)
        .where(Call.series_id == series_id, Application.state == ApplicationState.SUBMITTED)
        .group_by(Application.call_id)
    )


def questions_of(call: Call) -> list[fields.Question]:
    return fields.read(call.question_set.questions)


def application_of(call_id: int, application_id: int) -> Application | None:
    return db.session.scalar(
        select(Application)
        .where(Application.call_id == call_id, Application.id == application_id)
        .options(selectinload(Application.sheet))
    )


def pin_of(application_id: int) -> Pin | None:
    return db.session.scalar(select(Pin).where(Pin.application_id == application_id))


def published(call_id: int) -> DecisionBatch | None:
    return db.session.scalar(
        select(DecisionBatch).where(
            DecisionBatch.call_id == call_id, DecisionBatch.published_at.is_not(None)
        )
    )


def published_among(series_id: int) -> set[int]:
    """Ids of the series' calls whose decisions are out."""
    return set(
        db.session.scalars(
            select(DecisionBatch.call_id)
            .join(Call, Call.id == DecisionBatch.call_id)
            .where(Call.series_id == series_id, DecisionBatch.published_at.is_not(None))
        )
    )


def prepared(call_id: int) -> DecisionBatch | None:
    """The batch of the call, published or not."""
    return db.session.scalar(select(DecisionBatch).where(DecisionBatch.call_id == call_id))


def by_secret(secret: str) -> Application:
    """The application of a link. Raises NotFound."""
    found = db.session.scalar(
        select(Application)
        .where(Application.secret == secret)
        .options(selectinload(Application.sheet))
    )
    if found is None:
        raise NotFound(what="application", reference="")
    return found


def visible_decision(application_id: int) -> Decision | None:
    """The applicant's decision, once it is published."""
    return db.session.scalar(
        select(Decision)
        .join(DecisionBatch, DecisionBatch.id == Decision.batch_id)
        .where(Decision.application_id == application_id, DecisionBatch.published_at.is_not(None))
    )


def offer_of(application_id: int) -> Offer | None:
    return db.session.scalar(select(Offer).where(Offer.application_id == application_id))


def domains(series_id: int) -> list[Domain]:
    return list(
        db.session.scalars(select(Domain).where(Domain.series_id == series_id).order_by(Domain.id))
    )


@dataclass(frozen=True)
class Filter:
    """What the organizer's list is narrowed by; empty means everything."""

    text: str = ""
    domain: str = ""
    state: str = ""


def applications(
    call_id: int, narrowed: Filter, *, page: int = 1, size: int | None = 30
) -> tuple[list[Application], int]:
    """A page of applications with their sheets, and how many there are. Four statements."""
    chosen = _narrowed(select(Application).where(Application.call_id == call_id), narrowed)
    total = db.session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    ordered = chosen.order_by(Application.number.is_(None), Application.number, Application.id)
    ordered = ordered.options(selectinload(Application.sheet))
    if size is not None:
        ordered = ordered.limit(size).offset((page - 1) * size)
    return list(db.session.scalars(ordered)), total


def _narrowed(
    statement: Select[tuple[Application]], narrowed: Filter
) -> Select[tuple[Application]]:
    if narrowed.text:
        folded = spelling.fold(narrowed.text)
        statement = statement.where(
            or_(
                Application.company_folded.contains(folded, autoescape=True),
                func.lower(Application.reference) == spelling.line(narrowed.text).lower(),
                Application.email.contains(spelling.line(narrowed.text).lower(), autoescape=True),
            )
        )
    if narrowed.domain:
        statement = statement.where(Application.domain == narrowed.domain)
    if narrowed.state in [state.value for state in ApplicationState]:
        statement = statement.where(Application.state == ApplicationState(narrowed.state))
    return statement


def submitted_of(call_id: int) -> dict[int, Application]:
    found = db.session.scalars(
        select(Application)
        .where(Application.call_id == call_id, Application.state == ApplicationState.SUBMITTED)
        .order_by(Application.number)
    )
    return {application.id: application for application in found}


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


def jurors_of(call_id: int) -> list[Juror]:
    return list(
        db.session.scalars(select(Juror).where(Juror.call_id == call_id).order_by(Juror.id))
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


def pairs(statement: Any) -> dict[int, int]:
    """Key -> count, of a statement that selects both."""
    return {row[0]: row[1] for row in db.session.execute(statement)}


def decisions_of(call_id: int) -> list[Decision]:
    return list(
        db.session.scalars(
            select(Decision)
            .join(Application, Application.id == Decision.application_id)
            .where(Decision.call_id == call_id)
            .options(selectinload(Decision.application))
            .order_by(Application.number)
        )
    )


def offers_of(call_id: int) -> dict[int, Offer]:
    found = db.session.scalars(select(Offer).where(Offer.call_id == call_id))
    return {offer.application_id: offer for offer in found}


def reviews_of(application_id: int) -> list[tuple[Review, Juror, Account]]:
    rows = db.session.execute(
        select(Review, Juror, Account)
        .join(Juror, Juror.id == Review.juror_id)
        .join(Account, Account.id == Juror.account_id)
        .where(Review.application_id == application_id, Review.submitted_at.is_not(None))
        .order_by(Review.id)
    )
    return [(review, juror, account) for review, juror, account in rows]


@dataclass(frozen=True)
class Feedback:
    criteria: list[feedback.CriterionFeedback]
    comments: list[str]


def feedback_for(application: Application) -> Feedback:
    """What the letter of a decision says about the reviews."""
    rows = db.session.execute(
        select(Review.application_id, Review.scores, Review.comment, Review.shareable).where(
            Review.call_id == application.call_id,
            Review.submitted_at.is_not(None),
            Review.excluded_at.is_(None),
        )
    ).all()
    groups: dict[int, list[Any]] = {}
    comments = []
    for application_id, scores, comment, shareable in rows:
        groups.setdefault(application_id, []).append(scores)
        if application_id == application.id and shareable and comment:
            comments.append(comment)
    names = [criterion["id"] for criterion in application.call.criteria]
    own: Sequence[Any] = groups.get(application.id, [])
    return Feedback(feedback.by_criterion(own, groups.values(), names), comments)


def letters_of_batch(batch_id: int) -> list[tuple[int, int, int]]:
    """(decision id, application id, version) of the decisions of a batch as they were published;
    one that was promoted from the reserve since has the letter of its offer."""
    rows = db.session.execute(
        select(Decision.id, Decision.application_id, Decision.version).where(
            Decision.batch_id == batch_id, Decision.version == 1
        )
    )
    return [(row[0], row[1], row[2]) for row in rows]


def juror_names(juror_ids: Collection[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(Juror.id, Account.name)
        .join(Account, Account.id == Juror.account_id)
        .where(Juror.id.in_(juror_ids))
    )
    return {row.id: row.name for row in rows}


def call_names(call_ids: Collection[int]) -> dict[int, str]:
    rows = db.session.execute(select(Call.id, Call.title_fr).where(Call.id.in_(call_ids)))
    return {row.id: row.title_fr for row in rows}
