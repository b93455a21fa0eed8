"""The conditions a buyer accepts: the words of the page, kept under their digest."""

from eventsapp.domain.accounts.models import Organisation
from eventsapp.domain.billing import terms
from eventsapp.domain.programme.releases import ReleasedSeries
from eventsapp.kernel.db import db
from eventsapp.web.public import legal


def keep_words(shown: ReleasedSeries, lang: str) -> str | None:
    """Store the conditions as they read now; returns their digest."""
    seller = db.session.get(Organisation, shown.organisation_id)
    if seller is None:
        return None
    return terms.keep(legal.text("cgv", lang, seller), lang)
