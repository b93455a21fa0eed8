"""The words of a message: what may be filled in, what is refused, how they become a letter. Pure.

Organizers write plain text. A mark in braces is one of a short list and nothing else: no template,
no format string. What fills it in is a stranger's word, and never becomes a link; an address that
the organizer wrote does.
"""

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from eventsapp.kernel import spelling
from eventsapp.kernel.i18n import _, pick
from eventsapp.kernel.words import colon, defuse

LONGEST_SUBJECT = 150
LONGEST_BODY = 6000


class Mark(enum.StrEnum):
    """What a message can be filled in with."""

    FIRST_NAME = "first_name"
    EVENT = "event"
    DATE = "date"
    PLACE = "place"
    LINK = "link"


#: Folded name, in both languages -> what it stands for.
NAMES = {
    "prenom": Mark.FIRST_NAME,
    "firstname": Mark.FIRST_NAME,
    "evenement": Mark.EVENT,
    "event": Mark.EVENT,
    "date": Mark.DATE,
    "lieu": Mark.PLACE,
    "place": Mark.PLACE,
    "lien": Mark.LINK,
    "link": Mark.LINK,
}
#: As the desk offers them, by language.
OFFERED = {
    "fr": ("prénom", "événement", "date", "lieu", "lien"),
    "en": ("first_name", "event", "date", "place", "link"),
}
#: These are of one event: who writes to several chooses one first.
OF_EVENT = frozenset({Mark.EVENT, Mark.DATE, Mark.PLACE})

_MARK = re.compile(r"\{([^{}\n]{0,60})\}")
_NAMELESS = re.compile(r"[ \u00a0]*\{[^{}\n]{0,60}\}")
_ADDRESS = re.compile(r"https?://[^\s<>\"{}]+[^\s<>\"{}.,;:!?)\]]")


class Rich(str):
    """A paragraph: as text, and in ``__html__`` with its links. Templates of both kinds take it."""

    html: Markup

    def __new__(cls, text: str, html: Markup) -> "Rich":
        made = super().__new__(cls, text)
        made.html = html
        return made

    def __html__(self) -> str:
        return self.html


@dataclass(frozen=True)
class Written:
    """A message for one reader."""

    subject: str
    paragraphs: list[Rich]


def marks(text: str) -> list[tuple[str, Mark | None]]:
    """Every mark of a text as it was typed, and what it stands for; None for an unknown one."""
    return [(found, NAMES.get(spelling.fold(found))) for found in _MARK.findall(text)]


def write(subject: str, body: str, values: Mapping[Mark, str]) -> Written:
    """Fill in; ``values`` lacks or empties what is not known, and its place is closed."""
    return Written(
        subject=" ".join(_filled(subject, values).split()),
        paragraphs=[
            Rich(_filled(part, values), _html(part, values))
            for part in re.split(r"\n\s*\n", body.strip())
            if part.strip()
        ],
    )


def _filled(text: str, values: Mapping[Mark, str]) -> str:
    def fill(found: re.Match[str]) -> str:
        mark = NAMES.get(spelling.fold(found[1]))
        value = values.get(mark, "") if mark else found[0]
        return value if mark in (None, Mark.LINK) else defuse(value)

    return _MARK.sub(fill, _closed(text, values))


def _closed(text: str, values: Mapping[Mark, str]) -> str:
    """ "Bonjour {prénom}," for who gave no name is "Bonjour,"."""

    def close(found: re.Match[str]) -> str:
        mark = NAMES.get(spelling.fold(found[0].strip()[1:-1]))
        return "" if mark and not values.get(mark) else found[0]

    return _NAMELESS.sub(close, text)


def _html(text: str, values: Mapping[Mark, str]) -> Markup:
    text = _closed(text, values)
    made, at = [], 0
    for found in re.finditer(f"{_ADDRESS.pattern}|{_MARK.pattern}", text):
        made.append(escape(text[at : found.start()]))
        made.append(_piece(found, values))
        at = found.end()
    made.append(escape(text[at:]))
    lines = Markup("").join(made).split("\n")
    return Markup("<br>\n").join(Markup(line) for line in lines)  # noqa: S704 - escaped piece by piece


def _piece(found: re.Match[str], values: Mapping[Mark, str]) -> Markup:
    if found[1] is None:
        return Markup('<a href="{0}">{0}</a>').format(found[0])
    mark = NAMES.get(spelling.fold(found[1]))
    if mark is None:
        return escape(found[0])
    value = values.get(mark, "")
    if mark is Mark.LINK:
        return Markup('<a href="{}">{}</a>').format(value, _("ouvrir ma page"))
    return escape(defuse(value))


def ending_in_link(text: str, label: str, url: str) -> Rich:
    """A sentence of ours, and after it a link; as text the address is written out."""
    link = Markup('<a href="{}">{}</a>').format(url, label)
    return Rich(f"{text} {label}{colon()}{url}", escape(text) + " " + link)


def chosen(subject_fr: str, subject_en: str, body_fr: str, body_en: str) -> tuple[str, str]:
    """Subject and body in the reader's language."""
    return pick(subject_fr, subject_en), pick(body_fr, body_en)
