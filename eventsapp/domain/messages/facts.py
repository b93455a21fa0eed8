"""What others may care about in messages."""

from dataclasses import dataclass

from eventsapp.kernel.facts import Fact


@dataclass(frozen=True)
class RecipientsFound(Fact):
    """A portion of the people of a campaign is known, each for the first time."""

    campaign_id: int
    recipient_ids: tuple[int, ...]
    urgent: bool
    series_id: int


@dataclass(frozen=True)
class TrialAsked(Fact):
    """Somebody wants to read the message first. ``copy`` names this asking."""

    campaign_id: int
    account_id: int
    copy: str
    series_id: int
