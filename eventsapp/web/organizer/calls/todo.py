"""How the lines of calls and their jury read in *À traiter*."""

from flask import url_for

from eventsapp.domain.programme.models import Series
from eventsapp.domain.selection.calls.models import Call
from eventsapp.kernel import words
from eventsapp.kernel.i18n import _, ngettext, pick
from eventsapp.kernel.todo import Waiting
from eventsapp.web.organizer.lines import Line, Lines


def _readers(one: Waiting, series: Series) -> Line:
    title = ngettext(
        "{n} candidature attend des lecteurs", "{n} candidatures attendent des lecteurs", one.count
    )
    return _line(one, series, title, _("Voir le jury"), "organizer_selection.progress")


def _reviews(one: Waiting, series: Series) -> Line:
    title = ngettext("{n} fiche du jury manque", "{n} fiches du jury manquent", one.count)
    return _line(one, series, title, _("Voir le jury"), "organizer_selection.progress")


def _decisions(one: Waiting, series: Series) -> Line:
    page = "organizer_selection_ranking.page"
    return _line(one, series, _("Décisions à publier"), _("Ouvrir le classement"), page)


def _answers(one: Waiting, series: Series) -> Line:
    title = ngettext("{n} place attend une réponse", "{n} places attendent une réponse", one.count)
    page = "organizer_selection_ranking.decided"
    return _line(one, series, title, _("Voir les décisions"), page)


def _line(one: Waiting, series: Series, title: str, action: str, page: str) -> Line:
    call: Call = one.about["call"]
    return Line(
        words.moment(one.at, series.timezone) if one.at else _("Aujourd’hui"),
        title,
        words.typo(pick(call.title_fr, call.title_en)),
        action,
        url_for(page, series=series.slug, slug=call.slug),
    )


LINES: Lines = {
    "selection.readers": _readers,
    "selection.reviews": _reviews,
    "selection.decisions": _decisions,
    "selection.answers": _answers,
}
