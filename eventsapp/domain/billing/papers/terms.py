"""The words that buyers accepted, kept for ever under their digest (law.md L05)."""

import hashlib
from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.kernel import clock, dialects
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.transaction import transaction


class TermsText(db.Model):
    """One version of the conditions of sale, in one language, as it was shown."""

    __tablename__ = "terms_text"

    digest: Mapped[str] = mapped_column(primary_key=True)
    lang: Mapped[str]
    body: Mapped[str]
    first_shown_at: Mapped[datetime]


def digest_of(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:32]


def keep(body: str, lang: str) -> str:
    """Store a text unless it is there already; returns its digest."""
    digest = digest_of(body)
    if db.session.get(TermsText, digest) is None:
        with transaction() as session:
            session.execute(
                dialects.insert(TermsText.__table__)
                .values(digest=digest, lang=lang, body=body, first_shown_at=clock.now())
                .on_conflict_do_nothing(index_elements=["digest"])
            )
    return digest


def read(digest: str) -> TermsText:
    """Raises NotFound for a text that nobody accepted here."""
    found = db.session.get(TermsText, digest)
    if found is None:
        raise NotFound(what="terms", reference=digest)
    return found
