"""How letters that did not leave read in *À traiter*."""

from flask import url_for

from eventsapp.domain.programme.models import Series
from eventsapp.kernel.i18n import _, ngettext
from eventsapp.kernel.todo import Waiting
from eventsapp.web.organizer.lines import Line, Lines


def _failed(one: Waiting, series: Series) -> Line:
    return Line(
        _("Aujourd’hui"),
        ngettext("{n} message n’est pas parti", "{n} messages ne sont pas partis", one.count),
        _("L’adresse a refusé, ou le serveur de courrier n’a jamais répondu."),
        _("Voir"),
        url_for("organizer_messages.failed", series=series.slug),
    )


def _campaign(one: Waiting, series: Series) -> Line:
    return Line(
        _("Aujourd’hui"),
        ngettext(
            "{n} personne n’a pas reçu « {subject} »",
            "{n} personnes n’ont pas reçu « {subject} »",
            one.count,
            subject=one.about["subject"],
        ),
        _("L’adresse a refusé, ou le serveur de courrier n’a jamais répondu."),
        _("Voir"),
        url_for(
            "organizer_campaigns.show", series=series.slug, campaign_id=one.about["campaign_id"]
        ),
    )


LINES: Lines = {"messages.failed": _failed, "campaign.failed": _campaign}
