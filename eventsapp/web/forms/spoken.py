"""Forms that speak: WTForms' own sentences in the reader's language.

The library says "This field is required." in English to everybody. What it may say of the fields
used here stands below; anything else is said in general words rather than in the wrong language.
"""

from collections.abc import Callable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Form

from eventsapp.kernel.i18n import _


def _not_in_the_list() -> str:
    return _("Choisissez dans la liste.")


SENTENCES: dict[str, Callable[[], str]] = {
    "This field is required.": lambda: _("Ce champ est nécessaire."),
    # WTForms fills the length in.
    "Field cannot be longer than %(max)d characters.": lambda: _("%(max)d caractères au plus."),
    "Not a valid choice.": _not_in_the_list,
    "'%(value)s' is not a valid choice for this field.": _not_in_the_list,
    "'%(value)s' are not valid choices for this field.": _not_in_the_list,
    "Invalid Choice: could not coerce.": _not_in_the_list,
    "Invalid choice(s): one or more data inputs could not be coerced.": _not_in_the_list,
}


class Translations:
    """What WTForms asks for its sentences."""

    def gettext(self, sentence: str) -> str:
        known = SENTENCES.get(sentence)
        return known() if known else _("Ce qui est écrit ici ne convient pas : vérifiez-le.")

    def ngettext(self, _one: str, many: str, _n: int) -> str:
        return self.gettext(many)


TRANSLATIONS = Translations()


class Speaking:
    """What ``Meta`` of both kinds of form says."""

    def get_translations(self, _form: Any) -> Translations:
        return TRANSLATIONS


class SpokenForm(FlaskForm):
    """A form of a page."""

    class Meta(Speaking):
        pass


class SpokenPart(Form):
    """A part of a form: one line of several."""

    class Meta(Speaking):
        pass
