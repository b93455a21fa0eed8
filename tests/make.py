"""One function per thing to build. Each returns a saved row with sensible defaults."""

import hmac
import itertools
import uuid
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from eventsapp import settings
from eventsapp.domain.accounts import people, sign_in
from eventsapp.domain.accounts.models import Account, Organisation, RoleName
from eventsapp.domain.programme.models import Domain, Event, EventState, Series, Slot, Venue
from eventsapp.kernel.transaction import transaction

_numbers = itertools.count(1)

LEGAL = {
    "form": "association loi 1901",
    "siren": "000009001",
    "address": {"street": "1 place de l’Essai", "postcode": "13100", "city": "Aix-en-Provence"},
    "email": "contact@organisateur.example",
    "publication_director": "Ada Lovelace",
    "host": {"name": "Hébergeur", "address": "2 rue du Serveur", "phone": "+33 5 36 49 00 01"},
    "mediator": {"name": "Médiateur", "address": "3 cours", "url": "https://mediateur.example"},
}


def number() -> int:
    return next(_numbers)


def save(row: Any) -> Any:
    with transaction() as session:
        session.add(row)
    return row


def organisation(**given: Any) -> Organisation:
    n = number()
    return save(
        Organisation(**{"slug": f"org-{n}", "name": f"Organisation {n}", "legal": LEGAL} | given)
    )


def series(**given: Any) -> Series:
    n = number()
    if "organisation_id" not in given:
        given["organisation_id"] = organisation().id
    defaults: dict[str, Any] = {
        "slug": f"serie-{n}",
        "title_fr": f"Série {n}",
        "title_en": f"Series {n}",
        "starts_on": date(2026, 9, 24),
        "ends_on": date(2026, 10, 16),
    }
    return save(Series(**defaults | given))


def domain(in_series: Series, **given: Any) -> Domain:
    n = number()
    defaults = {"slug": f"domaine-{n}", "name_fr": f"Domaine {n}", "name_en": f"Domain {n}"}
    return save(Domain(series_id=in_series.id, **defaults | given))


def venue(in_series: Series, **given: Any) -> Venue:
    n = number()
    defaults: dict[str, Any] = {
        "slug": f"lieu-{n}",
        "name": f"Lieu {n}",
        "street": "1 rue de l’Essai",
        "postcode": "13100",
        "city": "Aix-en-Provence",
        "lat": 43.5262,
        "lon": 5.4398,
        "capacity": 1300,
    }
    return save(
        Venue(organisation_id=in_series.organisation_id, series_id=in_series.id, **defaults | given)
    )


def event(in_series: Series | None = None, **given: Any) -> Event:
    n = number()
    in_series = in_series or series()
    starts_at = given.pop("starts_at", datetime(2026, 9, 24, 17, 30, tzinfo=UTC))
    ends_at = given.pop("ends_at", starts_at + timedelta(hours=5))
    defaults: dict[str, Any] = {
        "organisation_id": in_series.organisation_id,
        "slug": f"evenement-{n}",
        "title_fr": f"Événement {n}",
        "title_en": f"Event {n}",
        "state": EventState.CONFIRMED,
        "capacity": 800,
        "uid": str(uuid.uuid4()),
    }
    row = Event(series_id=in_series.id, **defaults | given)
    row.slots = [Slot(starts_at=starts_at, ends_at=ends_at)]
    return save(row)


def account(
    role: str | None = None,
    *,
    in_series: Series | None = None,
    password: str | None = None,
    **given: Any,
) -> Account:
    """An account; with a role it gets it in the series' organisation (or a new one)."""
    n = number()
    made = people.create_account(given.get("email", f"personne-{n}@demo.example"), f"Personne {n}")
    if role:
        where = in_series.organisation_id if in_series else organisation().id
        people.grant_role(
            made.id,
            RoleName(role),
            organisation_id=given.get("organisation_id", where),
            series_id=in_series.id if in_series and role != "owner" else None,
        )
    if password:
        sign_in.set_password(made.id, password, actor="test")
    return made


def signed_in(client: Any, account_row: Account) -> str:
    """Give the client a session; returns the CSRF token for its forms."""
    secret = sign_in.open_session(account_row.id, device="test")
    client.set_cookie("session", secret)
    key = settings.current().secret_key.encode()
    return hmac.new(key, b"csrf:" + secret.encode(), sha256).hexdigest()
