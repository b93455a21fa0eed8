"""People named in the programme: what is told of them, wherever they speak."""

from dataclasses import dataclass

from eventsapp.domain.programme.models import Person
from eventsapp.kernel import audit, prose
from eventsapp.kernel.errors import EditedMeanwhile
from eventsapp.kernel.transaction import lock, transaction


@dataclass(frozen=True)
class SpeakerDraft:
    """A person as their page has them; the biography is Markdown, in both languages."""

    first_name: str
    last_name: str
    company: str = ""
    bio_fr: str = ""
    bio_en: str = ""


def update_person(person_id: int, version: int, draft: SpeakerDraft, *, actor: str) -> Person:
    """Correct what is told of somebody, everywhere it is shown. The page keeps its address.

    Raises:
        NotFound: no such person.
        EditedMeanwhile: somebody saved after ``version`` was read.
    """
    with transaction():
        person = lock(Person, person_id)
        if person.version != version:
            raise EditedMeanwhile(what="person")
        person.first_name, person.last_name = draft.first_name, draft.last_name
        person.company = draft.company
        person.bio_fr, person.bio_en = prose.kept(draft.bio_fr), prose.kept(draft.bio_en)
        person.version += 1
        audit.note("person.changed", f"person:{person.id}", actor=actor, series_id=person.series_id)
    return person
