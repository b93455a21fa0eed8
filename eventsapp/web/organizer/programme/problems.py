"""Problems of a plan in words: what clashes, where, and what would help."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eventsapp.domain.planning.checks import Report
from eventsapp.domain.planning.conflicts import Problem, Severity
from eventsapp.domain.planning.consequences import Consequences, TouchedSlot
from eventsapp.kernel import words
from eventsapp.kernel.i18n import _, _n, ngettext

#: A code in words. Programs and the journal go on using the code itself.
KINDS: Mapping[str, str] = {
    "VENUE_OVERLAP": _n("lieu occupé"),
    "CROWD": _n("trop de monde à la fois"),
    "CAPACITY": _n("lieu trop petit"),
    "SOLD_OVER_CAPACITY": _n("plus de billets que de places"),
    "THIN": _n("lieu trop grand"),
    "PERSON_DOUBLE": _n("deux endroits à la fois"),
    "PERSON_TRAVEL": _n("trajet trop court"),
    "SESSION_OUTSIDE": _n("hors des heures de l’événement"),
}


@dataclass(frozen=True)
class Sentence:
    code: str
    kind: str
    severity: str
    title: str
    text: str
    fingerprint: str
    events: tuple[int, ...]
    waived: bool


def sentences(report: Report, zone: str) -> list[Sentence]:
    return [
        Sentence(
            code=one.code,
            kind=_(KINDS[one.code]),
            severity=one.severity.value,
            title=_title(one),
            text=_text(one, zone),
            fingerprint=one.fingerprint,
            events=one.events,
            waived=one.fingerprint in report.waived,
        )
        for one in report.problems
    ]


def counted(report: Report) -> str:
    """How much stands: "2 conflits, 1 avis"."""
    grave = len(report.blocking) + len(report.to_waive)
    soft = len(report.worth_knowing)
    parts = []
    if grave:
        parts.append(ngettext("{n} conflit", "{n} conflits", grave))
    if soft:
        parts.append(ngettext("{n} avis", "{n} avis", soft))
    return ", ".join(parts) or _("rien à régler")


def touched(what: Consequences, zone: str) -> list[str]:
    """Who and what a change touches, a sentence each: ticket holders first, then sessions."""
    found = [_touched_slot(one, zone) for one in what.slots]
    found += [
        _(
            "La session « {title} » suit sa séance : {before} devient {after}.",
            title=words.typo(one.title),
            before=words.moment(one.before, zone),
            after=words.moment(one.after, zone),
        )
        for one in what.talks
    ]
    return found


def _touched_slot(one: TouchedSlot, zone: str) -> str:
    before = words.moment(one.starts_at, zone)
    if one.closes:
        return ngettext(
            "La séance du {before} ferme : {n} personne y a déjà un billet, qui reste valable.",
            "La séance du {before} ferme : {n} personnes y ont déjà un billet, qui reste valable.",
            one.holders,
            before=before,
        )
    if one.becomes is None:
        return ngettext(
            "La séance du {before} disparaît : {n} personne a un billet qui y donne accès.",
            "La séance du {before} disparaît : {n} personnes ont un billet qui y donne accès.",
            one.holders,
            before=before,
        )
    start, end = one.becomes
    after = f"{words.day(words.local(start, zone).date())}, {words.hours(start, end, zone)}"
    return ngettext(
        "La séance du {before} devient {after} : {n} personne a un billet qui y donne accès.",
        "La séance du {before} devient {after} : {n} personnes ont un billet qui y donne accès.",
        one.holders,
        before=before,
        after=after,
    )


def _title(one: Problem) -> str:
    facts = one.facts
    titles = {
        "VENUE_OVERLAP": facts.get("place") or _("Lieu occupé"),
        "CROWD": facts.get("place") or _("Trop de monde"),
        "CAPACITY": facts.get("title"),
        "SOLD_OVER_CAPACITY": facts.get("title"),
        "THIN": facts.get("title"),
        "PERSON_DOUBLE": facts.get("person") or _("Une personne"),
        "PERSON_TRAVEL": facts.get("person") or _("Une personne"),
        "SESSION_OUTSIDE": facts.get("title"),
    }
    return words.typo(str(titles[one.code] or ""))


def _text(one: Problem, zone: str) -> str:
    facts: dict[str, Any] = {
        name: words.typo(value) if isinstance(value, str) else value
        for name, value in one.facts.items()
    }
    if one.code == "VENUE_OVERLAP":
        kind = _overlap_in_public if facts["in_public"] else _overlap_in_setup
        return kind(facts, zone)
    if one.code == "CROWD":
        return _(
            "{titles} : {expected} personnes attendues à {at}, le lieu en prend {capacity}.",
            titles=", ".join(facts["titles"]),
            expected=words.number(facts["expected"]),
            at=_hour(facts["at"], zone),
            capacity=words.number(facts["capacity"]),
        )
    if one.code == "PERSON_DOUBLE":
        return _(
            "« {first} » et « {second} » ont lieu en même temps, {day} à {at}.",
            first=facts["first"],
            second=facts["second"],
            day=words.day(words.local(facts["starts_at"], zone).date()),
            at=_hour(facts["starts_at"], zone),
        )
    if one.code == "PERSON_TRAVEL":
        return _(
            "« {first} » finit à {ends} ({from_city}), « {second} » commence à {starts} "
            "({to_city}) : {gap} min d’écart, il en faut {need}.",
            first=facts["first"],
            second=facts["second"],
            ends=_hour(facts["ends_at"], zone),
            starts=_hour(facts["starts_at"], zone),
            from_city=facts["from_city"],
            to_city=facts["to_city"],
            gap=facts["gap"],
            need=facts["need"],
        )
    if one.code == "SESSION_OUTSIDE":
        return _(
            "Cette séance a lieu {day} de {start} à {end}, hors des heures de son événement.",
            day=words.day(words.local(facts["starts_at"], zone).date()),
            start=_hour(facts["starts_at"], zone),
            end=_hour(facts["ends_at"], zone),
        )
    return _numbers(one.code, facts)


def _overlap_in_public(facts: dict[str, Any], zone: str) -> str:
    return _(
        "« {first} » et « {second} » s’y tiennent en même temps, {day} de {start} à {end}.",
        **_overlap(facts, zone),
    )


def _overlap_in_setup(facts: dict[str, Any], zone: str) -> str:
    return _(
        "Montage et démontage de « {first} » et « {second} » se chevauchent, {day} de {start} à "
        "{end}.",
        **_overlap(facts, zone),
    )


def _overlap(facts: dict[str, Any], zone: str) -> dict[str, str]:
    return {
        "first": facts["first"],
        "second": facts["second"],
        "day": words.day(words.local(facts["starts_at"], zone).date()),
        "start": _hour(facts["starts_at"], zone),
        "end": _hour(facts["ends_at"], zone),
    }


def _numbers(code: str, facts: dict[str, Any]) -> str:
    capacity = words.number(facts["capacity"])
    if code == "SOLD_OVER_CAPACITY":
        return _(
            "{sold} billets vendus, {place} prend {capacity} personnes.",
            sold=words.number(facts["sold"]),
            place=facts["place"],
            capacity=capacity,
        )
    expected = words.number(facts["expected"])
    if code == "CAPACITY":
        return _(
            "{expected} personnes à la fois, {place} en prend {capacity}.",
            expected=expected,
            place=facts["place"],
            capacity=capacity,
        )
    return _(
        "{expected} personnes attendues, {place} en prend {capacity} : la salle paraîtra vide.",
        expected=expected,
        place=facts["place"],
        capacity=capacity,
    )


def _hour(instant: Any, zone: str) -> str:
    return words.hour(words.local(instant, zone))


def grave(severity: str) -> bool:
    return severity != Severity.WARN.value
