"""What the law asks an organisation that sells to show (LCEN, C. conso. L. 111-1, L. 616-1)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import select

from eventsapp.domain.accounts.models import FormerIdentity, Organisation
from eventsapp.kernel import audit, bank, clock, spelling
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.transaction import lock, transaction

#: Without these a seller may not sell to private persons.
NEEDED = (
    "form",
    "siren",
    "email",
    "publication_director",
    "address.street",
    "address.city",
    "host.name",
    "mediator.name",
    "mediator.url",
)


@dataclass(frozen=True)
class Identity:
    """A seller's name and legal facts, as they were or are."""

    name: str
    legal: Mapping[str, Any] | None


@dataclass(frozen=True)
class BankAccount:
    """Where transfers to a seller go."""

    holder: str
    iban: str
    bic: str


def bank_account(organisation_id: int) -> BankAccount | None:
    """None while nobody has written it into the settings."""
    found = organisation(organisation_id)
    legal = found.legal or {}
    if not legal.get("iban"):
        return None
    return BankAccount(found.name, bank.grouped(legal["iban"]), legal.get("bic") or "")


def organisation(organisation_id: int) -> Organisation:
    """Raises NotFound when there is no such organisation."""
    found = db.session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound(what="organisation", reference=organisation_id)
    return found


def named(organisation_ids: Iterable[int]) -> list[Organisation]:
    """Some organisations, by name."""
    rows = db.session.scalars(
        select(Organisation).where(Organisation.id.in_(list(organisation_ids)))
    )
    return sorted(rows, key=lambda one: spelling.fold(one.name))


def found(name: str, *, actor: str = "system") -> Organisation:
    """Make an organisation; its slug is its name in plain letters, numbered when taken."""
    name = spelling.line(name)[:200]
    plain = spelling.unaccented(name)
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "organisation"
    with transaction() as session:
        taken = set(
            session.scalars(select(Organisation.slug).where(Organisation.slug.startswith(slug)))
        )
        numbered = (f"{slug}-{number}" for number in count(2))
        made = Organisation(
            slug=slug if slug not in taken else next(n for n in numbered if n not in taken),
            name=name,
        )
        session.add(made)
        session.flush()
        audit.note("organisation.founded", f"organisation:{made.id}", actor=actor)
        return made


def set_identity(
    organisation_id: int, name: str, legal: Mapping[str, Any], *, actor: str
) -> Organisation:
    """Replace the name and the given parts of the legal identity; other parts stay. What was sold
    before keeps the identity it was sold under."""
    with transaction() as session:
        organisation = lock(Organisation, organisation_id)
        if not changes(organisation, name, legal):
            return organisation
        session.add(
            FormerIdentity(
                organisation_id=organisation.id,
                name=organisation.name,
                legal=organisation.legal,
                until_at=clock.now(),
            )
        )
        organisation.name = name
        # A new mapping: a change inside a JSON column is not seen.
        organisation.legal = {**(organisation.legal or {}), **legal}
        audit.note("organisation.changed", f"organisation:{organisation.id}", actor=actor)
    return organisation


def changes(organisation: Organisation, name: str, legal: Mapping[str, Any]) -> bool:
    """Whether an identity as it was sent differs from the stored one."""
    known = organisation.legal or {}
    return name != organisation.name or any(known.get(key) != legal[key] for key in legal)


def identity_at(organisation_id: int, at: datetime) -> Identity:
    """The identity that a seller had at a moment.

    Raises:
        NotFound: no such organisation.
    """
    former = db.session.scalar(
        select(FormerIdentity)
        .where(FormerIdentity.organisation_id == organisation_id, FormerIdentity.until_at > at)
        .order_by(FormerIdentity.until_at, FormerIdentity.id)
        .limit(1)
    )
    found = former or organisation(organisation_id)
    return Identity(found.name, found.legal)


def missing(legal: Mapping[str, Any] | None) -> list[str]:
    """The needed parts that are empty, as dotted names."""
    return [path for path in NEEDED if not _at(legal or {}, path)]


def _at(legal: Mapping[str, Any], path: str) -> Any:
    found: Any = legal
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
