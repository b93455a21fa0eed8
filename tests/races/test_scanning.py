"""Eight processes scan the same tickets at four gates: each ticket is admitted exactly once.

On PostgreSQL only: SQLite has one writer, so it would hide the mistake.
"""

import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from eventsapp.domain.checkin import presence
from eventsapp.domain.checkin.models import Scan
from tests import make
from tests.domain.checkin import world

PROCESSES, TICKETS = 8, 12

SCANNER = """
import json, sys, time
from pathlib import Path
from eventsapp.app import create_app
from eventsapp.domain.checkin.lookup import GateRef
from eventsapp.domain.checkin.scanning import Code, scan
from eventsapp.domain.checkin.sync import Uploaded, upload
from eventsapp.settings import Settings
order = json.load(sys.stdin)
app = create_app(Settings(env="test", secret_key="x" * 40, base_url="http://localhost",
    database_url=order["database"], data_dir=Path(order["folder"]), mail_url="memory:"), threads=1)
verdicts = []
with app.app_context():
    sys.stdout.write("ready\\n"); sys.stdout.flush()
    while not Path(order["go"]).exists():
        time.sleep(0.001)
    if order["upload"]:
        for half in (order["scans"][::2], order["scans"][1::2]):
            upload([Uploaded(Code(uuid=uuid, token=token, gate=GateRef(gate_id=gate),
                source=order["me"])) for uuid, token, gate in half])
        order["scans"] = []
    for uuid, token, gate in order["scans"]:
        passage = scan(Code(uuid=uuid, token=token, gate=GateRef(gate_id=gate), source=order["me"]))
        verdicts.append([token, passage.verdict, passage.reason])
print(json.dumps(verdicts))
"""


@pytest.mark.parametrize("app", ["postgres"], indirect=True)
def test_each_ticket_is_admitted_once(app, tmp_path):
    config = app.extensions["settings"]
    # The children have a real clock.
    event = make.event(starts_at=datetime.now(UTC) - timedelta(hours=1))
    gates = [world.gate(event, f"Porte {name}") for name in "ABCD"]
    tokens = [world.token(world.ticket(event)) for _ in range(TICKETS)]

    verdicts = _scan_from_everywhere(config, [gate.id for gate in gates], tokens, tmp_path)

    accepted = Counter(token for token, verdict, _reason in verdicts if verdict == "accepted")
    assert accepted == dict.fromkeys(tokens, 1)
    assert {reason for *_rest, reason in verdicts} == {None, "already_in"}
    assert len(world.fresh(Scan)) == PROCESSES * TICKETS
    assert presence.disagreements() == []


@pytest.mark.parametrize("app", ["postgres"], indirect=True)
def test_uploads_and_scans_at_the_same_moment_agree_with_their_facts(app, tmp_path):
    event = make.event(starts_at=datetime.now(UTC) - timedelta(hours=1))
    gates = [world.gate(event, f"Porte {name}") for name in "ABCD"]
    tokens = [world.token(world.ticket(event)) for _ in range(TICKETS)]

    _scan_from_everywhere(
        app.extensions["settings"],
        [gate.id for gate in gates],
        tokens,
        tmp_path,
        uploading={0, 3, 5},
    )

    scans = world.fresh(Scan)
    assert len(scans) == PROCESSES * TICKETS
    assert Counter(scan.reading for scan in scans)["first"] == TICKETS
    assert presence.disagreements() == []


def _scan_from_everywhere(config, gate_ids, tokens, folder, *, uploading=()):
    """All processes wait for one file, so that they start together."""
    go = folder / "go"
    children = []
    for number in range(PROCESSES):
        child = subprocess.Popen(
            [sys.executable, "-c", SCANNER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        order = {
            "database": config.database_url,
            "folder": str(config.data_dir),
            "go": str(go),
            "me": f"race:{number}",
            "upload": number in uploading,
            "scans": [
                (f"{number}-{index}", token, gate_ids[number % len(gate_ids)])
                for index, token in enumerate(tokens)
            ],
        }
        child.stdin.write(json.dumps(order))
        child.stdin.close()
        children.append(child)
    for child in children:
        assert child.stdout.readline() == "ready\n"
    go.touch()
    verdicts = []
    for child in children:
        verdicts += json.loads(child.stdout.read())
        assert child.wait(60) == 0
    return verdicts
