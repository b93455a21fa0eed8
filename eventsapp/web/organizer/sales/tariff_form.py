"""A tariff as an organizer types it. Text in, a draft out; no database, no rule."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from wtforms import BooleanField, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from eventsapp.domain.ticketing.catalogue import drafts
from eventsapp.domain.ticketing.catalogue.drafts import NewProduct
from eventsapp.domain.ticketing.catalogue.models import Product, ProductKind
from eventsapp.kernel import words
from eventsapp.kernel.i18n import _
from eventsapp.web.forms.fields import CountField, LineField, LocalDateTimeField, MoneyField
from eventsapp.web.forms.spoken import SpokenPart
from eventsapp.web.organizer.programme.forms import DeskForm


class SaleForm(DeskForm):
    """What a tariff and a pass have in common; ``zone`` is that of the series."""

    label_fr = LineField(longest=drafts.LONGEST_LABEL)
    label_en = LineField(longest=drafts.LONGEST_LABEL)
    price = MoneyField()
    vat = SelectField(coerce=int)
    sale_from = LocalDateTimeField()
    sale_until = LocalDateTimeField()
    hidden = BooleanField()
    approval = BooleanField()
    proof = BooleanField()
    places = CountField(most=drafts.MOST_PLACES)
    per_order_min = CountField(least=1, most=drafts.MOST_A_BASKET)
    per_order_max = CountField(least=1, most=drafts.MOST_A_BASKET)
    tickets_per_unit = CountField(least=1, most=drafts.MOST_A_UNIT)
    code = LineField(longest=drafts.LONGEST_CODE)

    def __init__(self, *, zone: str, **given: Any) -> None:
        # Set before the data is read: the hours typed are those of the series.
        self.zone = zone
        super().__init__(**given)
        self.vat.choices = [(rate, words.rate(rate)) for rate in drafts.VAT_RATES]
        for name, label in labels().items():
            if name in self:
                self[name].label.text = label

    def process(self, *args: Any, **given: Any) -> None:
        for field in (self.sale_from, self.sale_until):
            field.zone = self.zone
        super().process(*args, **given)

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        for name in ("label_fr", "price"):
            if self[name].data in (None, "") and not self[name].errors:
                self[name].errors = [_("Ce champ est nécessaire.")]
                good = False
        return good

    def draft(self, code: str) -> NewProduct:
        """What the commands want.

        Args:
            code: the one to take where none was typed.
        """
        label = self.label_fr.data or ""
        return NewProduct(
            code=(self.code.data or code).upper(),
            label_fr=label,
            label_en=self.label_en.data or label,
            price_cents=self.price.data if self.price.data is not None else -1,
            places=self.places.data,
            vat_bp=self.vat.data,
            sale_from=self.sale_from.data,
            sale_until=self.sale_until.data,
            per_order_min=self.per_order_min.data or 1,
            per_order_max=self.per_order_max.data or 10,
            hidden=bool(self.hidden.data),
            approval=bool(self.approval.data),
            proof=bool(self.proof.data),
            tickets_per_unit=self.tickets_per_unit.data or 1,
        )

    def unfolded(self, *names: str) -> bool:
        """Whether one of these fields is wrong: then it is shown whatever is folded."""
        return any(self[name].errors for name in names)


class TariffForm(SaleForm):
    """A tariff of one event; ``others``: the (code, words) of tariffs it may ask for."""

    kind = SelectField()
    price_max = MoneyField()
    price_suggested = MoneyField()
    per_slot = BooleanField()
    requires = SelectMultipleField(
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    def __init__(self, *, others: Iterable[tuple[str, str]], **given: Any) -> None:
        super().__init__(**given)
        self.kind.choices = list(kind_words().items())
        self.requires.choices = list(others)

    def draft(self, code: str) -> NewProduct:
        """What the commands want; see ``SaleForm``."""
        return replace(
            super().draft(code),
            kind=ProductKind(self.kind.data),
            per_slot=bool(self.per_slot.data),
            price_max_cents=self.price_max.data,
            price_suggested_cents=self.price_suggested.data if self.price_max.data else None,
            requires=list(self.requires.data or ()),
        )


class PassForm(SaleForm):
    """A pass; its events stand beside it, one ``PartForm`` each."""

    def draft(self, code: str) -> NewProduct:
        """What the commands want; see ``SaleForm``."""
        return replace(super().draft(code), kind=ProductKind.PASS)


class PartForm(SpokenPart):
    """One event that a pass may be for: whether it is, and the weight of its share."""

    on = BooleanField()
    weight = MoneyField()

    def __init__(self, event_id: int, **given: Any) -> None:
        super().__init__(prefix=f"event{event_id}-", **given)
        self.event_id = event_id

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        if good and self.on.data and self.weight.data is None:
            self.weight.errors = [_("Écrivez un prix en euros, par exemple 19,00.")]
            return False
        return good or not self.on.data


def values(product: Product | None, places: int | None) -> dict[str, Any]:
    """What the form shows of a tariff; ``places``: its own stock."""
    if product is None:
        return {
            "version": "0",
            "kind": "admission",
            "vat": drafts.VAT_RATES[0],
            "per_order_min": 1,
            "per_order_max": 10,
            "tickets_per_unit": 1,
        }
    same = (
        "label_fr", "label_en", "sale_from", "sale_until", "hidden", "approval", "proof",
        "per_order_min", "per_order_max", "tickets_per_unit", "per_slot", "code",
    )  # fmt: skip
    return {name: getattr(product, name) for name in same} | {
        "version": str(product.version),
        "kind": product.kind.value,
        "price": product.price_cents,
        "vat": product.vat_bp,
        "price_max": product.price_max_cents,
        "price_suggested": product.price_suggested_cents,
        "places": places,
        "requires": list(product.requires or ()),
    }


def differences(mine: SaleForm, saved: SaleForm) -> list[tuple[str, str, str]]:
    """(label, what is saved, what was typed) of the fields that differ."""
    return [
        (field.label.text, spoken(saved[field.name]), spoken(field))
        for field in mine
        if field.name != "version" and spoken(saved[field.name]) != spoken(field)
    ]


def spoken(field: Any) -> str:
    """What a field holds, as a person reads it."""
    if isinstance(field, BooleanField):
        return _("oui") if field.data else _("non")
    if isinstance(field, SelectMultipleField):
        return ", ".join(word for key, word in field.choices if key in (field.data or ())) or "—"
    if isinstance(field, SelectField):
        return next((str(word) for key, word in field.choices if key == field.data), "—")
    return str(field._value()).replace("T", " ") or "—"


def kind_words() -> dict[str, str]:
    """The kinds that a tariff of one event may have."""
    return {
        "admission": _("entrée"),
        "add_on": _("option : un repas, un atelier, un objet"),
        "invitation": _("invitation"),
        "exhibitor": _("exposant"),
        "press": _("presse"),
        "door_sale": _("vente à la porte"),
    }


def labels() -> dict[str, str]:
    return {
        "label_fr": _("Libellé en français"),
        "label_en": _("Libellé en anglais"),
        "kind": _("Genre"),
        "price": _("Prix, TTC"),
        "vat": _("TVA comprise"),
        "price_max": _("Prix le plus haut"),
        "price_suggested": _("Prix proposé"),
        "sale_from": _("En vente à partir de"),
        "sale_until": _("En vente jusqu’à"),
        "hidden": _("Masqué : il faut un code pour le voir et le prendre"),
        "approval": _("Sur demande : vous répondez avant que le billet soit donné"),
        "proof": _("Sur justificatif, à montrer à l’entrée"),
        "places": _("Places de ce tarif"),
        "per_order_min": _("Par commande, au moins"),
        "per_order_max": _("Par commande, au plus"),
        "tickets_per_unit": _("Billets par unité vendue"),
        "per_slot": _("On choisit sa séance en prenant le billet"),
        "requires": _("Se prend avec"),
        "code": _("Code du tarif"),
    }


#: Field -> what is wrong with what the rules refused.
MALFORMED: dict[str, Callable[[], str]] = {
    "code": lambda: _("Un code court : lettres, chiffres, tirets."),
    "label_fr": lambda: _("Donnez un libellé."),
    "label_en": lambda: _("Donnez un libellé."),
    "price": lambda: _("0 € ou de 0,50 € à 10 000 € : sous 0,50 €, aucune carte ne paie."),
    "price_max": lambda: _("Plus que le prix du dessus, et 10 000 € au plus."),
    "price_suggested": lambda: _("Entre le prix le plus bas et le plus haut ; 0 € ou 0,50 €."),
    "events": lambda: _("Cochez au moins un événement ; un poids va de 0 à 10 000 €."),
    "vat": lambda: _("Choisissez dans la liste."),
    "sale_until": lambda: _("La fin vient après le début."),
    "per_order_min": lambda: _("Un nombre d’au moins 1."),
    "per_order_max": lambda: _("Au moins autant que le plus petit nombre d’une commande."),
    "tickets_per_unit": lambda: _("De 1 à 100 billets."),
    "requires": lambda: _("Choisissez dans la liste."),
    "per_slot": lambda: _("Une option n’a pas de séance, et il faut des séances pour choisir."),
    "places": lambda: _("Donnez un nombre : une option, ou un événement sans jauge, l’exige."),
}


def beside(form: SaleForm, field: str, sentences: Sequence[str]) -> None:
    """Say what was refused beside its field."""
    form[field if field in form else "label_fr"].errors = list(sentences)
