"""Accounts and roles: who exists, and who may do what where."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from eventsapp.domain.accounts import api_keys, invitations, organisations, permissions
from eventsapp.domain.accounts.errors import BadAddress, OwnerExists
from eventsapp.domain.accounts.models import Account, Invitation, Organisation, Role, RoleName
from eventsapp.domain.accounts.permissions import HOST, NO_ORGANISATION, Grant, Place
from eventsapp.kernel import audit, clock, dialects, spelling
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound, Refusal
from eventsapp.kernel.transaction import lock, transaction


class LastOwner(Refusal):
    """An organisation keeps at least one owner. No facts."""

    code = "last_owner"


def fold_email(address: str) -> str:
    """The address as it is stored and compared.

    Raises:
        BadAddress: it is no e-mail address.
    """
    try:
        return spelling.address(address)
    except ValueError as error:
        raise BadAddress(address=address[:200]) from error


def create_account(
    email: str, name: str, *, locale: str = "fr", is_demo: bool = False, actor: str = "system"
) -> Account:
    """Make an account, or return the one that has this address.

    Raises:
        BadAddress: ``email`` is no address.
    """
    folded = fold_email(email)
    with transaction() as session:
        # A double click on an invitation makes one account, and no error for the second.
        dialects.take_turns(f"account of {folded}")
        account = session.scalar(select(Account).where(Account.email == folded))
        if account is not None:
            if account.disabled_at:
                # Closed once and asked back: the address gets in by a new link, with new roles.
                account.disabled_at = None
                audit.note("account.reopened", f"account:{account.id}", actor=actor)
            return account
        account = Account(
            email=folded,
            name=spelling.line(name) or folded.split("@")[0],
            locale=locale,
            is_demo=is_demo,
            created_at=clock.now(),
        )
        session.add(account)
        session.flush()
        audit.note("account.created", f"account:{account.id}", actor=actor)
        return account


def grant_role(
    account_id: int,
    name: RoleName,
    *,
    organisation_id: int,
    series_id: int | None = None,
    event_id: int | None = None,
    actor: str = "system",
) -> Role:
    """Give a role; giving it twice changes nothing, at the same moment neither."""
    with transaction() as session:
        # No constraint sees two rows of one role for a whole series: their event is NULL.
        dialects.take_turns(f"roles of {account_id}")
        role = session.scalar(
            select(Role).where(
                Role.account_id == account_id,
                Role.organisation_id == organisation_id,
                Role.series_id.is_(None) if series_id is None else Role.series_id == series_id,
                Role.event_id.is_(None) if event_id is None else Role.event_id == event_id,
                Role.name == name,
            )
        )
        if role is not None:
            return role
        role = Role(
            account_id=account_id,
            organisation_id=organisation_id,
            series_id=series_id,
            event_id=event_id,
            name=name,
        )
        session.add(role)
        session.flush()
        audit.note(
            "role.granted",
            f"account:{account_id}",
            actor=actor,
            series_id=series_id,
            detail={"role": name.value, "organisation": organisation_id},
        )
        return role


def team(organisation_id: int, series_id: int) -> list[Role]:
    """Who holds a role in this series, or in all series of its organisation; with accounts."""
    statement = (
        select(Role)
        .where(_of_series(organisation_id, series_id))
        .options(joinedload(Role.account))
        .order_by(Role.name, Role.id)
    )
    return list(db.session.scalars(statement))


def team_role(role_id: int, organisation_id: int, series_id: int) -> Role:
    """One role of a series' team.

    Raises:
        NotFound: no such role there.
    """
    role = db.session.scalar(
        select(Role).where(Role.id == role_id, _of_series(organisation_id, series_id))
    )
    if role is None:
        raise NotFound(what="role", reference=role_id)
    return role


def _of_series(organisation_id: int, series_id: int) -> ColumnElement[bool]:
    everywhere = Role.series_id.is_(None) & (Role.organisation_id == organisation_id)
    return or_(Role.series_id == series_id, everywhere)


def take_role_back(role_id: int, *, actor: str) -> None:
    """Remove a role, and what its holder made and answers for no more: keys for programs, whose
    text is known to who made them, and invitations that nobody has accepted yet.

    Raises:
        LastOwner: nobody else owns the organisation.
    """
    with transaction() as session:
        role = session.get(Role, role_id)
        if role is None:
            return
        if role.name is RoleName.OWNER:
            # Locked, so that two owners cannot remove each other at the same moment.
            owners = session.scalars(
                select(Role.id)
                .where(Role.organisation_id == role.organisation_id, Role.name == RoleName.OWNER)
                .with_for_update()
            ).all()
            if len(owners) < 2:
                raise LastOwner
        audit.note(
            "role.taken_back",
            f"account:{role.account_id}",
            actor=actor,
            series_id=role.series_id,
            detail={"role": role.name.value},
        )
        account_id = role.account_id
        session.delete(role)
        session.flush()
        _end_what_was_made(account_id, actor=actor)


def _end_what_was_made(account_id: int, *, actor: str) -> None:
    """Keys and invitations that this account made where it may make none any more."""
    with transaction() as session:
        # Rows, and not the roles of a loaded account: the one that went is still among those.
        left = session.scalars(select(Role).where(Role.account_id == account_id)).all()
        grants = [_grant(role) for role in left]
        grants += _of_host(session.get_one(Account, account_id))
        for key in api_keys.living_made_by(account_id):
            place = Place(key.organisation_id, key.series_id)
            if not permissions.allowed(grants, "keys.edit", place):
                api_keys.revoke(key.id, actor=actor)
        invitations.withdraw_made_by(account_id, grants, actor=actor)


def first_owner(email: str, organisation_name: str | None = None) -> Account:
    """The owner of a new organisation: the first one of the house, who is its host as well, or one
    more when it is named.

    Who comes second without a name would read the orders of the first.

    Raises:
        OwnerExists: the house has an owner, and no name was given.
        BadAddress: ``email`` is no address.
    """
    with transaction() as session:
        # Two commands at once: the second waits here, and sees the owner of the first.
        dialects.take_turns("first owner")
        name = spelling.line(organisation_name)
        owned = session.scalar(select(Role.id).where(Role.name == RoleName.OWNER).limit(1))
        if owned is not None and not name:
            raise OwnerExists
        account = create_account(email, "")
        organisation = _unowned() if not name else None
        if organisation is None:
            organisation = organisations.found(name or "Organisation")
        grant_role(account.id, RoleName.OWNER, organisation_id=organisation.id)
        # Also when the last one has closed the account: this command is of who runs the machine.
        if session.scalar(select(Account.id).where(Account.is_host).limit(1)) is None:
            make_host(account.id, actor="system")
        return account


def make_host(account_id: int, *, actor: str) -> None:
    """Let an account make organisations and their first owners."""
    with transaction():
        account = lock(Account, account_id)
        account.is_host = True
        audit.note("account.made_host", f"account:{account_id}", actor=actor)


def has_owner(organisation_id: int) -> bool:
    """Whether somebody owns an organisation."""
    owned = select(Role.id).where(
        Role.name == RoleName.OWNER, Role.organisation_id == organisation_id
    )
    return db.session.scalar(owned.limit(1)) is not None


def _unowned() -> Organisation | None:
    """The organisation of a house whose owner was never named."""
    return db.session.scalar(select(Organisation).order_by(Organisation.id).limit(1))


def alone(organisation_id: int) -> bool:
    """Whether no other organisation of this installation has an owner."""
    other = select(Role.id).where(
        Role.name == RoleName.OWNER, Role.organisation_id != organisation_id
    )
    return db.session.scalar(other.limit(1)) is None


def names_of(account_ids: Iterable[int]) -> dict[int, str]:
    """The names of some accounts, by id."""
    rows = db.session.execute(
        select(Account.id, Account.name).where(Account.id.in_(list(account_ids)))
    )
    return {row.id: row.name for row in rows}


def invited_names(invitation_ids: Iterable[int]) -> dict[int, str]:
    """Who some invitations are for, by id; those that were forgotten are not among them."""
    rows = db.session.execute(
        select(Invitation.id, Invitation.name, Invitation.email).where(
            Invitation.id.in_(list(invitation_ids))
        )
    )
    return {row.id: row.name or row.email for row in rows}


def account_of(actor: str) -> int | None:
    """The account behind an actor of the journal; None for a program or the application."""
    kind, _colon, key = actor.partition(":")
    return int(key) if kind == "account" and key.isdigit() else None


def is_closed(actor: str) -> bool:
    """Whether an actor of the journal is an account that was closed since."""
    account_id = account_of(actor)
    return (
        account_id is not None
        and db.session.scalar(
            select(Account.disabled_at.is_not(None)).where(Account.id == account_id)
        )
        is True
    )


def grants_of(account: Account) -> list[Grant]:
    """What an account may do: its roles, and the installation where it is the host's."""
    return [_grant(role) for role in account.roles] + _of_host(account)


def _of_host(account: Account) -> list[Grant]:
    return [Grant(HOST, NO_ORGANISATION)] if account.is_host else []


def _grant(role: Role) -> Grant:
    return Grant(role.name.value, role.organisation_id, role.series_id, role.event_id)


def find_account(email: str) -> Account | None:
    return db.session.scalar(select(Account).where(Account.email == fold_email(email)))
