"""What is refused when places are decided."""

from eventsapp.kernel.errors import Refusal


class NothingDecided(Refusal):
    """There is no decision to publish. No facts."""

    code = "nothing_decided"


class CallStillOpen(Refusal):
    """Applications may still come in: nothing can be decided about all of them. No facts."""

    code = "call_still_open"


class StillJudging(Refusal):
    """The jury's phase is not over, and nobody asked to close it. Facts: ``missing`` (reviews)."""

    code = "still_judging"


class Doubtful(Refusal):
    """Some were read by nobody or by fewer than promised, or the jury fell into groups, and nobody
    said that it may be published all the same. Facts: ``unread``, ``short``, ``apart``, ``groups``.
    """

    code = "publication_doubtful"


class ProposalOutdated(Refusal):
    """Reviews, applications or overrides changed after the decisions were prepared. No facts."""

    code = "proposal_outdated"


class TooManyPinned(Refusal):
    """More applications are forced in than there are places. Facts: ``pinned``, ``places``."""

    code = "too_many_pinned"


class NotEligible(Refusal):
    """What is not eligible, or was withdrawn, cannot be forced in. Facts: ``reference``."""

    code = "not_eligible"


class ReasonNeeded(Refusal):
    """A person may override the rule only with a reason. No facts."""

    code = "reason_needed"


class NoOffer(Refusal):
    """There is no place to answer for. No facts."""

    code = "no_offer"


class OfferOver(Refusal):
    """The place was answered for already, or its date has passed. Facts: ``state``."""

    code = "offer_over"
