"""The door: where, with what, and everything that was ever scanned."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.domain.programme.models import Event, Series
from eventsapp.kernel.db import db


class Zone(db.Model):
    """A place one is inside or outside of. Several gates lead into one zone."""

    __tablename__ = "zone"
    __table_args__ = (UniqueConstraint("series_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    slug: Mapped[str]
    name: Mapped[str]


class Gate(db.Model):
    """A door where tickets of chosen events are scanned.

    ``rehearsal``: verdicts as on the night, facts and presence apart; it ends by itself when the
    doors open, whatever the flag says. ``held_at``: entries are stopped.
    """

    __tablename__ = "gate"
    __table_args__ = (UniqueConstraint("series_id", "slug"), UniqueConstraint("series_id", "name"))

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    zone_id: Mapped[int] = mapped_column(ForeignKey("zone.id"))
    slug: Mapped[str]
    name: Mapped[str]
    rehearsal: Mapped[bool] = mapped_column(default=False)
    held_at: Mapped[datetime | None]
    # Ids of the products that pass here; None: every admission of the gate's events.
    products: Mapped[list[Any] | None]
    # May a phone without network note entries that nobody has checked?
    offline_allowed: Mapped[bool] = mapped_column(default=True)

    zone: Mapped[Zone] = relationship()
    series: Mapped[Series] = relationship()
    events: Mapped[list[Event]] = relationship(secondary="gate_event", order_by=Event.id)


class GateEvent(db.Model):
    """The gate takes the admissions of this event."""

    __tablename__ = "gate_event"

    gate_id: Mapped[int] = mapped_column(ForeignKey("gate.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)


class Device(db.Model):
    """A paired phone. Its secret is known by digest; how it leaves the door: ``revoking``.

    ``handing_over_at``: it was asked to scan no more and to upload what it holds; ``revoked_at``
    follows by itself. ``cut_off_at``: nothing is taken from it any more.
    """

    __tablename__ = "device"
    __table_args__ = (
        CheckConstraint("cut_off_at IS NULL OR revoked_at IS NOT NULL", name="cut_off_is_revoked"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    gate_id: Mapped[int] = mapped_column(ForeignKey("gate.id"), index=True)
    name: Mapped[str]
    secret_digest: Mapped[str] = mapped_column(unique=True)
    paired_at: Mapped[datetime]
    paired_by: Mapped[str]
    last_seen_at: Mapped[datetime | None]
    # What the phone itself says it has not been able to send.
    queued: Mapped[int] = mapped_column(default=0)
    handing_over_at: Mapped[datetime | None]
    handing_over_by: Mapped[str | None]
    revoked_at: Mapped[datetime | None]
    cut_off_at: Mapped[datetime | None]

    gate: Mapped[Gate] = relationship()

    @property
    def leaving(self) -> bool:
        """It scans no more; what it still holds may come."""
        return self.handing_over_at is not None or self.revoked_at is not None


class PairingCode(db.Model):
    """A code shown as QR to one phone, once, for ten minutes."""

    __tablename__ = "pairing_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    gate_id: Mapped[int] = mapped_column(ForeignKey("gate.id"))
    digest: Mapped[str] = mapped_column(unique=True)
    created_by: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Scan(db.Model):
    """One fact of the door, append-only. Only ``reading`` (the API's *class*) may change.

    ``verdict`` and ``reason`` are what was decided at the gate and never change. A token is named
    by its digest. ``annuls_id``: this fact takes another one back (kind ``undo``).
    """

    __tablename__ = "scan"
    __table_args__ = (
        UniqueConstraint("device_id", "seq"),
        CheckConstraint("kind IN ('entry', 'exit', 'undo')", name="known_kind"),
        CheckConstraint("verdict IN ('accepted', 'refused')", name="known_verdict"),
        Index("ix_scan_admission", "admission_id", "rehearsal"),
        Index("ix_scan_gate_received", "gate_id", "received_at"),
        Index("ix_scan_event_scanned", "event_id", "rehearsal", "scanned_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(unique=True)
    # device:3, key:2/gate:5 … : who scanned, for the rules about one camera.
    source: Mapped[str]
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
    seq: Mapped[int | None]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    gate_id: Mapped[int] = mapped_column(ForeignKey("gate.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    admission_id: Mapped[int | None] = mapped_column(ForeignKey("admission.id"))
    token_digest: Mapped[str]
    kind: Mapped[str]
    verdict: Mapped[str]
    reason: Mapped[str | None]
    reading: Mapped[str | None]
    offline: Mapped[bool] = mapped_column(default=False)
    rehearsal: Mapped[bool] = mapped_column(default=False)
    scanned_at: Mapped[datetime]
    received_at: Mapped[datetime]
    annuls_id: Mapped[int | None] = mapped_column(ForeignKey("scan.id"), unique=True)


class StrayScan(db.Model):
    """What a scanner sent in a batch and nobody can read as a scan: kept, and shown to the desk.

    ``wrong`` names the field that could not be read. ``key`` is the sender's own uuid, or the
    digest of what it sent: the same thing sent twice is one row. ``gate_id`` is empty when the
    gate is what nobody knows; ``ticket_id`` when the code is no ticket of the series.
    """

    __tablename__ = "stray_scan"
    __table_args__ = (
        UniqueConstraint("source", "key"),
        CheckConstraint("verdict IN ('accepted', 'refused')", name="known_verdict"),
        Index("ix_stray_scan_series_received", "series_id", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    key: Mapped[str]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    gate_id: Mapped[int | None] = mapped_column(ForeignKey("gate.id"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    wrong: Mapped[str]
    verdict: Mapped[str]
    scanned_at: Mapped[datetime | None]
    received_at: Mapped[datetime]


class Presence(db.Model):
    """Inside or outside, per admission and zone; a rehearsal has rows of its own.

    Changed by one conditional write per scan, so that two gates never both say yes. It is the
    fold of the facts: ``doctor`` compares.
    """

    __tablename__ = "presence"

    admission_id: Mapped[int] = mapped_column(ForeignKey("admission.id"), primary_key=True)
    zone_id: Mapped[int] = mapped_column(ForeignKey("zone.id"), primary_key=True)
    rehearsal: Mapped[bool] = mapped_column(primary_key=True)
    inside: Mapped[bool]
    entries: Mapped[int]
    first_at: Mapped[datetime | None]
    first_gate_id: Mapped[int | None] = mapped_column(ForeignKey("gate.id"))
    last_at: Mapped[datetime | None]
    last_gate_id: Mapped[int | None] = mapped_column(ForeignKey("gate.id"))
