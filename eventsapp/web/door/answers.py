"""A passage in words and in JSON: what a steward reads at arm's length."""

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
        return _("Déjà entré"), _where_and_when(passage, zone), desk
    if reason == "wrong_event":
        detail = _("Ce billet est pour : {event}", event=passage.event) if passage.event else ""
        return _("Autre événement"), detail, _("Indiquer le bon lieu, ou envoyer au guichet.")
    if reason == "void":
        return _("Annulé"), _void(passage.void_reason), desk
    if reason == "too_early":
        return _("Trop tôt"), _opening(passage.opens_at, zone), _("Faire patienter.")
    simple = {
        "unknown": (_("Inconnu"), _("Ce code n’est pas un billet de la série."), desk),
        "blocked": (_("Bloqué"), _("L’organisateur a bloqué ce billet."), desk),
        "unpaid": (_("Non payé"), _("La commande n’est pas réglée."), desk),
        "wrong_gate": (
            _("Autre porte"),
            _("Ce billet n’entre pas par cette porte."),
            _("Indiquer une autre porte."),
        ),
        "too_late": (_("Terminé"), _("L’événement est fini."), desk),
        "full": (_("Complet"), _("La salle est pleine."), _("Attendre une sortie.")),
    }
    return simple[reason]


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
        "transferred": _("Billet transmis à une autre personne."),
        "refunded": _("Billet remboursé."),
        "dispute_lost": _("Paiement contesté."),
    }.get(reason or "", _("Billet annulé."))


def _opening(opens_at: datetime | None, zone: str) -> str:
    if opens_at is None:
        return ""
    at = words.local(opens_at, zone)
    return _("Portes à {hour}, le {day}", hour=words.hour(at), day=words.day_month(at.date()))


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
