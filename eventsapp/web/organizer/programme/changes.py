"""The differences of a release in words: what, where, from what to what, by whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from eventsapp.domain.programme.diff import Change
from eventsapp.kernel import words
from eventsapp.kernel.i18n import _, _n
from eventsapp.web import detail_words
from eventsapp.web.organizer import desk
from eventsapp.web.organizer.people import deeds

MARKS: Mapping[str, tuple[str, str]] = {
    "added": ("good", _n("ajouté")),
    "removed": ("bad", _n("retiré")),
    "cancelled": ("bad", _n("annulé")),
    "restored": ("good", _n("rétabli")),
    "moved_time": ("warn", _n("déplacé")),
    "slot_added": ("good", _n("séance ajoutée")),
    "slot_removed": ("bad", _n("séance retirée")),
    "slot_closed": ("warn", _n("séance fermée")),
    "slot_opened": ("good", _n("séance rouverte")),
    "moved_place": ("warn", _n("change de lieu")),
    "renamed": ("info", _n("renommé")),
    "edited": ("info", _n("modifié")),
    "session_added": ("good", _n("session ajoutée")),
    "session_removed": ("bad", _n("session retirée")),
    "domain_added": ("good", _n("domaine ajouté")),
    "domain_removed": ("bad", _n("domaine retiré")),
}

#: What a release holds of each thing, as an organizer calls it.
FIELDS: Mapping[str, str] = {
    "abstract_en": _n("résumé en anglais"),
    "abstract_fr": _n("résumé en français"),
    "access": _n("accès"),
    "accessibility_en": _n("accès des personnes handicapées, en anglais"),
    "accessibility_fr": _n("accès des personnes handicapées, en français"),
    "address_hidden": _n("adresse donnée aux inscrits seulement"),
    "bio_en": _n("biographie en anglais"),
    "bio_fr": _n("biographie en français"),
    "capacity": _n("places en tout"),
    "city": _n("ville"),
    "company": _n("entreprise"),
    "contact_email": _n("adresse de contact"),
    "country": _n("pays"),
    "currency": _n("monnaie"),
    "demo_loaded_at": _n("chargement de la démonstration"),
    "description_en": _n("texte en anglais"),
    "description_fr": _n("texte en français"),
    "domain": _n("domaine"),
    "doors_minutes_before": _n("portes, minutes avant"),
    "edition": _n("édition"),
    "ends_at": _n("fin"),
    "entry": _n("entrées avec un billet"),
    "ends_on": _n("dernier jour"),
    "external_url": _n("adresse d’inscription ailleurs"),
    "free": _n("entrée gratuite"),
    "id": _n("numéro interne"),
    "instant_capacity": _n("personnes à la fois"),
    "is_demo": _n("démonstration"),
    "kind": _n("genre"),
    "language": _n("langue"),
    "languages": _n("langues"),
    "lat": _n("latitude"),
    "level": _n("niveau"),
    "lon": _n("longitude"),
    "name": _n("nom"),
    "name_en": _n("nom en anglais"),
    "name_fr": _n("nom en français"),
    "number": _n("numéro"),
    "organisation_id": _n("numéro de l’organisme"),
    "organizer_id": _n("numéro de l’organisme"),
    "organizer_name": _n("proposé par"),
    "partners": _n("partenaires"),
    "people": _n("intervenants"),
    "picture": _n("image"),
    "postcode": _n("code postal"),
    "practical_en": _n("informations pratiques en anglais"),
    "practical_fr": _n("informations pratiques en français"),
    "reference": _n("référence"),
    "room": _n("salle"),
    "rooms": _n("salles"),
    "slug": _n("nom dans l’adresse"),
    "sponsors": _n("soutiens"),
    "starts_at": _n("début"),
    "starts_on": _n("premier jour"),
    "state": _n("état"),
    "street": _n("rue"),
    "summary_en": _n("présentation en anglais"),
    "summary_fr": _n("présentation en français"),
    "tags": _n("thèmes"),
    "timezone": _n("fuseau"),
    "title_en": _n("titre en anglais"),
    "title_fr": _n("titre en français"),
    "uid": _n("identité dans les calendriers"),
}
KINDS: Mapping[str, str] = {
    "slot": _n("séance"),
    "venue": _n("lieu"),
    "person": _n("personne"),
    "series": _n("série"),
    "domain": _n("domaine"),
}


@dataclass(frozen=True)
class Line:
    mark: str
    tone: str
    title: str
    text: str
    before: str
    after: str
    authors: str


def line(change: Change, zone: str, names: Mapping[int, str]) -> Line:
    """One change. Long texts are given whole: somebody signs for them."""
    tone, mark = MARKS[change["code"]]
    kind, _dot, name = change.get("field", "").rpartition(".")
    zones = [one or zone for one in change.get("zones", (zone, zone))]
    values = [_value(name, value, clock) for value, clock in zip(_both(change), zones, strict=True)]
    if zones[0] != zones[1] and change["code"] == "moved_time":
        values = [f"{value} ({clock})" for value, clock in zip(values, zones, strict=True)]
    authors = dict.fromkeys(deeds.who(one, names) for one in change.get("authors", ()))
    return Line(
        mark=_(mark),
        tone=tone,
        title=words.typo(change["title"]),
        text=_about(change, kind, name, zones[1]),
        before=values[0],
        after=values[1],
        authors=words.listing(list(authors)),
    )


def _both(change: Change) -> list[Any]:
    return [change.get("before"), change.get("after")]


def _about(change: Change, kind: str, name: str, zone: str) -> str:
    if change["code"] == "cancelled":
        return _("reste affiché, barré, avec sa date")
    if change["code"] == "slot_closed":
        return _("ne prend plus personne ; ses billets restent valables")
    if change["code"] != "edited":
        return words.typo(change.get("part", ""))
    what = _trait(name) if kind == "traits" else _(FIELDS.get(name, name))
    if change.get("slot_at"):
        at = words.moment(datetime.fromisoformat(change["slot_at"]), zone)
        said = _("séance du {moment}", moment=at)
        return f"{said}{words.colon()}{what}"
    if change.get("part"):
        return f"{words.typo(change['part'])}{words.colon()}{what}"
    return f"{_(KINDS[kind])}{words.colon()}{what}" if kind in KINDS else what


def _trait(name: str) -> str:
    if name == "headline":
        return _("à la une du programme")
    return _("particularité « {name} »", name=name.replace("_", " "))


def _value(name: str, value: Any, zone: str) -> str:
    if name == "entry":
        return desk.entry_words().get(value or "", str(value))
    if value is None or value in ("", []):
        return "—"
    if name == "languages":
        return detail_words.languages(value)
    if name == "picture":
        return _(
            "« {alt_fr} », « {alt_en} », {width} × {height}, centrée à {focus_x} % et {focus_y} %, "
            "fichier {file}",
            file=value["key"][-6:],
            **{one: value[one] for one in value if one != "key"},
        )
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if name == "slots":
        start, end = (datetime.fromisoformat(one) for one in value)
        day = words.local(start, zone).date()
        return f"{words.day(day, year=True)}, {words.hours(start, end, zone)}"
    if name in ("starts_at", "ends_at", "demo_loaded_at"):
        return words.moment(datetime.fromisoformat(value), zone, year=True)
    if name in ("starts_on", "ends_on"):
        return words.day(date.fromisoformat(value), year=True)
    known = {
        "state": desk.state_words,
        "access": desk.access_words,
        "kind": desk.kind_words,
        "level": detail_words.levels,
    }
    if name in known:
        return known[name]().get(value, str(value))
    if isinstance(value, list | tuple):
        return words.typo(", ".join(str(one) for one in value))
    return words.typo(str(value))
