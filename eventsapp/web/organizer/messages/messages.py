"""Messages that did not leave: why, and once more. Those to many stand on the page of theirs."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for

from eventsapp.domain.messages.campaigns import LETTER
from eventsapp.kernel import outbox
from eventsapp.web import access
from eventsapp.web.organizer import desk
from eventsapp.web.organizer.messages import kinds

blueprint = Blueprint("organizer_messages", __name__)


@blueprint.get("/organizer/<series>/messages")
@access.permission_required("messages.view")
def failed(series: str) -> Any:
    shown = desk.series_for(series, "messages.view")
    homeless = desk.answers_for_the_house(shown)
    return render_template(
        "organizer/messages/failed.html",
        series_row=shown,
        rows=outbox.failed(shown.id, homeless=homeless, but=LETTER),
        total=outbox.count_failed(shown.id, homeless=homeless, but=LETTER),
        title=kinds.title,
        waiting=outbox.count_waiting(shown.id, homeless=homeless),
    )


@blueprint.post("/organizer/<series>/messages/<int:message_id>/retries")
@access.permission_required("messages.view")
def again(series: str, message_id: int) -> Any:
    shown = desk.series_for(series, "messages.view")
    outbox.send_again(
        message_id,
        series_id=shown.id,
        homeless=desk.answers_for_the_house(shown),
        actor=access.actor(),
    )
    return redirect(url_for(".failed", series=series, done="again"))
