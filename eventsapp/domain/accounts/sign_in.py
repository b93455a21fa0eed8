"""Signing in: password or one-time link, sessions that can be revoked."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from eventsapp.domain.accounts import passwords, refused
from eventsapp.domain.accounts.errors import LinkUsed, WrongCredentials
from eventsapp.domain.accounts.models import Account, Opening, SignInLink, SignInSession
from eventsapp.domain.accounts.people import fold_email
from eventsapp.domain.accounts.refused import Kind
from eventsapp.kernel import audit, clock, limits, outbox, secrets, spelling
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import Refusal
from eventsapp.kernel.outbox import Priority
from eventsapp.kernel.transaction import transaction

log = logging.getLogger(__name__)

SESSION_LENGTH = timedelta(hours=12)
# Without a request for so long a session is over; noted at most this often, so that reading pages
# does not write.
IDLE, SEEN_EVERY = timedelta(hours=2), timedelta(minutes=10)
LINK_LENGTH = timedelta(minutes=30)
MARK, MARK_LENGTH = "known-device", timedelta(days=180)
# At most ten guesses in five minutes for one account, three hundred for one network.
GUESSES, NETWORK_GUESSES, WINDOW_SECONDS = 10, 300, 300
# Links in an hour, asked for one address and from one network. Five is what shields a mailbox,
# wherever they are asked from. A network is many people: a crew of a hundred who arrive at one hall
# may ask three times each; only accounts get a letter, so that it is no way to write to strangers.
LINKS, NETWORK_LINKS, LINK_WINDOW_SECONDS = 5, 300, 3600


def with_password(
    email: str,
    password: str,
    *,
    network: str,
    device: str,
    mark: str = "",
    locale: str | None = None,
) -> str:
    """Check a password and open a session; returns the cookie's secret.

    Args:
        network: the visitor's address, for the limits only.
        device: what the session list shows (browser and system).
        mark: what this browser got when it signed in to the account before (``device_mark``). Its
            guesses are counted apart: a stranger who guesses locks nobody out of an own browser.
        locale: the language of the page; from now on that of the account.

    Raises:
        WrongCredentials: address or password is wrong.
        TooManyAttempts: too many guesses for this account or from this network.
    """
    from_network = f"sign-in:network:{network}"
    limits.hit(from_network, limit=NETWORK_GUESSES, per=WINDOW_SECONDS)
    account = _by_email(email)
    counted = f"sign-in:{_known_device(mark, account) or spelling.address_or_words(email)}"
    limits.hit(counted, limit=GUESSES, per=WINDOW_SECONDS)
    known = passwords.verified(account.password_hash if account else None, password)
    if account is None or not known or account.disabled_at:
        refused.note(Kind.SIGN_IN, network=network, account_id=account.id if account else None)
        raise WrongCredentials
    # The right password is no guess.
    for one in (counted, from_network):
        limits.forgive(one, per=WINDOW_SECONDS)
    return open_session(account.id, device=device, locale=locale)


def device_mark(account_id: int) -> str:
    """What a browser keeps to be known again at the next sign-in; opens nothing by itself."""
    return secrets.sign(MARK, f"{account_id}:{secrets.new_secret()}")


def _known_device(mark: str, account: Account | None) -> str | None:
    """The mark's own name for the limits, if it is one of this account."""
    if not mark or account is None:
        return None
    try:
        text = secrets.unsign(MARK, mark, max_age=int(MARK_LENGTH.total_seconds()))
    except secrets.BadLink:
        return None
    return text if text.partition(":")[0] == str(account.id) else None


def ask_for_link(email: str, *, network: str, locale: str) -> None:
    """Mail a one-time link, if the address has an account; the answer is the same if not.

    Raises:
        TooManyAttempts: too many links asked for.
    """
    limits.hit(f"link:network:{network}", limit=NETWORK_LINKS, per=LINK_WINDOW_SECONDS)
    limits.hit(f"link:{spelling.address_or_words(email)}", limit=LINKS, per=LINK_WINDOW_SECONDS)
    account = _by_email(email)
    if account is None or account.disabled_at:
        # As long as the letter's row takes to write: the time tells no more than the words.
        limits.hit(f"link:nobody:{secrets.new_secret()}", limit=1, per=LINK_WINDOW_SECONDS)
        return
    with transaction():
        # The secret is made by the worker when it sends: no credential lies in the outbox.
        outbox.later(
            "mail.sign_in_link",
            secrets.new_secret(),
            link_wanted(account, locale),
            priority=Priority.AWAITED,
        )


def link_wanted(account: Account, locale: str) -> dict[str, Any]:
    """What the letter with a link must know; when it was asked for, above all."""
    return {"account_id": account.id, "locale": locale, "asked_at": clock.now().isoformat()}


