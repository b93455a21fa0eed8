"""Whoever signs in reaches the page of their account, and comes back from it."""

import pytest

from eventsapp.domain.selection.jury.models import Juror
from eventsapp.kernel.db import db
from tests import make


@pytest.mark.parametrize(
    ("role", "room"),
    [
        ("owner", "/organizer/"),
        ("contributor", "/organizer/"),
        ("accountant", "/organizer/"),
        ("care", "/organizer/"),
        ("door", "/door/"),
    ],
)
def test_every_room_leads_to_the_account_and_back(client, role, room):
    series = make.series(slug="essai")
    make.signed_in(client, make.account(role, in_series=series))

    there = client.get(room, follow_redirects=True)
    account = client.get("/account/")

    assert 'href="/account/"' in there.text
    assert f'href="{room}"' in account.text


def test_the_jurys_room_leads_to_the_account_and_back(client):
    juror = make.juror(make.call(stage="judging"))
    make.signed_in(client, db.session.get_one(Juror, juror.id).account)

    assert 'href="/account/"' in client.get(f"/jury/{juror.id}/").text
    assert 'href="/jury/"' in client.get("/account/").text
