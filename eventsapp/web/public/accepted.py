"""The conditions a buyer accepts: the words of the page, kept under their digest."""

from eventsapp.domain.accounts import organisations
from eventsapp.domain.billing.papers import terms
from eventsapp.domain.programme.releases import ReleasedSeries
from eventsapp.kernel.memory import Brief
from eventsapp.web.public import legal

# A buyer reads the conditions before he orders: five seconds are less than that.
_kept: Brief[str] = Brief(5, most=64)


def keep_words(shown: ReleasedSeries, lang: str) -> str:
    """Store the conditions as they read now; returns their digest."""
    known = _kept.get((shown.organisation_id, lang))
    if known is not None:
        return known
    seller = organisations.organisation(shown.organisation_id)
    digest = terms.keep(legal.text("cgv", lang, seller), lang)
    return _kept.keep((shown.organisation_id, lang), digest)
