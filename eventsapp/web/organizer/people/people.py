"""Team: who may do what; and the journal of who did what."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from eventsapp.domain.accounts import closing, invitations, inviting, refused
from eventsapp.domain.accounts import people as rules
from eventsapp.domain.accounts.models import RoleName
from eventsapp.domain.accounts.permissions import BY_ROLE, FOR_ONE_EVENT
from eventsapp.domain.accounts.refused import Kind
from eventsapp.domain.programme import queries
from eventsapp.domain.programme.models import Series
from eventsapp.domain.selection.jury import queries as selection
from eventsapp.kernel import audit, clock
from eventsapp.kernel.errors import NotFound, Refusal
from eventsapp.kernel.i18n import _, locale
from eventsapp.web import access, refusals
from eventsapp.web.forms import numbers
from eventsapp.web.organizer import desk
from eventsapp.web.organizer.people import deeds, subjects

blueprint = Blueprint("organizer_people", __name__)

PAGE = 50


@blueprint.get("/organizer/<series>/team")
@access.permission_required("people.edit")
def team(series: str) -> Any:
    return _page(desk.series_for(series, "people.edit"), "", 200)


@blueprint.post("/organizer/<series>/team")
@access.permission_required("people.edit")
def invite(series: str) -> Any:
    """Ask somebody to take a role: it is theirs once they accept."""
    shown = desk.series_for(series, "people.edit")
    name = request.form.get("role", "")
    event_id = request.form.get("event", type=numbers.whole)
    if event_id is None and request.form.get("event"):
        return _page(shown, _("Choisissez un événement."), 422)
    event = queries.plain_event(shown.id, event_id) if event_id else None
    if name not in {role.value for role in RoleName} or name == "juror":
        return _page(shown, _("Choisissez un rôle."), 422)
    if event_id and event is None:
        raise NotFound(what="event", reference=event_id)
    if event is not None and name not in FOR_ONE_EVENT:
        return _page(
            shown, _("Ce rôle vaut pour toute la série : choisissez « toute la série »."), 422
        )
    contributes = event is not None and name == "contributor"
    try:
        inviting.invite(
            request.form.get("email", ""),
            request.form.get("name", "")[:200],
            RoleName(name),
            organisation_id=event.organisation_id if contributes else shown.organisation_id,
            series_id=None if name == "owner" else shown.id,
            event_id=event.id if event is not None else None,
            locale=locale(),
            made_by_id=access.signed_in_account().id,
            desk_organisation_id=shown.organisation_id,
            desk_series_id=shown.id,
        )
    except Refusal as refusal:
        return _refused(shown, refusal)
    return redirect(url_for(".team", series=series, done="invited"))


@blueprint.post("/organizer/<series>/team/invitations/<int:invitation_id>/letters")
@access.permission_required("people.edit")
def invite_again(series: str, invitation_id: int) -> Any:
    """One more letter, with a link of its own."""
    shown = desk.series_for(series, "people.edit")
    row = invitations.one_of(invitation_id, shown.organisation_id, shown.id)
    try:
        inviting.send_again(row.id, by_id=access.signed_in_account().id)
    except Refusal as refusal:
        words = refusals.answer(refusal)
        return _page(shown, words.sentence, words.status)
    return redirect(url_for(".team", series=series, done="invited_again"))


@blueprint.post("/organizer/<series>/team/invitations/<int:invitation_id>/withdrawal")
@access.permission_required("people.edit")
def withdraw(series: str, invitation_id: int) -> Any:
    shown = desk.series_for(series, "people.edit")
    row = invitations.one_of(invitation_id, shown.organisation_id, shown.id)
    invitations.withdraw(row.id, actor=access.actor())
    return redirect(url_for(".team", series=series, done="invitation_withdrawn"))


@blueprint.post("/organizer/<series>/team/<int:role_id>/removal")
@access.permission_required("people.edit")
def remove(series: str, role_id: int) -> Any:
    shown = desk.series_for(series, "people.edit")
    rules.team_role(role_id, shown.organisation_id, shown.id)
    try:
        rules.take_role_back(role_id, actor=access.actor())
    except Refusal as refusal:
        words = refusals.answer(refusal)
        return _page(shown, words.sentence, words.status)
    return redirect(url_for(".team", series=series, done="role"))


@blueprint.post("/organizer/<series>/team/accounts/<int:account_id>/closure")
@access.permission_required("people.edit")
def close(series: str, account_id: int) -> Any:
    """Somebody leaves: the account ends, not only a role."""
    shown = desk.series_for(series, "people.edit")
    try:
        closing.remove_colleague(
            account_id,
            organisation_id=shown.organisation_id,
            series_id=shown.id,
            actor=access.actor(),
        )
    except Refusal as refusal:
        words = refusals.answer(refusal)
        return _page(shown, words.sentence, words.status)
    return redirect(url_for(".team", series=series, done="account_closed"))


@blueprint.get("/organizer/<series>/journal")
@access.permission_required("audit.view")
def journal(series: str) -> Any:
    shown = desk.series_for(series, "audit.view")
    page = min(max(1, request.args.get("page", 1, type=numbers.whole)), 10_000)
    rows, more = audit.journal(shown.id, page=page, size=PAGE)
    names = rules.names_of(deeds.account_ids(row.actor for row in rows))
    about = subjects.named(shown, (row.subject for row in rows))
    return render_template(
        "organizer/people/journal.html",
        series_row=shown,
        rows=[
            (row, deeds.deed(row.action), deeds.who(row.actor, names), about[row.subject])
            for row in rows
        ],
        hidden=selection.hidden_from(access.signed_in_account().id),
        page=page,
        more=more,
        refused=refused_words(refused.of_the_week(shown.organisation_id)),
    )


def _refused(shown: Series, refusal: Refusal) -> Any:
    words = refusals.answer(refusal)
    return _page(shown, words.sentence, words.status)


def _page(shown: Series, error: str, status: int) -> Any:
    events = queries.numbered_events(shown.id)
    page = render_template(
        "organizer/people/team.html",
        series_row=shown,
        roles=rules.team(shown.organisation_id, shown.id),
        invited=invitations.waiting(shown.organisation_id, shown.id),
        now=clock.now(),
        events=events,
        titles={event.id: event.title_fr for event in events},
        error=error,
        typed=request.form,
        words=role_words(),
        for_one_event=FOR_ONE_EVENT,
        may_have_keys={role for role, given in BY_ROLE.items() if "keys.edit" in given},
        may_make_keys=access.may("keys.edit", desk.place_of(shown)),
        may_audit=access.may("audit.view", desk.place_of(shown)),
    )
    return page, status


def refused_words(counts: dict[Kind, int]) -> list[str]:
    """What was refused, kind by kind, in words."""
    words = {
        Kind.SIGN_IN: _("connexions refusées"),
        Kind.PASSWORD: _("mots de passe actuels refusés"),
        Kind.LINK: _("liens de connexion périmés"),
        Kind.PERMISSION: _("droits refusés"),
        Kind.ORIGIN: _("formulaires venus d’ailleurs"),
        Kind.KEY: _("clés de programmes refusées"),
    }
    return [f"{words[kind]} : {count}" for kind, count in counts.items()]


def role_words() -> dict[str, str]:
    return {
        "owner": _("propriétaire : tout, équipe comprise"),
        "organizer": _("organisation : toute la série, ou un événement"),
        "contributor": _("contribution : ses propres événements"),
        "juror": _("jury : ses fiches"),
        "door": _("porte : scanner"),
        "accountant": _("comptabilité : commandes et exports"),
        "care": _("accueil des besoins : repas et accès des participants"),
    }
