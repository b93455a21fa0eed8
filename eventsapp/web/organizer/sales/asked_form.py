"""One question to buyers and attendees as a form. Text in, a draft out; no database."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from wtforms import BooleanField, SelectField

from eventsapp.domain.ticketing.asking import drafts
from eventsapp.domain.ticketing.asking.drafts import AskedDraft, Scope
from eventsapp.domain.ticketing.asking.models import AskedQuestion, Kind
from eventsapp.kernel.i18n import _
from eventsapp.web.forms import asked_if
from eventsapp.web.organizer.wording import ALWAYS, WordingForm, as_lines

SERIES, EVENT, PRODUCT = "series", "event", "tariff"
EACH, ONCE = "ticket", "order"
KINDS: Mapping[Kind, Callable[[], str]] = {
    Kind.LINE: lambda: _("Texte d’une ligne"),
    Kind.TEXT: lambda: _("Texte de plusieurs lignes"),
    Kind.CHOICE: lambda: _("Un choix dans une liste"),
    Kind.CHOICES: lambda: _("Plusieurs choix dans une liste"),
    Kind.NUMBER: lambda: _("Nombre"),
    Kind.DATE: lambda: _("Date"),
    Kind.CONSENT: lambda: _("Consentement, une case à cocher"),
}


class AskedForm(WordingForm):
    """``before``: questions with choices that may be a condition; ``scopes``: (key, words) of what
    it may be asked with."""

    scope = SelectField()
    asked_of = SelectField()
    sensitive = BooleanField()
    at_door = BooleanField()

    def __init__(
        self,
        *args: Any,
        kind: Kind,
        before: Sequence[AskedQuestion],
        scopes: Sequence[tuple[str, str]],
        **given: Any,
    ) -> None:
        self.kind = kind
        super().__init__(*args, **given)
        self.scope.choices = list(scopes)
        self.asked_of.choices = [
            (EACH, _("Chaque participant, à son nom")),
            (ONCE, _("Qui commande, une fois")),
        ]
        self.when.choices = [(ALWAYS, _("Toujours")), *_conditions(before)]

    def more_labels(self) -> dict[str, str]:
        return {
            "scope": _("Demandée avec"),
            "asked_of": _("Qui répond"),
            "at_door": _("Montrer la réponse à la porte"),
            "sensitive": _("Réponse sensible : repas, accès"),
        }

    def draft(self) -> AskedDraft:
        """What the command wants."""
        question, _mark, choice = (self.when.data or "").partition("|")
        return AskedDraft(
            kind=self.kind,
            scope=scope_of(self.scope.data or SERIES),
            label_fr=self.label_fr.data or "",
            label_en=self.label_en.data or "",
            hint_fr=self.hint_fr.data or "",
            hint_en=self.hint_en.data or "",
            sensitive=bool(self.sensitive.data),
            per_order=self.asked_of.data == ONCE,
            required=bool(self.required.data),
            at_door=bool(self.at_door.data),
            max_chars=self.max_chars.data,
            least=self.least.data,
            most=self.most.data,
            choices=self.pairs(),
            when=(int(question), choice) if question else None,
        )


def values(draft: AskedDraft) -> dict[str, Any]:
    """A draft as the data of the form."""
    names = (
        "label_fr", "label_en", "hint_fr", "hint_en", "required", "sensitive", "at_door",
        "max_chars", "least", "most",
    )  # fmt: skip
    return {name: getattr(draft, name) for name in names} | {
        "choices": as_lines(draft.choices),
        "scope": key_of(draft.scope),
        "asked_of": ONCE if draft.per_order else EACH,
        "when": f"{draft.when[0]}|{draft.when[1]}" if draft.when else ALWAYS,
    }


def parts(kind: Kind) -> set[str]:
    """Which fields a question of this kind has, beside its words."""
    if kind in drafts.WITH_CHOICES:
        return {"choices", "required"}
    if kind is Kind.NUMBER:
        return {"limits", "required"}
    if kind in (Kind.LINE, Kind.TEXT):
        return {"max_chars", "required"}
    # A consent is a class of its own, and free.
    return set() if kind is Kind.CONSENT else {"required"}


def key_of(scope: Scope) -> str:
    """The option that says with what a question is asked."""
    if scope.product_id is not None:
        return f"{PRODUCT}-{scope.product_id}"
    return f"{EVENT}-{scope.event_id}" if scope.event_id is not None else SERIES


def scope_of(key: str) -> Scope:
    """The scope that an option says; that of the series for what says nothing."""
    kind, _dash, number = key.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return Scope()
    return Scope(event_id=int(number)) if kind == EVENT else Scope(product_id=int(number))


def _conditions(before: Sequence[AskedQuestion]) -> list[tuple[str, str]]:
    """Every choice of the earlier questions, as a sentence."""
    read = [drafts.as_field(one) for one in before]
    return [
        (
            f"{one.id}|{choice}",
            _(
                "Si {condition}",
                condition=asked_if.told({"field": field.id, "in": [choice]}, read),
            ),
        )
        for one, field in zip(before, read, strict=True)
        for choice, _label in field.choices
    ]
