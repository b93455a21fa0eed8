"""The host makes organisations and asks their first owners, and holds no key to any of them."""

import re

import pytest

from eventsapp.delivery import worker
from eventsapp.domain.accounts import closing, hosting, inviting, people
from eventsapp.domain.accounts.errors import HasOwner, InvitationOver
from eventsapp.domain.accounts.models import Account, Invitation, Organisation, Role, RoleName
from eventsapp.gateways import mail
from eventsapp.kernel.db import db
from tests import make

LEA = "lea@lyon.example"
LYON = {"organisation": "French Tech Lyon", "email": LEA, "name": "Léa"}


@pytest.fixture
def host(client):
    account = make.account()
    people.make_host(account.id, actor="test")
    token = make.signed_in(client, account)
    mail.memory().sent.clear()

    def post(path, **form):
        answer = client.post(f"/host/{path}", data={"csrf_token": token} | form)
        return answer.status_code, answer.get_data(as_text=True)

    post.account = account
    return post


def lyon():
    return db.session.query(Organisation).filter_by(name="French Tech Lyon").one()


def link():
    worker.drain()
    return re.search(r"http://localhost(/\S+/invitations/\S+)", mail.memory().sent[-1].text)[1]


def test_an_organisation_and_the_letter_to_its_first_owner(host, client):
    assert host("organisations", **LYON)[0] == 302
    page = client.get("/host/?done=founded").text
    assert [said in page for said in ("French Tech Lyon", LEA, "invitation en attente")] == [
        True
    ] * 3

    where = link()
    sent = mail.memory().sent[-1]
    assert (sent.to, sent.subject) == (LEA, "Invitation : propriétaire, French Tech Lyon")
    client.delete_cookie("session")
    answer = client.post(where)

    assert answer.location == "/organizer/"
    assert "Créer ma première série" in client.get("/organizer/").text
    (role,) = people.find_account(LEA).roles
    assert (role.name, role.organisation_id) == (RoleName.OWNER, lyon().id)


def test_a_first_owner_who_did_not_come_is_asked_again_or_replaced(host, client):
    host("organisations", **LYON)
    row = db.session.query(Invitation).one()
    first = link()

    assert host(f"invitations/{row.id}/letters")[0] == 302
    assert client.get(first).status_code == 410
    assert host(f"invitations/{row.id}/withdrawal")[0] == 302
    assert client.get(link()).status_code == 410
    assert host(f"organisations/{lyon().id}/owners", email="leo@lyon.example")[0] == 302
    assert client.post(link()).status_code == 302
    assert people.find_account("leo@lyon.example").roles[0].organisation_id == lyon().id


def test_the_host_names_no_owner_where_there_is_one(host, client):
    host("organisations", **LYON)
    client.post(link())
    token = make.signed_in(client, host.account)

    answer = client.post(
        f"/host/organisations/{lyon().id}/owners",
        data={"csrf_token": token, "email": host.account.email},
    )

    assert (answer.status_code, "a un propriétaire" in answer.text) == (409, True)
    with pytest.raises(HasOwner):
        hosting.ask_owner(lyon().id, host.account.email, "", locale="fr", by_id=host.account.id)


def test_a_letter_kept_back_opens_no_organisation_that_has_an_owner(host, client):
    """Asked while nobody had come; accepted after somebody has."""
    host("organisations", **LYON)
    kept = hosting.ask_owner(lyon().id, host.account.email, "", locale="fr", by_id=host.account.id)
    secret = inviting.link_of(kept)
    asked = db.session.query(Invitation).filter_by(email=LEA).one()
    inviting.accept(inviting.link_of(asked), device="x", locale="fr")

    with pytest.raises(InvitationOver):
        inviting.accept(secret, device="x", locale="fr")
    assert client.get(f"/fr/invitations/{secret}").status_code == 410
    assert db.session.query(Role).count() == 1


def test_the_host_reads_nothing_of_an_organisation(host, client):
    series = make.series(slug="essai")
    make.paid_order(make.product(make.event(series, free=False), places=5))
    for path in ("", "orders", "attendees", "messages", "team", "settings", "calls/", "journal"):
        # Not even told whether there is such a series.
        assert client.get(f"/organizer/aucune/{path}").status_code == 403
        assert client.get(f"/organizer/essai/{path}").status_code == 403, path


def test_a_letter_of_an_owner_is_none_of_the_host(host):
    asked = make.invitation(make.series(), "owner")

    for deed in ("letters", "withdrawal"):
        assert host(f"invitations/{asked.id}/{deed}")[0] == 404


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"organisation": " \u202e "}, 422), ({"email": "lea"}, 422), ({"email": ""}, 422)],
)
def test_what_makes_no_sense_makes_no_organisation(host, wrong, status):
    assert host("organisations", **LYON | wrong)[0] == status
    assert db.session.query(Organisation).count() == 0
    assert host(f"organisations/{2**63 - 1}/owners", email=LEA)[0] == 404


def test_what_was_typed_is_words(host, client):
    host("organisations", **LYON | {"organisation": "<b>Lyon</b> {{ 7*7 }}"})

    for page in (client.get("/host/").text, client.get(link()).text):
        assert "<b>Lyon" not in page and "{{ 7*7 }}" in page


def test_the_page_costs_the_same_for_one_and_for_fifty(host, client, statements):
    def cost():
        statements.clear()
        assert client.get("/host/").status_code == 200
        return len(statements)

    make.account("owner", in_series=make.series())
    make.first_owner_asked()
    one = cost()
    for _ in range(25):
        make.account("owner", in_series=make.series())
        make.first_owner_asked()

    assert cost() == one <= 12


def test_the_first_owner_of_the_house_is_its_host_and_nobody_else(app):
    first = people.first_owner("ada@example.org")
    second = people.first_owner(LEA, "Lyon")

    assert [db.session.get(Account, one.id).is_host for one in (first, second)] == [True, False]


def test_a_house_without_a_host_gets_one_by_the_command(app):
    first = people.first_owner("ada@example.org")
    people.grant_role(
        make.account().id, RoleName.OWNER, organisation_id=first.roles[0].organisation_id
    )
    closing.close(first.id, actor="test")

    second = people.first_owner(LEA, "Lyon")

    assert db.session.get(Account, first.id, populate_existing=True).is_host is False
    assert db.session.get(Account, second.id, populate_existing=True).is_host is True


def test_what_a_host_has_asked_stays_while_they_are_host(app):
    asked = make.first_owner_asked()
    host = asked.made_by
    people.grant_role(host.id, RoleName.DOOR, organisation_id=make.organisation().id)
    role = db.session.query(Role).filter_by(account_id=host.id).one()

    people.take_role_back(role.id, actor="test")

    assert inviting.accept(inviting.link_of(asked), device="x", locale="fr").session
