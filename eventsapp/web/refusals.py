"""Refusal code -> sentence, status; as a page, beside a field, or as problem+json.

Every code of the domain stands here with a French sentence that says what, why and what to do
now. ``tests/architecture`` fails for a code that is missing.
"""

from dataclasses import dataclass
from typing import Any

from eventsapp.kernel.errors import Refusal
from eventsapp.kernel.i18n import _


@dataclass(frozen=True)
class Answer:
    status: int
    title: str
    sentence: str


def _n(text: str) -> str:
    """Marks a sentence for translation; it is translated when it is shown."""
    return text


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
    "edited_meanwhile": (
        409,
        _n("Modifié entre-temps"),
        _n(
            "Quelqu’un a enregistré une autre version pendant que vous écriviez. Comparez les deux."
        ),
    ),
    "nonexistent_time": (
        422,
        _n("Heure inexistante"),
        _n(
            "Cette heure n’existe pas : les horloges avancent cette nuit-là. Choisissez-en une autre."
        ),
    ),
    "ambiguous_time": (
        422,
        _n("Heure double"),
        _n(
            "Cette heure existe deux fois cette nuit-là. Précisez l’heure d’été ou l’heure d’hiver."
        ),
    ),
    "nothing_to_release": (
        409,
        _n("Rien à publier"),
        _n("Le public lit déjà ce programme. Modifiez un événement, puis publiez."),
    ),
    "slug_taken": (
        409,
        _n("Nom déjà pris"),
        _n("Un autre élément de la série porte ce nom. Choisissez-en un autre."),
    ),
    "still_used": (
        409,
        _n("Encore utilisé"),
        _n("Des événements s’y tiennent encore. Déplacez-les d’abord."),
    ),
    "conflicts_stand": (
        422,
        _n("Conflits à régler"),
        _n("Le planning contient des conflits. Réglez-les, ou dites pourquoi ils sont acceptés."),
    ),
    "bad_link": (
        410,
        _n("Lien périmé"),
        _n("Ce lien n’est plus valable. Demandez-en un nouveau."),
    ),
    "too_many_attempts": (
        429,
        _n("Trop d’essais"),
        _n("Trop d’essais en peu de temps. Réessayez dans {wait_minutes} min."),
    ),
    "wrong_credentials": (
        422,
        _n("Connexion refusée"),
        _n(
            "L’adresse ou le mot de passe n’est pas le bon. Vous pouvez demander un lien par courriel."
        ),
    ),
    "sign_in_link_used": (
        410,
        _n("Lien déjà utilisé"),
        _n("Ce lien de connexion a déjà servi ou n’est plus valable. Demandez-en un nouveau."),
    ),
    "weak_password": (
        422,
        _n("Mot de passe trop court"),
        _n("Choisissez au moins {least} caractères."),
    ),
    "bad_address": (
        422,
        _n("Adresse incorrecte"),
        _n("« {address} » n’est pas une adresse électronique. Vérifiez-la."),
    ),
    "last_owner": (
        409,
        _n("Dernier propriétaire"),
        _n("Il faut au moins un propriétaire. Nommez-en un autre d’abord."),
    ),
}


def answer(refusal: Refusal) -> Answer:
    """The words for a refusal, in the reader's language."""
    status, title, sentence = SENTENCES.get(refusal.code, SENTENCES["refused"])
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


RESERVED = frozenset({"type", "title", "status", "detail", "code"})


def _facts(refusal: Refusal) -> dict[str, Any]:
    return {"none": "", **refusal.facts}


def _plain(value: Any) -> Any:
    if isinstance(value, str | int | float | bool | type(None)):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value)
