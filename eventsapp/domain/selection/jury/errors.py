"""What is refused to jurors and to who assigns them."""

from eventsapp.kernel.errors import Refusal


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
    """Facts: ``applications`` (references), ``needed``, ``possible``; ``free`` of ``jurors`` who
    declared have no conflict, and ``undeclared`` are still to declare.
    """

    code = "assignment_impossible"


class ReadingImpossible(Refusal):
    """This juror does not read this application: a conflict, or they left or have not declared yet.
    No facts."""

    code = "reading_impossible"


class OwnConflict(Refusal):
    """The organizer declared a conflict of interest on this application. No facts."""

    code = "own_conflict"
