"""Golden vectors: printed tickets outlive upgrades."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.domain.ticketing.sales.tokens import (
    NotAToken,
    Payload,
    from_base45,
    sign,
    to_base45,
    verify,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEYS = {1: KEY.public_key()}
ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
GOLDEN_PAYLOAD = Payload(
    key_id=1,
    event=42,
    product=7,
    ticket_id=bytes.fromhex("000102030405060708090a0b0c0d0e0f"),
    zones=0x8001,
    not_before=1_821_200_000,
    not_after=1_821_300_000,
)
# Frozen with the first release. If this test fails, tickets on paper no longer open doors.
GOLDEN_TOKEN = (
    "W50000.00700100KB0*M0DY0W016C1PN1:Y198GOWDQ-9PWDK.QU:JHP49C4$AV7R68X9NQSBY"
    "VKUH5/SCFOTLB:E61H66C5EAQ*WO92G6$3T$G0GH4RCQ/N%KCBJNR$6YY28LKT9KK-U%PNP.G"
)


def test_the_layout_is_fixed_for_ever():
    assert sign(GOLDEN_PAYLOAD, KEY) == GOLDEN_TOKEN
    assert verify(GOLDEN_TOKEN, KEYS) == GOLDEN_PAYLOAD
    assert from_base45(GOLDEN_TOKEN)[:34].hex() == (
        "01010000002a0007000102030405060708090a0b0c0d0e0f80016c8d4e806c8ed520"
    )


def test_a_token_has_147_characters_of_the_alphanumeric_mode():
    assert len(GOLDEN_TOKEN) == 147
    assert set(GOLDEN_TOKEN) <= set(ALPHANUMERIC)


@pytest.mark.parametrize("position", [0, 1, 20, 60, 100, 146])
def test_a_changed_character_is_refused(position):
    other = "0" if GOLDEN_TOKEN[position] != "0" else "1"

    with pytest.raises(NotAToken):
        verify(GOLDEN_TOKEN[:position] + other + GOLDEN_TOKEN[position + 1 :], KEYS)


def test_a_token_by_a_key_of_ours_under_another_id_is_refused():
    with pytest.raises(NotAToken):
        verify(GOLDEN_TOKEN, {2: KEY.public_key()})


def test_a_token_by_somebody_else_is_refused():
    forged = sign(GOLDEN_PAYLOAD, Ed25519PrivateKey.from_private_bytes(bytes(32)))

    with pytest.raises(NotAToken):
        verify(forged, KEYS)


@given(st.text(max_size=200))
def test_any_text_is_refused_and_nothing_else_happens(text):
    with pytest.raises(NotAToken):
        verify(text, KEYS)


@given(
    st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", min_size=147, max_size=147)
)
def test_any_text_of_the_right_shape_is_refused_too(text):
    with pytest.raises(NotAToken):
        verify(text, KEYS)


@given(st.binary(max_size=120))
def test_base45_gives_the_same_bytes_again(raw):
    assert from_base45(to_base45(raw)) == raw


@pytest.mark.parametrize(
    ("raw", "text"), [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581")]
)
def test_base45_gives_the_examples_of_rfc_9285(raw, text):
    assert to_base45(raw) == text
    assert from_base45(text) == raw


@pytest.mark.parametrize("text", ["GGW", "A", "ABCA", "a0", ":::", "::"])
def test_base45_refuses_what_no_bytes_give(text):
    with pytest.raises(NotAToken):
        from_base45(text)


@pytest.mark.parametrize(("text", "raw"), [("U5", b"\xff"), ("00", b"\x00")])
def test_a_last_byte_is_two_signs(text, raw):
    assert from_base45(text) == raw


@pytest.mark.parametrize("text", ["V5", "::"])
def test_two_signs_beyond_a_byte_are_no_token(text):
    with pytest.raises(NotAToken):
        from_base45(text)
