"""Refusal code -> sentence, status; as a page, beside a field, or as problem+json.

Every code of the domain stands here with a French sentence that says what, why and what to do
now. ``tests/architecture`` fails for a code that is missing.
"""

from dataclasses import dataclass
from typing import Any

from eventsapp.kernel.errors import Refusal
from eventsapp.kernel.i18n import _, _n
from eventsapp.web.sentences import (
    accounts,
    api,
    door,
    messages,
    programme,
    selection,
    ticketing,
)


@dataclass(frozen=True)
class Answer:
    status: int
    title: str
    sentence: str


# code: (status, title, sentence with {facts})
SENTENCES: dict[str, tuple[int, str, str]] = {
    "refused": (409, _n("Refusé"), _n("Cette action n’est pas possible maintenant.")),
    "not_found": (
        404,
        _n("Introuvable"),
        _n("Nous ne trouvons rien à cette adresse. Vérifiez le lien, ou revenez au programme."),
    ),
    "forbidden": (
        403,
        _n("Accès refusé"),
        _n("Votre compte n’a pas ce droit. Demandez-le à la personne qui gère l’équipe."),
    ),
}

SENTENCES |= accounts.SENTENCES | programme.SENTENCES | ticketing.SENTENCES
SENTENCES |= selection.SENTENCES | door.SENTENCES | api.SENTENCES | messages.SENTENCES


def answer(refusal: Refusal) -> Answer:
    """The words for a refusal, in the reader's language."""
    status, title, sentence = SENTENCES.get(refusal.code, SENTENCES["refused"])
    if refusal.facts.get("left") == 0:
        sentence = ticketing.NOTHING_LEFT.get(refusal.code, sentence)
    return Answer(status, _(title), _(sentence, **_facts(refusal)))


def sentence(refusal: Refusal) -> str:
    return answer(refusal).sentence


def problem(refusal: Refusal) -> dict[str, Any]:
    """RFC 9457 problem details with the stable ``code`` and the facts."""
    words = answer(refusal)
    return {
        "type": f"about:blank#{refusal.code}",
        "title": words.title,
        "status": words.status,
        "detail": words.sentence,
        "code": refusal.code,
        **{name: _plain(value) for name, value in refusal.facts.items() if name not in RESERVED},
    }


# What a client that is told 503 waits, in seconds, before it asks again.
RETRY_AFTER_S = 10
RESERVED = frozenset({"type", "title", "status", "detail", "code"})


def _facts(refusal: Refusal) -> dict[str, Any]:
    return {"none": "", **refusal.facts}


def _plain(value: Any) -> Any:
    if isinstance(value, str | int | float | bool | type(None)):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    return str(value)
