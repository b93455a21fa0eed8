"""Whether what the settings name answers: the mail server, Stripe, the data folder, the address.

Nothing is sent, and no money is asked for: each is greeted and left. What surrounds the
installation (proxy, name servers, clocks) is looked at where it sells for real.
"""

import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from email.utils import parseaddr
from urllib.parse import urlsplit

from sqlalchemy import func, select

from eventsapp import settings
from eventsapp.domain.billing.money.models import Payment
from eventsapp.domain.ticketing.sales.models import Ticket
from eventsapp.gateways import arrival, sender_records, signing_key
from eventsapp.gateways.mail import MailRefused, MailUnreachable, mailer
from eventsapp.gateways.stripe import StripeRefused, StripeUnreachable
from eventsapp.gateways.stripe_account import stripe_account
from eventsapp.kernel import clock, secrets
from eventsapp.kernel.db import db

# Further apart than this, hours of sale, doors and signatures are not what they say.
CLOCKS_APART_S = 30


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


def key_of_stripe() -> str:
    """Why the key is not the one to sell with; empty when it is."""
    config = settings.current()
    mode = config.stripe_api_key.partition("_")[0]
    if config.production and "_test_" in config.stripe_api_key:
        return "a key of Stripe's test mode: no money would come"
    return (
        "an unrestricted key may do all that the account may: a restricted one (rk_…) is enough"
        if mode == "sk"
        else ""
    )


def payment_pages() -> str:
    """Why browsers would not follow to the last payment page; empty when they do."""
    config = settings.current()
    url = db.session.scalar(
        select(Payment.session_url)
        .where(Payment.session_url.is_not(None))
        .order_by(Payment.id.desc())
        .limit(1)
    )
    parts = urlsplit(url or "")
    origin = f"{parts.scheme}://{parts.netloc}"
    known = (*config.payment_pages, config.base_url)
    if not url or origin in known or not config.stripe_api_key:
        return ""
    return f"Stripe's pages open at {origin}: EVENTSAPP_STRIPE_CHECKOUT={origin}"


def visitors() -> str:
    """Why visitors are not told apart, or come in at another address; empty when they do not."""
    config = settings.current()
    if not config.production:
        return ""
    try:
        seen = arrival.look(config.base_url, secrets.sign("arrival", "doctor"))
    except arrival.Unreachable as error:
        return f"{config.base_url} was not reached from here ({error})"
    trusted = config.trusted_proxies
    if seen.address == arrival.FORGED:
        return (
            f"a visitor may forge an address: EVENTSAPP_TRUSTED_PROXIES is {trusted}, more than "
            "the proxies that stand before the server"
        )
    # A proxy adds to the list that the visitor sent, or begins its own.
    proxies = len(seen.forwarded) - (arrival.FORGED in seen.forwarded)
    if proxies != trusted:
        return (
            f"proxies before the server: {proxies}; EVENTSAPP_TRUSTED_PROXIES is {trusted}, "
            "and one limit would count all visitors together"
        )
    if (seen.scheme, seen.host) != (wanted := urlsplit(config.base_url))[:2]:
        return (
            f"seen as {seen.scheme}://{seen.host}, not as {wanted.scheme}://{wanted.netloc}: "
            "X-Forwarded-Proto and X-Forwarded-Host are missing, and forms would be refused"
        )
    return ""


def sender() -> str:
    """Why other mail servers may doubt our letters; empty when the domain vouches for them."""
    config = settings.current()
    if not config.production:
        return ""
    domain = parseaddr(config.mail_from)[1].rpartition("@")[2]
    try:
        found = sender_records.look_up(domain)
    except sender_records.NoAnswer as error:
        return f"the name servers did not answer ({error})"
    missing = [
        name
        for name, there in (("SPF", found.spf), ("DMARC", found.dmarc), ("DKIM", found.dkim))
        if not there
    ]
    if not missing:
        return ""
    usual = " (DKIM: under no usual selector)" if "DKIM" in missing else ""
    return f"{domain} has no {', no '.join(missing)}{usual}"


def clocks() -> str:
    """Whose clock differs from this machine's; empty when all agree."""
    config = settings.current()
    told: list[tuple[str, datetime | None]] = []
    if db.engine.dialect.name == "postgresql":
        told.append(("the database", db.session.scalar(select(func.clock_timestamp()))))
    if config.stripe_api_key:
        with suppress(StripeUnreachable, StripeRefused):  # said by the check of its own
            told.append(("Stripe", stripe_account().is_open()))
    now = clock.now()
    return ", ".join(
        f"{whose} is {(at - now).total_seconds():+.0f} s away"
        for whose, at in told
        if at is not None and abs((at - now).total_seconds()) > CLOCKS_APART_S
    )


def private_files() -> str:
    """What other users of the machine can read; empty when nothing is."""
    folder = settings.current().data_dir
    return ", ".join(
        str(path)
        for path in (folder, folder / signing_key.FILE_NAME, folder / "secret-key")
        if path.exists() and path.stat().st_mode & 0o077
    )


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
    ("Stripe's key is the right one", key_of_stripe, True),
    ("browsers follow to the payment page", payment_pages, True),
    ("visitors arrive as themselves", visitors, True),
    ("the sender's domain vouches for our letters", sender, True),
    ("the clocks agree", clocks, True),
    ("data folder can be written", data_folder, False),
    ("keys are closed to others", private_files, False),
    ("the key of the tickets is there", ticket_key, True),
)
