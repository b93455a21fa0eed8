"""A phone leaves the door: it hands over what it holds, or is cut off.

Three ways, all from the desk. *Revoke*: the phone held nothing when it was last heard of. *Hand
over*: it scans no more, uploads what it holds and is revoked by itself. *Cut off*: lost or stolen,
nothing is taken from it any more. A revoked phone that was not cut off may still upload what it
scanned before: people have entered by these scans.
"""

from collections.abc import Sequence

from sqlalchemy import update

from eventsapp.domain.checkin import sync
from eventsapp.domain.checkin.errors import DeviceHoldsScans
from eventsapp.domain.checkin.models import Device
from eventsapp.domain.checkin.strays import Stray
from eventsapp.domain.checkin.sync import Result, Uploaded
from eventsapp.kernel import audit, clock
from eventsapp.kernel.transaction import lock, transaction

# What is wrong with a scan that a revoked phone made: the word of a stray for it.
AFTERWARDS = "revoked"


def revoke(device_id: int, *, actor: str) -> Device:
    """Revoke a phone that holds nothing; its next request is refused.

    Raises:
        DeviceHoldsScans: it said that it holds some. The desk chooses: ``ask_to_hand_over`` or
            ``cut_off``.
    """
    with transaction():
        device = lock(Device, device_id)
        if device.revoked_at is None:
            if device.queued:
                raise DeviceHoldsScans(name=device.name, queued=device.queued)
            device.revoked_at = clock.now()
            _note("device.revoked", device, actor)
    return device


def ask_to_hand_over(device_id: int, *, actor: str) -> Device:
    """The phone scans no more, uploads what it holds, then is revoked (``note_left``)."""
    with transaction():
        device = lock(Device, device_id)
        if device.revoked_at is None and device.handing_over_at is None:
            device.handing_over_at, device.handing_over_by = clock.now(), actor
            _note("device.handing_over", device, actor, queued=device.queued)
    return device


def cut_off(device_id: int, *, actor: str) -> Device:
    """Take nothing from this phone any more, whatever it holds. Also after it was revoked."""
    with transaction():
        device = lock(Device, device_id)
        if device.cut_off_at is None:
            now = clock.now()
            device.cut_off_at, device.revoked_at = now, device.revoked_at or now
            _note("device.cut_off", device, actor, queued=device.queued)
    return device


def note_left(device: Device, left: int) -> None:
    """What a phone that leaves still holds; at nothing, one that hands over is revoked."""
    now = clock.now()
    left = max(0, min(left, 1_000_000))
    same = (Device.id == device.id, Device.cut_off_at.is_(None))
    with transaction() as session:
        session.execute(
            update(Device).where(*same).values(queued=left, last_seen_at=now),
            execution_options={"synchronize_session": False},
        )
        if left:
            return
        ended = session.execute(
            update(Device)
            .where(*same, Device.handing_over_at.is_not(None), Device.revoked_at.is_(None))
            .values(revoked_at=now)
            .returning(Device.id),
            execution_options={"synchronize_session": False},
        ).first()
        if ended is not None:
            _note("device.revoked", device, device.handing_over_by or "system")


def upload(device: Device, items: Sequence[Uploaded | Stray]) -> list[Result]:
    """Store a batch of this phone, as ``sync.upload`` does.

    What it scanned after it was revoked is kept as a stray: nobody had allowed it, and the people
    have entered all the same, so that the desk should know. A phone that hands over had not heard
    yet: all it scanned counts.
    """
    return sync.upload([_before_it_ended(device, item) for item in items])


def _before_it_ended(device: Device, item: Uploaded | Stray) -> Uploaded | Stray:
    if device.revoked_at is None or isinstance(item, Stray):
        return item
    if (item.code.scanned_at or clock.now()) <= device.revoked_at:
        return item
    return sync.as_stray(item, AFTERWARDS, device)


def _note(action: str, device: Device, actor: str, **detail: int) -> None:
    subject = f"device:{device.id}"
    audit.note(action, subject, actor=actor, series_id=device.series_id, detail=detail)
