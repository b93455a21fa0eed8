"""What the buyers of the reference series are asked, and what they said.

Nobody has to answer, as in life: two of three say what they do, some what they eat. The words are
the organizers' own; who says what follows from the number of the ticket, so that two loads agree.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from eventsapp.domain.programme.models import Event, Series
from eventsapp.domain.questions.fields import TICKED
from eventsapp.domain.ticketing.asking import composing
from eventsapp.domain.ticketing.asking.answering import Typed
from eventsapp.domain.ticketing.asking.drafts import AskedDraft, Scope, name_of
from eventsapp.domain.ticketing.asking.models import AskedQuestion, Kind
from eventsapp.domain.ticketing.catalogue.models import Product

OPENING, LUNCH = "ftw15-01", "ftw15-05/SMART-DEJ"
WORK = (
    ("Développement", "Software"),
    ("Produit et design", "Product and design"),
    ("Direction", "Management"),
    ("Recherche et études", "Research and studies"),
)
MEALS = (
    ("Je mange de tout", "I eat everything"),
    ("Végétarien", "Vegetarian"),
    ("Sans gluten", "Gluten-free"),
)
#: By the codes of the reference case.
NEEDS = {"LSF": "Interprétation en langue des signes", "PMR": "Accès en fauteuil roulant"}
SOURCES = (
    ("Un ami, un collègue", "A friend, a colleague"),
    ("La presse", "The press"),
    ("Une édition passée", "An earlier edition"),
)


def load(
    series: Series, events: Mapping[str, Event], products: Mapping[str, Product]
) -> dict[str, AskedQuestion]:
    """Write the questions; returns them by a word of ours."""
    opening = Scope(event_id=events[OPENING].id)
    lunch = Scope(product_id=products[LUNCH].id)
    drafts = {
        "work": AskedDraft(
            Kind.CHOICE, Scope(), "Votre métier", "Your work", choices=WORK,
            hint_fr="Pour composer les tables rondes.", hint_en="To set up the round tables.",
        ),
        "photos": AskedDraft(
            Kind.CONSENT, Scope(),
            "J’accepte d’être pris en photo ; les photos paraissent sur le site de la série.",
            "I agree to be photographed; photos appear on the site of the series.",
            "Vous pouvez changer d’avis sur la page de la commande.",
            "You can change your mind on the page of the order.",
            at_door=True,
        ),
        "source": AskedDraft(
            Kind.CHOICE, Scope(), "Qui vous a parlé de nous ?", "Who told you about us?",
            choices=SOURCES, per_order=True,
        ),
        "meal": AskedDraft(
            Kind.CHOICE, opening, "Au cocktail", "At the cocktail", choices=MEALS, sensitive=True
        ),
        "access": AskedDraft(
            Kind.LINE, opening, "Un besoin pour venir ?", "Anything you need to come?",
            "Un siège, une place de parking, une boucle magnétique…",
            "A seat, a parking place, an induction loop…", sensitive=True,
        ),
        "dish": AskedDraft(
            Kind.CHOICE, lunch, "Votre plat", "Your dish",
            choices=(("Poisson", "Fish"), ("Végétarien", "Vegetarian")), required=True,
        ),
    }  # fmt: skip
    return {name: composing.add(series.id, one, actor="system") for name, one in drafts.items()}


def answers_of(asked: Mapping[str, AskedQuestion], tickets: Sequence[Mapping[str, Any]]) -> Typed:
    """What one order said. ``tickets``: of the reference case, each with its number."""
    seats = {(0, place): _of_ticket(asked, one) for place, one in enumerate(tickets)}
    first = _number(tickets[0]) if tickets else 0
    source = {} if first % 2 else _choice(asked["source"], first // 2)
    return Typed(source, seats)


def _of_ticket(asked: Mapping[str, AskedQuestion], ticket: Mapping[str, Any]) -> dict[str, Any]:
    """Consents and access needs are those of the reference case."""
    number = _number(ticket)
    said: dict[str, Any] = {}
    if number % 3:
        said |= _choice(asked["work"], number // 3)
    if number % 2:
        # Of ten, seven eat everything.
        said |= _choice(asked["meal"], (0, 0, 1, 0, 0, 2, 0, 0, 1, 0)[number // 2 % 10])
    if ticket["photo_consent"]:
        said[name_of(asked["photos"].id)] = TICKED
    if ticket["accessibility_need"]:
        said[name_of(asked["access"].id)] = NEEDS[ticket["accessibility_need"]]
    return said


def _choice(question: AskedQuestion, place: int) -> dict[str, Any]:
    choices = question.terms["choices"]
    return {name_of(question.id): choices[place % len(choices)]["id"]}


def _number(ticket: Mapping[str, Any]) -> int:
    return int("".join(letter for letter in ticket["id"] if letter.isdigit()))
