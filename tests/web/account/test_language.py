"""The language of the sign-in page stays: at the desk, in the jury, and in later letters."""

import pytest

from eventsapp.domain.accounts import sign_in
from eventsapp.domain.accounts.models import Account
from eventsapp.kernel.db import db
from tests import make

PASSWORD = "correct horse battery"
HOMES = {"owner": "/organizer/", "juror": "/jury/", "door": "/organizer/weeks/door/"}


def signed_in(client, lang, way, account):
    if way == "link":
        return client.post(f"/{lang}/sign-in/{sign_in.new_link(account.id)}")
    form = {"email": account.email, "password": PASSWORD, "way": "password"}
    return client.post(f"/{lang}/sign-in", data=form)


@pytest.mark.parametrize("way", ["password", "link"])
@pytest.mark.parametrize("role", sorted(HOMES))
def test_it_stays(client, role, way):
    account = make.account(role, in_series=make.series(slug="weeks"), password=PASSWORD)
    for lang in ("en", "fr", "en"):
        assert signed_in(client, lang, way, account).status_code == 302

        for path in (HOMES[role], "/account/"):
            assert f'<html lang="{lang}">' in client.get(path, follow_redirects=True).text, path


def test_it_is_the_accounts_own_on_another_device(client, app):
    account = make.account("owner", in_series=make.series(slug="weeks"), password=PASSWORD)
    signed_in(client, "en", "password", account)

    assert db.session.get(Account, account.id, populate_existing=True).locale == "en"
    other = app.test_client()
    make.signed_in(other, account)
    french = {"Accept-Language": "fr"}
    assert '<html lang="en">' in other.get("/account/", headers=french).text


def test_a_wrong_password_changes_nothing(client):
    account = make.account("owner", in_series=make.series(slug="weeks"), password=PASSWORD)

    client.post("/en/sign-in", data={"email": account.email, "password": "x", "way": "password"})

    assert db.session.get(Account, account.id, populate_existing=True).locale == "fr"


def test_whoever_signs_out_reads_the_same_language(client):
    account = make.account("owner", in_series=make.series(slug="weeks"), password=PASSWORD)
    signed_in(client, "en", "password", account)
    token = make.signed_in(client, account)

    answer = client.post("/account/sign-out", data={"csrf_token": token})

    assert answer.location == "/en/sign-in"
