"""The demo's sign-ins: one person or more for each role, with a password that is printed."""

from typing import Any

from sqlalchemy import select, update

from eventsapp.demo.programme import series_row
from eventsapp.demo.story import Story
from eventsapp.domain.accounts import passwords, people
from eventsapp.domain.accounts.models import Account, Organisation, RoleName
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction

PASSWORD = "demo-french-tech-weeks"  # noqa: S105 - printed on purpose, refused in production

# role -> (address, name). Jurors come with the jury (demo/selection.py), same password.
PEOPLE: tuple[tuple[str, str, str], ...] = (
    ("owner", "proprietaire@demo.example", "Camille Rostand"),
    ("organizer", "organisation@demo.example", "Noé Sauvaire"),
    ("contributor", "contributeur@demo.example", "Awa Diagne"),
    ("door", "porte@demo.example", "Lina Berre"),
    ("accountant", "comptable@demo.example", "Paul Istre"),
    ("care", "besoins@demo.example", "Inès Vauban"),
)
JURORS: tuple[tuple[str, str], ...] = (
    ("juror", "josephine.pecoulet@jury.example"),  # JUR-09, twelve reviews left
    ("juror", "julie.marquet@jury.example"),  # newly invited: declares conflicts first
    ("juror", "cyril.n-guyen-rostan@jury.example"),  # all thirty done
)
CONTRIBUTOR_OF = "asso-objets-sud"


def listing() -> list[dict[str, Any]]:
    """What ``demo accounts --json`` prints."""
    people_ = [(role, email) for role, email, _name in PEOPLE] + list(JURORS)
    return [{"role": role, "email": email, "password": PASSWORD} for role, email in people_]


def load(story: Story) -> None:
    """The accounts and their roles; everybody has the same, printed password."""
    series = series_row()
    contributor_of = db.session.scalars(
        select(Organisation.id).where(Organisation.slug == CONTRIBUTOR_OF)
    ).one()
    # Hashed once: argon2 takes its time on purpose.
    hashed = passwords.hashed(PASSWORD)
    with transaction() as session:
        for role, email, name in PEOPLE:
            account = people.create_account(email, name, is_demo=True)
            session.execute(
                update(Account).where(Account.id == account.id).values(password_hash=hashed)
            )
            whole = role == "owner"
            if whole:
                people.make_host(account.id, actor="system")
            people.grant_role(
                account.id,
                RoleName(role),
                organisation_id=contributor_of if role == "contributor" else series.organisation_id,
                series_id=None if whole else series.id,
            )
