"""Refusals of the selection."""

from eventsapp.kernel.errors import Refusal


class CallClosed(Refusal):
    """The call does not take applications now. Facts: ``call`` (slug)."""

    code = "call_closed"


class CallIncomplete(Refusal):
    """A call cannot be saved like this. Facts: ``problems`` (list of fields.Problem)."""

    code = "call_incomplete"


class ApplicationClosed(Refusal):
    """It was submitted or withdrawn and can no longer be changed. Facts: ``state``."""

    code = "application_closed"


class Incomplete(Refusal):
    """Some answers are missing or wrong. Facts: ``problems`` (list of fields.Problem)."""

    code = "application_incomplete"


class DeclareFirst(Refusal):
    """A juror reads nothing before the conflicts are declared. No facts."""

    code = "declare_first"


class ReviewClosed(Refusal):
    """The jury's phase is over or has not begun. No facts."""

    code = "review_closed"


class NotAssigned(Refusal):
    """This application is not on the juror's list. No facts."""

    code = "not_assigned"


class TooFewCriteria(Refusal):
    """A review needs 80 % of the weights filled in. Facts: ``percent`` (filled)."""

    code = "too_few_criteria"


class BadScore(Refusal):
    """A level outside the scale, or an unknown criterion. Facts: ``criterion``."""

    code = "bad_score"


class AssignmentImpossible(Refusal):
    """Facts: ``applications`` (references), ``needed``, ``possible``, ``free`` (jurors)."""

    code = "assignment_impossible"


class AlreadyPublished(Refusal):
    """The decisions of this call are published. No facts."""

    code = "already_published"


class NothingDecided(Refusal):
    """There is no decision to publish. No facts."""

    code = "nothing_decided"


class CallStillOpen(Refusal):
    """Applications may still come in: nothing can be decided about all of them. No facts."""

    code = "call_still_open"


class StillJudging(Refusal):
    """The jury's phase is not over, and nobody asked to close it. Facts: ``missing`` (reviews)."""

    code = "still_judging"


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


class OwnConflict(Refusal):
    """The organizer declared a conflict of interest on this application. No facts."""

    code = "own_conflict"


class NoOffer(Refusal):
    """There is no place to answer for. No facts."""

    code = "no_offer"


class OfferOver(Refusal):
    """The place was answered for already, or its date has passed. Facts: ``state``."""

    code = "offer_over"
