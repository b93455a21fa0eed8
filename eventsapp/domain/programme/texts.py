"""The long texts of an event: Markdown, in both languages, public with the next release."""

from dataclasses import asdict, dataclass

from eventsapp.domain.programme.models import Event
from eventsapp.kernel import audit, prose
from eventsapp.kernel.errors import EditedMeanwhile
from eventsapp.kernel.transaction import lock, transaction


@dataclass(frozen=True)
class EventTexts:
    """Markdown as it was typed (``kernel.prose``)."""

    description_fr: str = ""
    description_en: str = ""
    practical_fr: str = ""
    practical_en: str = ""
    accessibility_fr: str = ""
    accessibility_en: str = ""


def texts_of(event: Event) -> EventTexts:
    """The texts of an event as the draft has them."""
    return EventTexts(**{name: getattr(event, name) for name in EventTexts.__dataclass_fields__})


def update_texts(event_id: int, version: int, texts: EventTexts, *, actor: str) -> Event:
    """Change what is told of an event.

    Raises:
        NotFound: no such event.
        EditedMeanwhile: somebody saved after ``version`` was read.
    """
    with transaction():
        event = lock(Event, event_id)
        if event.version != version:
            raise EditedMeanwhile(what="event")
        for name, text in asdict(texts).items():
            setattr(event, name, prose.kept(text))
        event.version += 1
        audit.note(
            "event.texts_changed",
            f"event:{event.id}",
            actor=actor,
            series_id=event.series_id,
            detail={"name": event.title_fr},
        )
    return event


def missing(event: Event) -> list[str]:
    """Fields of a text that one language has and the other has not."""
    given = asdict(texts_of(event)) | {
        "summary_fr": event.summary_fr,
        "summary_en": event.summary_en,
    }
    return [name for name in given if not given[name] and given[f"{name[:-2]}{_other(name[-2:])}"]]


def _other(lang: str) -> str:
    return "en" if lang == "fr" else "fr"
