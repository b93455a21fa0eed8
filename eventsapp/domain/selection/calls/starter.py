"""The first call of an organisation has no earlier one to take after: these are its criteria and
questions, as data like those of every call. Domains are added from the series."""

from typing import Any

SCALE = (1, 5)


def _both(fr: str, en: str) -> dict[str, str]:
    return {"fr": fr, "en": en}


def _criterion(name: str, weight: int, label: dict[str, str], *texts: tuple[str, str]) -> Any:
    """``texts``: the hint, then what each level of the scale means."""
    hint, *anchors = [_both(fr, en) for fr, en in texts]
    levels = {str(level): text for level, text in enumerate(anchors, start=SCALE[0])}
    return {"id": name, "weight": weight, "label": label, "hint": hint, "anchors": levels}


CRITERIA: list[Any] = [
    _criterion(
        "innovation",
        35,
        _both("Innovation", "Innovation"),
        ("Ce qui distingue le projet de ce qui existe.", "What sets it apart from what exists."),
        ("Une copie", "A copy"),
        ("Un détail change", "A detail differs"),
        ("Une différence nette", "A clear difference"),
        ("Peu l’ont tenté", "Few have tried it"),
        ("Personne d’autre", "Nobody else"),
    ),
    _criterion(
        "market",
        35,
        _both("Marché", "Market"),
        ("À qui cela sert, et qui paie.", "Who needs it, and who pays."),
        ("Besoin supposé", "Need assumed"),
        ("Besoin décrit", "Need described"),
        ("Essais en cours", "Trials under way"),
        ("Des clients paient", "Customers pay"),
        ("Les ventes se répètent", "Sales repeat"),
    ),
    _criterion(
        "team",
        30,
        _both("Équipe", "Team"),
        ("Les personnes qui feront le projet.", "The people who will do it."),
        ("Une idée, personne", "An idea, nobody"),
        ("Une personne seule", "One person alone"),
        ("Une équipe incomplète", "A team with gaps"),
        ("Une équipe complète", "A whole team"),
        ("Elle l’a déjà fait", "It has done it before"),
    ),
]

QUESTIONS: list[Any] = [
    {
        "id": "company",
        "type": "text",
        "required": True,
        "max_chars": 120,
        "label": _both("Nom de l’entreprise", "Company name"),
    },
    {
        "id": "siren",
        "type": "siren",
        "label": _both("Numéro SIREN", "SIREN number"),
        "hint": _both("Neuf chiffres, si vous l’avez.", "Nine digits, if you have one."),
    },
    {
        "id": "founded",
        "type": "year",
        "required": True,
        "max": 2100,
        "label": _both("Année de création", "Year of foundation"),
    },
    {
        "id": "city",
        "type": "text",
        "required": True,
        "max_chars": 80,
        "label": _both("Ville", "City"),
    },
    {
        "id": "postcode",
        "type": "postcode",
        "required": True,
        "label": _both("Code postal", "Postcode"),
    },
    {
        "id": "domain",
        "type": "choice",
        "required": True,
        "choices": [],
        "label": _both("Domaine", "Domain"),
    },
    {
        "id": "pitch",
        "type": "text",
        "required": True,
        "max_chars": 600,
        "label": _both("Votre projet", "Your project"),
        "hint": _both("En 600 caractères.", "In 600 characters."),
    },
    {
        "id": "headcount",
        "type": "integer",
        "required": True,
        "min": 0,
        "label": _both("Effectif", "Number of people"),
    },
    {
        "id": "deck",
        "type": "file",
        "accept": ["application/pdf"],
        "max_mb": 10,
        "label": _both("Présentation", "Deck"),
        "hint": _both("Un PDF de 10 Mo au plus.", "One PDF, 10 MB at most."),
    },
    {
        "id": "contact",
        "type": "person",
        "required": True,
        "label": _both("Personne à joindre", "Person to contact"),
    },
]

# Days from today and the hour, for a first calendar that the organizer then corrects.
CALENDAR = {
    "opens_at": (7, 9, 0),
    "closes_at": (35, 23, 59),
    "review_from": (36, 9, 0),
    "review_until": (46, 18, 0),
    "deliberation_at": (49, 14, 0),
    "notified_at": (50, 10, 0),
    "confirm_until": (53, 18, 0),
    "offers_until": (56, 18, 0),
}
