"""Team: who may do what; and the journal of who did what."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from eventsapp.domain.accounts import people as rules
from eventsapp.domain.accounts.models import Role, RoleName
from eventsapp.domain.programme.models import Event, Series
from eventsapp.kernel import outbox, secrets
from eventsapp.kernel.audit import AuditEntry
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound, Refusal
from eventsapp.kernel.i18n import _, locale
from eventsapp.kernel.transaction import transaction
from eventsapp.web import access, refusals
from eventsapp.web.organizer import desk

blueprint = Blueprint("organizer_people", __name__)

PAGE = 50


@blueprint.get("/organizer/<series>/team")
@access.permission_required("people.edit")
def team(series: str) -> Any:
    return _page(desk.series_for(series, "people.edit"), "", 200)


@blueprint.post("/organizer/<series>/team")
@access.permission_required("people.edit")
def invite(series: str) -> Any:
    """Give a role and mail a sign-in link."""
    shown = desk.series_for(series, "people.edit")
    name = request.form.get("role", "")
    event_id = request.form.get("event", type=int)
    event = db.session.get(Event, event_id) if event_id else None
    if name not in {role.value for role in RoleName} or name == "juror":
        return _page(shown, _("Choisissez un rôle."), 422)
    if event is not None and event.series_id != shown.id:
        raise NotFound(what="event", reference=event_id)
    try:
        with transaction():
            account = rules.create_account(
                request.form.get("email", ""),
                request.form.get("name", "")[:200],
                locale=locale(),
                actor=access.actor(),
            )
            rules.grant_role(
                account.id,
                RoleName(name),
                organisation_id=event.organisation_id
                if event is not None and name == "contributor"
                else shown.organisation_id,
                series_id=None if name == "owner" else shown.id,
                event_id=event.id if event is not None and name == "organizer" else None,
                actor=access.actor(),
            )
            outbox.later(
                "mail.sign_in_link",
                secrets.new_secret(),
                {"account_id": account.id, "locale": locale()},
            )
    except Refusal as refusal:
        words = refusals.answer(refusal)
        return _page(shown, words.sentence, words.status)
    return redirect(url_for(".team", series=series, done="invited"))


@blueprint.post("/organizer/<series>/team/<int:role_id>/removal")
@access.permission_required("people.edit")
def remove(series: str, role_id: int) -> Any:
    shown = desk.series_for(series, "people.edit")
    role = db.session.get(Role, role_id)
    if role is None or not _of_series(role, shown):
        raise NotFound(what="role", reference=role_id)
    try:
        rules.take_role_back(role_id, actor=access.actor())
    except Refusal as refusal:
        words = refusals.answer(refusal)
        return _page(shown, words.sentence, words.status)
    return redirect(url_for(".team", series=series, done="role"))


@blueprint.get("/organizer/<series>/journal")
@access.permission_required("audit.view")
def journal(series: str) -> Any:
    shown = desk.series_for(series, "audit.view")
    page = min(max(1, request.args.get("page", 1, type=int)), 10_000)
    rows = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.series_id == shown.id)
        .order_by(AuditEntry.id.desc())
        .limit(PAGE + 1)
        .offset((page - 1) * PAGE)
    ).all()
    return render_template(
        "organizer/people/journal.html",
        series_row=shown,
        rows=rows[:PAGE],
        page=page,
        more=len(rows) > PAGE,
    )


def _of_series(role: Role, shown: Series) -> bool:
    if role.series_id is not None:
        return role.series_id == shown.id
    return role.organisation_id == shown.organisation_id


def _page(shown: Series, error: str, status: int) -> Any:
    roles = db.session.scalars(
        select(Role)
        .where(
            (Role.series_id == shown.id)
            | (Role.series_id.is_(None) & (Role.organisation_id == shown.organisation_id))
        )
        .options(joinedload(Role.account))
        .order_by(Role.name, Role.id)
        .limit(500)
    ).all()
    events = db.session.scalars(
        select(Event).where(Event.series_id == shown.id).order_by(Event.number, Event.id).limit(500)
    ).all()
    page = render_template(
        "organizer/people/team.html",
        series_row=shown,
        roles=roles,
        events=events,
        titles={event.id: event.title_fr for event in events},
        error=error,
        typed=request.form,
        words=role_words(),
        may_audit=access.may("audit.view", desk.place_of(shown)),
    )
    return page, status


def role_words() -> dict[str, str]:
    return {
        "owner": _("propriétaire : tout, équipe comprise"),
        "organizer": _("organisation : toute la série, ou un événement"),
        "contributor": _("contribution : ses propres événements"),
        "juror": _("jury : ses fiches"),
        "door": _("porte : scanner"),
        "accountant": _("comptabilité : commandes et exports"),
    }
