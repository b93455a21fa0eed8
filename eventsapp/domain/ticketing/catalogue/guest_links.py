"""The link of a guest: signed and not stored, so that no copy of the database opens anything."""

from sqlalchemy import select

from eventsapp.domain.ticketing.catalogue.models import Discount, Guest
from eventsapp.kernel import secrets
from eventsapp.kernel.db import db

PURPOSE = "guest"


def link_of(guest: Guest) -> str:
    """The secret in the link of the latest letter."""
    return secrets.sign(PURPOSE, f"{guest.id}:{guest.letter}")


def looks_like(text: str) -> bool:
    """Whether this was meant as a link, whatever became of it: no code has a dot."""
    return "." in text and len(text) > 40


def find(secret: str) -> Guest | None:
    """Whose link it is; None for what is no link, for the link of an earlier letter and for one
    that was withdrawn."""
    if "." not in secret:
        return None
    try:
        guest_id, _colon, letter = secrets.unsign(PURPOSE, secret).partition(":")
    except secrets.BadLink:
        return None
    return db.session.scalar(
        select(Guest)
        .where(Guest.id == int(guest_id), Guest.letter == int(letter), Guest.withdrawn_at.is_(None))
        .execution_options(populate_existing=True)
    )


def code_of(series_id: int, secret: str) -> str | None:
    """What a guest's link stands for among the codes of a series; None for what is no link."""
    guest = find(secret)
    if guest is None or guest.series_id != series_id:
        return None
    code: str | None = db.session.scalar(
        select(Discount.code).where(Discount.id == guest.discount_id)
    )
    return code
