"""Choosing another password: who may, and what ends with it."""

from datetime import timedelta

from sqlalchemy import update

from eventsapp.domain.accounts import passwords, sign_in
from eventsapp.domain.accounts.errors import FreshLinkNeeded, WrongPassword
from eventsapp.domain.accounts.models import Account, Opening, SignInLink, SignInSession
from eventsapp.kernel import audit, clock, limits
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.transaction import transaction

#: So long after it, a sign-in by link proves whose the mailbox is.
FRESH = timedelta(minutes=15)


def knows_password(current: SignInSession, account: Account) -> bool:
    """Whether the present password is asked: there is one, and no link was used just now."""
    return account.password_hash is not None and not _fresh(current)


def change_password(current: SignInSession, present: str, password: str, *, device: str) -> str:
    """Choose a password; every session, link and request for a link of before ends.

    Args:
        present: the present password; not read where ``knows_password`` does not ask for it.
        device: as for ``sign_in.open_session``.

    Returns:
        The secret of a new session for the browser that asks.

    Raises:
        WrongPassword: ``present`` is not the present one.
        TooManyAttempts: it was guessed too often.
        FreshLinkNeeded: the account has none, and nobody has used a link just now.
        WeakPassword, LongPassword, GuessablePassword: it is not a good one.
    """
    account = current.account
    prove(current, present)
    with transaction():
        set_password(account.id, password, actor=f"account:{account.id}")
        return sign_in.open_session(account.id, device=device)


def prove(current: SignInSession, present: str) -> None:
    """That the person at this browser is the one of the account, by password or by mailbox.

    Raises:
        WrongPassword, TooManyAttempts, FreshLinkNeeded: see ``change_password``.
    """
    account = current.account
    if knows_password(current, account):
        # Not the counter of the sign-in page: a stranger who guesses there must not stop this.
        counted = f"password:{account.id}"
        limits.hit(counted, limit=sign_in.GUESSES, per=sign_in.WINDOW_SECONDS)
        if not passwords.verified(account.password_hash, present):
            raise WrongPassword
        limits.forgive(counted, per=sign_in.WINDOW_SECONDS)
    elif not _fresh(current):
        raise FreshLinkNeeded


def set_password(account_id: int, password: str, *, actor: str) -> None:
    """Replace the password; end every session and every link of the account.

    Raises:
        WeakPassword, LongPassword, GuessablePassword: it is not a good one.
    """
    account = db.session.get(Account, account_id)
    if account is None:
        raise NotFound(what="account", reference=account_id)
    passwords.check(password, email=account.email, name=account.name)
    hashed, now = passwords.hashed(password), clock.now()
    with transaction() as session:
        session.execute(
            update(Account)
            .where(Account.id == account_id)
            .values(password_hash=hashed, password_set_at=now)
        )
        session.execute(
            update(SignInLink)
            .where(SignInLink.account_id == account_id, SignInLink.used_at.is_(None))
            .values(used_at=now)
        )
        sign_in.revoke_sessions(account_id, actor=actor)
        audit.note("account.password_set", f"account:{account_id}", actor=actor)


def _fresh(current: SignInSession) -> bool:
    return current.opened_by is Opening.LINK and clock.now() - current.created_at <= FRESH
