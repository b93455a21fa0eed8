"""kill -9 in the middle of a publication: all of it is there, or nothing is. Both databases.

The children have a real clock; each is killed at another moment after it began.
"""

import json
import subprocess
import sys
from dataclasses import asdict

from sqlalchemy import func, select

from eventsapp.domain.selection.calls.models import DecisionBatch
from eventsapp.domain.selection.decisions import decisions
from eventsapp.domain.selection.decisions.models import Offer
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from eventsapp.kernel.outbox import OutboxMessage
from tests import make

MOMENTS = (0.01, 0.04, 0.12, 0.4)
PLACES, APPLICATIONS = 3, 12

PUBLISHER = """
import json, sys
from datetime import datetime
from pathlib import Path
from eventsapp.app import create_app
from eventsapp.domain.selection.decisions import decisions
from eventsapp.kernel import clock
from eventsapp.settings import Settings
order = json.load(sys.stdin)
settings = {**order["settings"], "data_dir": Path(order["settings"]["data_dir"])}
app = create_app(Settings(**settings), threads=1)
clock.freeze(datetime.fromisoformat(order["now"]))
with app.app_context():
    print("ready", flush=True)
    decisions.publish(order["call"], actor="test", despite_doubts=True)
    print("done", flush=True)
"""


def judged():
    call = make.call(stage="deliberation", places=PLACES, waitlist=2)
    juror = make.juror(call)
    for number in range(APPLICATIONS):
        make.review(juror, make.application(call), 1 + number % 5)
    decisions.prepare(call.id, actor="test")
    return call.id


def publish_and_kill(app, call_id, after_seconds):
    settings = asdict(app.extensions["settings"]) | {
        "data_dir": str(app.extensions["settings"].data_dir)
    }
    order = {"settings": settings, "call": call_id, "now": clock.now().isoformat()}
    child = subprocess.Popen(
        [sys.executable, "-c", PUBLISHER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    child.stdin.write(json.dumps(order))
    child.stdin.close()
    assert child.stdout.readline() == "ready\n"
    try:
        child.wait(after_seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def letters():
    waiting = select(func.count()).where(OutboxMessage.kind == "selection.decision")
    return db.session.scalar(waiting) or 0


def test_a_killed_publication_leaves_all_or_nothing(app):
    for after_seconds in MOMENTS:
        call_id, before = judged(), letters()
        db.session.remove()

        publish_and_kill(app, call_id, after_seconds)

        out = db.session.scalar(
            select(DecisionBatch.published_at).where(DecisionBatch.call_id == call_id)
        )
        offered = db.session.scalar(select(func.count()).where(Offer.call_id == call_id))
        found = (out is not None, offered, letters() - before)
        assert found in ((False, 0, 0), (True, PLACES, APPLICATIONS))
        if out is None:
            decisions.publish(call_id, actor="test", despite_doubts=True)
        assert letters() - before == APPLICATIONS
