"""Audiences in words: who they are, how they are narrowed, what a message may be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from eventsapp.domain.messages.models import Audience, Campaign, LeftOut, Purpose
from eventsapp.domain.messages.sources import STATUSES
from eventsapp.domain.programme import queries as programme
from eventsapp.domain.programme.models import Series
from eventsapp.kernel import words
from eventsapp.kernel.i18n import _, pick


@dataclass(frozen=True)
class Said:
    """``name`` of an audience, ``who`` is meant, and ``first``: what "" among its states means."""

    name: str
    who: str
    first: str = ""


AUDIENCES: Mapping[Audience, Callable[[], Said]] = {
    Audience.HOLDERS: lambda: Said(
        _("Qui a un billet"),
        _("À l’adresse du billet ; à celle de l’acheteur quand le billet n’en a pas."),
        _("billets valables"),
    ),
    Audience.BUYERS: lambda: Said(
        _("Qui a commandé"),
        _("Une fois par adresse, quel que soit le nombre de commandes."),
        _("commandes payées, gratuites comprises"),
    ),
    Audience.GUESTS: lambda: Said(
        _("Les invités"),
        _("Qui est sur une liste d’invités ; sauf les invitations retirées."),
        _("tous"),
    ),
    Audience.APPLICANTS: lambda: Said(
        _("Les candidats"),
        _("Qui a répondu à un appel à candidatures."),
        _("candidatures envoyées"),
    ),
    Audience.JURORS: lambda: Said(_("Les jurés"), _("Qui lit les candidatures d’un appel.")),
    Audience.TEAM: lambda: Said(
        _("L’équipe"), _("Qui a un rôle dans la série ; ni les jurés, ni les partenaires.")
    ),
    Audience.PARTNERS: lambda: Said(
        _("Les partenaires"), _("Qui propose des événements : les partenaires qui ont accepté.")
    ),
}


def status_words() -> dict[str, str]:
    """State -> its words; a state belongs to one audience."""
    return {
        "void": _("billets annulés ou remboursés"),
        "awaiting_payment": _("commandes à payer"),
        "awaiting_transfer": _("virements attendus"),
        "awaiting_approval": _("demandes sans réponse"),
        "untaken": _("n’ont encore rien pris"),
        "taken": _("ont pris leurs places"),
        "draft": _("brouillons pas encore envoyés"),
        "accepted": _("retenus, décision publiée"),
        "reserve": _("en réserve, décision publiée"),
        "declined": _("non retenus, décision publiée"),
    }


def entered_words() -> dict[str, str]:
    return {"yes": _("entrés"), "no": _("pas entrés")}


def language_words() -> dict[str, str]:
    return {"fr": _("qui lisent le français"), "en": _("qui lisent l’anglais")}


def purpose_words() -> dict[Purpose, tuple[str, str]]:
    """Purpose -> its name, and what it means before the law."""
    return {
        Purpose.SERVICE: (
            _("À propos de leur billet"),
            _(
                "Ce qu’il faut savoir pour venir : un horaire, un accès, une annulation. Il part à "
                "tous, personne ne s’en désinscrit : n’y mettez pas de publicité."
            ),
        ),
        Purpose.NEWS: (
            _("Des actualités"),
            _(
                "Le prochain événement, une offre. La loi veut l’accord de chacun (article L. 34-5 "
                "du Code des postes) : il part à qui a coché la case à la commande, et porte un "
                "lien pour ne plus en recevoir."
            ),
        ),
    }


def left_out_words() -> dict[LeftOut, str]:
    return {
        LeftOut.NO_CONSENT: _("n’ont pas accepté les actualités"),
        LeftOut.UNSUBSCRIBED: _("ne veulent plus d’actualités"),
        LeftOut.REFUSED: _("leur adresse a refusé un message depuis moins de 90 jours"),
        LeftOut.GONE: _("n’étaient plus concernés au moment de l’envoi"),
    }


def states_of(audience: Audience) -> list[tuple[str, str]]:
    """What the select of states offers; empty when there is nothing to choose."""
    if not STATUSES[audience]:
        return []
    said = status_words()
    return [("", AUDIENCES[audience]().first)] + [(one, said[one]) for one in STATUSES[audience]]


def described(campaign: Campaign, series: Series, names: Mapping[str, str]) -> str:
    """To whom it goes, in a line.

    Args:
        names: of the event, the tariff and the call that narrow it, by the name of the column.
    """
    said = AUDIENCES[campaign.audience]()
    parts = [said.name, names.get("event_id", ""), names.get("product_id", "")]
    parts.append(names.get("call_id", ""))
    if campaign.day:
        parts.append(words.day(campaign.day))
    parts.append(status_words().get(campaign.status, ""))
    parts.append(entered_words().get(campaign.entered, ""))
    parts.append(language_words().get(campaign.locale, ""))
    return ", ".join(part for part in parts if part)


def meanings() -> list[str]:
    """What each mark of ``writing.OFFERED`` is filled in with, in that order."""
    return [
        _("le prénom, ou le nom ; rien quand il n’est pas connu"),
        _("le titre de l’événement choisi"),
        _("ses jours et ses heures"),
        _("le lieu et l’adresse"),
        _(
            "la page de chacun : sa commande, son invitation, sa candidature ; la page de "
            "l’événement pour qui a reçu son billet d’un autre"
        ),
    ]


def events(series: Series) -> list[tuple[int, str]]:
    """(id, title) of every event of the draft, as lists name them."""
    return [
        (one.id, words.typo(pick(one.title_fr, one.title_en)))
        for one in programme.numbered_events(series.id)
    ]
