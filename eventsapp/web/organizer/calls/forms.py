"""The form of a call: words, dates, places, rule. Text in, a draft out; no database."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from wtforms import BooleanField, TextAreaField
from wtforms.validators import Length

from eventsapp.domain.questions.fields import Problem
from eventsapp.domain.selection.calls.editing import (
    CONDITIONS,
    DATES,
    NUMBERS,
    RULE,
    WORDS,
    CallDraft,
)
from eventsapp.domain.selection.decisions import words
from eventsapp.kernel import spelling
from eventsapp.kernel.i18n import _
from eventsapp.web.forms.fields import CountField, LineField, LocalDateTimeField
from eventsapp.web.organizer.programme.forms import DeskForm


class CallForm(DeskForm):
    """``version`` carries the fingerprint of what the page showed."""

    title_fr = LineField(longest=160)
    title_en = LineField(longest=160)
    summary_fr = TextAreaField(validators=[Length(max=4000)])
    summary_en = TextAreaField(validators=[Length(max=4000)])
    opens_at = LocalDateTimeField()
    closes_at = LocalDateTimeField()
    review_from = LocalDateTimeField()
    review_until = LocalDateTimeField()
    deliberation_at = LocalDateTimeField()
    notified_at = LocalDateTimeField()
    confirm_until = LocalDateTimeField()
    offers_until = LocalDateTimeField()
    places = CountField(most=10_000)
    waitlist = CountField(most=10_000)
    reviews_each = CountField(most=50)
    best_of_each = BooleanField()
    at_most = CountField(most=10_000)
    younger_than_years = CountField(most=200)
    departments = LineField(longest=200)
    one_per_company = BooleanField()

    def __init__(self, *args: Any, zone: str, **given: Any) -> None:
        self._zone = zone
        super().__init__(*args, **given)
        for name, label in _labels().items():
            self[name].label.text = label

    def process(self, *args: Any, **given: Any) -> None:
        for name in DATES:
            self[name].zone = self._zone
        super().process(*args, **given)

    def draft(self, standing: Mapping[str, datetime | None]) -> CallDraft:
        """What the command wants.

        Args:
            standing: the dates saved already; one that was not touched keeps its seconds.
        """
        title_fr = self.title_fr.data or ""
        listed = (self.departments.data or "").replace(";", ",").replace(" ", ",").split(",")
        return CallDraft(
            title_fr=title_fr,
            title_en=self.title_en.data or title_fr,
            summary_fr=spelling.lines(self.summary_fr.data),
            summary_en=spelling.lines(self.summary_en.data),
            dates={name: self._date(name, standing.get(name)) for name in DATES},
            **{name: self[name].data for name in NUMBERS},
            best_of_each=bool(self.best_of_each.data),
            at_most=self.at_most.data,
            younger_than_years=self.younger_than_years.data,
            departments=tuple(one for one in listed if one),
            one_per_company=bool(self.one_per_company.data),
        )

    def _date(self, name: str, standing: datetime | None) -> datetime | None:
        typed: datetime | None = self[name].data
        if typed is None:
            return None
        if standing is not None and standing.replace(second=0, microsecond=0) == typed:
            return standing
        # The minute that is named counts whole.
        return typed + timedelta(seconds=59) if name == "closes_at" else typed

    def tell(self, problems: Iterable[Problem]) -> None:
        """Put each problem beside its field."""
        for found in problems:
            # A text that could not be read has its own sentence already.
            if found.code != "required" or not self[found.field].errors:
                self[found.field].errors = [*self[found.field].errors, words.problem(found)]


def values(draft: CallDraft) -> dict[str, Any]:
    """A draft as the data of the form."""
    plain = {name: getattr(draft, name) for name in (*WORDS, *NUMBERS, *RULE, *CONDITIONS)}
    return plain | dict(draft.dates) | {"departments": ", ".join(draft.departments)}


def _labels() -> dict[str, str]:
    return {
        "title_fr": _("Titre en français"),
        "title_en": _("Titre en anglais"),
        "summary_fr": _("Présentation en français"),
        "summary_en": _("Présentation en anglais"),
        "opens_at": _("Ouverture"),
        "closes_at": _("Clôture des candidatures"),
        "review_from": _("Le jury lit à partir de"),
        "review_until": _("Fin de la lecture par le jury"),
        "deliberation_at": _("Délibération"),
        "notified_at": _("Réponse à tous les candidats"),
        "confirm_until": _("Les lauréats confirment avant"),
        "offers_until": _("Dernière place proposée à la réserve"),
        "places": _("Places"),
        "waitlist": _("Candidatures en réserve"),
        "reviews_each": _("Jurés par candidature"),
        "best_of_each": _("D’abord la meilleure candidature de chaque domaine"),
        "at_most": _("Au plus par domaine"),
        "younger_than_years": _("Entreprises de moins de, en années"),
        "departments": _("Départements"),
        "one_per_company": _("Une seule candidature par entreprise"),
    }
