"""What an installation says while it serves and works: lines of JSON, and no person in them."""

import json
import time
from urllib.parse import urlencode

import pytest

from tests.faults.house import House, post

SOMEBODY = "ada.lovelace@example.org"


@pytest.fixture
def house(tmp_path):
    database = f"sqlite:///{tmp_path / 'said.sqlite3'}"
    made = House(tmp_path / "data", database)
    made.environment |= {
        "EVENTSAPP_ENV": "production",
        "EVENTSAPP_SECRET_KEY": "forty characters that only this test has",
        "EVENTSAPP_BASE_URL": "https://tickets.example.org",
        "EVENTSAPP_MAIL_FROM": "tickets@tickets.example.org",
        "EVENTSAPP_LOG": "json",
    }
    made.command("db", "upgrade")
    made.command("organizer", "create", SOMEBODY)
    with (tmp_path / "said").open("wb") as made.said:
        yield made
        made.close()


def said(tmp_path):
    return (tmp_path / "said").read_text(encoding="utf-8")


def test_server_and_worker_tell_each_deed_in_json_and_no_person(house, tmp_path):
    house.serve()
    house.start("worker")
    asked = post(
        f"{house.address}/fr/sign-in",
        urlencode({"email": SOMEBODY, "way": "link", "next": ""}).encode(),
        {"Origin": "https://tickets.example.org", "Host": "tickets.example.org"},
    )
    deadline = time.monotonic() + 20
    while not house.sink.letters and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [to for _id, to in house.sink.letters] == [SOMEBODY], (asked, said(tmp_path))
    while "handed over" not in said(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.05)

    lines = [json.loads(line) for line in said(tmp_path).splitlines()]

    told = {(line["logger"], line["message"].split(":")[0]) for line in lines}
    assert ("eventsapp.cli.serve", "eventsapp 0.1.0") in told
    assert ("eventsapp.cli.worker", "eventsapp 0.1.0") in told
    assert ("eventsapp.delivery.worker", "mail.sign_in_link") in told
    [request] = [line for line in lines if line.get("method") == "POST"]
    assert (request["route"], request["status"]) == ("/<lang>/sign-in", 302)
    assert len(request["task"]) == 16
    assert "lovelace" not in said(tmp_path)
