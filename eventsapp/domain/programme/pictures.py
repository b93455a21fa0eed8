"""Pictures of events, people and partners: put on, described, cut, taken off and put back.

The public sees what a release names. A picture that was taken off can be put back for a week; then
its files go, unless the public still reads a release that shows it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from eventsapp.domain.programme.errors import (
    PictureSize,
    PictureUndescribed,
    PictureUnreadable,
)
from eventsapp.domain.programme.models import Event, Partner, Person, Release, Series
from eventsapp.domain.programme.picture_models import Picture
from eventsapp.domain.questions.errors import FileTooBig
from eventsapp.gateways import pictures as store
from eventsapp.kernel import audit, clock, spelling
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import EditedMeanwhile, NotFound
from eventsapp.kernel.transaction import lock, transaction

#: How long a picture that was taken off can be put back.
KEPT_FOR = timedelta(days=7)
LONGEST_ALT = 250
MOST_MB = store.MOST_BYTES // (1024 * 1024)


@dataclass(frozen=True)
class Subject:
    """What a picture is of: ``kind`` is event, person or partner."""

    kind: str
    id: int


ROWS: dict[str, type[Any]] = {"event": Event, "person": Person, "partner": Partner}


def of(subject: Subject) -> list[Picture]:
    """The pictures of one subject: the one on show, then those taken off, the latest first."""
    rows = db.session.scalars(select(Picture).where(_column(subject.kind) == subject.id)).all()
    shown = [one for one in rows if one.taken_off_at is None]
    off = [one for one in rows if one.taken_off_at is not None]
    return shown + sorted(off, key=lambda one: (one.taken_off_at, one.id), reverse=True)


def picture_of(subject: Subject, picture_id: int) -> Picture:
    """Raises NotFound unless it is one of this subject's."""
    for one in of(subject):
        if one.id == picture_id:
            return one
    raise NotFound(what="picture", reference=picture_id)


def shown_in(series_id: int) -> dict[tuple[str, int], Picture]:
    """(kind, id) of a subject -> its picture, for the whole draft in one statement."""
    rows = db.session.scalars(
        select(Picture).where(Picture.series_id == series_id, Picture.taken_off_at.is_(None))
    )
    return {_subject_of(one): one for one in rows}


def put_on(subject: Subject, content: bytes, alt_fr: str, alt_en: str, *, actor: str) -> Picture:
    """Draw the file anew and show it in the draft; the picture before can be put back.

    Args:
        content: a JPEG, PNG or WebP of at most ``store.MOST_BYTES``.
        alt_fr, alt_en: what it shows, for who does not see it.

    Raises:
        PictureUndescribed: one of the two descriptions is missing.
        FileTooBig, PictureUnreadable, PictureSize: by what the file is.
        NotFound: no such subject.
    """
    words = _described(alt_fr, alt_en)
    made = _made(content)
    try:
        with transaction() as session:
            series_id = _held(subject)
            for earlier in of(subject):
                earlier.taken_off_at = earlier.taken_off_at or clock.now()
            picture = Picture(
                series_id=series_id,
                key=made.key,
                width=made.width,
                height=made.height,
                alt_fr=words[0],
                alt_en=words[1],
                created_at=clock.now(),
                **{f"{subject.kind}_id": subject.id},
            )
            session.add(picture)
            session.flush()
            _note("put_on", subject, series_id, actor)
    except BaseException:
        store.delete(made.key)
        raise
    return picture


def describe(
    picture_id: int,
    version: int,
    alt_fr: str,
    alt_en: str,
    *,
    focus: tuple[int, int],
    actor: str,
) -> None:
    """Say anew what a picture shows, and what stays in sight when it is cut.

    Args:
        focus: percent from the left and from the top, each from 0 to 100.

    Raises:
        EditedMeanwhile: somebody saved after ``version`` was read.
        PictureUndescribed: one of the two descriptions is missing.
    """
    words = _described(alt_fr, alt_en)
    with transaction():
        picture = lock(Picture, picture_id)
        if picture.version != version:
            raise EditedMeanwhile(what="picture")
        picture.alt_fr, picture.alt_en = words
        picture.focus_x, picture.focus_y = (min(100, max(0, one)) for one in focus)
        picture.version += 1
        _note("described", Subject(*_subject_of(picture)), picture.series_id, actor)


