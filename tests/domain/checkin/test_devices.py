"""A phone is paired once, by one code, and revoked at once."""

from datetime import timedelta

import pytest

from eventsapp.domain.checkin import devices, revoking
from eventsapp.domain.checkin.errors import DeviceRevoked, PairingCodeUsed
from tests import make
from tests.domain.checkin import world


@pytest.fixture
def gate(app):
    return world.gate(make.event())


def test_a_phone_is_paired_with_the_gate_of_its_code(gate):
    code = devices.offer_pairing(gate.id, actor="account:1")
    assert devices.gate_of_code(code, network="192.0.2.1").id == gate.id

    device, secret = devices.pair(code, "  Téléphone   de Nora ")

    found = devices.device_of(secret)
    assert (found.id, found.gate.name, found.name) == (device.id, "Porte Nord", "Téléphone de Nora")
    assert secret not in str(found.__dict__)


def test_a_code_pairs_one_phone(gate):
    code = devices.offer_pairing(gate.id, actor="account:1")
    devices.pair(code, "one")

    for ask in (
        lambda code: devices.gate_of_code(code, network="192.0.2.1"),
        lambda code: devices.pair(code, "two"),
    ):
        with pytest.raises(PairingCodeUsed):
            ask(code)


def test_a_code_lasts_ten_minutes(gate, now):
    code = devices.offer_pairing(gate.id, actor="account:1")
    now(now() + timedelta(minutes=10))

    with pytest.raises(PairingCodeUsed):
        devices.pair(code, "late")


def test_a_revoked_phone_is_out_at_its_next_request(gate):
    device, secret = devices.pair(devices.offer_pairing(gate.id, actor="account:1"), "x")
    revoking.revoke(device.id, actor="account:1")
    revoking.revoke(device.id, actor="account:1")

    with pytest.raises(DeviceRevoked):
        devices.device_of(secret)
    with pytest.raises(DeviceRevoked):
        devices.device_of("nobody")


def test_being_seen_is_written_once_a_minute(gate, now, statements):
    device, _secret = devices.pair(devices.offer_pairing(gate.id, actor="account:1"), "x")
    statements.clear()

    devices.note_seen(device, queued=0)
    assert statements == []
    now(minutes=2)
    devices.note_seen(device, queued=3)

    assert any(text.startswith("UPDATE device") for text in statements)
