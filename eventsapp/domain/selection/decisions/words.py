"""What the codes of the selection say, in the reader's language: for pages and for letters."""

import re
from collections.abc import Mapping
from typing import Any

from eventsapp.domain.questions.fields import Problem
from eventsapp.domain.questions.words import PROBLEMS
from eventsapp.domain.questions.words import both as both
from eventsapp.domain.questions.words import said as said
from eventsapp.domain.selection.calls import calls, eligibility
from eventsapp.domain.selection.calls.models import ApplicationState, Call
from eventsapp.domain.selection.decisions.models import Grounds, OfferState, Outcome
from eventsapp.domain.selection.ranking import diagnostics
from eventsapp.kernel.i18n import _, ngettext

# Mail programs turn "example.org" and "x@y" into links by themselves. A stranger's text must not
# become a link in a letter that we sign: an invisible non-joiner keeps it plain.
_LINKABLE = re.compile(r"(?<=\S)([.@:/])(?=\S)")
UNLINK = "\u200c"


def plain(text: str, longest: int = 2000) -> str:
    """Somebody's text, on one line and never a link."""
    line = " ".join(text.split())[:longest]
    return _LINKABLE.sub(rf"\1{UNLINK}", line)


def phase(found: calls.Phase) -> str:
    return {
        calls.Phase.SOON: _("Bientôt ouvert"),
        calls.Phase.OPEN: _("Ouvert"),
        calls.Phase.CLOSED: _("Clos"),
        calls.Phase.JUDGING: _("Le jury lit"),
        calls.Phase.DELIBERATION: _("Délibération"),
        calls.Phase.CONFIRMING: _("Décisions rendues"),
        calls.Phase.OVER: _("Terminé"),
    }[found]


def conditions(call: Call) -> list[str]:
    """The conditions of eligibility, one sentence each."""
    asked = calls.conditions(call)
    found = []
    if asked.departments:
        found.append(
            ngettext(
                "Un siège ou un établissement dans le département {departments}.",
                "Un siège ou un établissement dans un des départements {departments}.",
                len(asked.departments),
                departments=", ".join(asked.departments),
            )
        )
    if asked.younger_than_years is not None:
        found.append(
            _(
                "Moins de {years} ans : une entreprise créée en {first} ou après.",
                years=asked.younger_than_years,
                first=asked.closing_year - asked.younger_than_years + 1,
            )
        )
    if asked.one_per_company:
        found.append(_("Une seule candidature par entreprise."))
    return found


def rule(call: Call) -> list[str]:
    """The rule of the choice, one sentence a step."""
    published = calls.rule(call)
    found = []
    if published.best_of_each:
        found.append(_("D’abord la meilleure candidature de chaque domaine."))
    limit = published.limits[0].at_most if published.limits else None
    if limit is None:
        found.append(_("Par note décroissante, jusqu’à {places}.", places=call.places))
    elif found:
        found.append(
            _(
                "Puis par note décroissante, {n} au plus par domaine, jusqu’à {places}.",
                n=limit,
                places=call.places,
            )
        )
    else:
        found.append(
            _(
                "Par note décroissante, {n} au plus par domaine, jusqu’à {places}.",
                n=limit,
                places=call.places,
            )
        )
    found.append(_("À égalité, le plus petit numéro de dossier passe devant."))
    if call.waitlist:
        found.append(
            ngettext(
                "{n} candidature de réserve, appelée si une place se libère.",
                "{n} candidatures de réserve, appelées dans l’ordre si une place se libère.",
                call.waitlist,
            )
        )
        if published.best_of_each:
            found.append(_("Dans la réserve, un domaine qui n’a plus de place passe devant."))
    return found


def reason(code: str, facts: Mapping[str, Any]) -> str:
    """Why an application is not eligible, to its applicant and to the organizer."""
    if code == eligibility.LATE:
        return _("Envoyée {seconds} s après la clôture.", seconds=facts["seconds"])
    if code == eligibility.TOO_OLD:
        return _(
            "L’entreprise a {age} ans l’année de la clôture ; il en faut moins de {below}.",
            age=facts["age"],
            below=facts["below"],
        )
    if code == eligibility.OUTSIDE_AREA:
        return ngettext(
            "Le code postal {postcode} n’est pas dans le département {departments}.",
            "Le code postal {postcode} n’est dans aucun des départements {departments}.",
            facts["departments"].count(",") + 1,
            postcode=facts["postcode"],
            departments=facts["departments"],
        )
    return _("La même entreprise a déjà une candidature, envoyée avant celle-ci.")


