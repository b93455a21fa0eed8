"""Places and who holds them: catalogue, holds, orders, tickets, admissions."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.domain.billing.models import Bill
from eventsapp.domain.programme.models import Event
from eventsapp.kernel.db import TextEnum, db


class Quota(db.Model):
    """A number of places shared by one or more products.

    ``taken`` counts the units of unreleased holds, each place once. It changes only through
    ``holds.take`` and ``holds.give_back``; the database refuses a value outside 0..size
    whatever the code does. ``target`` is the organizer's wish: a quota lowered under what is
    sold keeps ``size = taken`` and shrinks with each place that comes back.
    """

    __tablename__ = "quota"
    __table_args__ = (
        CheckConstraint("taken >= 0 AND taken <= size", name="taken_within_size"),
        CheckConstraint("target >= 0", name="target_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("slot.id"))
    # The quota equal to the event's capacity, on which all its admissions and passes draw.
    whole_event: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str]
    target: Mapped[int]
    size: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)

    @property
    def left(self) -> int:
        return self.size - self.taken


class ProductKind(enum.StrEnum):
    ADMISSION = "admission"
    INVITATION = "invitation"
    EXHIBITOR = "exhibitor"
    PRESS = "press"
    DOOR_SALE = "door_sale"
    ADD_ON = "add_on"
    PASS = "pass"  # noqa: S105 - a pass over several events


class Product(db.Model):
    """Something sold or given at a price (French *tarif*). Draws on one or more quotas.

    ``event_id`` is None for a pass over several events. Prices include VAT.
    """

    __tablename__ = "product"
    __table_args__ = (
        UniqueConstraint("event_id", "code"),
        CheckConstraint("price_cents >= 0", name="price_not_negative"),
        CheckConstraint(
            "per_order_min >= 1 AND per_order_max >= per_order_min", name="order_limits"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    seller_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    code: Mapped[str]
    label_fr: Mapped[str]
    label_en: Mapped[str]
    kind: Mapped[ProductKind] = mapped_column(TextEnum(ProductKind, "known_kind"))
    price_cents: Mapped[int]
    # Pay what you want: bounds of the price a buyer chooses, in cents; None when fixed.
    price_max_cents: Mapped[int | None]
    price_suggested_cents: Mapped[int | None]
    currency: Mapped[str] = mapped_column(default="EUR")
    vat_bp: Mapped[int] = mapped_column(default=2000)
    sale_from: Mapped[datetime | None]
    sale_until: Mapped[datetime | None]
    per_order_min: Mapped[int] = mapped_column(default=1)
    per_order_max: Mapped[int] = mapped_column(default=10)
    # Not shown to the public: invitations, badges, tariffs behind a code.
    hidden: Mapped[bool] = mapped_column(default=False)
    approval: Mapped[bool] = mapped_column(default=False)
    proof: Mapped[bool] = mapped_column(default=False)
    per_slot: Mapped[bool] = mapped_column(default=False)
    tickets_per_unit: Mapped[int] = mapped_column(default=1)
    # Codes of this event's products of which one must be in the basket for each unit.
    requires: Mapped[list[Any] | None]
    # excluded-dated, 14-days, business (law.md L01)
    withdrawal: Mapped[str] = mapped_column(default="excluded-dated")
    position: Mapped[int] = mapped_column(default=0)

    event: Mapped[Event | None] = relationship()
    quotas: Mapped[list["ProductQuota"]] = relationship(back_populates="product")
    admits: Mapped[list["ProductAdmission"]] = relationship(back_populates="product")


class ProductQuota(db.Model):
    """One unit of a product takes ``units`` places of a quota (of its slot, if it has one)."""

    __tablename__ = "product_quota"
    __table_args__ = (
        UniqueConstraint("product_id", "quota_id"),
        CheckConstraint("units >= 1", name="units_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    quota_id: Mapped[int] = mapped_column(ForeignKey("quota.id"), index=True)
    units: Mapped[int] = mapped_column(default=1)

    product: Mapped[Product] = relationship(back_populates="quotas")
    quota: Mapped[Quota] = relationship()


class ProductAdmission(db.Model):
    """A ticket of the product admits to this event; a pass has several rows, a meal none.

    ``share_cents`` is the event's full public price: the weight of its share of a pass.
    """

    __tablename__ = "product_admission"
    __table_args__ = (UniqueConstraint("product_id", "event_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    share_cents: Mapped[int] = mapped_column(default=0)

    product: Mapped[Product] = relationship(back_populates="admits")
    event: Mapped[Event] = relationship()


class DiscountEffect(enum.StrEnum):
    PERCENT = "percent"
    FIXED = "fixed"
    UNLOCK = "unlock"
    UNLOCK_FREE = "unlock_free"


class Discount(db.Model):
    """A code (French *code*) that lowers prices, or opens products that are not shown.

    ``used`` counts the tickets of unreleased holds, as ``Quota.taken`` does, and changes only
    through ``discounts.take`` and ``discounts.give_back``; the database refuses more than
    ``most_uses`` whatever the code does.
    """

    __tablename__ = "discount"
    __table_args__ = (
        UniqueConstraint("series_id", "code"),
        CheckConstraint(
            "used >= 0 AND (most_uses IS NULL OR used <= most_uses)", name="used_within_most"
        ),
        CheckConstraint("value >= 0", name="value_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    code: Mapped[str]  # folded by discounts.fold
    effect: Mapped[DiscountEffect] = mapped_column(TextEnum(DiscountEffect, "known_effect"))
    # Per cent, or cents off each unit; 0 for a code that only opens.
    value: Mapped[int] = mapped_column(default=0)
    most_uses: Mapped[int | None]
    used: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    created_at: Mapped[datetime]

    products: Mapped[list["Product"]] = relationship(
        secondary="discount_product", order_by="Product.id"
    )


class DiscountProduct(db.Model):
    """A product that a code is for."""

    __tablename__ = "discount_product"

    discount_id: Mapped[int] = mapped_column(ForeignKey("discount.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True, index=True)


class Hold(db.Model):
    """Places kept for somebody. Counts against capacity while ``released_at`` is NULL.

    Time alone never frees a place that can still be paid: the sweeper releases.
    """

    __tablename__ = "hold"
    __table_args__ = (
        Index("ix_hold_sweep", "released_at", "ordered", "expires_at"),
        Index("ix_hold_network", "network", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    extensions: Mapped[int] = mapped_column(default=0)
    ordered: Mapped[bool] = mapped_column(default=False)
    # ``shares.hash_of`` the visitor's address, forgotten after a day; None for programs.
    network: Mapped[str | None]
    released_at: Mapped[datetime | None]

    lines: Mapped[list["HoldLine"]] = relationship(back_populates="hold", order_by="HoldLine.id")


class HoldLine(db.Model):
    """``quantity`` units of a product at the price of that moment; ``given_back`` of them went
    back to sale since (tickets refunded one by one)."""

    __tablename__ = "hold_line"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity_positive"),
        CheckConstraint(
            "given_back >= 0 AND given_back <= quantity", name="given_back_within_quantity"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hold_id: Mapped[int] = mapped_column(ForeignKey("hold.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("slot.id"))
    quantity: Mapped[int]
    # Asked for each unit; ``list_cents`` is what it would be without the code.
    unit_cents: Mapped[int]
    list_cents: Mapped[int]
    discount_id: Mapped[int | None] = mapped_column(ForeignKey("discount.id"), index=True)
    given_back: Mapped[int] = mapped_column(default=0)

    hold: Mapped[Hold] = relationship(back_populates="lines")
    product: Mapped[Product] = relationship()
    discount: Mapped[Discount | None] = relationship()


class OrderStatus(enum.StrEnum):
    AWAITING_PAYMENT = "awaiting_payment"
    AWAITING_TRANSFER = "awaiting_transfer"
    AWAITING_APPROVAL = "awaiting_approval"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Order(db.Model):
    """Who asked for what. ``secret`` is the capability in its link; what is owed is the bill."""

    __tablename__ = "order"
    __table_args__ = (
        Index("ix_order_series_placed", "series_id", "placed_at"),
        Index("ix_order_sweep", "status", "deadline"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    secret: Mapped[str]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    seller_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    hold_id: Mapped[int] = mapped_column(ForeignKey("hold.id"), unique=True)
    bill_id: Mapped[int] = mapped_column(ForeignKey("bill.id"), unique=True)
    reference: Mapped[str | None] = mapped_column(unique=True)
    status: Mapped[OrderStatus] = mapped_column(TextEnum(OrderStatus, "known_status"))
    channel: Mapped[str]  # web, api, demo
    email: Mapped[str] = mapped_column(index=True)
    first_name: Mapped[str] = mapped_column(default="")
    last_name: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    company: Mapped[str] = mapped_column(default="")
    siren: Mapped[str] = mapped_column(default="")
    locale: Mapped[str]
    currency: Mapped[str]
    total_cents: Mapped[int]
    # Names given at the order, per line, until the tickets are issued. Opaque.
    attendees: Mapped[list[Any]]
    notify: Mapped[bool] = mapped_column(default=True)
    marketing_consent: Mapped[bool] = mapped_column(default=False)
    # The words the buyer accepted: re-served unchanged (law.md L05).
    terms_digest: Mapped[str | None]
    placed_at: Mapped[datetime]
    deadline: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    hold: Mapped[Hold] = relationship()
    bill: Mapped[Bill] = relationship()
    tickets: Mapped[list["Ticket"]] = relationship(back_populates="order", order_by="Ticket.id")


class TicketStatus(enum.StrEnum):
    VALID = "valid"
    VOID = "void"


class Ticket(db.Model):
    """A holder's right to be admitted. ``public_id`` is 16 random bytes in hex: the token's id.

    A reissue voids the ticket and makes another: an id is never used again.
    """

    __tablename__ = "ticket"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    hold_line_id: Mapped[int] = mapped_column(ForeignKey("hold_line.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    reference: Mapped[str | None] = mapped_column(unique=True)
    status: Mapped[TicketStatus] = mapped_column(
        TextEnum(TicketStatus, "known_status"), default=TicketStatus.VALID
    )
    void_reason: Mapped[str | None]
    first_name: Mapped[str] = mapped_column(default="")
    last_name: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    company: Mapped[str] = mapped_column(default="")
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime]
    issued_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship(back_populates="tickets")
    product: Mapped[Product] = relationship()
    event: Mapped[Event | None] = relationship()
    admissions: Mapped[list["Admission"]] = relationship(back_populates="ticket")

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class Admission(db.Model):
    """One event (or slot) to which a ticket admits. What the door reads and counts."""

    __tablename__ = "admission"
    __table_args__ = (
        UniqueConstraint("ticket_id", "event_id"),
        Index("ix_admission_event_id_id", "event_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("slot.id"))
    # The fold of the scans that the door keeps: first accepted entry, outside rehearsal.
    entered_at: Mapped[datetime | None]

    ticket: Mapped[Ticket] = relationship(back_populates="admissions")
    event: Mapped[Event] = relationship()
