"""Phones at the door: paired by a code shown once, known by a secret, revoked (``revoking``)."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import joinedload

from eventsapp.domain.accounts import people
from eventsapp.domain.checkin.errors import DeviceHandingOver, DeviceRevoked, PairingCodeUsed
from eventsapp.domain.checkin.models import Device, Gate, PairingCode
from eventsapp.kernel import audit, clock, limits, secrets
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import lock, transaction

PAIRING_LASTS = timedelta(minutes=10)
# Unknown codes from one network in ten minutes, before it is told to wait.
GUESSES, GUESSES_SECONDS = 30, 600
# Written at most this often: a busy phone must not rewrite its row with every scan.
_SEEN_EVERY = timedelta(minutes=1)
NAME_LENGTH = 40


def offer_pairing(gate_id: int, *, actor: str) -> str:
    """A one-time code for one phone at this gate, good for ten minutes. Returned once."""
    code = secrets.new_secret()
    with transaction() as session:
        gate = lock(Gate, gate_id)
        session.add(
            PairingCode(
                gate_id=gate.id,
                digest=secrets.digest(code),
                created_by=actor,
                expires_at=clock.now() + PAIRING_LASTS,
            )
        )
    return code


def gate_of_code(code: str, *, network: str) -> Gate:
    """The gate a code would pair with, to be shown before the phone says yes.

    Only codes that nobody ever offered are counted: a hall pairs sixty phones from one address.
    A right code is never refused, for a visitor of the same wifi who guesses must not close the
    doors; it has 160 bits, and no number of guesses finds it in ten minutes.

    Args:
        network: the visitor's address, for the limit only.

    Raises:
        PairingCodeUsed: unknown, used or too old.
        TooManyAttempts: unknown, and too many such codes came from this network.
    """
    gate = db.session.scalar(
        select(Gate)
        .join(PairingCode, PairingCode.gate_id == Gate.id)
        .where(
            PairingCode.digest == secrets.digest(code),
            PairingCode.used_at.is_(None),
            PairingCode.expires_at > clock.now(),
        )
    )
    if gate is None:
        offered = select(PairingCode.id).where(PairingCode.digest == secrets.digest(code))
        if db.session.scalar(offered) is None:
            limits.hit(f"pair:{network}", limit=GUESSES, per=GUESSES_SECONDS)
        raise PairingCodeUsed
    return gate


def pair(code: str, name: str) -> tuple[Device, str]:
    """Pair the phone that shows this code; returns it with its secret, said this once.

    Raises:
        PairingCodeUsed: unknown, used (two phones that photograph one code: the first) or too old.
    """
    now = clock.now()
    secret = secrets.new_secret()
    with transaction() as session:
        taken = session.execute(
            update(PairingCode)
            .where(
                PairingCode.digest == secrets.digest(code),
                PairingCode.used_at.is_(None),
                PairingCode.expires_at > now,
            )
            .values(used_at=now)
            .returning(PairingCode.gate_id, PairingCode.created_by),
            execution_options={"synchronize_session": False},
        ).first()
        if taken is None or people.is_closed(taken.created_by):
            raise PairingCodeUsed
        gate = session.get_one(Gate, taken.gate_id)
        device = Device(
            organisation_id=gate.organisation_id,
            series_id=gate.series_id,
            gate_id=gate.id,
            name=" ".join(name.split())[:NAME_LENGTH] or gate.name,
            secret_digest=secrets.digest(secret),
            paired_at=now,
            paired_by=taken.created_by,
            last_seen_at=now,
        )
        session.add(device)
        session.flush()
        audit.note(
            "device.paired",
            f"device:{device.id}",
            actor=taken.created_by,
            series_id=gate.series_id,
            detail={"gate": gate.name, "name": device.name},
        )
    return device, secret


def device_of(secret: str) -> Device:
    """The phone that holds this secret, with its gate.

    Raises:
        DeviceRevoked: no phone does, or not any more.
    """
    return _found(secret, Device.revoked_at.is_(None))


def camera_of(secret: str) -> Device:
    """The phone, if it may scan.

    Raises:
        DeviceRevoked: as ``device_of``. DeviceHandingOver: it was asked to leave the door.
    """
    device = device_of(secret)
    if device.handing_over_at is not None:
        raise DeviceHandingOver
    return device


def sender_of(secret: str) -> Device:
    """The phone, if what it holds is still taken: revoked or not, unless it was cut off.

    Raises:
        DeviceRevoked: no phone holds this secret, or it was cut off.
    """
    return _found(secret, Device.cut_off_at.is_(None))


def _found(secret: str, condition: ColumnElement[bool]) -> Device:
    device = db.session.scalar(
        select(Device)
        .options(joinedload(Device.gate).joinedload(Gate.series))
        .where(Device.secret_digest == secrets.digest(secret), condition)
    )
    if device is None:
        raise DeviceRevoked
    return device


def unaware_of_hold(phones: Sequence[Device]) -> list[Device]:
    """Those at a gate that is held which have not been heard of since it was.

    Being seen is written once a minute, so that one may be named for so long though it knows.
    """
    return [
        phone
        for phone in phones
        if not phone.leaving
        and phone.gate.held_at is not None
        and (phone.last_seen_at is None or phone.last_seen_at < phone.gate.held_at)
    ]


def note_seen(device: Device, *, queued: int) -> None:
    """Remember that the phone is there and how much it holds back."""
    now = clock.now()
    if (
        device.last_seen_at is not None
        and now - device.last_seen_at < _SEEN_EVERY
        and device.queued == queued
    ):
        return
    with transaction() as session:
        session.execute(
            update(Device)
            .where(Device.id == device.id)
            .values(last_seen_at=now, queued=max(0, min(queued, 1_000_000))),
            execution_options={"synchronize_session": False},
        )
