"""Dates, hours, prices and numbers as a reader of each language writes them. Pure.

French: "jeudi 24 septembre", "19 h 30", "19,00 €", with no-break spaces inside. English:
"Thursday 24 September", "7:30 pm", "€19.00". Pages, mails and paper all take them from here.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from eventsapp.kernel.clock import local
from eventsapp.kernel.i18n import FIXED, NARROW, french, locale

DAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
DAYS_SHORT = {
    "fr": ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}
MONTHS_SHORT = {
    "fr": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
}
SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "CHF": "CHF"}


def money(cents: int, currency: str = "EUR") -> str:
    """ "19,00 €" or "€19.00"; a true minus sign before a negative amount."""
    sign = "−" if cents < 0 else ""
    units, rest = divmod(abs(cents), 100)
    symbol = SYMBOLS.get(currency, currency)
    if locale() == "fr":
        return f"{sign}{number(units)},{rest:02d}{FIXED}{symbol}"
    return f"{sign}{symbol}{number(units)}.{rest:02d}"


def number(value: int) -> str:
    """Thousands apart: "1 500" or "1,500"."""
    return f"{value:,}".replace(",", NARROW) if locale() == "fr" else f"{value:,}"


def decimal(value: float, places: int = 1) -> str:
    """ "3,5" or "3.5"."""
    words = f"{value:.{places}f}".replace("-", "−")
    return words.replace(".", ",") if locale() == "fr" else words


def rate(basis_points: int) -> str:
    """A rate of VAT: 550 as "5,5 %" or "5.5%", 2000 as "20 %" or "20%"."""
    shown = decimal(basis_points / 100).removesuffix(",0").removesuffix(".0")
    return f"{shown}{FIXED}%" if locale() == "fr" else f"{shown}%"


def percent(ratio: float) -> str:
    """0.421 as "42 %" or "42%"."""
    return f"{round(ratio * 100)}{FIXED}%" if locale() == "fr" else f"{round(ratio * 100)}%"


def weekday(day: date, *, short: bool = False) -> str:
    return (DAYS_SHORT if short else DAYS)[locale()][day.weekday()]


def month(day: date, *, short: bool = False) -> str:
    return (MONTHS_SHORT if short else MONTHS)[locale()].split()[day.month - 1]


def day_number(day: date) -> str:
    """ "1er" on the first of a month in French, the figure otherwise."""
    return "1er" if day.day == 1 and locale() == "fr" else str(day.day)


def day(value: date, *, year: bool = False, short: bool = False) -> str:
    """ "jeudi 24 septembre", with the year when asked; short: "jeu. 24 sept."."""
    words = f"{weekday(value, short=short)} {day_number(value)}{FIXED}{month(value, short=short)}"
    return f"{words} {value.year}" if year else words


def day_plain(value: date, *, year: bool = True) -> str:
    """ "24 septembre 2026", without the weekday."""
    words = f"{day_number(value)}{FIXED}{month(value)}"
    return f"{words} {value.year}" if year else words


def day_month(value: date) -> str:
    """The figures of a poster: "24.09"."""
    return f"{value.day:02d}.{value.month:02d}"


def hour(value: datetime) -> str:
    """The wall-clock hour of a datetime already local: "19 h 30", "9 h", "7:30 pm"."""
    if locale() == "fr":
        minutes = f"{FIXED}{value.minute:02d}" if value.minute else ""
        return f"{value.hour}{FIXED}h{minutes}"
    half = "am" if value.hour < 12 else "pm"
    twelve = value.hour % 12 or 12
    minutes = f":{value.minute:02d}" if value.minute else ""
    return f"{twelve}{minutes}{FIXED}{half}"


def moment(instant: datetime, zone: str, *, year: bool = False) -> str:
    """ "jeudi 24 septembre, 19 h 30" on the wall clock of ``zone``."""
    at = local(instant, zone)
    return f"{day(at.date(), year=year)}, {hour(at)}"


def hours(start: datetime, end: datetime, zone: str) -> str:
    """From when to when: "19 h 30 – 0 h 30"; names the last day when it is another one.

    A night that ends before five belongs to the evening it began.
    """
    first, last = local(start, zone), local(end, zone)
    if (last - timedelta(hours=5)).date() <= first.date():
        return f"{hour(first)} – {hour(last)}"
    until = f"{weekday(last.date())} {hour(last)}"
    return f"{hour(first)}, jusqu’à {until}" if locale() == "fr" else f"{hour(first)} to {until}"


#: Times that one line still says one by one.
MOST_TIMES = 10


def times(spans: Sequence[tuple[datetime, datetime]], zone: str, *, year: bool = False) -> str:
    """Every time of an event: "jeudi 24 septembre, 19 h 30 – 0 h 30 ; vendredi 25 …"; of more than
    ``MOST_TIMES`` the first and the last day."""
    ordered = sorted(spans)
    if len(ordered) > MOST_TIMES:
        ends = (local(ordered[0][0], zone).date(), local(ordered[-1][0], zone).date())
        return period(*ends, year=year)
    said = [
        f"{day(local(start, zone).date(), year=year)}, {hours(start, end, zone)}"
        for start, end in ordered
    ]
    return (f"{FIXED}; " if locale() == "fr" else "; ").join(said)


def period(first: date, last: date, *, year: bool = False) -> str:
    """ "24 – 30 septembre", "24 septembre – 16 octobre"; both years whenever there are two."""
    two = first.year != last.year
    until = day_plain(last, year=year or two)
    if first == last:
        return until
    if (first.year, first.month) == (last.year, last.month):
        return f"{day_number(first)} – {until}"
    return f"{day_plain(first, year=two)} – {until}"


def typo(text: str | None) -> str:
    """Stored words as the reader's language prints them: curly apostrophes, French spaces."""
    curly = (text or "").replace("'", "’")
    return french(curly) if locale() == "fr" else curly


def colon() -> str:
    """The colon between two parts of a line, with the language's space before it."""
    return f"{FIXED}: " if locale() == "fr" else ": "


def listing(parts: Sequence[str]) -> str:
    """ "Aix, Marseille et Rousset"."""
    if len(parts) < 2:
        return "".join(parts)
    last = " et " if locale() == "fr" else " and "
    return ", ".join(parts[:-1]) + last + parts[-1]


def file_size(octets: int) -> str:
    """ "1,4 Mo" or "1.4 MB"."""
    fr = locale() == "fr"
    if octets < 1_000_000:
        return f"{max(1, round(octets / 1000))}{FIXED}{'Ko' if fr else 'kB'}"
    return f"{decimal(octets / 1_000_000)}{FIXED}{'Mo' if fr else 'MB'}"


# Mail programs link "evil.example" and "a@evil.example" too, without any sign in front.
_LINKABLE = re.compile(r"(?i)\b(?:https?|ftp|mailto|www)(?=[:.])|(?<=\S)[.@](?=\S)")


def defuse(text: str) -> str:
    """A user's words, as words: a zero-width joiner keeps mail programs from linking them."""
    flat = " ".join(text.split())
    return _LINKABLE.sub(lambda found: f"{found[0]}\u2060", flat)
