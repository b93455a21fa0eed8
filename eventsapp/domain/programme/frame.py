"""The frame of a series: its names, its days, its zone, its domains."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from eventsapp import settings
from eventsapp.domain.programme.errors import SlugTaken, StillUsed
from eventsapp.domain.programme.models import Domain, Event, Series
from eventsapp.domain.programme.naming import free_slug
from eventsapp.kernel import audit, spelling
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import lock, transaction

#: Words that stand where a series' slug would in the addresses of the site.
RESERVED = frozenset(
    {"sign-in", "sign-out", "series", "account", "legal", "api", "static", "invitations", "host"}
)


@dataclass(frozen=True)
class DomainDraft:
    name_fr: str
    name_en: str


@dataclass(frozen=True)
class SeriesDraft:
    title_fr: str
    title_en: str
    slug: str
    starts_on: date
    ends_on: date
    timezone: str
    domains: tuple[DomainDraft, ...] = ()


def create_series(organisation_id: int, draft: SeriesDraft, *, actor: str) -> Series:
    """A new series of an organisation; the public sees it from its first release on.

    Raises:
        SlugTaken: another series has this address, or the site needs it.
    """
    with transaction() as session:
        _refuse_taken(draft.slug)
        # A demo takes no real series: what a visitor makes there goes with the next reset.
        series = Series(
            organisation_id=organisation_id,
            slug=draft.slug,
            is_demo=settings.current().env == "demo",
        )
        _fill(series, draft)
        session.add(series)
        session.flush()
        _set_domains(series, draft.domains)
        audit.note("series.created", f"series:{series.id}", actor=actor, series_id=series.id)
    return series


def update_series(series_id: int, draft: SeriesDraft, *, actor: str) -> Series:
    """Change the frame. The address stays: others link to it.

    Raises:
        StillUsed: a domain that events use would go.
    """
    with transaction():
        series = lock(Series, series_id)
        _fill(series, draft)
        _set_domains(series, draft.domains)
        audit.note("series.changed", f"series:{series.id}", actor=actor, series_id=series.id)
    return series


def _fill(series: Series, draft: SeriesDraft) -> None:
    for name in ("title_fr", "title_en", "starts_on", "ends_on", "timezone"):
        setattr(series, name, getattr(draft, name))


def _set_domains(series: Series, drafts: Sequence[DomainDraft]) -> None:
    rows = db.session.scalars(select(Domain).where(Domain.series_id == series.id)).all()
    known = {spelling.line(row.name_fr): row for row in rows}
    kept = {draft.name_fr for draft in drafts}
    for row in rows:
        if spelling.line(row.name_fr) not in kept:
            used = db.session.scalar(
                select(func.count()).select_from(Event).where(Event.domain_id == row.id)
            )
            if used:
                raise StillUsed(what=row.name_fr, events=used)
            db.session.delete(row)
    db.session.flush()  # domains that go free their slugs first
    taken = {row.slug for row in rows if spelling.line(row.name_fr) in kept}
    for draft in drafts:
        found = known.get(draft.name_fr)
        if found is None:
            slug = free_slug(draft.name_fr, taken, fallback="domaine")
            found = Domain(series_id=series.id, slug=slug, name_fr=draft.name_fr)
            db.session.add(found)
            taken.add(slug)
        found.name_fr, found.name_en = draft.name_fr, draft.name_en


def _refuse_taken(slug: str) -> None:
    taken = db.session.scalar(select(Series.id).where(Series.slug == slug))
    if taken is not None or slug in RESERVED:
        raise SlugTaken(what="series", slug=slug)
