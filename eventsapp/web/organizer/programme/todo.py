"""How the lines of programme and plan read in *À traiter*."""

from flask import url_for

from eventsapp.domain.programme.models import Series
from eventsapp.kernel.i18n import _, ngettext
from eventsapp.kernel.todo import Waiting
from eventsapp.web.organizer.lines import Line, Lines


def _conflicts(one: Waiting, series: Series) -> Line:
    return Line(
        _("Avant publication"),
        ngettext("{n} conflit dans le brouillon", "{n} conflits dans le brouillon", one.count),
        _("Un lieu, une personne ou un trajet entre deux villes."),
        _("Voir le planning"),
        url_for("organizer_programme.planning", series=series.slug),
    )


def _draft(one: Waiting, series: Series) -> Line:
    return Line(
        _("Quand vous voulez"),
        _("Le brouillon a changé depuis la dernière publication"),
        _("Le public lit encore la version {n}.", n=one.about["version"]),
        _("Relire et publier"),
        url_for("organizer_programme.releases_page", series=series.slug),
    )


LINES: Lines = {"planning.conflicts": _conflicts, "programme.draft": _draft}
