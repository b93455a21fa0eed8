"""Urgent words on the public pages: put up, and taken down."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from wtforms import SelectField

from eventsapp.domain.messages import notices as rules
from eventsapp.domain.messages.errors import NoticeMalformed
from eventsapp.domain.programme.models import Series
from eventsapp.kernel import clock
from eventsapp.kernel.i18n import _
from eventsapp.web import access
from eventsapp.web.forms.fields import LineField, LocalDateTimeField
from eventsapp.web.organizer import desk
from eventsapp.web.organizer.messages import audiences
from eventsapp.web.organizer.programme.forms import DeskForm

blueprint = Blueprint("organizer_notices", __name__)

RIGHT = "messages.send"


class NoticeForm(DeskForm):
    event_id = SelectField(default="")
    text_fr = LineField(longest=rules.LONGEST)
    text_en = LineField(longest=rules.LONGEST)
    until_at = LocalDateTimeField()

    def __init__(self, *args: Any, series: Series, **given: Any) -> None:
        self._zone = series.timezone
        super().__init__(*args, **given)
        self.event_id.choices = [
            ("", _("toutes les pages de la série")),
            *((str(row_id), title) for row_id, title in audiences.events(series)),
        ]
        self.event_id.label.text = _("Où")
        self.text_fr.label.text = _("En français")
        self.text_en.label.text = _("En anglais")
        self.until_at.label.text = _("Jusqu’à")

    def process(self, *args: Any, **given: Any) -> None:
        self.until_at.zone = self._zone
        super().process(*args, **given)


@blueprint.route("/organizer/<series>/notices", methods=["GET", "POST"])
@access.permission_required(RIGHT)
def notices(series: str) -> Any:
    shown = desk.series_for(series, RIGHT)
    form = NoticeForm(series=shown)
    if form.validate_on_submit():
        try:
            rules.put_up(
                shown.id,
                int(form.event_id.data) if form.event_id.data else None,
                form.text_fr.data or "",
                form.text_en.data or "",
                form.until_at.data,
                actor=access.actor(),
            )
        except NoticeMalformed as refusal:
            field = form[refusal.facts["field"]]
            field.errors = [*field.errors, problem(refusal.facts["why"])]
        else:
            return redirect(url_for(".notices", series=series, done="notice"))
    page = render_template(
        "organizer/messages/notices.html",
        series_row=shown,
        form=form,
        rows=rules.of_series(shown.id),
        titles=dict(audiences.events(shown)),
        now=clock.now(),
        longest=rules.LONGEST,
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/organizer/<series>/notices/<int:notice_id>/withdrawal")
@access.permission_required(RIGHT)
def withdraw(series: str, notice_id: int) -> Any:
    shown = desk.series_for(series, RIGHT)
    rules.withdraw(shown.id, notice_id, actor=access.actor())
    return redirect(url_for(".notices", series=series, done="notice_withdrawn"))


def problem(why: str) -> str:
    return {
        "needed": _("Écrivez-le aussi dans cette langue : tous les visiteurs la voient."),
        "long": _("{n} signes au plus.", n=rules.LONGEST),
        "until": _(
            "Choisissez une heure à venir, dans les {n} jours.", n=rules.LONGEST_STANDING.days
        ),
        "choice": _("Choisissez dans la liste."),
    }[why]
