"""Fields that turn text into the types the rules want: cents, local times, short texts."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from wtforms import Field, StringField, TextAreaField
from wtforms.validators import Length
from wtforms.widgets import TextInput

from eventsapp.kernel import clock, prose, spelling
from eventsapp.kernel.i18n import _
from eventsapp.web.forms import numbers


class LineField(StringField):
    """One line of text, as ``kernel.text`` keeps it."""

    def __init__(self, label: str = "", *, longest: int = 200, **options: Any) -> None:
        checks: Sequence[Any] = options.pop("validators", ())
        super().__init__(label, validators=[*checks, Length(max=longest)], **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = spelling.line(valuelist[0]) if valuelist else ""


class ProseField(TextAreaField):
    """A text in Markdown, as ``kernel.prose`` keeps it."""

    def __init__(self, label: str = "", *, longest: int, **options: Any) -> None:
        super().__init__(label, validators=[Length(max=longest)], **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = prose.kept(valuelist[0]) if valuelist else ""


class MoneyField(Field):
    """A price in euros as people type it ("19", "19,00", "19.50 €"); ``data`` is cents."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        return f"{self.data // 100},{self.data % 100:02d}"

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = (valuelist[0] if valuelist else "").strip()
        self.data: int | None = None
        if not typed:
            return
        try:
            self.data = numbers.cents(typed)
        except ValueError as error:
            raise ValueError(_("Écrivez un prix en euros, par exemple 19,00.")) from error


class CountField(Field):
    """A whole number from ``least`` to ``most``, or nothing."""

    widget = TextInput()

    def __init__(
        self, label: str = "", *, least: int = 0, most: int = 1_000_000, **options: Any
    ) -> None:
        super().__init__(label, **options)
        self.least, self.most = least, most

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = (valuelist[0] if valuelist else "").strip()
        typed = typed.replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
        self.data: int | None = None
        if not typed:
            return
        try:
            count = numbers.whole(typed)
        except ValueError as error:
            raise ValueError(_("Écrivez un nombre entier, en chiffres.")) from error
        if not self.least <= count <= self.most:
            raise ValueError(
                _("Écrivez un nombre de {least} à {most}.", least=self.least, most=self.most)
            )
        self.data = count


class DegreeField(Field):
    """A latitude or a longitude in degrees; ``data`` is a float or None."""

    widget = TextInput()

    def __init__(self, label: str = "", *, most: float = 180, **options: Any) -> None:
        super().__init__(label, **options)
        self.most = most

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = (valuelist[0] if valuelist else "").strip().replace(",", ".")
        self.data: float | None = None
        if not typed:
            return
        # float() would take "nan", "1e400", "1_0" and the digits of every script as well.
        plain = re.fullmatch(r"[+-]?[0-9]{1,3}(?:\.[0-9]{0,20})?", typed)
        if plain is None or not -self.most <= float(typed) <= self.most:
            raise ValueError(_("Écrivez des degrés décimaux, par exemple 43,5262."))
        self.data = float(typed)


class LocalMomentInput(TextInput):
    input_type = "datetime-local"


class LocalDateTimeField(Field):
    """A wall-clock moment in the zone of the series; ``data`` is the UTC instant or None.

    ``zone`` is set by the form before its data is processed. Times that the change of the clocks
    skips or repeats are refused with a sentence.
    """

    widget = LocalMomentInput()
    zone = "Europe/Paris"

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        return f"{clock.local(self.data, self.zone):%Y-%m-%dT%H:%M}"

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = (valuelist[0] if valuelist else "").strip()
        self.data: datetime | None = None
        if not typed:
            return
        try:
            naive = datetime.fromisoformat(typed)
        except ValueError as error:
            raise ValueError(_("Écrivez un jour et une heure.")) from error
        if naive.tzinfo is not None or not 2000 <= naive.year <= 2200:
            raise ValueError(_("Écrivez un jour et une heure."))
        try:
            self.data = clock.from_local(naive.replace(second=0, microsecond=0), self.zone)
        except clock.NonexistentTime as error:
            raise ValueError(
                _("Cette heure n’existe pas ce jour-là : les horloges avancent.")
            ) from error
        except clock.AmbiguousTime as error:
            raise ValueError(
                _("Cette heure existe deux fois ce jour-là : choisissez-en une autre.")
            ) from error
