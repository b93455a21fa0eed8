"""The bytes of a ticket's QR code. Printed tickets outlive upgrades: this layout is for ever.

Payload version 1, 34 bytes, big-endian: version 1, key id 1, event 4 (the first of a pass),
product 2, ticket id 16 (random), zones 2 (a bit per zone, all set when the product is not limited),
not before 4, not after 4 (epoch seconds, 0 when open). Then 64 bytes of Ed25519 signature. The
whole as Base45 (RFC 9285), 147 capitals and digits. No name, no address: tickets are photographed.
"""

import hashlib
import struct
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

VERSION = 1
ALL_ZONES = 0xFFFF
_LAYOUT = struct.Struct(">BBIH16sHII")
_SIGNATURE_BYTES = 64
TOKEN_CHARACTERS = 147
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {mark: value for value, mark in enumerate(_ALPHABET)}


class NotAToken(ValueError):
    """Malformed, of an unknown version, by an unknown key, or not signed by it."""


@dataclass(frozen=True, kw_only=True)
class Payload:
    """What a token says. ``ticket_id`` is what the door looks up; the rest serves offline gates."""

    key_id: int
    event: int
    product: int
    ticket_id: bytes
    zones: int = ALL_ZONES
    not_before: int = 0
    not_after: int = 0


def sign(payload: Payload, key: Ed25519PrivateKey) -> str:
    """The text of the QR code. ``product`` and ``zones`` are taken modulo their width."""
    packed = _LAYOUT.pack(
        VERSION,
        payload.key_id,
        payload.event,
        payload.product & 0xFFFF,
        payload.ticket_id,
        payload.zones & 0xFFFF,
        payload.not_before,
        payload.not_after,
    )
    return to_base45(packed + key.sign(packed))


def verify(token: str, keys: dict[int, Ed25519PublicKey]) -> Payload:
    """Read a token signed by one of ``keys`` (by key id).

    Raises:
        NotAToken: anything else. The door says "unknown" and nothing more.
    """
    if len(token) != TOKEN_CHARACTERS:
        raise NotAToken("length")
    raw = from_base45(token)
    if len(raw) != _LAYOUT.size + _SIGNATURE_BYTES:
        raise NotAToken("length")
    packed, signature = raw[: _LAYOUT.size], raw[_LAYOUT.size :]
    version, key_id, event, product, ticket_id, zones, not_before, not_after = _LAYOUT.unpack(
        packed
    )
    if version != VERSION or key_id not in keys:
        raise NotAToken("version or key")
    try:
        keys[key_id].verify(signature, packed)
    except InvalidSignature:
        raise NotAToken("signature") from None
    return Payload(
        key_id=key_id,
        event=event,
        product=product,
        ticket_id=ticket_id,
        zones=zones,
        not_before=not_before,
        not_after=not_after,
    )


def token_digest(token: str) -> str:
    """How a token is named in the facts of the door: never the token itself."""
    return hashlib.sha256(token.encode()).hexdigest()


def to_base45(raw: bytes) -> str:
    """RFC 9285: two bytes make three characters, a last single byte makes two."""
    parts: list[str] = []
    for start in range(0, len(raw) - 1, 2):
        number, low = divmod(raw[start] * 256 + raw[start + 1], 45)
        high, middle = divmod(number, 45)
        parts.append(_ALPHABET[low] + _ALPHABET[middle] + _ALPHABET[high])
    if len(raw) % 2:
        high, low = divmod(raw[-1], 45)
        parts.append(_ALPHABET[low] + _ALPHABET[high])
    return "".join(parts)


def from_base45(text: str) -> bytes:
    """The bytes again.

    Raises:
        NotAToken: a character outside the alphabet, a value outside the range, a wrong length.
    """
    try:
        values = [_VALUES[mark] for mark in text]
    except KeyError:
        raise NotAToken("alphabet") from None
    raw = bytearray()
    whole = len(values) - len(values) % 3
    for start in range(0, whole, 3):
        number = values[start] + 45 * values[start + 1] + 2025 * values[start + 2]
        if number > 0xFFFF:
            raise NotAToken("range")
        raw += number.to_bytes(2, "big")
    if len(values) - whole == 1:
        raise NotAToken("length")
    if len(values) - whole == 2:
        number = values[whole] + 45 * values[whole + 1]
        if number > 0xFF:
            raise NotAToken("range")
        raw.append(number)
    return bytes(raw)
