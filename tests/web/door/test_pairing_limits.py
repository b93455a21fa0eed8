"""Many phones of one hall are paired at once; whoever guesses codes is told to wait."""

import pytest

from eventsapp.domain.checkin import devices
from eventsapp.domain.checkin.models import Device
from eventsapp.kernel.db import db
from eventsapp.kernel.limits import RateCount
from tests import make
from tests.domain.checkin import world


@pytest.fixture
def gate(app):
    return world.gate(make.event())


@pytest.fixture
def phone(app, client):
    """A phone of the hall: no cookie, the hall's own address."""

    def ask(method, code):
        client.delete_cookie("door", path="/door")
        return client.open(f"/door/pair/{code}", method=method, data={"name": "Nora"})

    return ask


def codes(gate, count):
    return [devices.offer_pairing(gate.id, actor="account:1") for _ in range(count)]


def test_sixty_phones_of_one_network_are_paired_in_ten_minutes(phone, gate):
    answers = []
    for code in codes(gate, 60):
        # The camera opens the page, the browser loads it once more, the button pairs.
        answers += [phone(method, code).status_code for method in ("GET", "GET", "POST")]

    assert answers == [200, 200, 302] * 60
    assert len(world.fresh(Device)) == 60
    assert db.session.query(RateCount).count() == 0


def test_a_code_that_has_served_is_no_guess(phone, gate, now):
    """The crew photographs a code twice, or one that hangs there since this morning."""
    used, old = codes(gate, 2)
    phone("POST", used)
    now(minutes=11)

    assert {phone("GET", code).status_code for code in [used, old] * 40} == {410}
    assert phone("POST", codes(gate, 1)[0]).status_code == 302


def test_guessing_is_made_slow_and_shuts_out_nobody_who_knows_the_code(phone, gate, now):
    guesses = [phone("GET", f"guess-{n}").status_code for n in range(31)]
    assert guesses == [410] * 30 + [429]
    assert phone("POST", "another-guess").status_code == 429

    # A visitor of the same wifi who guesses must not close the doors.
    assert phone("POST", codes(gate, 1)[0]).status_code == 302
    now(minutes=21)
    assert phone("GET", "one-more-guess").status_code == 410
