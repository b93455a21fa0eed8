"""Messages that did not leave: why, and once more."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy import select

from eventsapp.kernel import audit, outbox
from eventsapp.kernel.db import db
from eventsapp.kernel.outbox import OutboxMessage
from eventsapp.kernel.transaction import transaction
from eventsapp.web import access
from eventsapp.web.organizer import desk

blueprint = Blueprint("organizer_messages", __name__)


@blueprint.get("/organizer/<series>/messages")
@access.permission_required("messages.view")
def failed(series: str) -> Any:
    shown = desk.series_for(series, "messages.view")
    rows = db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.failed_at.is_not(None))
        .order_by(OutboxMessage.failed_at.desc())
        .limit(100)
    ).all()
    return render_template("organizer/messages/failed.html", series_row=shown, rows=rows)


@blueprint.post("/organizer/<series>/messages/<int:message_id>/retries")
@access.permission_required("messages.view")
def again(series: str, message_id: int) -> Any:
    shown = desk.series_for(series, "messages.view")
    with transaction():
        outbox.send_again(message_id)
        audit.note(
            "message.retried", f"message:{message_id}", actor=access.actor(), series_id=shown.id
        )
    return redirect(url_for(".failed", series=series, done="mail"))
