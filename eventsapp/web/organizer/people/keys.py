"""Keys of programs: what each may do, since when, until when; made, shown once, revoked."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from wtforms import DateField, SelectMultipleField
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from eventsapp.domain.accounts import api_keys, people
from eventsapp.domain.accounts.models import ApiKey
from eventsapp.domain.programme.models import Series
from eventsapp.kernel import clock
from eventsapp.kernel.errors import Refusal
from eventsapp.kernel.i18n import _
from eventsapp.web import access, refusals
from eventsapp.web.forms.fields import LineField
from eventsapp.web.forms.spoken import SpokenForm
from eventsapp.web.organizer import desk

blueprint = Blueprint("organizer_keys", __name__)


class KeyForm(SpokenForm):
    class Meta:
        csrf = False  # web/access.py guards with the session's token

    label = LineField(longest=100)
    scopes = SelectMultipleField(
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    last_day = DateField(validators=[Optional()])

    def __init__(self) -> None:
        super().__init__()
        self.label.label.text = _("À quoi sert-elle ?")
        self.scopes.label.text = _("Ce qu’elle permet")
        self.last_day.label.text = _("Dernier jour")
        self.scopes.choices = list(scope_words().items())
        self.scopes.validators = [InputRequired(_("Choisissez au moins un droit."))]
        self.label.validators = [
            InputRequired(_("Ce champ est nécessaire.")),
            *self.label.validators,
        ]


@blueprint.get("/organizer/<series>/keys")
@access.permission_required("keys.edit")
def keys(series: str) -> Any:
    return _page(desk.series_for(series, "keys.edit"), KeyForm(), "", 200)


@blueprint.post("/organizer/<series>/keys")
@access.permission_required("keys.edit")
def add(series: str) -> Any:
    """Answered by the page itself: the key is shown this once, and in no address."""
    shown = desk.series_for(series, "keys.edit")
    form = KeyForm()
    if not form.validate_on_submit():
        return _page(shown, form, "", 422)
    last_day = form.last_day.data
    try:
        secret = api_keys.create(
            form.label.data or "",
            series_id=shown.id,
            organisation_id=shown.organisation_id,
            scopes=form.scopes.data or [],
            made_by=access.signed_in_account().id,
            expires_at=clock.end_of_day(last_day, shown.timezone) if last_day else None,
        )
    except Refusal as refusal:
        words = refusals.answer(refusal)
        form.last_day.errors = [words.sentence]
        return _page(shown, form, "", words.status)
    return _page(shown, KeyForm(), secret, 201)


@blueprint.post("/organizer/<series>/keys/<int:key_id>/revocation")
@access.permission_required("keys.edit")
def revoke(series: str, key_id: int) -> Any:
    shown = desk.series_for(series, "keys.edit")
    api_keys.revoke(api_keys.key_of(shown.id, key_id).id, actor=access.actor())
    return redirect(url_for(".keys", series=series, done="key_revoked"))


def _page(shown: Series, form: KeyForm, secret: str, status: int) -> Any:
    rows = api_keys.keys_of(shown.id)
    page = render_template(
        "organizer/people/keys.html",
        series_row=shown,
        rows=[(row, _state(row)) for row in rows],
        names=people.names_of(row.made_by_id for row in rows if row.made_by_id),
        words=scope_words(),
        form=form,
        secret=secret,
    )
    return page, status


def _state(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "over" if key.expires_at is not None and key.expires_at <= clock.now() else "good"


def scope_words() -> dict[str, str]:
    return {
        "orders:read": _("lire les commandes"),
        "orders:write": _("vendre"),
        "orders:offline": _("vendre ce qui est encaissé ailleurs, ou par virement"),
        "orders:refund": _("rembourser"),
        "attendees:read": _("lire les participants"),
        "scans:write": _("contrôler des billets"),
        "programme:read": _("lire le programme"),
    }