def take_off(picture_id: int, *, actor: str) -> None:
    """Show no picture any more; it can be put back for a week."""
    with transaction():
        picture = lock(Picture, picture_id)
        picture.taken_off_at = picture.taken_off_at or clock.now()
        _note("taken_off", Subject(*_subject_of(picture)), picture.series_id, actor)


def put_back(picture_id: int, *, actor: str) -> None:
    """Show a picture again that was taken off; the one on show instead is taken off.

    Raises:
        NotFound: its files have gone.
    """
    with transaction() as session:
        known = session.get(Picture, picture_id)
        if known is None:
            raise NotFound(what="picture", reference=picture_id)
        subject = Subject(*_subject_of(known))
        _held(subject)
        picture = lock(Picture, picture_id)
        for other in of(subject):
            other.taken_off_at = other.taken_off_at or clock.now()
        picture.taken_off_at = None
        _note("put_on", subject, picture.series_id, actor)


def forget_taken_off() -> int:
    """Delete pictures taken off a week ago that no current release shows. Returns how many."""
    before = clock.now() - KEPT_FOR
    due = select(Picture).where(Picture.taken_off_at.is_not(None), Picture.taken_off_at < before)
    with transaction() as session:
        rows = session.scalars(due.with_for_update()).all()
        public = _public_keys({one.series_id for one in rows})
        gone = [one for one in rows if one.key not in public]
        for one in gone:
            session.delete(one)
    # After the commit: a row without its files would be worse than files without their row.
    for one in gone:
        store.delete(one.key)
    return len(gone)


def released(picture: Picture | None) -> dict[str, Any] | None:
    """What a release says of a picture."""
    if picture is None:
        return None
    names = ("key", "width", "height", "alt_fr", "alt_en", "focus_x", "focus_y")
    return {name: getattr(picture, name) for name in names}


def _public_keys(series_ids: Iterable[int]) -> set[str]:
    """Keys that the current releases of these series name."""
    contents = db.session.scalars(
        select(Release.content)
        .join(Series, Series.id == Release.series_id)
        .where(Series.id.in_(series_ids), Release.number == Series.release_number)
    )
    found = set()
    for content in contents:
        rows = [*content["events"], *content["people"], *content.get("partners", ())]
        found |= {one["picture"]["key"] for one in rows if one.get("picture")}
    return found


def _made(content: bytes) -> store.Made:
    if len(content) > store.MOST_BYTES:
        raise FileTooBig(limit=MOST_MB)
    try:
        return store.make(content)
    except store.Unreadable as error:
        raise PictureUnreadable from error
    except store.TooLarge as error:
        raise PictureSize(most=store.MOST_PIXELS // 1_000_000, least=store.LEAST_SIDE) from error
    except store.TooSmall as error:
        raise PictureSize(most=store.MOST_PIXELS // 1_000_000, least=store.LEAST_SIDE) from error


def _described(alt_fr: str, alt_en: str) -> tuple[str, str]:
    words = spelling.line(alt_fr)[:LONGEST_ALT], spelling.line(alt_en)[:LONGEST_ALT]
    if not all(words):
        raise PictureUndescribed
    return words


def _held(subject: Subject) -> int:
    """One at a time puts a picture on a subject; returns its series."""
    series_id: int = lock(ROWS[subject.kind], subject.id).series_id
    return series_id


def _column(kind: str) -> Any:
    return {
        "event": Picture.event_id,
        "person": Picture.person_id,
        "partner": Picture.partner_id,
    }[kind]


def _subject_of(picture: Picture) -> tuple[str, int]:
    if picture.event_id is not None:
        return "event", picture.event_id
    if picture.person_id is not None:
        return "person", picture.person_id
    return "partner", picture.partner_id or 0


def _note(deed: str, subject: Subject, series_id: int, actor: str) -> None:
    about = f"{subject.kind}:{subject.id}"
    if subject.kind == "partner":  # the journal names partners by their organisation
        about = f"organisation:{db.session.get_one(Partner, subject.id).organisation_id}"
    audit.note(f"picture.{deed}", about, actor=actor, series_id=series_id)
