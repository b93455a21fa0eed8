"""Keys of programs: shown once, scoped, revocable; a repeated request gets the same answer."""

import pytest
from sqlalchemy import select

from eventsapp.domain.accounts import api_keys
from eventsapp.domain.accounts.errors import UnknownScope
from eventsapp.domain.accounts.models import ApiKey
from eventsapp.kernel.db import db
from tests import make


@pytest.fixture
def key(app) -> str:
    series = make.series()
    return api_keys.create(
        "till",
        series_id=series.id,
        organisation_id=series.organisation_id,
        scopes=["orders:read", "scans:write"],
    )


def test_a_key_is_stored_as_a_digest_only(key):
    row = db.session.scalars(select(ApiKey)).one()
    assert key not in (row.digest, row.label) and len(key) > 25


def test_a_key_names_its_series_and_scopes(key):
    caller = api_keys.find(key)
    row = db.session.scalars(select(ApiKey)).one()
    assert (caller.key_id, caller.series_id) == (row.id, row.series_id)
    assert caller.scopes == {"orders:read", "scans:write"}


@pytest.mark.parametrize("scopes", [[], ["orders:all"], ["orders:read", ""]])
def test_unknown_scopes_make_no_key(app, scopes):
    series = make.series()
    with pytest.raises(UnknownScope):
        api_keys.create(
            "till", series_id=series.id, organisation_id=series.organisation_id, scopes=scopes
        )


def test_a_revoked_key_is_refused_at_once_here(key):
    caller = api_keys.find(key)
    api_keys.revoke(caller.key_id, actor="account:1")
    assert api_keys.find(key) is None


def test_a_key_that_does_not_exist_is_nobody(key):
    assert api_keys.find(key[:-1]) is None
    assert api_keys.find("") is None
