"""Names in addresses. Pure."""

import re
from collections.abc import Collection

from eventsapp.kernel import spelling

LONGEST = 80


def slug_of(text: str) -> str:
    """Words of an address: "Joséphine Nguyễn Thị" -> ``josephine-nguyen-thi``.

    Empty for a name in another script: it never says that two names are one (``spelling.fold``).
    """
    plain = re.sub(r"[^a-z0-9]+", "-", spelling.unaccented(text))
    return plain.strip("-")[:LONGEST].strip("-")


def free_slug(text: str, taken: Collection[str], *, fallback: str) -> str:
    """A slug of ``text`` that nobody has: a number is added while one does."""
    base = slug_of(text) or fallback
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


def plausible(slug: str) -> bool:
    """Whether a word of an address may be a slug: what no row can have is not asked for."""
    return re.fullmatch(r"[A-Za-z0-9_-]{1,120}", slug) is not None
