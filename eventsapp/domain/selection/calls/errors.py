"""What a call refuses to an applicant."""

from eventsapp.kernel.errors import Refusal


class CallClosed(Refusal):
    """The call does not take applications now. Facts: ``call`` (slug)."""

    code = "call_closed"


class CallIncomplete(Refusal):
    """A call cannot be saved like this. Facts: ``problems`` (list of fields.Problem)."""

    code = "call_incomplete"


class CallAnswered(Refusal):
    """An application was submitted: criteria and questions stand. No facts."""

    code = "call_answered"


class QuestionNeeded(Refusal):
    """A question cannot leave its place. Facts: ``question`` (id), ``why``: ``rule`` (a condition
    of the call reads it), ``always``, or ``asked_by`` (another question is asked because of it)."""

    code = "question_needed"


class BadWeights(Refusal):
    """The criteria of a call need weights, finite and above zero. Facts: ``criteria`` (ids)."""

    code = "bad_weights"


class ApplicationClosed(Refusal):
    """It was submitted or withdrawn and can no longer be changed. Facts: ``state``."""

    code = "application_closed"


class Incomplete(Refusal):
    """Some answers are missing or wrong. Facts: ``problems`` (list of fields.Problem)."""

    code = "application_incomplete"


class AlreadyPublished(Refusal):
    """The decisions of this call are published. No facts."""

    code = "already_published"
