"""Everything that was scanned in a series: to look for one passage, and as a file."""

from typing import Any

from flask import Blueprint, render_template, url_for

from eventsapp.domain.checkin import queries
from eventsapp.domain.checkin.listing import SCANS
from eventsapp.kernel.i18n import _
from eventsapp.web import access, lists
from eventsapp.web.organizer import desk, exporting

blueprint = Blueprint("organizer_door_scans", __name__)


@blueprint.get("/organizer/<series>/door/scans")
@access.permission_required("door.view")
def scans(series: str) -> Any:
    shown = desk.series_for(series, "door.view")
    return render_template(
        "organizer/door/scans.html",
        row=shown,
        found=lists.show(SCANS.listing(shown.id), SCANS.titles(shown.id)),
        gates=queries.gates_of(shown.id),
        list_url=lists.same_list,
        words=_words(),
    )


@blueprint.get("/organizer/<series>/door/scans.csv")
@access.permission_required("door.view")
def export(series: str) -> Any:
    return exporting.csv(SCANS, desk.series_for(series, "door.view"))


@blueprint.post("/organizer/<series>/door/scans/files")
@access.permission_required("door.view")
def make_file(series: str) -> Any:
    shown = desk.series_for(series, "door.view")
    return exporting.begin(SCANS, shown, back=url_for(".scans", series=series))


def _words() -> dict[str, dict[str, str]]:
    """Words for the codes of the door, by column."""
    return {
        "kind": {"entry": _("entrée"), "exit": _("sortie")},
        "verdict": {"accepted": _("accepté"), "refused": _("refusé")},
        "reason": {
            "unknown": _("code inconnu"),
            "wrong_event": _("autre événement"),
            "void": _("billet annulé"),
            "blocked": _("billet bloqué"),
            "unpaid": _("commande non réglée"),
            "wrong_gate": _("autre porte"),
            "too_early": _("trop tôt"),
            "too_late": _("trop tard"),
            "full": _("complet"),
            "already_in": _("déjà entré"),
        },
        "reading": {
            "first": _("première entrée"),
            "again": _("nouveau passage"),
            "double_offline": _("deux personnes pour un billet"),
            "revoked_accepted": _("billet annulé, entré quand même"),
            "bounce": _("lu deux fois de suite"),
            "exit": _("sortie"),
            "other_event": _("autre événement"),
            "unknown_uploaded": _("code inconnu"),
        },
    }
