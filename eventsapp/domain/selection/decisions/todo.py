"""What of the selection waits for a person, from the close of a call to the last answer."""

from eventsapp.domain.selection.calls import queries as calls
from eventsapp.domain.selection.calls.models import Call
from eventsapp.domain.selection.decisions import queries
from eventsapp.domain.selection.decisions.models import OfferState
from eventsapp.domain.selection.jury import queries as jury
from eventsapp.kernel import clock
from eventsapp.kernel.todo import Urgency, Waiting

KINDS = ("selection.readers", "selection.reviews", "selection.decisions", "selection.answers")


def waiting(series_id: int) -> list[Waiting]:
    """A call that nobody answered asks for nothing; each row names its ``call``."""
    received = calls.submitted_counts(series_id)
    out = queries.published_among(series_id)
    return [
        one
        for call in calls.calls_of(series_id)
        if received.get(call.id)
        for one in (_answers(call) if call.id in out else _jury(call))
    ]


def _jury(call: Call) -> list[Waiting]:
    """From the close to the decisions: readers, then reviews, then the decisions themselves."""
    now, about = clock.now(), {"call": call}
    if now <= call.closes_at:
        return []
    if now > call.review_until:
        return [Waiting("selection.decisions", Urgency.LATE, about=about)]
    lacking = jury.lacking_readers(call)
    missing = sum(max(one.asked - one.done, 0) for one in jury.progress(call.id))
    found = []
    if lacking:
        found.append(Waiting("selection.readers", Urgency.SOON, lacking, call.review_until, about))
    if missing and now >= call.review_from:
        found.append(Waiting("selection.reviews", Urgency.SOON, missing, call.review_until, about))
    return found


def _answers(call: Call) -> list[Waiting]:
    ends = [
        offer.expires_at
        for offer in queries.offers_of(call.id).values()
        if offer.state is OfferState.OFFERED
    ]
    if not ends:
        return []
    return [Waiting("selection.answers", Urgency.SOON, len(ends), min(ends), {"call": call})]
