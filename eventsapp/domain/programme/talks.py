"""Sessions of an event and the people named in them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from eventsapp.domain.programme.models import Event, Person, Series, Session, SessionPerson
from eventsapp.domain.programme.naming import free_slug
from eventsapp.kernel import audit, prose, spelling
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import EditedMeanwhile
from eventsapp.kernel.transaction import lock, transaction


@dataclass(frozen=True)
class PersonDraft:
    """Somebody as written in a form: a name, and where he or she works."""

    first_name: str
    last_name: str
    company: str = ""


@dataclass(frozen=True)
class SessionDraft:
    title_fr: str
    title_en: str
    room_id: int | None
    starts_at: datetime
    ends_at: datetime
    language: str
    people: tuple[PersonDraft, ...]
    # Markdown, in both languages.
    abstract_fr: str = ""
    abstract_en: str = ""


def create_session(event_id: int, draft: SessionDraft, *, actor: str) -> Session:
    with transaction() as session:
        _hold_for_somebody_new(session.get(Event, event_id), draft.people)
        event = lock(Event, event_id)
        talk = Session(event_id=event.id, uid=str(uuid.uuid4()))
        _fill(talk, draft)
        session.add(talk)
        session.flush()
        _set_people(event, talk, draft.people)
        event.version += 1
        _note("session.created", talk, event, actor)
    return talk


def update_session(session_id: int, version: int, draft: SessionDraft, *, actor: str) -> Session:
    """Change a session.

    Raises:
        EditedMeanwhile: somebody saved after ``version`` was read.
    """
    with transaction() as session:
        seen = session.get(Session, session_id)
        _hold_for_somebody_new(seen.event if seen else None, draft.people)
        talk = lock(Session, session_id)
        if talk.version != version:
            raise EditedMeanwhile(what="session")
        event = lock(Event, talk.event_id)
        _fill(talk, draft)
        _set_people(event, talk, draft.people)
        talk.version += 1
        _note("session.changed", talk, event, actor)
    return talk


def remove_session(session_id: int, *, actor: str) -> None:
    with transaction() as session:
        talk = lock(Session, session_id)
        event = lock(Event, talk.event_id)
        _note("session.removed", talk, event, actor)
        session.delete(talk)


def known_people(series_id: int, drafts: Sequence[PersonDraft]) -> tuple[int, ...]:
    """Ids of those among ``drafts`` who are in the series already, by folded name."""
    by_name = _by_name(series_id)
    return tuple(by_name[key].id for one in drafts if (key := _key(one)) in by_name)


def _fill(talk: Session, draft: SessionDraft) -> None:
    for name in ("title_fr", "title_en", "room_id", "starts_at", "ends_at", "language"):
        setattr(talk, name, getattr(draft, name))
    talk.abstract_fr, talk.abstract_en = (
        prose.kept(draft.abstract_fr),
        prose.kept(draft.abstract_en),
    )


def _hold_for_somebody_new(event: Event | None, drafts: Sequence[PersonDraft]) -> None:
    """Two sessions saved at once with one new name make one person.

    The series comes before the event, as in a release, so that neither waits for the other.
    """
    if event is None:
        return  # the lock that follows says so
    by_name = _by_name(event.series_id)
    if any(_key(draft) not in by_name for draft in drafts):
        lock(Series, event.series_id)


def _set_people(event: Event, talk: Session, drafts: Sequence[PersonDraft]) -> None:
    by_name = _by_name(event.series_id)
    taken = {person.slug for person in by_name.values()}
    wanted: dict[int, int] = {}
    for position, draft in enumerate(drafts):
        person = by_name.get(_key(draft))
        if person is None:
            person = _new_person(event, draft, taken)
            by_name[_key(draft)] = person
        elif draft.company and (not person.company or _own(event, person)):
            person.company = draft.company
        wanted.setdefault(person.id, position)
    for part in list(talk.people):
        if part.person_id in wanted:
            part.position = wanted.pop(part.person_id)
        else:
            talk.people.remove(part)
    for person_id, position in wanted.items():
        talk.people.append(SessionPerson(person_id=person_id, position=position))


def _own(event: Event, person: Person) -> bool:
    """Whether the event's organisation entered the person: nobody else's is changed by the way."""
    return person.organisation_id == event.organisation_id


def _new_person(event: Event, draft: PersonDraft, taken: set[str]) -> Person:
    name = f"{draft.first_name} {draft.last_name}".strip()
    person = Person(
        series_id=event.series_id,
        organisation_id=event.organisation_id,
        slug=free_slug(name, taken, fallback="personne"),
        first_name=draft.first_name,
        last_name=draft.last_name,
        company=draft.company,
    )
    taken.add(person.slug)
    db.session.add(person)
    db.session.flush()
    return person


def _by_name(series_id: int) -> dict[str, Person]:
    people = db.session.scalars(select(Person).where(Person.series_id == series_id))
    return {spelling.fold(person.name): person for person in people}


def _key(draft: PersonDraft) -> str:
    return spelling.fold(f"{draft.first_name} {draft.last_name}")


def _note(action: str, talk: Session, event: Event, actor: str) -> None:
    audit.note(
        action,
        f"session:{talk.id}",
        actor=actor,
        series_id=event.series_id,
        detail={"event": event.id, "title": talk.title_fr},
    )
