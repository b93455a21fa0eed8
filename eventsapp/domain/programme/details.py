"""Details of an event: languages, level, tags of the series, partners that support it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select

from eventsapp.domain.programme import partners
from eventsapp.domain.programme.detail_models import EventSponsor, EventTag, Tag
from eventsapp.domain.programme.models import Event, Partner, Series
from eventsapp.domain.programme.naming import free_slug
from eventsapp.kernel import audit, spelling
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import EditedMeanwhile
from eventsapp.kernel.transaction import lock, transaction

#: Codes of ISO 639; lsf is the French sign language, which has three letters of its own.
LANGUAGES = ("fr", "en", "de", "es", "it", "ar", "lsf")
LEVELS = ("all", "beginner", "advanced")
LONGEST_TAG = 40
MOST_TAGS = 60


@dataclass(frozen=True)
class Details:
    """What a page of details says; what does not exist in the series is left out."""

    languages: tuple[str, ...] = ()
    level: str = ""
    tag_ids: frozenset[int] = frozenset()
    partner_ids: frozenset[int] = frozenset()


@dataclass(frozen=True)
class TagDraft:
    """A tag as edited; ``id`` None for a new one."""

    id: int | None
    name_fr: str
    name_en: str


def details_of(event: Event) -> Details:
    """The details of an event as the draft has them."""
    tags = db.session.scalars(select(EventTag.tag_id).where(EventTag.event_id == event.id))
    rows = db.session.scalars(
        select(EventSponsor.partner_id).where(EventSponsor.event_id == event.id)
    )
    return Details(tuple(event.languages.split()), event.level, frozenset(tags), frozenset(rows))


def update_details(event_id: int, version: int, given: Details, *, actor: str) -> Event:
    """Change the details of an event.

    Raises:
        NotFound: no such event.
        EditedMeanwhile: somebody saved after ``version`` was read.
    """
    with transaction() as session:
        event = lock(Event, event_id)
        if event.version != version:
            raise EditedMeanwhile(what="event")
        event.languages = " ".join(one for one in LANGUAGES if one in given.languages)
        event.level = given.level if given.level in LEVELS else ""
        session.execute(delete(EventTag).where(EventTag.event_id == event.id))
        session.execute(delete(EventSponsor).where(EventSponsor.event_id == event.id))
        known = {one.id for one in tags_of(event.series_id)} & given.tag_ids
        session.add_all(EventTag(event_id=event.id, tag_id=one) for one in sorted(known))
        there = {one.id for one in partners.partners_of(event.series_id)} & given.partner_ids
        session.add_all(EventSponsor(event_id=event.id, partner_id=one) for one in sorted(there))
        event.version += 1
        audit.note(
            "event.details_changed",
            f"event:{event.id}",
            actor=actor,
            series_id=event.series_id,
            detail={"name": event.title_fr},
        )
    return event


def tags_of(series_id: int) -> list[Tag]:
    """The tags of a series, by name."""
    rows = db.session.scalars(select(Tag).where(Tag.series_id == series_id))
    return sorted(rows, key=lambda one: (spelling.fold(one.name_fr), one.id))


def events_per_tag(series_id: int) -> dict[int, int]:
    """How many events of the draft have each tag; those of none are not among them."""
    rows = db.session.execute(
        select(EventTag.tag_id, func.count())
        .join(Tag, Tag.id == EventTag.tag_id)
        .where(Tag.series_id == series_id)
        .group_by(EventTag.tag_id)
    )
    return {row[0]: row[1] for row in rows}


def set_tags(series_id: int, drafts: Sequence[TagDraft], *, actor: str) -> None:
    """The whole list of a series. A tag that is no longer in it leaves its events; one that is
    renamed keeps its address. Names said twice are one tag."""
    with transaction() as session:
        series = lock(Series, series_id)
        known = {one.id: one for one in tags_of(series.id)}
        wanted = _once(drafts)
        kept = {one.id for one in wanted}
        for row in [one for one in known.values() if one.id not in kept]:
            session.execute(delete(EventTag).where(EventTag.tag_id == row.id))
            session.delete(known.pop(row.id))
        session.flush()  # tags that go free their slugs first
        taken = {row.slug for row in known.values()}
        for one in wanted:
            found = known.get(one.id or 0)
            if found is None:
                slug = free_slug(one.name_fr, taken, fallback="theme")
                taken.add(slug)
                found = Tag(series_id=series.id, slug=slug)
                session.add(found)
            found.name_fr, found.name_en = one.name_fr, one.name_en
        audit.note("series.tags_changed", f"series:{series.id}", actor=actor, series_id=series.id)


def _once(drafts: Sequence[TagDraft]) -> list[TagDraft]:
    found: dict[str, TagDraft] = {}
    for one in drafts:
        name_fr = spelling.line(one.name_fr)[:LONGEST_TAG]
        name_en = spelling.line(one.name_en)[:LONGEST_TAG] or name_fr
        if name_fr:
            found.setdefault(spelling.fold(name_fr), TagDraft(one.id, name_fr, name_en))
    return list(found.values())[:MOST_TAGS]


def tags_by_event(series_id: int) -> Mapping[int, list[str]]:
    """event id -> slugs of its tags, for the whole draft."""
    rows = db.session.execute(
        select(EventTag.event_id, Tag.slug)
        .join(Tag, Tag.id == EventTag.tag_id)
        .where(Tag.series_id == series_id)
        .order_by(Tag.slug)
    )
    return _listed(rows)


def sponsors_by_event(series_id: int) -> Mapping[int, list[int]]:
    """event id -> organisations that support it, of the living partners of a series."""
    rows = db.session.execute(
        select(EventSponsor.event_id, Partner.organisation_id)
        .join(Partner, Partner.id == EventSponsor.partner_id)
        .where(Partner.series_id == series_id, partners.LIVING, Partner.accepted_at.is_not(None))
        .order_by(Partner.id)
    )
    return _listed(rows)


def released_tags(series_id: int) -> dict[str, Any]:
    """What a release says of the tags of a series; nothing where there are none."""
    rows = tags_of(series_id)
    found = [{"slug": one.slug, "name_fr": one.name_fr, "name_en": one.name_en} for one in rows]
    return {"tags": found} if found else {}


def released(series_id: int, names: Mapping[int, str]) -> dict[int, dict[str, Any]]:
    """What a release says of each event beside its row: its tags, and who supports it.

    Args:
        names: organisation id -> its name.
    """
    found: dict[int, dict[str, Any]] = {}
    for event_id, slugs in tags_by_event(series_id).items():
        found.setdefault(event_id, {})["tags"] = slugs
    for event_id, ids in sponsors_by_event(series_id).items():
        found.setdefault(event_id, {})["sponsors"] = [names.get(one, "") for one in ids]
    return found


def _listed(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for event_id, value in rows:
        found[event_id].append(value)
    return found
