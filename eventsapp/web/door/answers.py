"""A passage in words and in JSON: what a steward reads at arm's length."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from eventsapp.domain.checkin.scanning import Passage
from eventsapp.kernel import clock, words
from eventsapp.kernel.i18n import _, ngettext

# The same camera has just seen it: no alarm, somebody held the phone a little longer.
JUST_NOW = timedelta(seconds=30)


def spoken(passage: Passage, zone: str) -> dict[str, str]:
    """The word, and below it what, when, where and what to do now.

    ``tone``: yes (green), no (red), note (neutral).
    """
    name = f"{passage.first_name} {passage.last_name}".strip()
    if passage.accepted:
        word = _("Sortie") if passage.kind == "exit" else _("Entrez")
        about = ", ".join(part for part in (passage.product, passage.company) if part)
        return {"tone": "yes", "word": word, "name": name, "detail": about, "advice": ""}
    if _just_now(passage):
        return {
            "tone": "note",
            "word": _("Déjà scanné"),
            "name": name,
            "detail": _("à l’instant, ici même"),
            "advice": "",
        }
    word, detail, advice = _refused(passage, zone)
    return {"tone": "no", "word": word, "name": name, "detail": detail, "advice": advice}


def _just_now(passage: Passage) -> bool:
    return (
        passage.reason == "already_in"
        and passage.first_at is not None
        and passage.first_gate == passage.gate
        and clock.now() - passage.first_at <= JUST_NOW
    )


def _refused(passage: Passage, zone: str) -> tuple[str, str, str]:
    desk = _("Envoyer au guichet. Ne pas garder la personne dans la file.")
    reason = passage.reason or "unknown"
    if reason == "already_in":
        rule = {
            "once": _("Ce billet n’entre qu’une fois."),
            "daily": _("Ce billet entre une fois par jour."),
        }.get(passage.policy, "")
        said = _where_and_when(passage, zone)
        return _("Déjà entré"), f"{said}. {rule}" if rule and said else said or rule, desk
    if reason == "wrong_event":
        return _("Autre événement"), *_elsewhere(passage, desk)
    if reason == "void":
        return _("Annulé"), _void(passage.void_reason), desk
    if reason == "too_early":
        return _("Trop tôt"), _opening(passage.opens_at, zone), _until_then(passage.opens_at, zone)
    if reason == "too_late":
        return _("Terminé"), _ending(passage.closes_at, zone), desk
    simple = {
        "unknown": (_("Inconnu"), _("Ce code n’est pas un billet de la série."), desk),
        "blocked": (_("Bloqué"), _("L’organisateur a bloqué ce billet."), desk),
        "unpaid": (_("Non payé"), _("La commande n’est pas réglée."), desk),
        "wrong_gate": (
            _("Autre porte"),
            _("Ce billet n’entre pas par cette porte."),
            _("Indiquer une autre porte."),
        ),
        "full": (_("Complet"), _("La salle est pleine."), _("Attendre une sortie.")),
    }
    return simple[reason]


def _elsewhere(passage: Passage, desk: str) -> tuple[str, str]:
    """Where it is for, and nobody is sent there with a ticket that opens nothing there either."""
    if not passage.event:
        return _("Ce billet n’est pas de cette série."), desk
    where = _("Ce billet est pour : {event}", event=passage.event)
    if passage.void_reason:
        return f"{where}. {_void(passage.void_reason)}", desk
    return where, _("Indiquer le bon lieu, ou envoyer au guichet.")


def _where_and_when(passage: Passage, zone: str) -> str:
    if passage.first_at is None:
        return ""
    minutes = int((clock.now() - passage.first_at).total_seconds() // 60)
    at = _(
        "à {hour}, {gate}",
        hour=words.hour(words.local(passage.first_at, zone)),
        gate=passage.first_gate or "",
    )
    if minutes >= 24 * 60:
        return f"{words.day_month(words.local(passage.first_at, zone).date())}, {at}"
    if minutes < 1:
        return at
    return at + ngettext(", il y a {n} min", ", il y a {n} min", minutes)


def _void(reason: str | None) -> str:
    return {
        "exchanged": _("Billet échangé : un autre l’a remplacé."),
        "transferred": _("Billet transmis à une autre personne."),
        "refunded": _("Billet remboursé."),
        "dispute_lost": _("Paiement contesté."),
    }.get(reason or "", _("Billet annulé."))


def _opening(opens_at: datetime | None, zone: str) -> str:
    if opens_at is None:
        return ""
    at = words.local(opens_at, zone)
    return _("Portes à {hour}, le {day}", hour=words.hour(at), day=words.day_month(at.date()))


def _until_then(opens_at: datetime | None, zone: str) -> str:
    """Nobody waits in a line for another day."""
    if opens_at is None or clock.local_day(opens_at, zone) == clock.local_day(clock.now(), zone):
        return _("Faire patienter.")
    return _("Dire quel jour revenir, ou envoyer au guichet.")


def _ending(closes_at: datetime | None, zone: str) -> str:
    """Of this ticket: the event may go on for others."""
    if closes_at is None:
        return _("L’événement est fini.")
    at = words.local(closes_at, zone)
    return _(
        "Ce billet valait jusqu’à {hour}, le {day}.",
        hour=words.hour(at),
        day=words.day_month(at.date()),
    )


def as_json(passage: Passage, zone: str) -> dict[str, Any]:
    """For the phone: the decision, and its words."""
    return {
        "uuid": passage.uuid,
        "verdict": passage.verdict,
        "reason": passage.reason,
        "class": passage.reading,
        "kind": passage.kind,
        "rehearsal": passage.rehearsal,
        **spoken(passage, zone),
    }


def lines(told: Sequence[tuple[str, str]]) -> list[str]:
    """What the holder answered, a line each."""
    return [f"{question}{words.colon()}{answer}" for question, answer in told]


def of_the_phone() -> dict[str, Any]:
    """What the scanner says by itself, without the server."""
    return {
        "online": _("en ligne"),
        "offline": _("hors ligne"),
        "waiting": _("{n} scans à envoyer"),
        "waitingOne": _("un scan à envoyer"),
        "present": _("Présentez le code"),
        "noCamera": _("Pas de caméra : saisissez le code, ou autorisez la caméra."),
        "noted": _("Noté"),
        "notedDetail": _("Pas de réponse : signature vérifiée, entrée non vérifiée."),
        "notKept": _("Non noté"),
        "notKeptDetail": _("Pas de réponse, et ce téléphone ne peut rien garder."),
        "notKeptAdvice": _("Passer par un autre téléphone, ou par le guichet."),
        "notedUnsure": _("Pas de réponse : ce téléphone ne peut pas vérifier ce code."),
        "refused": _("Refusé"),
        "why": {
            "unknown": _("Ce code n’est pas un billet de la série."),
            "wrong_event": _("Ce billet est pour un autre événement."),
            "void": _("Billet annulé."),
            "blocked": _("L’organisateur a bloqué ce billet."),
            "unpaid": _("La commande n’est pas réglée."),
            "wrong_gate": _("Ce billet n’entre pas par cette porte."),
            "already_in": _("Ce billet est déjà entré : ce téléphone l’a vu."),
        },
        "stop": _("Pas de réponse : cette porte n’accepte rien sans le serveur."),
        "desk": _("Envoyer au guichet. Ne pas garder la personne dans la file."),
        "held": _("Portes tenues : aucune entrée pour l’instant."),
        "undone": _("Passage annulé"),
        "notUndone": _("Pas de réponse : ce passage n’est peut-être pas annulé."),
        "leaving": _("Ce téléphone ne contrôle plus de billets. Envoyez la personne à un autre."),
        "left": _("Il envoie ce qu’il garde : {n} scans. Laissez cette page ouverte."),
        "leftOne": _("Il envoie ce qu’il garde : un scan. Laissez cette page ouverte."),
        "leftNone": _("Il n’a plus rien à envoyer."),
        "busy": _("Vérification…"),
        "failed": _("Réponse illisible. Réessayez."),
    }
