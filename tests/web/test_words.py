"""Every French sentence of the product has its English, once."""

from collections import Counter
from functools import cache
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
METHODS = [
    ("eventsapp/_bundle/**", "ignore"),
    ("eventsapp/**.py", "python"),
    ("templates/**", "jinja2"),
]
KEYWORDS = {"_": None, "_n": None, "ngettext": (1, 2), "gettext": None}


@cache
def sentences() -> dict[str, str]:
    found: dict[str, str] = {}
    for method_map, top in ((METHODS[:2], "eventsapp"), (METHODS[2:], "templates")):
        relative = [(pattern.removeprefix(f"{top}/"), method) for pattern, method in method_map]
        for name, line, message, _comments, _context in extract_from_dir(
            ROOT / top, relative, keywords=KEYWORDS
        ):
            for one in message if isinstance(message, tuple) else (message,):
                if one:
                    found.setdefault(
                        one if not isinstance(message, tuple) else message[0],
                        f"{top}/{name}:{line}",
                    )
                break
    return found


@cache
def catalogue() -> Counter[str]:
    words: Counter[str] = Counter()
    for path in (ROOT / "eventsapp/locale/en").glob("*.po"):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                translated = (
                    message.string if isinstance(message.string, str) else all(message.string)
                )
                if message.id and translated:
                    words[
                        message.id[0] if isinstance(message.id, tuple | list) else message.id
                    ] += 1
    return words


def test_every_sentence_is_translated():
    known = catalogue()
    missing = {text: place for text, place in sentences().items() if text not in known}
    assert missing == {}


def test_no_sentence_is_translated_twice():
    assert [text for text, count in catalogue().items() if count > 1] == []


def test_no_translation_is_left_over():
    used = sentences()
    assert [text for text in catalogue() if text not in used] == []
