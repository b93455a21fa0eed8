"""Words: French source text, English catalogue, the reader's locale.

French needs no catalogue and gets its typography on the way out. English is read from the
``.po`` files of ``eventsapp/locale/en`` at its first use: no compiled file to forget.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

LOCALES = ("fr", "en")
CATALOGUES = Path(__file__).resolve().parent.parent / "locale"

_locale: ContextVar[str] = ContextVar("eventsapp_locale", default="fr")

NARROW, FIXED = "\u202f", "\u00a0"
_BEFORE_NARROW = re.compile(r"(?<=[^\s;!?<>=]) (?=[;!?»])")
_BEFORE_FIXED = re.compile(r"(?<=\S) (?=:(?:\s|$))")
_AFTER_GUILLEMET = re.compile(r"(?<=«) ")
_UNITS = re.compile(r"(?<=\d) (?=(?:€|%|h\b|min\b|Mo\b|m²))|(?<=\bh) (?=\d)")


def locale() -> str:
    return _locale.get()


def set_locale(name: str) -> None:
    _locale.set(name if name in LOCALES else "fr")


@contextmanager
def use_locale(name: str) -> Iterator[None]:
    """Speak ``name`` inside the block (mails, letters, tests)."""
    token = _locale.set(name if name in LOCALES else "fr")
    try:
        yield
    finally:
        _locale.reset(token)


def _(text: str, **facts: Any) -> str:
    """The sentence in the reader's language, with ``{facts}`` filled in."""
    sentence = french(text) if locale() == "fr" else english(text)
    return sentence.format_map(facts) if facts else sentence


def _n(text: str) -> str:
    """Marks a sentence for translation; it is translated when it is shown."""
    return text


def ngettext(one: str, many: str, n: int, **facts: Any) -> str:
    """The sentence for ``n`` things; ``{n}`` is a fact. French: 0 and 1 are singular."""
    if locale() == "fr":
        sentence = french(one if abs(n) < 2 else many)
    else:
        sentence = english_plural(one, many, 0 if n == 1 else 1)
    return sentence.format_map({"n": n, **facts})


def pick(french_text: str | None, english_text: str | None) -> str:
    """Of two stored texts, the reader's; the other when his is empty."""
    first, second = french_text or "", english_text or ""
    return (first or second) if locale() == "fr" else (second or first)


@lru_cache(maxsize=8192)
def french(text: str) -> str:
    """French typography: narrow no-break space before ; ! ? », no-break before : and units."""
    text = _BEFORE_NARROW.sub(NARROW, text)
    text = _BEFORE_FIXED.sub(FIXED, text)
    text = _AFTER_GUILLEMET.sub(NARROW, text)
    return _UNITS.sub(FIXED, text)


def english(text: str) -> str:
    found = _catalogue().get(text)
    return found[0] if found else text


def english_plural(one: str, many: str, index: int) -> str:
    found = _catalogue().get(one)
    if found and len(found) > index:
        return found[index]
    return many if index else one


@lru_cache(maxsize=1)
def _catalogue() -> dict[str, tuple[str, ...]]:
    messages: dict[str, tuple[str, ...]] = {}
    for path in sorted((CATALOGUES / "en").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                if not message.id or not message.string:
                    continue
                key = message.id[0] if isinstance(message.id, tuple | list) else message.id
                words = message.string
                messages[key] = (words,) if isinstance(words, str) else tuple(words)
    return messages
