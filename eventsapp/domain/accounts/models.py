"""People who sign in, the bodies they act for, and what lets programs in."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.kernel.db import TextEnum, db


class Organisation(db.Model):
    """A body that organizes, contributes or sells. Its id is the ``seller_id`` of what it sells.

    ``legal`` holds what the law asks a seller to show (form, SIREN, address, host, mediator,
    publication director): opaque data for the legal pages and the bills' snapshots.
    """

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    sells_through: Mapped[str] = mapped_column(default="series")
    legal: Mapped[dict[str, Any] | None]


class FormerIdentity(db.Model):
    """What a seller was called, with its legal facts, until a moment: papers of sales made before
    it show this one."""

    __tablename__ = "former_identity"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str]
    legal: Mapped[dict[str, Any] | None]
    until_at: Mapped[datetime]


class Account(db.Model):
    """Somebody who signs in. Attendees and applicants need none: they hold capability links."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)  # folded by people.fold_email
    name: Mapped[str]
    locale: Mapped[str] = mapped_column(default="fr")
    password_hash: Mapped[str | None]
    # What was asked for before it is dead: sessions, links, letters with a link not sent yet.
    password_set_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    # Runs the installation: makes organisations, and reads nothing of them.
    is_host: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    roles: Mapped[list["Role"]] = relationship(back_populates="account", lazy="selectin")


class RoleName(enum.StrEnum):
    OWNER = "owner"
    ORGANIZER = "organizer"
    CONTRIBUTOR = "contributor"
    JUROR = "juror"
    DOOR = "door"
    ACCOUNTANT = "accountant"
    CARE = "care"


class Role(db.Model):
    """What an account may do, and where: an organisation, one series, or one event."""

    __tablename__ = "role"
    __table_args__ = (
        UniqueConstraint("account_id", "organisation_id", "series_id", "event_id", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    name: Mapped[RoleName] = mapped_column(TextEnum(RoleName, "known_role"))

    account: Mapped[Account] = relationship(back_populates="roles")


class Invitation(db.Model):
    """A role that somebody is asked to take: in an organisation, one series, or one event.

    Nobody has it before the invitation is accepted. ``letter`` counts the letters that were asked
    for: the link of the latest alone is good. ``desk_series_id`` is the series at whose desk it was
    written, also for a role in all of them; None when there was no series yet.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("letter >= 1", name="letter_positive"),
        CheckConstraint(
            "accepted_at IS NULL OR withdrawn_at IS NULL", name="accepted_or_withdrawn"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(index=True)  # folded by people.fold_email
    name: Mapped[str] = mapped_column(default="")
    locale: Mapped[str] = mapped_column(default="fr")
    role: Mapped[RoleName] = mapped_column(TextEnum(RoleName, "known_role"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    # The organisation that asks; the role may be one of a partner's.
    desk_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    desk_series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    letter: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime]  # the latest letter was asked for
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    made_by: Mapped[Account | None] = relationship(lazy="joined")
    organisation: Mapped[Organisation] = relationship(lazy="joined", foreign_keys=organisation_id)
    desk_organisation: Mapped[Organisation] = relationship(
        lazy="joined", foreign_keys=desk_organisation_id
    )


class Opening(enum.StrEnum):
    """What a session was opened with."""

    PASSWORD = "password"  # noqa: S105 - a word, no secret
    LINK = "link"


class SignInSession(db.Model):
    """A browser that is signed in. The cookie holds the secret, the row its digest."""

    __tablename__ = "sign_in_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    digest: Mapped[str] = mapped_column(unique=True)
    device: Mapped[str]
    opened_by: Mapped[Opening] = mapped_column(
        TextEnum(Opening, "known_opening"), default=Opening.PASSWORD
    )
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="joined")


class SignInLink(db.Model):
    """A one-time link sent by mail, or printed by ``organizer create``."""

    __tablename__ = "sign_in_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    digest: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiKey(db.Model):
    """A program's key: random, stored as a digest, bound to one series and to scopes."""

    __tablename__ = "api_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    scopes: Mapped[list[Any]]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]  # within ten minutes
    revoked_at: Mapped[datetime | None]


class IdempotencyKey(db.Model):
    """The answer that was given to a request, so that its repetition gets the same."""

    __tablename__ = "idempotency_key"
    __table_args__ = (
        UniqueConstraint("api_key_id", "key"),
        Index("ix_idempotency_key_created_at", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    api_key_id: Mapped[int] = mapped_column(ForeignKey("api_key.id"))
    key: Mapped[str]
    body_digest: Mapped[str]
    status: Mapped[int]
    answer: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
