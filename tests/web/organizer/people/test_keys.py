"""Keys of programs at the desk, and colleagues who leave."""

import re

import pytest

from eventsapp.domain.accounts import api_keys
from eventsapp.domain.accounts.models import Account, ApiKey, Role
from eventsapp.kernel.db import db
from tests import make
from tests.web.organizer.programme.test_programme import Desk


def made(desk, **form):
    given = {"label": "Caisse", "scopes": ["orders:read", "attendees:read"]}
    answer, text = desk.post("keys", **given | form)
    found = re.search(r"<code>(ea_[a-z2-7]{32})</code>", text)
    return answer, text, found[1] if found else None


def orders(client, key):
    headers = {"Authorization": f"Bearer {key}"}
    return client.get("/api/v1/series/weeks/attendees", headers=headers).status_code


@pytest.mark.parametrize("role", ["owner", "organizer"])
def test_a_key_is_shown_once_works_and_is_revoked(client, role):
    desk = Desk(client, role)
    answer, _text, key = made(desk)

    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    assert orders(client, key) != 401
    text = desk.get("keys")[1]
    assert key not in text
    assert [word in text for word in ("Caisse", "lire les commandes", "en service")] == [True] * 3

    row = db.session.query(ApiKey).one()
    assert row.last_used_at is not None
    assert desk.post(f"keys/{row.id}/revocation")[0].status_code == 302
    assert orders(client, key) == 401
    assert "révoquée" in desk.get("keys")[1]


def test_its_end_is_the_end_of_a_day_of_the_series(client, now):
    desk = Desk(client)
    key = made(desk, last_day="2026-09-10")[2]
    now(hours=11)
    desk.token = make.signed_in(client, desk.account)
    assert orders(client, key) != 401
    now(hours=1, seconds=1)
    api_keys._seen.forget()
    assert orders(client, key) == 401


@pytest.mark.parametrize(
    "wrong",
    [{"label": ""}, {"scopes": []}, {"scopes": ["all"]}, {"last_day": "x"},
     {"last_day": "2026-09-09"}, {"last_day": "99999-01-01"}],
)  # fmt: skip
def test_what_makes_no_sense_makes_no_key(client, wrong):
    answer, text, key = made(Desk(client), **wrong)

    assert (answer.status_code, key, 'class="error"' in text) == (422, None, True)
    assert db.session.query(ApiKey).count() == 0


def test_a_key_of_another_series_is_not_found(client):
    other = make.series()
    whose = {"series_id": other.id, "organisation_id": other.organisation_id}
    api_keys.create("theirs", scopes=["orders:read"], **whose)
    desk = Desk(client)
    row = db.session.query(ApiKey).one()

    assert desk.post(f"keys/{row.id}/revocation")[0].status_code == 404
    assert "theirs" not in desk.get("keys")[1]


def test_the_page_takes_the_same_statements_whatever_its_length(client, statements):
    desk = Desk(client)
    counts = []
    for more in (1, 49):
        for _ in range(more):
            api_keys.create(
                "k", scopes=["orders:read"], made_by=desk.account.id, series_id=desk.series.id,
                organisation_id=desk.series.organisation_id,
            )  # fmt: skip
        statements.clear()
        desk.get("keys")
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_a_colleague_who_leaves_is_out_and_the_last_owner_stays(client, app):
    desk = Desk(client)
    leaver = make.account("organizer", in_series=desk.series)
    phone = app.test_client()
    make.signed_in(phone, leaver)
    assert phone.get("/account/").status_code == 200

    assert desk.post(f"team/accounts/{leaver.id}/closure")[0].status_code == 302
    assert phone.get("/account/").status_code == 302
    answer, text = desk.post(f"team/accounts/{desk.account.id}/closure")
    assert (answer.status_code, "propriétaire" in text) == (409, True)


def test_one_closes_ones_own_account_with_the_password(client):
    account = make.account("door", in_series=make.series(), password="correct horse battery")
    token = make.signed_in(client, account)
    assert client.get("/account/closing").status_code == 200

    refused = client.post("/account/closing", data={"csrf_token": token, "present": "no"})
    assert (refused.status_code, "present-e" in refused.text) == (422, True)
    form = {"csrf_token": token, "present": "correct horse battery"}
    answer = client.post("/account/closing", data=form)

    assert (answer.status_code, "Votre compte est fermé" in answer.text) == (200, True)
    assert client.get("/account/").status_code == 302
    db.session.expire_all()
    assert db.session.get(Account, account.id).disabled_at is not None
    assert db.session.query(Role).filter_by(account_id=account.id).count() == 0
