"""What is told of the reference programme: long texts and lives, by the commands of the pages."""

from collections.abc import Mapping

from eventsapp.demo import reading
from eventsapp.domain.programme import speakers, texts
from eventsapp.domain.programme.models import Event, Person
from eventsapp.domain.programme.speakers import SpeakerDraft
from eventsapp.domain.programme.texts import EventTexts

ACTOR = "system"


def tell(events: Mapping[str, Event], people: Mapping[str, Person]) -> None:
    """Write the texts of some events and the lives of some people."""
    told = reading.read("texts")
    for reference, words in told["events"].items():
        event = events[reference]
        texts.update_texts(event.id, event.version, EventTexts(**words), actor=ACTOR)
    for reference, words in told["people"].items():
        one = people[reference]
        draft = SpeakerDraft(one.first_name, one.last_name, one.company, **words)
        speakers.update_person(one.id, one.version, draft, actor=ACTOR)
