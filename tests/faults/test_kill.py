"""``kill -9`` at any moment: no acknowledged order is lost, none is doubled, nothing oversold,
no mail of an order that was rolled back, none lost. On both databases.
"""

import http.client
import json
import subprocess
import sys
import threading
import time
from collections import Counter

import pytest
from sqlalchemy import create_engine, text

from tests.conftest import new_database
from tests.faults.house import ROOT, House, post

BUYERS, ORDERS_EACH, KILLS = 8, 15, 4
PLACES = 100  # fewer than the 120 orders that are tried
ANSWERED_WITHIN_S = 120


@pytest.fixture(params=["sqlite", "postgres"])
def house(request, tmp_path):
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'house.sqlite3'}"
    else:
        url = new_database(request.getfixturevalue("postgres_server"))
    made = House(tmp_path, url)
    made.command("db", "upgrade")
    subprocess.run(
        [sys.executable, "-m", "tests.faults.seed", str(PLACES)],
        env=made.environment,
        check=True,
        cwd=ROOT,
        timeout=60,
    )
    yield made
    made.close()


def test_killed_again_and_again_the_house_loses_nothing(house):
    key = house.command(
        "api-key", "create", "--label", "test", "--series", "essai",
        "--scope", "orders:write", "--scope", "orders:offline",
    )  # fmt: skip
    house.serve()
    house.start("worker")
    answers: list[tuple[str, int, str]] = []
    buyers = [
        threading.Thread(target=buy, args=(house, key, number, answers)) for number in range(BUYERS)
    ]
    for buyer in buyers:
        buyer.start()
    for _ in range(KILLS):
        time.sleep(0.7)
        house.kill("serve")
        house.kill("worker")
        house.serve()
        house.start("worker")
    for buyer in buyers:
        buyer.join(ANSWERED_WITHIN_S * 2)
        assert not buyer.is_alive()
    assert [one for one in answers if one[1] not in (201, 409)] == []
    assert len(answers) == BUYERS * ORDERS_EACH
    acknowledged = {code for _who, status, code in answers if status == 201}
    rows = read(house, "SELECT code, email FROM \"order\" WHERE status = 'paid'")
    assert {code for code, _email in rows} == acknowledged
    assert len(rows) == len(acknowledged) == PLACES
    assert max(Counter(email for _code, email in rows).values()) == 1
    assert read(house, "SELECT count(*) FROM ticket") == [(PLACES,)]
    assert read(house, "SELECT max(taken) FROM quota") == [(PLACES,)]
    doctor = json.loads(house.command("doctor", "--json"))
    assert doctor["ok"]

    wait_for_mail(house, PLACES)
    mailed = Counter(address for _id, address in house.sink.letters)
    assert set(mailed) == {email for _code, email in rows}
    # A letter may go out twice when its worker dies after sending; it has the same Message-ID.
    assert sum(mailed.values()) - PLACES <= KILLS
    assert len({message_id for message_id, _ in house.sink.letters}) == PLACES


def buy(house, key: str, number: int, answers: list) -> None:
    """Order again and again, repeating a request with its key until somebody answers."""
    for turn in range(ORDERS_EACH):
        who = f"b{number}-{turn}@example.org"
        body = json.dumps(
            {
                "email": who,
                "payment": "offline",
                "lines": [{"event": "ouverture", "product": "STD", "attendees": [{}]}],
            }
        ).encode()
        headers = {
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Idempotency-Key": who,
        }
        deadline = time.monotonic() + ANSWERED_WITHIN_S
        while time.monotonic() < deadline:
            try:
                status, answer = post(f"{house.address}/api/v1/series/essai/orders", body, headers)
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
                continue
            if status == 503:
                time.sleep(0.1)
                continue
            answers.append((who, status, json.loads(answer).get("code", answer.decode()[:300])))
            break
        else:
            answers.append((who, 0, "nobody answered in time"))


def wait_for_mail(house, count: int) -> None:
    """A dead worker's lease is 60 seconds; what it had taken comes back after that."""
    deadline = time.monotonic() + 100
    while time.monotonic() < deadline:
        if len({address for _id, address in house.sink.letters}) >= count:
            return
        time.sleep(0.5)
    waiting = read(house, "SELECT kind, attempts, last_error FROM outbox_message WHERE NOT ended")
    raise AssertionError(f"{len(house.sink.letters)} letters of {count}; waiting: {waiting[:5]}")


def read(house, statement: str) -> list[tuple]:
    engine = create_engine(house.environment["EVENTSAPP_DATABASE_URL"])
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(text(statement))]
    engine.dispose()
    return rows
