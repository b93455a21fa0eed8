"""Refusal code -> sentence, status; as a page, beside a field, or as problem+json.

Every code of the domain stands here with a French sentence that says what, why and what to do
now. ``tests/architecture`` fails for a code that is missing.
"""

from dataclasses import dataclass
from typing import Any

from eventsapp.kernel.errors import Refusal
from eventsapp.kernel.i18n import _, _n
from eventsapp.web.sentences import accounts, api, ticketing


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
    "somebody_touched": (
        422,
        _n("Des personnes sont concernées"),
        _n(
            "Ce changement touche {holders} billet(s) et {talks} session(s). Lisez la liste, puis "
            "enregistrez."
        ),
    ),
    "slot_sold": (
        409,
        _n("Des billets sont vendus"),
        _n(
            "{holders} billet(s) donnent accès à la séance que vous retirez. Déplacez-la, ou "
            "remboursez ces billets d’abord ; rien n’est enregistré."
        ),
    ),
    "zone_changes": (
        422,
        _n("Le fuseau change"),
        _n(
            "Passer de {before} à {after} déplace {slots} séance(s). Lisez ce qui change, puis "
            "enregistrez."
        ),
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
    "guessable_password": (
        422,
        _n("Mot de passe trop facile à deviner"),
        _n(
            "Ce mot de passe se devine vite : mot courant, répétition, suite de touches, ou votre "
            "nom. Prenez par exemple quatre mots sans rapport entre eux."
        ),
    ),
    "fresh_link_needed": (
        403,
        _n("Connectez-vous d’abord par un lien"),
        _n(
            "Un premier mot de passe se choisit dans les quinze minutes qui suivent une connexion "
            "par lien. Déconnectez-vous, demandez un lien, puis revenez ici."
        ),
    ),
    "account_elsewhere": (
        409,
        _n("Ce compte sert ailleurs"),
        _n(
            "Cette personne a des rôles dans une autre organisation : retirez son rôle ici, son "
            "compte reste le sien."
        ),
    ),
    "key_ends_before": (
        422,
        _n("Fin déjà passée"),
        _n("Choisissez un jour de fin à venir, ou laissez le champ vide."),
    ),
    "call_closed": (
        409,
        _n("Appel fermé"),
        _n("Cet appel ne reçoit pas de candidature en ce moment. Rien n’a été enregistré."),
    ),
    "call_incomplete": (
        422,
        _n("Appel à compléter"),
        _n("Des réglages de l’appel manquent ou sont à corriger. Rien n’a été enregistré."),
    ),
    "application_closed": (
        409,
        _n("Candidature déjà envoyée"),
        _n("Cette candidature n’est plus un brouillon : elle ne peut plus être modifiée."),
    ),
    "application_incomplete": (
        422,
        _n("Candidature à compléter"),
        _n("Des réponses manquent ou sont à corriger. Rien n’a été enregistré."),
    ),
    "file_too_big": (
        413,
        _n("Fichier trop lourd"),
        _n("Le fichier dépasse {limit} Mo. Réduisez-le et envoyez-le de nouveau."),
    ),
    "wrong_file_type": (
        415,
        _n("Type de fichier refusé"),
        _n(
            "Ce fichier n’est pas un PDF, quel que soit son nom. Exportez votre présentation en PDF."
        ),
    ),
    "declare_first": (
        403,
        _n("Conflits d’intérêts d’abord"),
        _n("Déclarez vos conflits d’intérêts avant de lire une candidature."),
    ),
    "review_closed": (
        409,
        _n("Notation fermée"),
        _n("La phase du jury n’est pas ouverte : les notes ne changent pas maintenant."),
    ),
    "not_assigned": (
        404,
        _n("Introuvable"),
        _n("Cette candidature n’est pas sur votre liste."),
    ),
    "too_few_criteria": (
        422,
        _n("Fiche à compléter"),
        _n("Notez au moins 80 % du poids des critères ; vous en êtes à {percent} %."),
    ),
    "bad_score": (
        422,
        _n("Note refusée"),
        _n("Une note est hors de l’échelle. Rechargez la page et recommencez."),
    ),
    "assignment_impossible": (
        409,
        _n("Affectation impossible"),
        _n(
            "{applications} : lectures nécessaires, {needed} ; possibles, {possible}. "
            "Jurés sans conflit : {free} sur {jurors}. Invités qui ont encore à déclarer leurs "
            "conflits : {undeclared}. Attendez leur déclaration, ou invitez un juré de plus."
        ),
    ),
    "already_published": (
        409,
        _n("Décisions publiées"),
        _n("Les décisions de cet appel sont publiées : elles ne changent plus ici."),
    ),
    "nothing_decided": (
        409,
        _n("Rien à publier"),
        _n("Aucune décision n’est préparée. Appliquez d’abord la règle de l’appel."),
    ),
    "call_still_open": (
        409,
        _n("L’appel est ouvert"),
        _n("L’appel reçoit encore des candidatures. Publiez les décisions après sa clôture."),
    ),
    "still_judging": (
        409,
        _n("Le jury travaille encore"),
        _n("Il manque {missing} notes et la phase du jury court. Cochez sa clôture pour publier."),
    ),
    "proposal_outdated": (
        409,
        _n("Décisions à préparer de nouveau"),
        _n("Des notes ou des candidatures ont changé depuis. Appliquez de nouveau la règle."),
    ),
    "publication_doubtful": (
        409,
        _n("Des lectures manquent"),
        _n(
            "Sans lecture : {unread} ; moins que promis : {short} ; à part : {apart} ; groupes du "
            "jury sans lecture commune : {groups}. Cochez que vous publiez malgré cela."
        ),
    ),
    "bad_weights": (
        422,
        _n("Poids impossibles"),
        _n("Chaque critère demande un poids au-dessus de zéro ({criteria})."),
    ),
    "too_many_pinned": (
        409,
        _n("Trop de choix imposés"),
        _n("{pinned} candidatures sont imposées pour {places} places. Retirez-en."),
    ),
    "not_eligible": (
        409,
        _n("Non éligible"),
        _n("{reference} n’est pas éligible : écartez d’abord le motif, puis imposez-la."),
    ),
    "reason_needed": (
        422,
        _n("Motif à donner"),
        _n("Une dérogation à la règle s’accompagne d’un motif, gardé au journal."),
    ),
    "reading_impossible": (
        409,
        _n("Lecture impossible"),
        _n("Ce juré ne peut pas la lire : conflit, départ, ou conflits pas encore déclarés."),
    ),
    "own_conflict": (
        403,
        _n("Conflit d’intérêts"),
        _n("Vous avez déclaré un conflit sur cette candidature : une autre personne décide."),
    ),
    "no_offer": (
        404,
        _n("Aucune place proposée"),
        _n("Aucune place n’est proposée à cette candidature."),
    ),
    "offer_over": (
        410,
        _n("Réponse close"),
        _n("Le délai est passé, ou la réponse a déjà été donnée."),
    ),
    "unknown_gate": (
        404,
        _n("Porte inconnue"),
        _n("La porte « {gate} » n’existe pas dans cette série. Vérifiez son nom."),
    ),
    "gate_held": (
        409,
        _n("Portes tenues"),
        _n("Les entrées sont suspendues à toutes les portes. Attendez la consigne du responsable."),
    ),
    "scan_uuid_taken": (
        409,
        _n("Identifiant déjà pris"),
        _n("Un autre scan porte cet identifiant (uuid). Envoyez celui-ci sous un nouveau."),
    ),
    "gate_name_taken": (
        409,
        _n("Nom déjà pris"),
        _n("Une porte de la série s’appelle déjà « {name} ». Choisissez un autre nom."),
    ),
    "no_event_at_gate": (
        422,
        _n("Aucun événement"),
        _n("Une porte contrôle les billets d’au moins un événement. Choisissez-le."),
    ),
    "pairing_code_used": (
        410,
        _n("Code déjà utilisé"),
        _n(
            "Ce code a déjà servi ou a plus de dix minutes. Demandez-en un nouveau à l’organisateur."
        ),
    ),
    "device_revoked": (
        401,
        _n("Téléphone non appairé"),
        _n("Ce téléphone n’est pas appairé, ou ne l’est plus. Demandez un code à l’organisateur."),
    ),
    "not_paired": (
        401,
        _n("Téléphone non appairé"),
        _n("Ce téléphone n’est pas appairé, ou ne l’est plus. Demandez un code à l’organisateur."),
    ),
    "device_handing_over": (
        409,
        _n("Téléphone retiré"),
        _n("Ce téléphone ne contrôle plus de billets. Envoyez la personne à un autre."),
    ),
    "device_holds_scans": (
        409,
        _n("Scans à transmettre"),
        _n("Le téléphone {name} garde {queued} scan(s) : choisissez comment il quitte la porte."),
    ),
    "nothing_to_undo": (
        409,
        _n("Rien à annuler"),
        _n("Ce passage ne peut plus être annulé d’ici. Envoyez la personne au guichet."),
    ),
    "not_in_rehearsal": (
        409,
        _n("Pas en répétition"),
        _n("La porte {gate} n’est pas en répétition : ses passages réels ne s’effacent pas."),
    ),
}
SENTENCES |= accounts.SENTENCES | ticketing.SENTENCES | api.SENTENCES


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
