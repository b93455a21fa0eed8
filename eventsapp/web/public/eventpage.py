"""What stands on the page of one event: its facts, its sessions, its neighbours."""

from dataclasses import dataclass
from datetime import date, datetime

from eventsapp.domain.programme.releases import (
    ReleasedEvent,
    ReleasedSeries,
    ReleasedSession,
    ReleasedSlot,
)
from eventsapp.kernel import words
from eventsapp.kernel.i18n import _, ngettext
from eventsapp.web import detail_words
from eventsapp.web.public.places import Places
from eventsapp.web.public.schedule import when
from eventsapp.web.public.tariffs import MANY_VISITS


@dataclass(frozen=True)
class SessionRow:
    """Sessions that begin together, one beside the other."""

    start: str
    end: str
    sessions: tuple[ReleasedSession, ...]


def session_days(event: ReleasedEvent) -> list[tuple[date, list[SessionRow]]]:
    """The sessions of an event, day by day, then by their hour."""
    days: dict[date, dict[tuple[datetime, datetime], list[ReleasedSession]]] = {}
    for session in sorted(event.sessions, key=lambda one: (one.starts_at, one.ends_at, one.room)):
        day = words.local(session.starts_at, event.zone).date()
        hours = (session.starts_at, session.ends_at)
        days.setdefault(day, {}).setdefault(hours, []).append(session)
    return [
        (
            day,
            [
                SessionRow(
                    words.hour(words.local(start, event.zone)),
                    words.hour(words.local(end, event.zone)),
                    tuple(listed),
                )
                for (start, end), listed in rows.items()
            ],
        )
        for day, rows in days.items()
    ]


def access_words(event: ReleasedEvent, sold: bool) -> str:
    """What somebody must do to come.

    Args:
        sold: whether something can be had on this page.
    """
    if event.cancelled:
        return ""
    if event.access == "external":
        who = event.organizer_name
        return _("Pour venir, inscrivez-vous sur le site de {organizer}.", organizer=who)
    if event.access == "code":
        return _("Pour venir, il faut un code, que l’organisateur donne à ses invités.")
    if event.access == "invitation":
        return _("Pour venir, il faut une invitation : chaque invité reçoit son lien par courriel.")
    if not sold:
        return ""
    if event.access == "approval":
        return _(
            "Pour venir, demandez vos places : l’organisateur répond à chacun par courriel, et "
            "rien n’est débité avant sa réponse."
        )
    return _("Pour venir, prenez un billet sur cette page : c’est ouvert à tous.")


def entry_words(event: ReleasedEvent) -> str:
    """How often a ticket enters, where that is not what everybody expects of one evening."""
    if event.entry is None and len(event.days) < 2:
        return ""
    return {
        "once": _("Un billet entre une seule fois : qui sort ne rentre plus."),
        "daily": _("Le même billet entre une fois chaque jour."),
        "return": _("Le même billet vaut pour tous les jours ; on peut sortir et revenir."),
        "free": _("Avec un billet, on entre et sort librement."),
    }[event.policy()]


def slot_lines(event: ReleasedEvent) -> list[tuple[str, str]]:
    """When it takes place, a line each, with what is to be known of it; of many, a line a day."""
    days: dict[date, list[ReleasedSlot]] = {}
    for slot in event.slots:
        days.setdefault(words.local(slot.starts_at, event.zone).date(), []).append(slot)
    many = len(event.slots) > MANY_VISITS
    groups = list(days.values()) if many else [[slot] for slot in event.slots]
    found = []
    for group in groups:
        day = words.day(words.local(group[0].starts_at, event.zone).date())
        line = f"{day}, {words.hours(group[0].starts_at, group[-1].ends_at, event.zone)}"
        shut = sum(1 for slot in group if slot.closed)
        if many:
            line = ngettext("{line} : {n} séance", "{line} : {n} séances", len(group), line=line)
        note = ngettext("dont {n} fermée", "dont {n} fermées", shut) if shut and many else ""
        found.append((line, note or (_("ne prend plus personne") if shut else "")))
    return found


@dataclass(frozen=True)
class EventFact:
    label: str
    words: str
    more: str = ""


def facts(event: ReleasedEvent, places: Places) -> list[EventFact]:
    """The line of facts under the title: when, where, price, access."""
    found = [_fact_when(event), _fact_where(event)]
    if places.price:
        more = _("TVA comprise, sans frais ajoutés") if not places.free else ""
        price = f"{_('dès')} {places.price}" if places.several_prices else places.price
        found.append(EventFact(_("Prix"), price, more))
    signs = event.traits.get("accessibility")
    notes = []
    if event.traits.get("identity_required"):
        notes.append(_("pièce d’identité demandée"))
    if event.traits.get("minors"):
        notes.append(_("mineurs accompagnés"))
    if event.languages:
        said = detail_words.languages(event.languages)
        found.append(EventFact(_("Langues"), said[:1].upper() + said[1:]))
    if event.level:
        found.append(EventFact(_("Niveau"), detail_words.levels().get(event.level, event.level)))
    if signs or notes:
        words_ = ", ".join(str(one) for one in signs) if signs else _("Conditions")
        found.append(EventFact(_("Accès"), words_, ", ".join(notes)))
    return found


def _fact_when(event: ReleasedEvent) -> EventFact:
    if event.day is None or event.doors_at is None:
        return EventFact(_("Quand"), _("Date à venir"))
    doors = words.hour(words.local(event.doors_at, event.zone))
    return EventFact(
        _("Quand"),
        words.day(event.day, year=True),
        _("{hours}, portes à {doors}", hours=when(event), doors=doors),
    )


def _fact_where(event: ReleasedEvent) -> EventFact:
    if event.address_hidden:
        return EventFact(_("Où"), event.city, _("adresse donnée avec le billet"))
    if event.venue is None:
        return EventFact(_("Où"), _("Lieu à venir"))
    return EventFact(_("Où"), words.typo(event.venue.name), event.venue.city)


def near(series: ReleasedSeries, event: ReleasedEvent) -> tuple[ReleasedEvent, ...]:
    """Up to three other events of the same domain, the next ones first."""
    listed = [one for one in series.events if one.id != event.id and not one.cancelled]
    same = [one for one in listed if one.domain_slug == event.domain_slug and event.domain_slug]
    later = [o for o in same if o.starts_at and event.starts_at and o.starts_at >= event.starts_at]
    return tuple((later + [one for one in same if one not in later])[:3])
