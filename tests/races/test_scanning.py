"""Eight processes scan the same tickets at four gates: each ticket is admitted exactly once.

On PostgreSQL only: SQLite has one writer, so it would hide the mistake.
"""

import multiprocessing
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from eventsapp.domain.accounts import api_keys
from eventsapp.domain.checkin import presence
from eventsapp.domain.checkin.lookup import GateRef
from eventsapp.domain.checkin.models import Gate, Scan
from eventsapp.domain.checkin.scanning import Code, scan
from eventsapp.domain.checkin.sync import Uploaded, upload
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Event, Slot
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction
from tests import make
from tests.domain.checkin import world
from tests.races import crowd

PROCESSES, TICKETS = 8, 25
# Forked: they share what is imported, and nothing of the database.
FORK = multiprocessing.get_context("fork")


@pytest.fixture
def evening(app, now):
    event = make.event()
    now(datetime(2026, 9, 24, 18, 0, tzinfo=UTC))
    return event


@pytest.fixture
def gates(evening):
    return [world.gate(evening, f"Porte {name}").id for name in "ABCD"]


@pytest.mark.parametrize("app", ["postgres"], indirect=True)
def test_each_ticket_is_admitted_once(app, evening, gates):
    tokens = [world.token(world.ticket(evening)) for _ in range(TICKETS)]

    passages = _from_everywhere(app, gates, tokens)

    accepted = Counter(token for token, reason in passages if reason is None)
    assert accepted == dict.fromkeys(tokens, 1)
    assert {reason for _token, reason in passages} == {None, "already_in"}
    assert len(world.fresh(Scan)) == PROCESSES * TICKETS
    assert presence.disagreements() == []


@pytest.mark.parametrize("app", ["postgres"], indirect=True)
@pytest.mark.parametrize(("policy", "times"), [(None, 1), ("once", 0)])
def test_on_the_second_day_each_ticket_is_admitted_once_more_or_never(
    app, evening, gates, now, policy, times
):
    evening = db.session.get_one(Event, evening.id)
    start = evening.slots[0].starts_at
    tomorrow = Slot(
        event_id=evening.id,
        starts_at=start + timedelta(days=1),
        ends_at=start + timedelta(days=1, hours=5),
    )
    make.save(tomorrow)
    with transaction() as session:
        session.get_one(Event, evening.id).entry = policy
    releases.publish(evening.series_id, actor="test")
    tickets = [world.ticket(evening) for _ in range(TICKETS)]
    first = world.fresh(Gate)[0]
    for ticket in tickets:
        assert world.scanned(first, ticket).reason is None
    now(start + timedelta(days=1, hours=1))
    tokens = [world.token(ticket) for ticket in tickets]

    passages = _from_everywhere(app, gates, tokens)

    accepted = Counter(token for token, reason in passages if reason is None)
    assert accepted == (dict.fromkeys(tokens, times) if times else {})
    assert presence.disagreements() == []


@pytest.mark.parametrize("app", ["postgres"], indirect=True)
def test_uploads_and_scans_at_the_same_moment_agree_with_their_facts(app, evening, gates):
    tokens = [world.token(world.ticket(evening)) for _ in range(TICKETS)]

    _from_everywhere(app, gates, tokens, uploading={0, 3, 5})

    scans = world.fresh(Scan)
    assert len(scans) == PROCESSES * TICKETS
    assert Counter(scan.reading for scan in scans)["first"] == TICKETS
    assert presence.disagreements() == []


@pytest.mark.parametrize("app", ["postgres"], indirect=True)
def test_one_scan_under_several_keys_at_once_has_one_verdict(app, evening, gates):
    secret = api_keys.create(
        "portique",
        series_id=evening.series_id,
        organisation_id=evening.organisation_id,
        scopes=["scans:write"],
    )
    texts = [world.token(world.ticket(evening)) for _ in range(TICKETS)]

    answers = crowd.rush(
        app, [partial(_sent_under_a_key_of_its_own, app, secret, texts, n) for n in range(6)]
    )

    verdicts = Counter(one for _kind, all_of_one in answers for one in all_of_one)
    assert verdicts == {(200, "accepted", None): 6 * TICKETS}
    assert len(world.fresh(Scan)) == TICKETS
    assert presence.disagreements() == []


