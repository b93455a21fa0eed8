"""Names in addresses. Pure."""

import re
import unicodedata
from collections.abc import Collection

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ł": "l", "ø": "o", "ß": "ss", "đ": "d"})
LONGEST = 80


def slug_of(text: str) -> str:
    """Words of an address: "Joséphine Nguyễn Thị" -> ``josephine-nguyen-thi``."""
    folded = unicodedata.normalize("NFKD", text.lower().translate(LIGATURES))
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-")


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
