"""The buyer's form: who orders, who comes, what is accepted. No database."""

import re
from collections.abc import Mapping, Sequence

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, IntegerField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from eventsapp.domain.questions.fields import luhn
from eventsapp.domain.ticketing.sales.orders import Attendee, Buyer
from eventsapp.kernel import spelling
from eventsapp.kernel.i18n import _
from eventsapp.web.forms.spoken import SpokenForm


class Words(Length):
    """A text that fits; the message says by how much."""

    def __init__(self, most: int) -> None:
        super().__init__(max=most)
        self.most = most

    def __call__(self, form: SpokenForm, field: StringField) -> None:
        if field.data and len(field.data) > self.most:
            raise ValidationError(_("{most} caractères au plus.", most=self.most))


class BuyerForm(SpokenForm):
    """Labels are set when a page is made, so that they speak the reader's language."""

    class Meta:
        csrf = False  # an anonymous page: the hold's secret and the Origin check guard it

    email = StringField(filters=[spelling.line])
    first_name = StringField(validators=[Optional(), Words(100)])
    last_name = StringField(validators=[Optional(), Words(100)])
    phone = StringField(validators=[Optional(), Words(30)])
    for_company = BooleanField()
    company = StringField(validators=[Words(200)])  # Optional() would skip validate_company
    siren = StringField(validators=[Optional(), Words(20)])
    terms = BooleanField()
    marketing = BooleanField()
    shown_total = IntegerField(validators=[InputRequired()])

    def __init__(self, *args: object, paid: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.paid = paid
        self.email.label.text = _("Adresse électronique")
        self.first_name.label.text = _("Prénom")
        self.last_name.label.text = _("Nom")
        self.phone.label.text = _("Téléphone")
        self.for_company.label.text = _("Je commande pour une entreprise ou une association")
        self.company.label.text = _("Raison sociale")
        self.siren.label.text = _("SIREN")
        self.terms.label.text = _("J’accepte les conditions de vente.")
        self.marketing.label.text = _("L’organisateur peut m’écrire sur ses prochains événements.")

    def validate_email(self, field: StringField) -> None:
        try:
            field.data = spelling.address(field.data or "")
        except ValueError:
            raise ValidationError(
                _("Donnez une adresse électronique complète : les billets y seront envoyés.")
            ) from None

    def validate_terms(self, field: BooleanField) -> None:
        if not field.data:
            raise ValidationError(_("Acceptez les conditions de vente pour commander."))

    def validate_company(self, field: StringField) -> None:
        if self.for_company.data and not spelling.line(field.data):
            raise ValidationError(_("Indiquez la raison sociale."))

    def validate_siren(self, field: StringField) -> None:
        digits = "".join((field.data or "").split())
        if not digits:
            return
        if not (digits.isascii() and digits.isdigit() and len(digits) == 9 and luhn(digits)):
            raise ValidationError(_("Un SIREN a neuf chiffres, dont un de contrôle. Vérifiez-le."))
        field.data = digits

    def buyer(self, locale: str) -> Buyer:
        company = bool(self.for_company.data)
        return Buyer(
            email=self.email.data or "",
            first_name=spelling.line(self.first_name.data),
            last_name=spelling.line(self.last_name.data),
            phone=spelling.phone(self.phone.data or ""),
            company=spelling.line(self.company.data) if company else "",
            siren=(self.siren.data or "") if company else "",
            locale=locale,
            marketing_consent=bool(self.marketing.data),
        )


def attendees(form: Mapping[str, str], counts: Sequence[int]) -> list[list[Attendee]]:
    """Names per line from ``first-<line>-<n>``, ``last-…``, ``company-…``; empty is allowed."""
    return [
        [_attendee(form, f"{line}-{number}") for number in range(count)]
        for line, count in enumerate(counts)
    ]


_NAME = re.compile(r"(first|last|company|q\d+)-(\d+)-(\d+)(\.text)?")


def without_line(form: MultiDict[str, str], gone: int) -> MultiDict[str, str]:
    """What was typed, when the line of this number is taken out: later lines move up."""
    kept: MultiDict[str, str] = MultiDict()
    for name, text in form.items(multi=True):
        found = _NAME.fullmatch(name)
        if found is None:
            kept.add(name, text)
            continue
        field, line, number, of = found[1], int(found[2]), found[3], found[4] or ""
        if line != gone:
            kept.add(f"{field}-{line - (line > gone)}-{number}{of}", text)
    return kept


def _attendee(form: Mapping[str, str], key: str) -> Attendee:
    return Attendee(
        first_name=spelling.line(form.get(f"first-{key}"))[:100],
        last_name=spelling.line(form.get(f"last-{key}"))[:100],
        company=spelling.line(form.get(f"company-{key}"))[:200],
    )
