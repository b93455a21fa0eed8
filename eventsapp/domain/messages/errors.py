"""What messages refuse."""

from eventsapp.kernel.errors import Refusal


class CampaignMalformed(Refusal):
    """Facts: ``field``, ``why`` (``needed``, ``long``, ``unknown``, ``event``, ``here``, ``news``,
    ``choice``, ``own``), ``mark`` (the placeholder it is about, or empty)."""

    code = "campaign_malformed"


class CampaignSent(Refusal):
    """It is on its way or was stopped: nothing of it changes any more. No facts."""

    code = "campaign_sent"


class NobodyToWriteTo(Refusal):
    """Nobody of the audience would get it. No facts."""

    code = "nobody_to_write_to"


class EventNotPublic(Refusal):
    """The words name an event that no release shows. No facts."""

    code = "event_not_public"


class NoticeMalformed(Refusal):
    """Facts: ``field``, ``why`` (``needed``, ``long``, ``until``, ``choice``)."""

    code = "notice_malformed"


class NothingToStop(Refusal):
    """It was never sent, or was stopped already. No facts."""

    code = "nothing_to_stop"
