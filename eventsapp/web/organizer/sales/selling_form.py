"""Who buys at the desk, and how it is paid. Text in, ``Buyer`` and ``Deal`` out."""

from datetime import date, datetime, time
from typing import Any

from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from eventsapp.domain.ticketing.sales.deals import BY_TRANSFER, Deal, Means, PurchaseOrder
from eventsapp.domain.ticketing.sales.orders import Buyer
from eventsapp.kernel import clock, spelling
from eventsapp.kernel.i18n import _
from eventsapp.web.forms.fields import LineField
from eventsapp.web.forms.spoken import SpokenForm

#: Field of a ``DealMalformed`` -> the field of the form that is to be corrected.
FIELDS = {"reason": "reason", "due": "due", "due_late": "due", "siret": "siret"}


class SaleForm(SpokenForm):
    class Meta:
        csrf = False  # the token of the desk is checked for every request (web/access.py)

    email = LineField(longest=254)
    first_name = LineField(longest=100)
    last_name = LineField(longest=100)
    phone = LineField(longest=30)
    company = LineField(longest=200)
    address = LineField(longest=300)
    locale = SelectField(default="fr")
    means = RadioField(default=Means.GIVEN.value)
    reason = LineField(longest=500)
    due = DateField(validators=[Optional()])
    siret = LineField(longest=20)
    service = LineField(longest=100)
    engagement = LineField(longest=100)
    beyond = LineField(longest=500)
    notify = BooleanField(default=True)
    shown_total = IntegerField(validators=[InputRequired()])

    def __init__(self, *, zone: str, costs: bool, **given: Any) -> None:
        super().__init__(**given)
        self.zone, self.costs = zone, costs
        self.locale.choices = [("fr", "Français"), ("en", "English")]
        words = means_words()
        self.means.choices = list(words.items()) if costs else [(Means.GIVEN.value, _("gratuit"))]
        if not self.means.data or not costs:
            self.means.data = Means.GIVEN.value
        for name, label in _labels().items():
            self[name].label.text = label

    @property
    def chosen(self) -> Means:
        return Means(self.means.data)

    @property
    def writes(self) -> bool:
        """Whether letters leave. What is to be transferred is written whatever is ticked."""
        wanted = bool(self.notify.data) or self.chosen in BY_TRANSFER
        return wanted and bool(self.email.data)

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        for name, message in self._mistakes() if good else []:
            self[name].errors = [*self[name].errors, message]
            good = False
        return good

    def _mistakes(self) -> list[tuple[str, str]]:
        found = []
        if self.email.data:
            try:
                self.email.data = spelling.address(self.email.data)
            except ValueError:
                found.append(("email", _("Donnez une adresse électronique complète.")))
        elif self.chosen in BY_TRANSFER:
            found.append(("email", _("La somme à virer est écrite à cette adresse.")))
        elif self.notify.data:
            words = _("Sans adresse, rien ne peut partir : décochez l’envoi, et imprimez.")
            found.append(("email", words))
        if self.chosen is Means.PURCHASE_ORDER and not self.company.data:
            found.append(("company", _("Indiquez l’organisme qui commande.")))
        return found

    def refuse(self, field: str) -> None:
        """Say beside a field why the rules do not take what was agreed on."""
        name = FIELDS[field]
        self[name].errors = [*self[name].errors, _mistake_words()[field]]

    def buyer(self) -> Buyer:
        return Buyer(
            email=self.email.data or "",
            first_name=self.first_name.data or "",
            last_name=self.last_name.data or "",
            phone=spelling.phone(self.phone.data or ""),
            company=self.company.data or "",
            address=self.address.data or "",
            locale=self.locale.data or "fr",
        )

    def deal(self) -> Deal:
        numbers = PurchaseOrder(
            self.siret.data or "", self.service.data or "", self.engagement.data or ""
        )
        return Deal(
            self.chosen,
            self.reason.data or "",
            end_of(self.due.data, self.zone) if self.chosen in BY_TRANSFER else None,
            numbers if self.chosen is Means.PURCHASE_ORDER else None,
            self.beyond.data or "",
        )


def end_of(day: date | None, zone: str) -> datetime | None:
    """The last minute of a day where the series is."""
    if day is None or not 2000 <= day.year <= 2200:
        return None
    return clock.from_local(datetime.combine(day, time(23, 59)), zone)


def means_words() -> dict[str, str]:
    return {
        "given": _("offerte : 0 €, les billets partent aussitôt"),
        "terminal": _("payée sur place, sur votre terminal de carte"),
        "transfer": _("à payer par virement, avant une date"),
        "purchase_order": _("bon de commande d’un organisme public, à payer par virement"),
    }


def _mistake_words() -> dict[str, str]:
    return {
        "reason": _("Dites pourquoi elle est offerte : le journal le garde."),
        "due": _("Donnez un jour à venir."),
        "due_late": _(
            "Ce jour vient après l’événement. Avancez-le, ou dites plus bas pourquoi vous dépassez."
        ),
        "siret": _("Un SIRET a quatorze chiffres, dont un de contrôle. Vérifiez-le."),
    }


def _labels() -> dict[str, str]:
    return {
        "email": _("Adresse électronique"),
        "first_name": _("Prénom"),
        "last_name": _("Nom"),
        "phone": _("Téléphone"),
        "company": _("Société ou organisme"),
        "address": _("Adresse postale"),
        "locale": _("Langue de ses courriels"),
        "means": _("La commande est"),
        "reason": _("Motif"),
        "due": _("À payer avant la fin du"),
        "siret": _("SIRET"),
        "service": _("Code service"),
        "engagement": _("Numéro d’engagement"),
        "beyond": _("Pourquoi dépasser une limite"),
        "notify": _("Envoyer les billets à cette adresse"),
    }
