"""The installation's own page: its organisations and their first owners, and nothing of theirs."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from eventsapp.domain.accounts import hosting, invitations, inviting
from eventsapp.domain.programme import queries
from eventsapp.kernel import clock
from eventsapp.kernel.errors import Refusal
from eventsapp.kernel.i18n import locale
from eventsapp.web import access, refusals

blueprint = Blueprint("host", __name__)


@blueprint.get("/host/")
@access.permission_required("organisations.edit")
def organisations() -> Any:
    return _page("", 200)


@blueprint.post("/host/organisations")
@access.permission_required("organisations.edit")
def add() -> Any:
    """A new organisation; its first owner gets a letter."""
    try:
        hosting.found(
            request.form.get("organisation", "")[:200],
            request.form.get("email", ""),
            request.form.get("name", "")[:200],
            locale=locale(),
            by_id=access.signed_in_account().id,
        )
    except Refusal as refusal:
        return _refused(refusal)
    return redirect(url_for(".organisations", done="founded"))


@blueprint.post("/host/organisations/<int:organisation_id>/owners")
@access.permission_required("organisations.edit")
def ask_owner(organisation_id: int) -> Any:
    """Another first owner, where the one before did not come."""
    try:
        hosting.ask_owner(
            organisation_id,
            request.form.get("email", ""),
            "",
            locale=locale(),
            by_id=access.signed_in_account().id,
        )
    except Refusal as refusal:
        return _refused(refusal)
    return redirect(url_for(".organisations", done="owner_asked"))


@blueprint.post("/host/invitations/<int:invitation_id>/letters")
@access.permission_required("organisations.edit")
def ask_again(invitation_id: int) -> Any:
    row = hosting.asked_by_host(invitation_id)
    try:
        inviting.send_again(row.id, by_id=access.signed_in_account().id)
    except Refusal as refusal:
        return _refused(refusal)
    return redirect(url_for(".organisations", done="invited_again"))


@blueprint.post("/host/invitations/<int:invitation_id>/withdrawal")
@access.permission_required("organisations.edit")
def withdraw(invitation_id: int) -> Any:
    row = hosting.asked_by_host(invitation_id)
    invitations.withdraw(row.id, actor=access.actor())
    return redirect(url_for(".organisations", done="invitation_withdrawn"))


def _refused(refusal: Refusal) -> Any:
    if refusal.code == "not_found":
        raise refusal
    words = refusals.answer(refusal)
    return _page(words.sentence, words.status)


def _page(error: str, status: int) -> Any:
    page = render_template(
        "host/organisations.html",
        houses=hosting.houses(),
        counts=queries.series_per_organisation(),
        now=clock.now(),
        error=error,
        typed=request.form,
    )
    return page, status
