"""Languages and levels of events in words, for the desk and for the public."""

from eventsapp.kernel import words
from eventsapp.kernel.i18n import _


def language_names() -> dict[str, str]:
    """Code -> its name, in the order in which they are offered."""
    return {
        "fr": _("français"),
        "en": _("anglais"),
        "de": _("allemand"),
        "es": _("espagnol"),
        "it": _("italien"),
        "ar": _("arabe"),
        "lsf": _("langue des signes française"),
    }


def languages(codes: str) -> str:
    """Several codes, a space between them, as a list in a sentence."""
    names = language_names()
    return words.listing([names.get(one, one) for one in codes.split()])


def levels() -> dict[str, str]:
    """For whom an event is; empty where nothing is said."""
    return {
        "all": _("Tous niveaux"),
        "beginner": _("Débutants"),
        "advanced": _("Confirmés"),
    }
