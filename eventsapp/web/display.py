"""What every template may say: filters for dates and prices, icons, pictures.

The frame around a page is in ``frame``.

Registered once by ``init_app``. Nothing here touches the session: anonymous pages are cached.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from flask import Flask, g
from markupsafe import Markup

from eventsapp.domain.programme import covers
from eventsapp.kernel import frames, i18n, prose, words
from eventsapp.kernel.i18n import _
from eventsapp.kernel.money import vat_included
from eventsapp.web import assets, done, frame, icons

FALLBACK_ZONE = "Europe/Paris"
JSON_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def init_app(app: Flask) -> None:
    app.register_blueprint(assets.blueprint)
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(GLOBALS)


# --- Filters -----------------------------------------------------------------------------


def price(cents: int | None, currency: str = "EUR") -> str:
    """A price, or "Gratuit" for nothing."""
    return words.money(cents, currency) if cents else _("Gratuit")


def zone() -> str:
    """The zone of the page's clock: what the view set in ``g.zone``, or the series'."""
    chosen: str | None = g.get("zone")
    if chosen:
        return chosen
    series = frame.series_of_page()
    return series.timezone if series else FALLBACK_ZONE


def moment(instant: datetime, year: bool = False) -> str:
    return words.moment(instant, zone(), year=year)


def hour(instant: datetime) -> str:
    return words.hour(words.local(instant, zone()))


def day(value: date | datetime, year: bool = False, short: bool = False) -> str:
    return words.day(_as_date(value), year=year, short=short)


def day_plain(value: date | datetime, year: bool = True) -> str:
    return words.day_plain(_as_date(value), year=year)


def daymonth(value: date | datetime) -> str:
    return words.day_month(_as_date(value))


def time_tag(instant: datetime, label: str | None = None) -> Markup:
    """``<time>`` with the machine's spelling and the reader's words."""
    at = words.local(instant, zone()).isoformat(timespec="minutes")
    return Markup('<time datetime="{}">{}</time>').format(at, label or moment(instant))


def runs(rows: Iterable[Any], name: str) -> list[tuple[Any, list[Any]]]:
    """Rows that follow one another with the same value of an attribute, under that value."""
    return [(key, list(own)) for key, own in groupby(rows, key=attrgetter(name))]


def first_sentence(text: str) -> str:
    head, stop, _rest = text.partition(". ")
    return head + "." if stop else head


def web_address(url: str | None) -> str:
    """A stored address as a link; anything but http(s) becomes a dead one."""
    return url if url and url.lower().startswith(("https://", "http://")) else "#"


def json_script(value: Any) -> Markup:
    """JSON that may stand inside ``<script>``: no character of it can end the element."""
    text = json.dumps(value, ensure_ascii=False, default=str).translate(JSON_ESCAPES)
    return Markup(text)  # noqa: S704 - the escapes above leave nothing that ends the element


def paragraphs(text: str | None) -> Markup:
    """Plain text as paragraphs: an empty line begins a new one."""
    blocks = [block.strip() for block in (text or "").split("\n\n") if block.strip()]
    return Markup("").join(Markup("<p>{}</p>").format(words.typo(block)) for block in blocks)


def markdown(text: str | None, below: int = 2) -> Markup:
    """An organizer's text as safe HTML, its headings lower than the one it stands under."""
    return Markup(prose.html(text, below=below))  # noqa: S704 - cleaned by a library


def flat(errors: Iterable[Any]) -> list[str]:
    """The messages of a field, those of its parts included."""
    found: list[str] = []
    for error in errors:
        if isinstance(error, str):
            found.append(error)
        elif isinstance(error, dict):
            found.extend(flat(error.values()))
        else:
            found.extend(flat(error))
    return found


def _as_date(value: date | datetime) -> date:
    return words.local(value, zone()).date() if isinstance(value, datetime) else value


# --- Pictures ----------------------------------------------------------------------------


def cover(
    key: str, kind: str, domain: str, variant: int = 0, *, size: int = 240, cls: str = ""
) -> Markup:
    """A generated cover; decorative, so hidden from screen readers."""
    subject = covers.CoverSubject(key, kind, domain, variant)
    drawn = covers.cover(subject, width=size, height=size)
    if cls:
        drawn = drawn.replace("<svg ", f'<svg class="{cls}" ', 1)
    return Markup(drawn)  # noqa: S704 - geometry only, no stored text


def poster(key: str, kind: str, domain: str, variant: int, width: int, height: int) -> Markup:
    subject = covers.CoverSubject(key, kind, domain, variant)
    return Markup(covers.cover(subject, width=width, height=height))  # noqa: S704 - geometry only


FILTERS = {
    "amount": words.money,
    "vat_part": vat_included,
    "money": words.money,
    "price": price,
    "number": words.number,
    "percent": words.percent,
    "rate": words.rate,
    "decimal": words.decimal,
    "moment": moment,
    "runs": runs,
    "hour": hour,
    "day": day,
    "day_plain": day_plain,
    "daymonth": daymonth,
    "time_tag": time_tag,
    "typo": words.typo,
    "paragraphs": paragraphs,
    "markdown": markdown,
    "opening": prose.opening,
    "sizes": lambda one: frames.sizes(one.width, one.height),
    "tenth": frames.tenth,
    "json_script": json_script,
    "file_size": words.file_size,
    "flat": flat,
    "first_sentence": first_sentence,
    "web_address": web_address,
    "wall": _as_date,
    "month": lambda value: words.month(_as_date(value)),
    "month_short": lambda value: words.month(_as_date(value), short=True),
    "weekday": lambda value: words.weekday(_as_date(value)),
    "weekday_short": lambda value: words.weekday(_as_date(value), short=True),
}
GLOBALS = {
    "asset": assets.asset,
    "icon": icons.icon,
    "mark": icons.mark,
    "domain_mark": icons.domain_mark,
    "cover": cover,
    "poster": poster,
    "done_words": done.words,
    "pick": i18n.pick,
    "colon": words.colon,
    **frame.GLOBALS,
}
