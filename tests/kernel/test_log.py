"""What a log line says, and what it never does."""

import io
import json
import logging
from datetime import datetime

import pytest

from eventsapp.kernel import log, secrets


def set_up(form):
    """Gives what says a warning, and what was said."""
    stream = io.StringIO()
    log.set_up(form, to=stream)

    def say(*given, **more):
        stream.truncate(stream.seek(0))
        logging.getLogger("somebody").warning(*given, **more)
        return stream.getvalue().strip()

    return say


@pytest.fixture(autouse=True)
def as_before():
    yield
    log.set_up("plain", every_deed=False)


@pytest.fixture(params=["plain", "json"])
def say(request):
    return set_up(request.param)


SECRET = "a2b3c4d5e6f7a2b3c4d5e6f7a2b3c4d5"


@pytest.mark.parametrize(
    ("told", "hidden"),
    [
        ("refused <ada.lovelace+fr@mail.example.org>: 550", "lovelace"),
        ("sent to ada@é.example.org, bob@example.org", "bob"),
        (f"POST /fr/ftw/orders/ABC/{SECRET}?retour=1", SECRET),
        ('duplicate key\nDETAIL:  Key (last_name)=(Lovelace) already exists.', "Lovelace"),
    ],
)  # fmt: skip
def test_no_line_holds_a_person_or_the_key_to_a_page(say, told, hidden):
    line = say("it failed: %s", told)
    assert "it failed" in line
    assert hidden not in line


def test_neither_does_what_an_error_says(say):
    try:
        raise ValueError("no such person: ada@example.org\nDETAIL:  Key (name)=(Ada)")
    except ValueError:
        line = say("broken", exc_info=True)
    assert "ValueError" in line and "test_log.py" in line
    assert "ada@" not in line and "(Ada)" not in line


def test_what_is_no_person_stays_as_it_was(say):
    kept = "payment 12 of EUR 19.00 @ 10:00, code ABC-234, sha abcdef234567abcdef234567abcdef23"
    assert kept in say(kept)


def test_each_line_names_what_it_belongs_to(say):
    with log.doing("job:7"):
        with log.doing("outbox:3"):
            inner = say("inside")
        outer = say("outside")
    assert ("outbox:3" in inner, "job:7" in outer) == (True, True)
    assert "job:7" not in say("afterwards") and log.now() == "-"


def test_a_line_of_json_is_an_object_with_all_that_was_told():
    line = json.loads(set_up("json")("a %s", "b", extra={"status": 409}))
    assert datetime.fromisoformat(line.pop("time")).tzinfo is not None
    assert line == {
        "level": "WARNING", "logger": "somebody", "task": "-", "message": "a b", "status": 409,
    }  # fmt: skip


def test_a_plain_line_begins_with_its_time():
    when, level, _rest = set_up("plain")("refused").split(" ", 2)
    assert datetime.fromisoformat(when).tzinfo is not None and level == "WARNING"


def test_set_up_twice_says_each_thing_once():
    first = io.StringIO()
    log.set_up("json", to=first)
    assert set_up("plain")("once").count("once") == 1
    assert first.getvalue() == ""


def test_the_secret_of_a_page_is_known_by_its_shape(say):
    for _ in range(20):
        secret = secrets.new_secret()
        assert secret not in say("GET /en/x/applications/%s", secret)
