"""Calls and applications, read for pages."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from eventsapp.domain.programme.models import Domain, Series
from eventsapp.domain.questions import fields
from eventsapp.domain.selection.calls.models import (
    Application,
    ApplicationState,
    Call,
)
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


def domains(series_id: int) -> list[Domain]:
    return list(
        db.session.scalars(select(Domain).where(Domain.series_id == series_id).order_by(Domain.id))
    )


def submitted_of(call_id: int) -> dict[int, Application]:
    found = db.session.scalars(
        select(Application)
        .where(Application.call_id == call_id, Application.state == ApplicationState.SUBMITTED)
        .order_by(Application.number)
    )
    return {application.id: application for application in found}


def pairs(statement: Any) -> dict[int, int]:
    """Key -> count, of a statement that selects both."""
    return {row[0]: row[1] for row in db.session.execute(statement)}


def application_names(ids: Collection[int]) -> dict[int, str]:
    """Application id -> company and reference, for the journal."""
    rows = db.session.execute(
        select(Application.id, Application.company, Application.reference).where(
            Application.id.in_(ids), Application.company != ""
        )
    )
    return {row.id: " ".join(filter(None, (row.company, row.reference))) for row in rows}


def companies_of(ids: Collection[int]) -> dict[int, str]:
    """Application id -> company, in the order of the numbers."""
    if not ids:
        return {}
    rows = db.session.execute(
        select(Application.id, Application.company)
        .where(Application.id.in_(ids))
        .order_by(Application.number)
    )
    return {row.id: row.company for row in rows}


def call_names(call_ids: Collection[int]) -> dict[int, str]:
    rows = db.session.execute(select(Call.id, Call.title_fr).where(Call.id.in_(call_ids)))
    return {row.id: row.title_fr for row in rows}