def reason_short(code: str, facts: Mapping[str, Any]) -> str:
    """The same in a cell of a table."""
    return {
        eligibility.LATE: _("hors délai, {seconds} s", seconds=facts.get("seconds", "")),
        eligibility.TOO_OLD: _("{age} ans", age=facts.get("age", "")),
        eligibility.OUTSIDE_AREA: _("hors département"),
        eligibility.DUPLICATE: _("doublon du n° {of}", of=facts.get("of", "")),
    }[code]


def outcome(found: Outcome) -> str:
    return {
        Outcome.ACCEPTED: _("Retenue"),
        Outcome.RESERVE: _("En réserve"),
        Outcome.DECLINED: _("Non retenue"),
        Outcome.INELIGIBLE: _("Non éligible"),
    }[found]


def grounds(found: Grounds) -> str:
    """What a decision rests on, to organizers; nothing where it is what one expects."""
    return {
        Grounds.RULE: _("par la règle, non par l’ordre des notes"),
        Grounds.DISPLACED: _("par une dérogation sur une autre"),
        Grounds.UNREAD: _("lue par personne"),
        Grounds.APART: _("notes sans lien avec les autres"),
        Grounds.FREED: _("place libérée"),
    }.get(found, "")


def state(found: ApplicationState) -> str:
    return {
        ApplicationState.DRAFT: _("Brouillon"),
        ApplicationState.SUBMITTED: _("Envoyée"),
        ApplicationState.WITHDRAWN: _("Retirée"),
    }[found]


def offer(found: OfferState) -> str:
    return {
        OfferState.OFFERED: _("Réponse attendue"),
        OfferState.CONFIRMED: _("Confirmée"),
        OfferState.REFUSED: _("Refusée"),
        OfferState.EXPIRED: _("Sans réponse"),
    }[found]


def flag(code: str) -> str:
    """A remark about a juror's use of the scale."""
    return {
        diagnostics.FEW: _("peu de fiches"),
        diagnostics.FLAT: _("toujours la même note"),
        diagnostics.CEILING: _("notes aux extrêmes"),
        diagnostics.STRANGE_REVIEWS: _("fiches à relire"),
    }[code]


def problem(found: Problem) -> str:
    """What is wrong with an answer, said beside its field."""
    text = _PROBLEMS[found.code]()
    return text.format_map(found.facts)


_PROBLEMS = {
    **PROBLEMS,
    "not_a_department": lambda: _("Écrivez les deux chiffres de chaque département : 13, 84."),
    "date_order": lambda: _("Cette date vient après la précédente."),
    "date_passed": lambda: _("Donnez une date à venir."),
    "date_fixed": lambda: _("Cette date est passée : elle ne change plus."),
    "date_earlier": lambda: _("L’appel est ouvert : sa clôture peut seulement être repoussée."),
    "rule_fixed": lambda: _("Des candidatures sont reçues sous cette règle : elle ne change plus."),
    "question_missing": lambda: _(
        "Le questionnaire ne demande pas cette réponse, ou ne la rend pas obligatoire : "
        "changez d’abord ses questions."
    ),
    "scale": lambda: _("De {least} à {most}, le plus haut au-dessus du plus bas."),
    "weight": lambda: _("Un poids de 1 à 100."),
    "weights": lambda: _("Les poids font {total} ; il faut 100."),
    "no_criteria": lambda: _("Il faut au moins un critère."),
    "many_criteria": lambda: _("Au plus {most} critères."),
    "no_domains": lambda: _("La série n’a pas de domaine : ajoutez-en dans ses réglages."),
    "needed_by_rule": lambda: _("Une condition de l’appel lit cette réponse : il la faut de tous."),
}
