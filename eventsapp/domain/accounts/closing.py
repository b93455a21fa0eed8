"""Closing an account: nothing that it opened, asked for or made is good afterwards."""

from sqlalchemy import select, update

from eventsapp.domain.accounts import api_keys, changing, invitations, sign_in
from eventsapp.domain.accounts.errors import AccountElsewhere
from eventsapp.domain.accounts.models import Account, Role, SignInLink, SignInSession
from eventsapp.domain.accounts.people import take_role_back
from eventsapp.kernel import audit, clock
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.transaction import lock, transaction


def close_own(current: SignInSession, present: str) -> None:
    """Close the account of who asks.

    Raises:
        WrongPassword, TooManyAttempts, FreshLinkNeeded: as for another password.
        LastOwner: an organisation would be left without an owner.
    """
    account = current.account
    changing.prove(current, present)
    close(account.id, actor=f"account:{account.id}")


def remove_colleague(account_id: int, *, organisation_id: int, series_id: int, actor: str) -> None:
    """Close the account of somebody of the team.

    Raises:
        NotFound: nobody of this team.
        AccountElsewhere: it works for others as well; their owner does not lose it.
        LastOwner: an organisation would be left without an owner.
    """
    with transaction() as session:
        roles = session.scalars(select(Role).where(Role.account_id == account_id)).all()
        ours = [
            role
            for role in roles
            if role.series_id == series_id
            or (role.series_id is None and role.organisation_id == organisation_id)
        ]
        if not ours:
            raise NotFound(what="account", reference=account_id)
        if any(role not in ours and role.organisation_id != organisation_id for role in roles):
            raise AccountElsewhere
        close(account_id, actor=actor)


def close(account_id: int, *, actor: str) -> None:
    """End sessions, links, keys and roles at once, and what its organisations have invited it to;
    pairing codes ask for a living account.

    The row stays, so that the journal keeps its names; the same address may be invited anew.

    Raises:
        LastOwner: an organisation would be left without an owner.
    """
    now = clock.now()
    with transaction() as session:
        account = lock(Account, account_id)
        roles = session.scalars(select(Role).where(Role.account_id == account_id)).all()
        held = [(role.id, role.organisation_id) for role in roles]
        for role_id, _organisation in held:
            take_role_back(role_id, actor=actor)
        invitations.withdraw_to(account.email, {one for _role, one in held}, actor=actor)
        session.execute(
            update(Account)
            .where(Account.id == account_id)
            .values(disabled_at=now, password_hash=None, password_set_at=now, is_host=False)
        )
        session.execute(
            update(SignInLink)
            .where(SignInLink.account_id == account_id, SignInLink.used_at.is_(None))
            .values(used_at=now)
        )
        sign_in.revoke_sessions(account_id, actor=actor)
        api_keys.revoke_made_by(account_id, actor=actor)
        audit.note("account.closed", f"account:{account_id}", actor=actor)