def _sent_under_a_key_of_its_own(app, secret, texts, number):
    found = []
    for index, text in enumerate(texts):
        answer = app.test_client().post(
            "/api/v1/scans",
            json={"uuid": f"same-{index}", "token": text, "gate": "Porte A"},
            headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": f"{number}-{index}"},
        )
        found.append((answer.status_code, answer.json.get("verdict"), answer.json.get("reason")))
    return found


@pytest.mark.parametrize("app", ["postgres"], indirect=True)
def test_a_scan_sent_alone_and_in_an_upload_at_once_is_one_fact(app, evening, gates):
    tokens = [world.token(world.ticket(evening)) for _ in range(4 * TICKETS)]
    codes = _codes(0, gates[0], tokens)

    crowd.rush(
        app,
        [
            *(partial(_one_by_one, codes[start:]) for start in range(0, 80, 20)),
            *(partial(_by_tens, codes) for _ in range(3)),
        ],
    )

    assert len(world.fresh(Scan)) == len(tokens)
    assert presence.disagreements() == []


def _one_by_one(codes):
    return [scan(code).verdict for code in codes]


def _by_tens(codes):
    for start in range(0, len(codes), 10):
        upload([Uploaded(code) for code in codes[start : start + 10]])


@pytest.mark.parametrize("app", ["postgres"], indirect=True)
def test_a_full_house_takes_nobody_more_whatever_the_gates_do_at_once(app, evening, gates):
    with transaction():
        evening.instant_capacity = 10
    tokens = [world.token(world.ticket(evening)) for _ in range(PROCESSES * 5)]
    codes = [_codes(n, gates[n % 4], tokens[n::PROCESSES]) for n in range(PROCESSES)]

    answers = crowd.rush(app, [partial(_reasons, mine) for mine in codes])

    reasons = Counter(reason for _kind, mine in answers for reason in mine)
    assert reasons == {None: 10, "full": len(tokens) - 10}
    assert presence.disagreements() == []


def _reasons(codes):
    return [scan(code).reason for code in codes]


def _from_everywhere(app, gates, tokens, *, uploading=()):
    """Every process scans every ticket; they start together. Returns (token, reason) pairs."""
    start, answers = FORK.Barrier(PROCESSES), FORK.Queue()
    children = [
        FORK.Process(
            target=_upload_all if number in uploading else _scan_all,
            args=(app, number, gates[number % len(gates)], tokens, start, answers),
        )
        for number in range(PROCESSES)
    ]
    for child in children:
        child.start()
    passages = [passage for _child in children for passage in answers.get(timeout=60)]
    for child in children:
        child.join(30)
        assert child.exitcode == 0
    return passages


def _codes(number, gate_id, tokens):
    return [
        Code(
            uuid=f"{number}-{index}",
            token=token,
            gate=GateRef(gate_id=gate_id),
            source=f"race:{number}",
            scanned_at=clock.now() - timedelta(minutes=30, seconds=-number),
        )
        for index, token in enumerate(tokens)
    ]


def _scan_all(app, number, gate_id, tokens, start, answers):
    with app.app_context():
        db.engine.dispose(close=False)
        codes = _codes(number, gate_id, tokens)
        start.wait(30)
        answers.put([(code.token, scan(code).reason) for code in codes])


def _upload_all(app, number, gate_id, tokens, start, answers):
    with app.app_context():
        db.engine.dispose(close=False)
        codes = [Uploaded(code) for code in _codes(number, gate_id, tokens)]
        start.wait(30)
        for half in (codes[::2], codes[1::2]):
            upload(half)
        answers.put([])