def link_for(wanted: Mapping[str, Any], *, length: timedelta = LINK_LENGTH) -> str | None:
    """The link's secret; None when the password was changed since it was asked for."""
    account = db.session.get_one(Account, wanted["account_id"])
    asked = wanted.get("asked_at")
    changed = account.password_set_at
    if asked and changed is not None and datetime.fromisoformat(asked) < changed:
        return None
    return new_link(account.id, length=length)


def new_link(account_id: int, *, length: timedelta = LINK_LENGTH) -> str:
    """Make a one-time link's secret."""
    secret = secrets.new_secret()
    with transaction() as session:
        session.add(
            SignInLink(
                account_id=account_id,
                digest=secrets.digest(secret),
                expires_at=clock.now() + length,
            )
        )
    return secret


def with_link(secret: str, *, device: str, locale: str | None = None) -> str:
    """Use a one-time link and open a session; returns the cookie's secret.

    Raises:
        LinkUsed: unknown, too old, or used before (of two clicks, one wins).
    """
    now = clock.now()
    with transaction() as session:
        account_id = session.scalar(
            update(SignInLink)
            .where(
                SignInLink.digest == secrets.digest(secret),
                SignInLink.used_at.is_(None),
                SignInLink.expires_at > now,
            )
            .values(used_at=now)
            .returning(SignInLink.account_id)
        )
        if account_id is None:
            raise LinkUsed
        account = session.get(Account, account_id)
        if account is None or account.disabled_at:
            raise LinkUsed
        return open_session(account_id, device=device, opened_by=Opening.LINK, locale=locale)


def open_session(
    account_id: int,
    *,
    device: str,
    opened_by: Opening = Opening.PASSWORD,
    locale: str | None = None,
) -> str:
    """A new session's secret, for the cookie; ``locale`` becomes the account's language."""
    secret = secrets.new_secret()
    now = clock.now()
    with transaction() as session:
        session.add(
            SignInSession(
                account_id=account_id,
                digest=secrets.digest(secret),
                device=device[:200],
                opened_by=opened_by,
                created_at=now,
                seen_at=now,
                expires_at=now + SESSION_LENGTH,
            )
        )
        if locale is not None:
            session.execute(
                update(Account)
                .where(Account.id == account_id, Account.locale != locale)
                .values(locale=locale)
            )
        audit.note("account.signed_in", f"account:{account_id}", actor=f"account:{account_id}")
    return secret


def find_session(secret: str) -> SignInSession | None:
    """The live session behind a cookie, its account and roles with it; None when it ended."""
    now = clock.now()
    found = db.session.scalar(
        select(SignInSession).where(SignInSession.digest == secrets.digest(secret))
    )
    if found is None or found.revoked_at or found.expires_at <= now or found.seen_at <= now - IDLE:
        return None
    if found.account.disabled_at:
        return None
    if found.seen_at <= now - SEEN_EVERY:
        _note_seen(found.id)
    return found


def _note_seen(session_id: int) -> None:
    now = clock.now()
    try:
        with transaction() as session:
            session.execute(
                update(SignInSession)
                .where(SignInSession.id == session_id, SignInSession.seen_at <= now - SEEN_EVERY)
                .values(seen_at=now)
            )
    except OperationalError:
        # A full disk or a busy writer stops no reading; the next request notes it.
        log.warning("sign-in session not noted as seen")


def revoke_session(session_id: int, account_id: int) -> None:
    """End one session of this account."""
    with transaction() as session:
        session.execute(
            update(SignInSession)
            .where(SignInSession.id == session_id, SignInSession.account_id == account_id)
            .values(revoked_at=clock.now())
        )


def revoke_sessions(account_id: int, *, actor: str) -> None:
    with transaction() as session:
        session.execute(
            update(SignInSession)
            .where(SignInSession.account_id == account_id, SignInSession.revoked_at.is_(None))
            .values(revoked_at=clock.now())
        )
        audit.note("account.sessions_revoked", f"account:{account_id}", actor=actor)


def live_sessions(account_id: int) -> list[SignInSession]:
    statement = (
        select(SignInSession)
        .where(
            SignInSession.account_id == account_id,
            SignInSession.revoked_at.is_(None),
            SignInSession.expires_at > clock.now(),
            SignInSession.seen_at > clock.now() - IDLE,
        )
        .order_by(SignInSession.created_at.desc())
    )
    return list(db.session.scalars(statement))


def _by_email(email: str) -> Account | None:
    try:
        folded = fold_email(email)
    except Refusal:
        return None
    return db.session.scalar(select(Account).where(Account.email == folded))
