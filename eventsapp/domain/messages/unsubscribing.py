"""Who wants no more news of a series: by the link of each letter, without an account."""

from sqlalchemy import delete, or_, select

from eventsapp.domain.messages.models import Recipient, Unsubscription
from eventsapp.domain.messages.segments import consent_of
from eventsapp.domain.programme.models import Series
from eventsapp.kernel import audit, clock, dialects, secrets
from eventsapp.kernel.db import db
from eventsapp.kernel.secrets import BadLink
from eventsapp.kernel.transaction import transaction

PURPOSE = "unsubscribe"


def link_of(recipient_id: int) -> str:
    """The secret in the link of one letter: signed and not stored, and without the address."""
    return secrets.sign(PURPOSE, str(recipient_id))


def found_by(secret: str) -> tuple[Series, str]:
    """The series and the address that a link is about.

    Raises:
        BadLink: altered, or of a message whose addresses were forgotten since.
    """
    recipient = db.session.get(Recipient, int(secrets.unsign(PURPOSE, secret)))
    if recipient is None or recipient.email is None:
        raise BadLink
    return db.session.get_one(Series, recipient.series_id), recipient.email


def leave(secret: str) -> None:
    """No more news of this series to this address; said twice it is said once.

    Raises:
        BadLink: as ``found_by``.
    """
    series, email = found_by(secret)
    with transaction() as session:
        statement = dialects.insert(Unsubscription.__table__).values(
            series_id=series.id, email=email, at=clock.now()
        )
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["series_id", "email"], set_={"at": clock.now()}
            )
        )
        audit.note("news.left", f"series:{series.id}", actor="reader", series_id=series.id)


def come_back(secret: str) -> None:
    """The news of this series again, for who left by mistake.

    Raises:
        BadLink: as ``found_by``.
    """
    series, email = found_by(secret)
    with transaction() as session:
        session.execute(
            delete(Unsubscription).where(
                Unsubscription.series_id == series.id, Unsubscription.email == email
            )
        )
        audit.note("news.back", f"series:{series.id}", actor="reader", series_id=series.id)


def has_left(series_id: int, email: str) -> bool:
    """Whether an address gets no news now; who asked again after leaving does."""
    asked_at = consent_of(email, series_id)
    left = select(Unsubscription.id).where(
        Unsubscription.series_id == series_id,
        Unsubscription.email == email,
        or_(asked_at.is_(None), Unsubscription.at >= asked_at),
    )
    return db.session.scalar(left) is not None
