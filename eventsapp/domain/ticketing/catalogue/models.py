"""What is for sale: quotas, products, codes."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

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
        Index("ix_quota_slot_id", "slot_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    # Of a visit: all its tariffs draw on this one stock.
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
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    # Closed by hand, whatever its dates; archived: closed, and in no list but the archives.
    closed_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]

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


#: How the code of a guest's link begins; no code that organizers make can.
PERSONAL = "@"


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

    @property
    def personal(self) -> bool:
        """Of a guest: no code that anybody types, but the link of an invitation."""
        return self.code.startswith(PERSONAL)

    products: Mapped[list["Product"]] = relationship(
        secondary="discount_product", order_by="Product.id"
    )


class DiscountProduct(db.Model):
    """A product that a code is for."""

    __tablename__ = "discount_product"

    discount_id: Mapped[int] = mapped_column(ForeignKey("discount.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True, index=True)


class Guest(db.Model):
    """Somebody on the invitation list of an event, with a link of their own.

    What it opens and how many tickets it gives is its ``discount``: ``most_uses`` places, counted
    and bounded as the uses of every code are. ``letter`` counts letters: the link of the latest
    alone is good. Name and address go after a time (``guests.forget``); the count stays.
    """

    __tablename__ = "guest"
    __table_args__ = (
        UniqueConstraint("event_id", "email"),
        UniqueConstraint("discount_id"),
        CheckConstraint("letter >= 0", name="letter_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    discount_id: Mapped[int] = mapped_column(ForeignKey("discount.id"))
    email: Mapped[str | None]
    name: Mapped[str] = mapped_column(default="")
    locale: Mapped[str] = mapped_column(default="fr")
    letter: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    discount: Mapped[Discount] = relationship(lazy="joined")
    event: Mapped[Event] = relationship()
