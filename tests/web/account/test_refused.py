"""Sign-ins, rights, forms and keys that were refused stand in the owner's journal."""

import pytest

from tests import make
from tests.web.organizer.programme.test_programme import Desk


def wrong_sign_in(client, _series):
    form = {"email": "nobody@example.org", "password": "x", "way": "password"}
    client.post("/fr/sign-in", data=form)


def used_link(client, _series):
    client.post(f"/fr/sign-in/{'x' * 32}")


def another_site(client, series):
    client.post(f"/fr/{series.slug}/hold", headers={"Origin": "https://evil.example"})


def wrong_right(client, series):
    make.signed_in(client, make.account("accountant", in_series=series))
    assert client.get(f"/organizer/{series.slug}/team").status_code == 403


def another_house(client, series):
    make.signed_in(client, make.account("owner"))
    assert client.get(f"/organizer/{series.slug}/orders").status_code == 404


def no_house(client, _series):
    """Else the count would tell which houses there are."""
    make.signed_in(client, make.account("owner"))
    assert client.get("/organizer/no-such-series/orders").status_code == 404


def wrong_present(client, series):
    account = make.account("door", in_series=series, password="correct horse battery")
    token = make.signed_in(client, account)
    client.post("/account/password", data={"csrf_token": token, "present": "x", "password": "y"})


def wrong_key(client, _series):
    client.get("/api/v1/orders/X", headers={"Authorization": "Bearer ea_x"})


@pytest.mark.parametrize(
    ("tried", "words"),
    [
        (wrong_sign_in, "connexions refusées : 1"),
        (used_link, "liens de connexion périmés : 1"),
        (another_site, "formulaires venus d’ailleurs : 1"),
        (wrong_right, "droits refusés : 1"),
        (another_house, "droits refusés : 1"),
        (no_house, "droits refusés : 1"),
        (wrong_present, "mots de passe actuels refusés : 1"),
        (wrong_key, "clés de programmes refusées : 1"),
    ],
)
def test_the_owner_reads_it(app, client, tried, words):
    desk = Desk(client)
    assert "rien." in desk.get("journal")[1]
    other = app.test_client()
    other.environ_base["HTTP_ORIGIN"] = "http://localhost"

    tried(other, desk.series)

    text = desk.get("journal")[1].replace("\u202f", " ").replace("\u00a0", " ")
    assert words in text
