"""One who publishes the decisions of a call, in a process of their own."""

from datetime import datetime
from multiprocessing.connection import Connection

from eventsapp.app import create_app
from eventsapp.domain.selection.decisions import decisions
from eventsapp.kernel import clock
from eventsapp.settings import Settings


def publish(settings: Settings, now: datetime, call_id: int, says: Connection) -> None:
    app = create_app(settings, threads=1)
    clock.freeze(now)
    with app.app_context():
        says.send("ready")
        decisions.publish(call_id, actor="test", despite_doubts=True)
