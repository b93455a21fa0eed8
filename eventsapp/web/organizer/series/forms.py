"""The frame of a series and the legal identity of its seller. Text in, drafts out."""

import re
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from wtforms import DateField, TextAreaField
from wtforms.validators import Length, Optional

from eventsapp.domain.programme.frame import DomainDraft, SeriesDraft
from eventsapp.kernel import bank, spelling
from eventsapp.kernel.i18n import _
from eventsapp.web.forms.fields import LineField
from eventsapp.web.forms.spoken import SpokenForm

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LEGAL = {
    "legal_form": "form",
    "siren": "siren",
    "vat_number": "vat_number",
    "email": "email",
    "phone": "phone",
    "iban": "iban",
    "bic": "bic",
    "director": "publication_director",
}
PARTS = {
    "address": {"street": "street", "postcode": "postcode", "city": "city"},
    "host": {"host_name": "name", "host_address": "address", "host_phone": "phone"},
    "mediator": {
        "mediator_name": "name",
        "mediator_address": "address",
        "mediator_url": "url",
    },
}


class SeriesForm(SpokenForm):
    class Meta:
        csrf = False  # the token of the desk is checked for every request (web/access.py)

    title_fr = LineField(longest=160)
    title_en = LineField(longest=160)
    slug = LineField(longest=60)
    starts_on = DateField(validators=[Optional()])
    ends_on = DateField(validators=[Optional()])
    timezone = LineField(longest=60, default="Europe/Paris")
    domains = TextAreaField(validators=[Length(max=3000)])
    seller = LineField(longest=160)
    legal_form = LineField(longest=120)
    siren = LineField(longest=20)
    vat_number = LineField(longest=20)
    street = LineField(longest=200)
    postcode = LineField(longest=12)
    city = LineField(longest=80)
    email = LineField(longest=254)
    phone = LineField(longest=30)
    director = LineField(longest=160)
    iban = LineField(longest=42)
    bic = LineField(longest=14)
    host_name = LineField(longest=160)
    host_address = LineField(longest=300)
    host_phone = LineField(longest=30)
    mediator_name = LineField(longest=160)
    mediator_address = LineField(longest=300)
    mediator_url = LineField(longest=300)

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        for name, label in _labels().items():
            self[name].label.text = label

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        for name, message in self._mistakes():
            self[name].errors = [message]
            good = False
        return good

    def _mistakes(self) -> list[tuple[str, str]]:
        found = [
            (name, _("Ce champ est nécessaire."))
            for name in ("title_fr", "seller", "starts_on", "ends_on")
            if not self[name].data and not self[name].errors
        ]
        if not SLUG.fullmatch(self.slug.data or ""):
            found.append(("slug", _("Des lettres minuscules, des chiffres et des tirets.")))
        first, last = self.starts_on.data, self.ends_on.data
        if first and last and not 0 <= (last - first).days <= 366:
            found.append(("ends_on", _("La fin vient après le début, dans l’année.")))
        try:
            ZoneInfo(self.timezone.data or "")
        except (ZoneInfoNotFoundError, ValueError, OSError):
            found.append(("timezone", _("Écrivez un fuseau, par exemple Europe/Paris.")))
        siren = re.sub(r"\s", "", self.siren.data or "")
        if siren and not re.fullmatch(r"[0-9]{9}", siren):
            found.append(("siren", _("Neuf chiffres.")))
        for name, read, words in (
            ("iban", bank.iban, _("Cet IBAN n’existe pas : vérifiez ses chiffres.")),
            ("bic", bank.bic, _("Un BIC a huit ou onze lettres et chiffres.")),
        ):
            try:
                self[name].data = read(self[name].data) if self[name].data else ""
            except ValueError:
                found.append((name, words))
        url = self.mediator_url.data or ""
        if url and not url.lower().startswith(("https://", "http://")):
            found.append(("mediator_url", _("Une adresse commence par https://")))
        return found

    def named(self, parts: list[str]) -> list[str]:
        """The labels of parts of the identity, which are dotted names."""
        fields = {key: name for name, key in LEGAL.items()}
        for part, names in PARTS.items():
            fields |= {f"{part}.{key}": name for name, key in names.items()}
        return [self[fields[part]].label.text for part in parts]

    def draft(self) -> SeriesDraft:
        if self.starts_on.data is None or self.ends_on.data is None:
            raise ValueError("the form was not valid")
        return SeriesDraft(
            title_fr=self.title_fr.data or "",
            title_en=self.title_en.data or self.title_fr.data or "",
            slug=self.slug.data or "",
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            timezone=self.timezone.data or "Europe/Paris",
            domains=tuple(self._domains()),
        )

    def _domains(self) -> list[DomainDraft]:
        """One domain a line: its French name, then "; " and its English one."""
        found: dict[str, DomainDraft] = {}
        for line in spelling.lines(self.domains.data).split("\n"):
            french, _semicolon, english = line.partition(";")
            name = spelling.line(french)
            if name:
                found[name] = DomainDraft(name, spelling.line(english) or name)
        return list(found.values())

    def legal(self) -> dict[str, Any]:
        """The identity as ``Organisation.legal`` keeps it; empty parts are None."""
        facts: dict[str, Any] = {key: self[name].data or None for name, key in LEGAL.items()}
        facts["siren"] = re.sub(r"\s", "", self.siren.data or "") or None
        for part, names in PARTS.items():
            facts[part] = {key: self[name].data or None for name, key in names.items()}
        facts["address"]["country"] = "FR"
        return facts


def values_of(legal: dict[str, Any]) -> dict[str, Any]:
    """The fields of the form for a stored identity."""
    values = {name: legal.get(key) for name, key in LEGAL.items()}
    for part, names in PARTS.items():
        given = legal.get(part) or {}
        values |= {name: given.get(key) for name, key in names.items()}
    return values


def _labels() -> dict[str, str]:
    return {
        "title_fr": _("Titre en français"),
        "title_en": _("Titre en anglais"),
        "slug": _("Nom dans l’adresse"),
        "starts_on": _("Premier jour"),
        "ends_on": _("Dernier jour"),
        "timezone": _("Fuseau horaire"),
        "domains": _("Domaines"),
        "seller": _("Nom de l’organisme"),
        "legal_form": _("Forme juridique"),
        "siren": _("SIREN"),
        "vat_number": _("Numéro de TVA"),
        "street": _("Rue"),
        "postcode": _("Code postal"),
        "city": _("Ville"),
        "email": _("Adresse électronique"),
        "phone": _("Téléphone"),
        "iban": _("IBAN"),
        "bic": _("BIC"),
        "director": _("Direction de la publication"),
        "host_name": _("Hébergeur"),
        "host_address": _("Adresse de l’hébergeur"),
        "host_phone": _("Téléphone de l’hébergeur"),
        "mediator_name": _("Médiateur de la consommation"),
        "mediator_address": _("Adresse du médiateur"),
        "mediator_url": _("Site du médiateur"),
    }
