"""Whether what the settings name answers: the mail server, Stripe, the data folder.

Nothing is sent, and no money is asked for: each is greeted and left.
"""

import tempfile
from collections.abc import Callable

from sqlalchemy import select

from eventsapp import settings
from eventsapp.domain.ticketing.sales.models import Ticket
from eventsapp.gateways import signing_key
from eventsapp.gateways.mail import MailRefused, MailUnreachable, mailer
from eventsapp.gateways.stripe import StripeRefused, StripeUnreachable
from eventsapp.gateways.stripe_account import stripe_account
from eventsapp.kernel.db import db


def mail() -> str:
    """Why the mail server takes no letter of ours; empty when it does."""
    try:
        mailer(settings.current().mail_url).greet()
    except (MailUnreachable, MailRefused) as error:
        return str(error)
    return ""


def stripe() -> str:
    """Why Stripe refuses the key; empty when it does not, or without a key."""
    if not settings.current().stripe_api_key:
        return ""
    try:
        stripe_account().is_open()
    except (StripeUnreachable, StripeRefused) as error:
        return _first_line(error)
    return ""


def webhook() -> str:
    """Why Stripe tells us nothing by itself; the worker asks all the same, but later."""
    config = settings.current()
    if not config.stripe_api_key:
        return ""
    if not config.stripe_webhook_secrets:
        return "EVENTSAPP_STRIPE_WEBHOOK_SECRETS is not set: `eventsapp stripe setup`"
    url = f"{config.base_url}/webhooks/stripe"
    try:
        known = stripe_account().webhooks_of(url)
    except (StripeUnreachable, StripeRefused) as error:
        return _first_line(error)
    return "" if known else f"no endpoint for {url}: `eventsapp stripe setup`"


def data_folder() -> str:
    """Why uploads and keys cannot be kept; empty when they can."""
    folder = settings.current().data_dir
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return f"{folder}: {error.strerror}"
    return ""


def ticket_key() -> str:
    """The file without which tickets that were sent can no longer be read."""
    path = settings.current().data_dir / signing_key.FILE_NAME
    if path.exists() or db.session.scalar(select(Ticket.id).limit(1)) is None:
        return ""
    return f"{path} is missing: if tickets were sent, bring it back before another one is made"


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


#: (name, why it does not answer, whether that is a warning only)
CONNECTIONS: tuple[tuple[str, Callable[[], str], bool], ...] = (
    ("mail server answers", mail, False),
    ("Stripe answers", stripe, False),
    ("Stripe's news arrive and can be verified", webhook, True),
    ("data folder can be written", data_folder, False),
    ("the key of the tickets is there", ticket_key, True),
)
