"""Partners of a series: invited by mail, with a link and a level; who accepted, and who left."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from eventsapp.domain.programme import partners as rules
from eventsapp.domain.programme.models import Series
from eventsapp.domain.programme.partners import PartnerDraft
from eventsapp.kernel import spelling
from eventsapp.kernel.errors import Refusal
from eventsapp.kernel.i18n import _, locale
from eventsapp.web import access, refusals
from eventsapp.web.organizer import desk

blueprint = Blueprint("organizer_partners", __name__)

LONGEST_URL = 300


@blueprint.get("/organizer/<series>/partners")
@access.permission_required("people.edit")
def partners(series: str) -> Any:
    return _page(desk.series_for(series, "people.edit"), "", 200)


@blueprint.post("/organizer/<series>/partners")
@access.permission_required("people.edit")
def invite(series: str) -> Any:
    """Ask an organisation in, by a letter to somebody of it."""
    shown = desk.series_for(series, "people.edit")
    if not _good_url():
        return _page(shown, _("Le lien commence par https:// ou http://."), 422)
    try:
        rules.invite(
            shown.id,
            _draft(),
            request.form.get("email", ""),
            locale=locale(),
            by_id=access.signed_in_account().id,
        )
    except Refusal as refusal:
        return _refused(shown, refusal)
    return redirect(url_for(".partners", series=series, done="partner"))


@blueprint.post("/organizer/<series>/partners/<int:partner_id>")
@access.permission_required("people.edit")
def change(series: str, partner_id: int) -> Any:
    shown = desk.series_for(series, "people.edit")
    row = rules.partner_of(shown.id, partner_id)
    if not _good_url():
        return _page(shown, _("Le lien commence par https:// ou http://."), 422)
    rules.change(row.id, _draft(), by_id=access.signed_in_account().id)
    return redirect(url_for(".partners", series=series, done="partner_saved"))


@blueprint.post("/organizer/<series>/partners/<int:partner_id>/invitations")
@access.permission_required("people.edit")
def ask(series: str, partner_id: int) -> Any:
    """One more person of a partner."""
    shown = desk.series_for(series, "people.edit")
    row = rules.partner_of(shown.id, partner_id)
    try:
        rules.ask(
            row.id,
            request.form.get("email", ""),
            locale=locale(),
            by_id=access.signed_in_account().id,
        )
    except Refusal as refusal:
        return _refused(shown, refusal)
    return redirect(url_for(".partners", series=series, done="invited"))


@blueprint.post("/organizer/<series>/partners/<int:partner_id>/end")
@access.permission_required("people.edit")
def end(series: str, partner_id: int) -> Any:
    shown = desk.series_for(series, "people.edit")
    row = rules.partner_of(shown.id, partner_id)
    rules.end(row.id, by_id=access.signed_in_account().id)
    return redirect(url_for(".partners", series=series, done="partner_ended"))


def _draft() -> PartnerDraft:
    typed = request.form
    return PartnerDraft(
        typed.get("name", "")[:200], spelling.line(typed.get("url")), typed.get("level", "")
    )


def _good_url() -> bool:
    """Empty, or an address of the web: nothing else becomes a link."""
    url = spelling.line(request.form.get("url"))
    plain = url.startswith(("https://", "http://")) and " " not in url
    return not url or (plain and len(url) <= LONGEST_URL)


def _refused(shown: Series, refusal: Refusal) -> Any:
    words = refusals.answer(refusal)
    return _page(shown, words.sentence, words.status)


def _page(shown: Series, error: str, status: int) -> Any:
    page = render_template(
        "organizer/people/partners.html",
        series_row=shown,
        rows=rules.partners_of(shown.id),
        error=error,
        typed=request.form,
    )
    return page, status
