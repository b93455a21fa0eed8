"""The one rule for text that people type: how it is kept, and how it is compared. Pure.

Kept: composed letters (NFC), without what has no meaning in a text (control characters, NUL,
halves of characters, and the marks that turn the direction of what follows). All else is text:
joiners (ZWJ, ZWNJ) make emoji and Persian words, and a code point that our Unicode does not know
yet is on somebody's phone already.

Compared: ``fold``, without case, accents, ligatures, spaces and signs.
"""

import re
import unicodedata

from email_validator import EmailNotValidError, validate_email

#: Letters that no decomposition takes apart.
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ł": "l", "ø": "o", "ß": "ss", "đ": "d"})

# Embeddings, overrides and isolates: a name with one reads backwards, and all that follows it.
_TURNING = "\u202a-\u202e\u2066-\u2069"
_SURROGATES = "\ud800-\udfff"
_MEANINGLESS = re.compile(
    f"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f{_TURNING}{_SURROGATES}\ufffe\uffff\ufeff]"
)
_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029\x85]")
_SPACING = re.compile("[\x0b\x0c\x1c-\x1f]")
# U+0300 to U+036F alone: signs of other scripts (か and が, कमल and कमला) are letters.
_ACCENTS = re.compile("[\u0300-\u036f]")

_INVISIBLE = re.compile(f"[{_TURNING}\u200b-\u200f\u061c\u2060\ufeff\u00ad]")
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe63\uff0d]")


def clean(text: str) -> str:
    """Text of one or more lines as it is kept; spaces are left as they were typed."""
    if text.isascii() and text.isprintable():
        return text
    plain = _SPACING.sub(" ", _LINE_ENDS.sub("\n", text))
    return composed(_MEANINGLESS.sub("", plain))


def composed(text: str) -> str:
    """The same characters, each letter with its accents; for secrets, which are not cleaned."""
    return unicodedata.normalize("NFC", text)


def line(text: str | None) -> str:
    """One line as it is kept: no line break, no space around or doubled."""
    return " ".join(clean(text or "").split())


def lines(text: str | None) -> str:
    """Several lines, each as ``line``; more than one empty line becomes one."""
    kept: list[str] = []
    for one in (line(part) for part in clean(text or "").split("\n")):
        if one or (kept and kept[-1]):
            kept.append(one)
    return "\n".join(kept).strip()


def fold(text: str) -> str:
    """What two spellings of one name have in common; never empty for a name that is not.

    Letters, figures and the vowel signs of any script stay. A name made only of signs is compared
    as it is written, so that it does not equal every other such name.
    """
    apart = unaccented(text)
    kept = "".join(c for c in apart if c.isalnum() or unicodedata.category(c)[0] == "M")
    return unicodedata.normalize("NFC", kept) or line(text)


def sort_name(first_name: str, last_name: str) -> str:
    """What people are sorted by: family name, then first name; empty for who has no name.

    Compared letter by letter, whatever the database's own order is, É stands with E.
    """
    last, first = fold(last_name), fold(first_name)
    return f"{last} {first}".strip() if last else first


def unaccented(text: str) -> str:
    """Small letters without accents or ligatures: "Joséphine Nguyễn" -> "josephine nguyen"."""
    apart = unicodedata.normalize("NFKD", clean(text).casefold().translate(LIGATURES))
    return _ACCENTS.sub("", apart).casefold()


def address(text: str) -> str:
    """An e-mail address as it is kept and compared: one spelling for one mailbox.

    Composed and small; a domain is kept with its accents, however it was typed (``xn--``).

    Raises:
        ValueError: it is no address.
    """
    try:
        checked = validate_email(line(text), check_deliverability=False)
    except EmailNotValidError as error:
        raise ValueError("no e-mail address") from error
    return checked.normalized.lower()


def ascii_domain(domain: str) -> str:
    """A domain as mail servers spell it: ``bücher.example`` is ``xn--bcher-kva.example``.

    Raises:
        ValueError: it is no domain.
    """
    try:
        return validate_email(f"a@{domain}", check_deliverability=False).ascii_domain
    except EmailNotValidError as error:
        raise ValueError("no domain") from error


def address_or_words(text: str) -> str:
    """``address``, or the small words themselves: for what is only counted or looked up."""
    try:
        return address(text)
    except ValueError:
        return line(text).lower()


def phone(text: str) -> str:
    """A phone number as it is kept: spaces of one kind, no invisible marks, plain dashes."""
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return line(_DASHES.sub("-", plain).replace("/", " "))
