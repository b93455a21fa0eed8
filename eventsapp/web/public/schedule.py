"""The programme as its page shows it: filters, groups, cards, ribbon. Words, no SQL."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from eventsapp.domain.programme.releases import (
    ReleasedEvent,
    ReleasedSeries,
)
from eventsapp.kernel import words
from eventsapp.kernel.i18n import _, ngettext
from eventsapp.web.public.places import Places, places_of

VIEWS = ("day", "city", "venue", "domain")


@dataclass(frozen=True)
class Filters:
    """What the address asks for, with only values that exist: it is a cache key."""

    view: str = "day"
    city: str = ""
    domain: str = ""
    free: bool = False
    places: bool = False
    tag: str = ""

    def query(self, **changes: Any) -> dict[str, str]:
        """The query of a link that keeps the other filters; defaults are left out."""
        asked = replace(self, **changes)
        found: dict[str, str] = {}
        if asked.view != "day":
            found["view"] = asked.view
        if asked.city:
            found["city"] = asked.city
        if asked.domain:
            found["domain"] = asked.domain
        if asked.tag:
            found["tag"] = asked.tag
        if asked.free:
            found["free"] = "1"
        if asked.places:
            found["places"] = "1"
        return found

    @property
    def narrowed(self) -> bool:
        return bool(self.city or self.domain or self.tag or self.free or self.places)


@dataclass(frozen=True)
class Card:
    """One event in the list."""

    event: ReleasedEvent
    when: str
    kind: str
    places: Places
    lead: bool
    pin: int | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class DayRow:
    day: date
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Group:
    title: str
    note: str
    rows: tuple[DayRow, ...]


@dataclass(frozen=True)
class RibbonDay:
    day: date
    events: tuple[ReleasedEvent, ...]
    new_month: bool


@dataclass(frozen=True)
class Choice:
    """A filter that is a link."""

    label: str
    count: int | None
    query: Mapping[str, str]
    on: bool
    domain: str = ""


def read_filters(args: Mapping[str, str], series: ReleasedSeries) -> Filters:
    """Filters of a query string; what does not exist is ignored, never repeated back."""
    cities = {city_slug(city) for city in series.cities}
    domains = {domain.slug for domain in series.domains}
    view, city, domain = args.get("view", ""), args.get("city", ""), args.get("domain", "")
    tags, tag = {one.slug for one in series.tags}, args.get("tag", "")
    return Filters(
        view=view if view in VIEWS else "day",
        city=city if city in cities else "",
        domain=domain if domain in domains else "",
        tag=tag if tag in tags else "",
        free=args.get("free") == "1",
        places=args.get("places") == "1",
    )


def city_slug(city: str) -> str:
    return city.split("-")[0].split(" ")[0].lower()


def kind_word(kind: str) -> str:
    known = {
        "festival": _("Festival"),
        "salon": _("Salon"),
        "hackathon": _("Hackathon"),
        "meetup": _("Rencontre"),
        "conference": _("Conférence"),
        "workshop": _("Atelier"),
    }
    return known.get(kind, kind)


def kinds(shown: ReleasedSeries) -> str:
    """ "Ateliers et rencontres": the kinds of a series, the most frequent first."""
    count = Counter(event.kind for event in shown.events)
    named = {
        "festival": lambda n: ngettext("festival", "festivals", n),
        "salon": lambda n: ngettext("salon", "salons", n),
        "hackathon": lambda n: ngettext("hackathon", "hackathons", n),
        "meetup": lambda n: ngettext("rencontre", "rencontres", n),
        "conference": lambda n: ngettext("conférence", "conférences", n),
        "workshop": lambda n: ngettext("atelier", "ateliers", n),
    }
    said = words.listing([named[kind](n) for kind, n in count.most_common() if kind in named])
    return said[:1].upper() + said[1:]


def when(event: ReleasedEvent) -> str:
    """The hours of an event in one line, beside its day."""
    slots, zone = event.slots, event.zone
    if not slots:
        return _("Date à venir")
    if len(slots) == 1:
        return words.hours(slots[0].starts_at, slots[0].ends_at, zone)
    first = words.local(slots[0].starts_at, zone)
    days = {words.local(slot.starts_at, zone).date() for slot in slots}
    if len(days) == 1:
        return ngettext(
            "{start}, {n} séance jusqu’à {end}",
            "{start}, {n} séances jusqu’à {end}",
            len(slots),
            start=words.hour(first),
            end=words.hour(words.local(slots[-1].ends_at, zone)),
        )
    hours = words.hours(slots[0].starts_at, slots[0].ends_at, zone)
    if len(days) == 2:
        return _("{hours}, puis {day}", hours=hours, day=words.day(max(days)))
    return _("{hours}, jusqu’au {day}", hours=hours, day=words.day(max(days)))


def pins(series: ReleasedSeries) -> dict[str, int]:
    """venue slug -> its number on the maps, city by city."""
    ordered = [v for city in series.cities for v in series.venues if v.city == city]
    ordered += [v for v in series.venues if v not in ordered]
    return {venue.slug: number for number, venue in enumerate(ordered, 1)}


def cards(series: ReleasedSeries, availability: Mapping[int, Any]) -> list[Card]:
    """Every event as the list shows it, in order of time."""
    numbers = pins(series)
    heads = {event.id for event in series.events if event.traits.get("headline")}
    return [
        Card(
            event=event,
            when=when(event),
            kind=kind_word(event.kind),
            places=places_of(event, availability.get(event.id)),
            lead=event.id in heads,
            pin=numbers.get(event.venue.slug) if event.venue else None,
            notes=_notes(event),
        )
        for event in series.events
    ]


def passes(card: Card, filters: Filters) -> bool:
    event = card.event
    return (
        (not filters.city or city_slug(event.city) == filters.city)
        and (not filters.domain or event.domain_slug == filters.domain)
        and (not filters.tag or any(one.slug == filters.tag for one in event.tags))
        and (not filters.free or card.places.free)
        and (not filters.places or card.places.kind in ("open", "few"))
    )


def _notes(event: ReleasedEvent) -> tuple[str, ...]:
    notes = []
    if event.traits.get("accessibility"):
        signs = ", ".join(str(one) for one in event.traits["accessibility"])
        notes.append(signs)
    if event.traits.get("minors"):
        notes.append(_("Enfants bienvenus"))
    return tuple(notes)


def groups(series: ReleasedSeries, shown: Sequence[Card], filters: Filters) -> list[Group]:
    """Cards under their headings: weeks, cities, venues or domains."""
    if filters.view == "day":
        return _weeks(series, shown)
    keys: dict[str, Callable[[Card], str]] = {
        "city": lambda card: card.event.city,
        "venue": lambda card: _venue_name(card.event),
        "domain": lambda card: card.event.domain.name if card.event.domain else _("Autres"),
    }
    key = keys[filters.view]
    titles = list(dict.fromkeys(key(card) for card in shown))
    if filters.view == "venue":
        numbers = {_venue_name(card.event): card.pin or 99 for card in shown}
        titles.sort(key=lambda title: numbers[title])
    found = []
    for title in titles:
        own = [card for card in shown if key(card) == title]
        note = ngettext("{n} événement", "{n} événements", len(own))
        found.append(Group(title, note, _rows(own)))
    return found


def _venue_name(event: ReleasedEvent) -> str:
    if event.venue and event.venue.name:
        return event.venue.name
    return _("Adresse donnée aux inscrits")


def _weeks(series: ReleasedSeries, shown: Sequence[Card]) -> list[Group]:
    found = []
    start, number = series.starts_on, 1
    while start <= series.ends_on or number == 1:
        end = min(start + timedelta(days=6), series.ends_on)
        own = [c for c in shown if c.event.day and start <= c.event.day <= end]
        if own:
            found.append(Group(_week_title(number), words.period(start, end), _rows(own)))
        start, number = start + timedelta(days=7), number + 1
    outside = [c for c in shown if not _inside(c.event.day, series)]
    if outside:
        found.append(Group(_("Autour de la série"), "", _rows(outside)))
    return found


def _inside(day: date | None, series: ReleasedSeries) -> bool:
    return day is not None and series.starts_on <= day <= series.ends_on


def _week_title(number: int) -> str:
    named = {
        1: _("Première semaine"),
        2: _("Deuxième semaine"),
        3: _("Troisième semaine"),
        4: _("Quatrième semaine"),
        5: _("Cinquième semaine"),
        6: _("Sixième semaine"),
    }
    return named.get(number) or _("Semaine {n}", n=number)


def _rows(own: Iterable[Card]) -> tuple[DayRow, ...]:
    by_day: dict[date, list[Card]] = {}
    for card in own:
        by_day.setdefault(card.event.day or date.max, []).append(card)
    return tuple(DayRow(day, tuple(listed)) for day, listed in sorted(by_day.items()))


def ribbon(series: ReleasedSeries) -> list[RibbonDay]:
    """One column a day, with a cover for each event of that day."""
    by_day: dict[date, list[ReleasedEvent]] = {}
    for event in series.events:
        for day in event.days:
            by_day.setdefault(day, []).append(event)
    count = (series.ends_on - series.starts_on).days + 1
    days = [series.starts_on + timedelta(days=n) for n in range(max(0, min(count, 120)))]
    return [
        RibbonDay(day, tuple(by_day.get(day, ())), n == 0 or day.day == 1)
        for n, day in enumerate(days)
    ]


def choices(
    series: ReleasedSeries, everything: Sequence[Card], filters: Filters
) -> dict[str, list[Choice]]:
    """The rows of links: order, what to show, domain, tag."""
    order = {"day": _("jour"), "city": _("ville"), "venue": _("lieu"), "domain": _("domaine")}
    show = [
        Choice(
            _("Tout"),
            len(everything),
            filters.query(city="", domain="", tag="", free=False, places=False),
            not filters.narrowed,
        )
    ]
    for city in series.cities:
        slug = city_slug(city)
        count = sum(1 for card in everything if card.event.city == city)
        on = filters.city == slug
        show.append(Choice(city, count, filters.query(city="" if on else slug), on))
    free = sum(1 for card in everything if card.places.free)
    show.append(Choice(_("Gratuit"), free, filters.query(free=not filters.free), filters.free))
    open_ = sum(1 for card in everything if card.places.kind in ("open", "few"))
    label = _("Places disponibles")
    if open_ or filters.places:
        query = filters.query(places=not filters.places)
        show.append(Choice(label, open_, query, filters.places))
    domains = []
    for domain in series.domains:
        count = sum(1 for card in everything if card.event.domain_slug == domain.slug)
        on = filters.domain == domain.slug
        query = filters.query(domain="" if on else domain.slug)
        if count:
            domains.append(Choice(words.typo(domain.name), count, query, on, domain.slug))
    return {
        "view": [
            Choice(label, None, filters.query(view=view), filters.view == view)
            for view, label in order.items()
        ],
        "show": show,
        "domain": domains,
        "tag": _tag_choices(series, everything, filters),
    }


def _tag_choices(
    series: ReleasedSeries, everything: Sequence[Card], filters: Filters
) -> list[Choice]:
    """Tags that some event has, each with how many."""
    count = Counter(tag.slug for card in everything for tag in card.event.tags)
    return [
        Choice(
            words.typo(tag.name),
            count[tag.slug],
            filters.query(tag="" if filters.tag == tag.slug else tag.slug),
            filters.tag == tag.slug,
        )
        for tag in series.tags
        if count[tag.slug]
    ]


def notices(series: ReleasedSeries) -> list[str]:
    """What a reader of an earlier release must know: cancelled and moved events."""
    found = []
    for event in series.events:
        title = words.typo(event.title)
        if event.cancelled:
            found.append(_("{title} est annulé.", title=title))
        elif event.moved_from and event.starts_at:
            before = words.moment(event.moved_from[-1], event.zone)
            after = words.moment(event.starts_at, event.zone)
            facts = {"title": title, "after": after, "before": before}
            found.append(_("{title} est déplacé : {after} (avant : {before}).", **facts))
    return found
