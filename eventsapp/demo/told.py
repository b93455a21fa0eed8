"""What is told and shown of the reference programme, by the commands of the pages."""

from collections.abc import Mapping

from eventsapp.demo import reading
from eventsapp.domain.programme import pictures, speakers, texts
from eventsapp.domain.programme.models import Event, Partner, Person
from eventsapp.domain.programme.pictures import Subject
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


def show(
    events: Mapping[str, Event], people: Mapping[str, Person], partners: Mapping[str, Partner]
) -> None:
    """Give some of them a picture, with its words and its centre."""
    rows: dict[str, Mapping[str, Event | Person | Partner]] = {
        "event": events,
        "person": people,
        "partner": partners,
    }
    for raw in reading.read("texts")["pictures"]:
        subject = Subject(raw["kind"], rows[raw["kind"]][raw["of"]].id)
        words = (raw["alt_fr"], raw["alt_en"])
        made = pictures.put_on(subject, reading.picture(raw["of"]), *words, actor=ACTOR)
        pictures.describe(made.id, made.version, *words, focus=tuple(raw["focus"]), actor=ACTOR)
