"""A key that Stripe refuses: told to the organizers, and the work goes on when it is mended."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import delete, select

from eventsapp.domain.billing.money.models import StripeTrouble
from eventsapp.gateways.stripe import StripeForbidden, StripeRefused, StripeUnreachable
from eventsapp.gateways.stripe_account import stripe_account
from eventsapp.kernel import clock, dialects, outbox
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction

# What waits is tried at least this often: a permission that was lacking, and is not asked for in
# vain for so long, is there.
QUIET = timedelta(minutes=15)


@contextmanager
def watched() -> Iterator[None]:
    """Around calls to Stripe, between transactions: a refused key is noted, and passed on."""
    try:
        yield
    except StripeForbidden as error:
        _note(error)
        raise


def current() -> list[StripeTrouble]:
    """Why Stripe refuses us now; empty when it does not."""
    return list(db.session.scalars(select(StripeTrouble).order_by(StripeTrouble.since_at)))


def look_again() -> None:
    """Ask Stripe with the key of today; if it answers, what waited goes on at once."""
    known = current()
    if not known:
        return
    try:
        with watched():
            stripe_account().is_open()
    except (StripeUnreachable, StripeRefused):
        return
    over = [one.id for one in known if one.status == 401 or one.last_at < clock.now() - QUIET]
    if over:
        with transaction() as session:
            session.execute(delete(StripeTrouble).where(StripeTrouble.id.in_(over)))
            outbox.hurry("money.refund")


def _note(error: StripeForbidden) -> None:
    now = clock.now()
    with transaction() as session:
        statement = dialects.insert(StripeTrouble.__table__).values(
            code=error.code, status=error.status, since_at=now, last_at=now
        )
        session.execute(
            statement.on_conflict_do_update(index_elements=["code"], set_={"last_at": now})
        )
