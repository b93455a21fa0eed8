"""Urgent words on public pages: until a time, or until somebody withdraws them.

Every public page asks for them, so a process remembers them for some seconds (``STALE_S``).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from eventsapp.domain.messages.errors import NoticeMalformed
from eventsapp.domain.messages.models import Notice
from eventsapp.domain.programme.models import Event, Series
from eventsapp.kernel import audit, clock, spelling
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.i18n import pick
from eventsapp.kernel.memory import Brief
from eventsapp.kernel.transaction import lock, transaction

#: More is a letter, and hides the page below it.
LONGEST = 300
#: What has to stand longer is no urgent word but a part of the programme.
LONGEST_STANDING = timedelta(days=31)
STALE_S = 5


@dataclass(frozen=True)
class Shown:
    """A notice as a page shows it; ``event_id`` None on every page of the series."""

    id: int
    event_id: int | None
    text_fr: str
    text_en: str
    until: datetime

    @property
    def text(self) -> str:
        return pick(self.text_fr, self.text_en)


_standing: Brief[tuple[Shown, ...]] = Brief(STALE_S)


def put_up(
    series_id: int,
    event_id: int | None,
    text_fr: str,
    text_en: str,
    until: datetime | None,
    *,
    actor: str,
) -> Notice:
    """Show words on the pages of a series, or of one event and on its tickets.

    Raises:
        NoticeMalformed: a language is missing or too long, the end is past or far away, or the
            event is of another series.
    """
    texts = {"text_fr": spelling.line(text_fr), "text_en": spelling.line(text_en)}
    for field, text in texts.items():
        if not text or len(text) > LONGEST:
            raise NoticeMalformed(field=field, why="long" if text else "needed")
    now = clock.now()
    if until is None or until <= now or until > now + LONGEST_STANDING:
        raise NoticeMalformed(field="until_at", why="until")
    with transaction() as session:
        series = session.get_one(Series, series_id)
        event = session.get(Event, event_id) if event_id else None
        if event_id and (event is None or event.series_id != series_id):
            raise NoticeMalformed(field="event_id", why="choice")
        made = Notice(
            organisation_id=series.organisation_id,
            series_id=series_id,
            event_id=event_id,
            until_at=until,
            created_at=now,
            created_by=actor,
            **texts,
        )
        session.add(made)
        session.flush()
        _note("notice.put_up", made, actor)
    _standing.forget()
    return made


def withdraw(series_id: int, notice_id: int, *, actor: str) -> None:
    """Take it down; done twice it is done once.

    Raises:
        NotFound: no such notice in this series.
    """
    with transaction():
        notice = lock(Notice, notice_id)
        if notice.series_id != series_id:
            raise NotFound(what="notice", reference=notice_id)
        if notice.withdrawn_at is None:
            notice.withdrawn_at = clock.now()
            _note("notice.withdrawn", notice, actor)
    _standing.forget()


def standing(series_id: int) -> tuple[Shown, ...]:
    """What stands now, the latest first; perhaps ``STALE_S`` seconds late."""
    known = _standing.get(series_id)
    if known is None:
        rows = db.session.execute(
            select(Notice.id, Notice.event_id, Notice.text_fr, Notice.text_en, Notice.until_at)
            .where(
                Notice.series_id == series_id,
                Notice.withdrawn_at.is_(None),
                Notice.until_at > clock.now(),
            )
            .order_by(Notice.id.desc())
        )
        known = _standing.keep(series_id, tuple(Shown(*row) for row in rows))
    now = clock.now()
    return tuple(one for one in known if one.until > now)


def of_series(series_id: int) -> list[Notice]:
    """Every notice of a series, the latest first."""
    statement = select(Notice).where(Notice.series_id == series_id).order_by(Notice.id.desc())
    return list(db.session.scalars(statement))


def _note(deed: str, notice: Notice, actor: str) -> None:
    audit.note(
        deed,
        f"notice:{notice.id}",
        actor=actor,
        series_id=notice.series_id,
        detail={"text": notice.text_fr},
    )
