"""Who bought what: holds, orders, tickets and what they admit to."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.domain.billing.money.models import Bill
from eventsapp.domain.programme.models import Event
from eventsapp.domain.ticketing.catalogue.models import Discount, Product
from eventsapp.kernel.db import SortText, TextEnum, db


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
    # As promised with the price; None for what was kept before it was written down.
    vat_bp: Mapped[int | None]
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
        # Searched by a part of a word: read whole, and it is a tenth of the table.
        Index("ix_order_search", "series_id", "search_text"),
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
    # Code, address and names of the buyer, folded (``sales.search``); a ticket has its own.
    search_text: Mapped[str] = mapped_column(default="", server_default="")
    # What lists sort by (``search.sorted_by``); NULL where there is no name.
    sort_name: Mapped[str | None] = mapped_column(SortText)
    sort_first_name: Mapped[str | None] = mapped_column(SortText)
    sort_company: Mapped[str | None] = mapped_column(SortText)
    # Names given at the order, per line, until the tickets are issued. Opaque.
    attendees: Mapped[list[Any]]
    notify: Mapped[bool] = mapped_column(default=True)
    marketing_consent: Mapped[bool] = mapped_column(default=False)
    # The words the buyer accepted: re-served unchanged (law.md L05).
    terms_digest: Mapped[str | None]
    placed_at: Mapped[datetime]
    deadline: Mapped[datetime | None]
    # Of a transfer: when its buyer was reminded, and when the rest of a part was asked for.
    reminded_at: Mapped[datetime | None]
    rest_asked_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    # When its people were erased (``sales.retention``).
    forgotten_at: Mapped[datetime | None]

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
    __table_args__ = (
        Index("ix_ticket_search", "series_id", "search_text", "order_id"),
        Index("ix_ticket_token_end", "series_id", "token_end"),
        # The worker asks each minute which are without: a table of all would be read for none.
        Index(
            "ix_ticket_without_end",
            "id",
            sqlite_where=text("token_end IS NULL"),
            postgresql_where=text("token_end IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    hold_line_id: Mapped[int] = mapped_column(ForeignKey("hold_line.id"))
    # Which one of its line, from 0: the answers given for that place are this ticket's.
    place: Mapped[int | None]
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
    search_text: Mapped[str] = mapped_column(default="", server_default="")
    # The last characters of its QR code (``codes.end_of``); NULL until the worker has written it.
    token_end: Mapped[str | None]
    # What lists sort by (``search.sorted_by``); NULL where there is no name.
    sort_name: Mapped[str | None] = mapped_column(SortText)
    sort_first_name: Mapped[str | None] = mapped_column(SortText)
    sort_company: Mapped[str | None] = mapped_column(SortText)
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
