"""Refusals about what buyers are asked."""

from eventsapp.kernel.errors import Refusal


class QuestionMalformed(Refusal):
    """It cannot be asked like this. Facts: ``problems`` (``questions.fields.Problem``)."""

    code = "question_malformed"


class QuestionAnswered(Refusal):
    """Somebody has answered: what the answers mean does not change any more.

    Facts: ``what`` (kind, category, per_order, scope, choices, question), ``choice`` (one that was
    given, or empty).
    """

    code = "question_answered"


class QuestionLeant(Refusal):
    """Another question is asked under an answer to this one. Facts: ``question`` (its label)."""

    code = "question_leant"


class AnswersMissing(Refusal):
    """Answers are missing or cannot be kept.

    Facts: ``questions`` (labels, French), ``problems`` (dicts of ``field``, ``question``, ``code``
    and the facts of the code).
    """

    code = "answers_missing"


class AnswersOver(Refusal):
    """The event has begun: answers do not change any more, but for consents."""

    code = "answers_over"
