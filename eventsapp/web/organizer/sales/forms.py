"""A code as an organizer types it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from eventsapp.domain.ticketing.catalogue.discounts import MOST_AT_ONCE, NewDiscount
from eventsapp.domain.ticketing.catalogue.models import DiscountEffect
from eventsapp.kernel.i18n import _
from eventsapp.web.forms.fields import CountField, LineField, LocalDateTimeField, MoneyField
from eventsapp.web.forms.spoken import SpokenForm


@dataclass(frozen=True)
class ProductGroup:
    """The tariffs of one event, or the passes (``key`` 0)."""

    key: int
    title: str
    products: tuple[tuple[int, str], ...]


class DiscountForm(SpokenForm):
    """``values``: what ``discounts.create`` wants, once the form is valid."""

    class Meta:
        csrf = False  # the token of the desk is checked for every request (web/access.py)

    code = LineField(longest=60)
    effect = SelectField()
    percent = CountField(least=1, most=100)
    amount = MoneyField()
    copies = CountField(least=1, most=MOST_AT_ONCE)
    products = SelectMultipleField(
        coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    # Events of which every tariff is meant.
    whole = SelectMultipleField(
        coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    most_uses = CountField(least=1, most=1_000_000)
    valid_from = LocalDateTimeField()
    valid_until = LocalDateTimeField()

    def __init__(self, *, zone: str, groups: Sequence[ProductGroup], **given: Any) -> None:
        # Set before the data is read: the hours typed are those of the series.
        self.zone = zone
        self.groups = groups
        super().__init__(**given)
        self.effect.choices = list(effect_words().items())
        self.products.choices = [pair for group in groups for pair in group.products]
        self.whole.choices = [(group.key, group.title) for group in groups]
        for name, label in _labels().items():
            self[name].label.text = label

    @property
    def grouped(self) -> list[tuple[ProductGroup, Any, list[Any]]]:
        """(group, its box for all, the boxes of its tariffs), as they stand on the page."""
        boxes, wholes = iter(list(self.products)), iter(list(self.whole))
        return [(one, next(wholes), [next(boxes) for _pair in one.products]) for one in self.groups]

    @property
    def chosen(self) -> list[int]:
        """The tariffs that are ticked, and all of the events that are."""
        whole = set(self.whole.data or ())
        ticked = set(self.products.data or ())
        return [
            key
            for group in self.groups
            for key, _word in group.products
            if key in ticked or group.key in whole
        ]

    def process(self, *args: Any, **given: Any) -> None:
        for field in (self.valid_from, self.valid_until):
            field.zone = self.zone
        super().process(*args, **given)

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        for name, message in self._mistakes():
            self[name].errors = [*self[name].errors, message]
            good = False
        return good

    def _mistakes(self) -> list[tuple[str, str]]:
        found = []
        if not self.code.data:
            found.append(("code", _("Ce champ est nécessaire.")))
        if not self.chosen and not self.products.errors:
            found.append(("products", _("Cochez au moins un tarif.")))
        if self.effect.data == "percent" and self.percent.data is None and not self.percent.errors:
            found.append(("percent", _("Écrivez un pourcentage.")))
        if self.effect.data == "fixed" and not self.amount.data and not self.amount.errors:
            found.append(("amount", _("Écrivez un montant en euros.")))
        first, last = self.valid_from.data, self.valid_until.data
        if first and last and first >= last:
            found.append(("valid_until", _("La fin vient après le début.")))
        return found

    @property
    def new(self) -> NewDiscount:
        effect = DiscountEffect(self.effect.data)
        value = {
            DiscountEffect.PERCENT: self.percent.data,
            DiscountEffect.FIXED: self.amount.data,
        }.get(effect, 0)
        return NewDiscount(
            code=self.code.data or "",
            effect=effect,
            value=value or 0,
            product_ids=self.chosen,
            most_uses=self.most_uses.data,
            valid_from=self.valid_from.data,
            valid_until=self.valid_until.data,
        )


def effect_words() -> dict[str, str]:
    return {
        "percent": _("une part du prix, en %"),
        "fixed": _("un montant par billet"),
        "unlock": _("ouvre un tarif masqué"),
        "unlock_free": _("ouvre un tarif masqué, gratuit"),
    }


def _labels() -> dict[str, str]:
    return {
        "code": _("Code"),
        "effect": _("Ce qu’il fait"),
        "copies": _("Combien de codes"),
        "whole": _("Pour quels tarifs"),
        "percent": _("Réduction, en %"),
        "amount": _("Réduction, en euros"),
        "products": _("Pour quels tarifs"),
        "most_uses": _("Billets au plus"),
        "valid_from": _("Valable à partir de"),
        "valid_until": _("Valable jusqu’à"),
    }
