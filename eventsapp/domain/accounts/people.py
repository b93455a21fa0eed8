"""Accounts and roles: who exists, and who may do what where."""

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select

from eventsapp.domain.accounts.errors import BadAddress
from eventsapp.domain.accounts.models import Account, Organisation, Role, RoleName
from eventsapp.domain.accounts.permissions import Grant
from eventsapp.kernel import audit, clock
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import Refusal
from eventsapp.kernel.transaction import transaction


class LastOwner(Refusal):
    """An organisation keeps at least one owner. No facts."""

    code = "last_owner"


def fold_email(address: str) -> str:
    """The address as it is stored and compared.

    Raises:
        BadAddress: it is no e-mail address.
    """
    try:
        checked = validate_email(address.strip(), check_deliverability=False)
    except EmailNotValidError as error:
        raise BadAddress(address=address[:200]) from error
    return checked.normalized.lower()


def create_account(
    email: str, name: str, *, locale: str = "fr", is_demo: bool = False, actor: str = "system"
) -> Account:
    """Make an account, or return the one that has this address.

    Raises:
        BadAddress: ``email`` is no address.
    """
    folded = fold_email(email)
    with transaction() as session:
        account = session.scalar(select(Account).where(Account.email == folded))
        if account is not None:
            return account
        account = Account(
            email=folded,
            name=name.strip() or folded.split("@")[0],
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
    """Give a role; giving it twice changes nothing."""
    with transaction() as session:
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


def take_role_back(role_id: int, *, actor: str) -> None:
    """Remove a role.

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
        session.delete(role)


def first_owner(email: str) -> Account:
    """The account of the first owner, with an organisation when there is none yet."""
    with transaction() as session:
        organisation = session.scalar(select(Organisation).order_by(Organisation.id).limit(1))
        if organisation is None:
            organisation = Organisation(slug="organisation", name="Organisation")
            session.add(organisation)
            session.flush()
        account = create_account(email, "")
        grant_role(account.id, RoleName.OWNER, organisation_id=organisation.id)
        return account


def grants_of(account: Account) -> list[Grant]:
    return [
        Grant(role.name.value, role.organisation_id, role.series_id, role.event_id)
        for role in account.roles
    ]


def find_account(email: str) -> Account | None:
    return db.session.scalar(select(Account).where(Account.email == fold_email(email)))
