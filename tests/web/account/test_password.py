"""Changing a password on the account page, the whole way."""

import re
import unicodedata

import pytest

from tests import make

PASSWORD, NEW = "correct horse battery", "another horse battery"


@pytest.fixture
def page(client):
    account = make.account("owner", email="ada@example.org", password=PASSWORD)

    def send(**form):
        token = make.signed_in(client, account)
        return client.post("/account/password", data={"csrf_token": token, **form})

    return send


def signs_in(app, password):
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    form = {"email": "ada@example.org", "password": password, "way": "password"}
    return client.post("/fr/sign-in", data=form).status_code == 302


def test_it_ends_on_the_account_page_which_says_so(app, client, page):
    answer = page(present=PASSWORD, password=NEW)

    assert (answer.status_code, answer.location) == (302, "/account/?done=password")
    shown = client.get(answer.location)
    assert (shown.status_code, "Votre mot de passe est enregistré" in shown.text) == (200, True)
    assert shown.text.count('name="csrf_token"') == 3  # one session left, its own
    assert signs_in(app, NEW) and not signs_in(app, PASSWORD)


def test_the_session_alone_changes_nothing(app, page):
    answer = page(password=NEW)

    assert (answer.status_code, 'id="present-e"' in answer.text) == (422, True)
    assert signs_in(app, PASSWORD)


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("passwordpassword", "se devine vite"),
        ("azertyuiopqsdf", "se devine vite"),
        ("aaaaaaaaaaaaaaaa", "se devine vite"),
        ("Xk4-Gh8_qPz vR2" * 80, "1000 caractères au plus"),
        ("court", "au moins 12 caractères"),
        ("", "au moins 12 caractères"),
    ],
)
def test_what_is_no_good_is_refused_beside_its_field(app, page, password, sentence):
    answer = page(present=PASSWORD, password=password)

    assert answer.status_code == 422
    assert sentence in re.search(r'id="password-e".*?</p>', answer.text, re.DOTALL)[0]
    assert signs_in(app, PASSWORD)


@pytest.mark.parametrize("spell", ["NFC", "NFD"])
def test_what_is_accepted_works_at_the_next_sign_in(app, page, spell):
    password = ("Xk4-Gh8_qPzé 鉄😀vR2m à" * 60)[:1000]
    assert len(unicodedata.normalize("NFD", password)) > 1000

    assert page(present=PASSWORD, password=password).status_code == 302

    assert signs_in(app, unicodedata.normalize(spell, password))
