"""An invitation from the team's page to the mailbox, the link and the role; both databases."""

import re

import pytest

from eventsapp.delivery import worker
from eventsapp.domain.accounts import people
from eventsapp.domain.accounts.models import Account, Invitation, Role, RoleName
from eventsapp.gateways import mail
from eventsapp.kernel.db import db
from tests import make
from tests.web.organizer.programme.test_programme import Desk

NORA = "nora@mail.example"
EVIL = "<b>evil.example</b> {{ 7*7 }}"


@pytest.fixture
def desk(client):
    made = Desk(client)
    mail.memory().sent.clear()
    return made


def invite(desk, **form):
    return desk.post("team", **{"email": NORA, "name": "Nora", "role": "door", "event": ""} | form)


def letter():
    worker.drain()
    return mail.memory().sent[-1]


def link_in(sent):
    return re.search(r"http://localhost(/(?:fr|en)/invitations/\S+)", sent.text)[1]


def test_the_letter_says_who_invites_to_what_as_what_and_until_when(desk):
    answer, _text = invite(desk)
    assert answer.status_code == 302
    assert "quand elle est acceptée" in desk.client.get(answer.location).text

    sent = letter()

    assert (sent.to, sent.reply_to) == (NORA, desk.account.email)
    assert sent.subject == f"Invitation : équipe de porte, {desk.series.title_fr}"
    for said in (
        desk.account.name,
        desk.series.title_fr,
        "Contrôler les billets",
        "17\xa0septembre",
    ):
        assert said in sent.text.replace("\u2060", ""), said


def test_the_visit_gives_nothing_and_the_button_all(desk, client):
    invite(desk)
    link = link_in(letter())
    client.delete_cookie("session")

    page = client.get(link)

    assert page.status_code == 200
    for said in (desk.account.name, desk.series.title_fr, "équipe de porte", NORA):
        assert said in page.text
    assert people.find_account(NORA) is None

    answer = client.post(link)

    assert (answer.status_code, answer.location) == (302, "/door/")
    role = db.session.query(Role).filter_by(name=RoleName.DOOR).one()
    assert (role.series_id, role.account.email) == (desk.series.id, NORA)
    assert client.get("/account/").status_code == 200
    assert client.get(link).status_code == client.post(link).status_code == 410


def test_another_site_accepts_nothing(desk, client):
    invite(desk)
    link = link_in(letter())

    answer = client.post(link, headers={"Origin": "https://evil.example"})

    assert (answer.status_code, people.find_account(NORA)) == (403, None)


def test_who_waits_is_shown_and_can_be_asked_again_or_not_at_all(desk, client):
    invite(desk)
    first = link_in(letter())
    row = db.session.query(Invitation).one()
    assert [word in desk.get("team")[1] for word in ("sans réponse", NORA)] == [True, True]

    answer, _text = desk.post(f"team/invitations/{row.id}/letters")
    assert "le lien d’avant" in client.get(answer.location).text
    second = link_in(letter())
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200

    answer, _text = desk.post(f"team/invitations/{row.id}/withdrawal")
    assert NORA not in client.get(answer.location).text
    assert client.post(second).status_code == 410
    assert db.session.query(Account).filter_by(email=NORA).count() == 0
    assert desk.post(f"team/invitations/{row.id}/letters")[0].status_code == 404


def test_what_waits_too_long_says_so(desk, now):
    invite(desk)
    now(days=7)
    desk.token = make.signed_in(desk.client, desk.account)

    assert "périmée" in desk.get("team")[1]


def test_a_letter_that_was_overtaken_is_not_sent(desk):
    invite(desk)
    row = db.session.query(Invitation).one()
    desk.post(f"team/invitations/{row.id}/letters")
    worker.drain()
    assert len(mail.memory().sent) == 1

    desk.post(f"team/invitations/{row.id}/letters")
    desk.post(f"team/invitations/{row.id}/withdrawal")
    worker.drain()
    assert len(mail.memory().sent) == 1


def test_another_series_of_the_house_or_another_house_touches_it_not(desk, client):
    invite(desk)
    row = db.session.query(Invitation).one()
    other = Desk(client, series=make.series(slug="autre"))

    for deed in ("letters", "withdrawal"):
        assert other.post(f"team/invitations/{row.id}/{deed}")[0].status_code == 404
    assert NORA not in other.get("team")[1]
    assert db.session.get(Invitation, row.id, populate_existing=True).withdrawn_at is None


def test_the_role_of_an_owner_is_of_the_whole_organisation(desk, client):
    invite(desk, role="owner")
    client.post(link_in(letter()))

    (role,) = people.find_account(NORA).roles
    assert (role.name, role.series_id) == (RoleName.OWNER, None)


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"email": "x"}, 422), ({"role": "juror"}, 422), ({"role": "host"}, 422), ({"role": ""}, 422),
     ({"event": "x"}, 422), ({"event": "9" * 30}, 422), ({"role": "owner", "event": "1"}, 404)],
)  # fmt: skip
def test_what_makes_no_sense_asks_nobody(desk, wrong, status):
    assert invite(desk, **wrong)[0].status_code == status
    assert db.session.query(Invitation).count() == 0


def test_what_was_typed_is_words(desk, client):
    invite(desk, name=EVIL)
    db.session.query(Account).filter_by(id=desk.account.id).update({"name": EVIL})
    db.session.commit()
    sent = letter()

    assert "evil.example" not in sent.text and "<b>evil" not in (sent.html or "")
    for page in (desk.get("team")[1], client.get(link_in(sent)).text):
        assert "<b>evil" not in page and "&lt;b&gt;evil" in page


def test_the_page_costs_the_same_for_one_and_for_fifty(desk, statements):
    def cost():
        statements.clear()
        assert desk.get("team")[0].status_code == 200
        return len(statements)

    by = desk.account
    make.invitation(desk.series, by=by)
    make.account("door", in_series=desk.series)
    one = cost()
    for _ in range(49):
        make.invitation(desk.series, by=by, name="Nora")
        make.account("door", in_series=desk.series)

    assert cost() == one <= 20


def test_both_languages(desk, client):
    client.set_cookie("lang", "en")
    invite(desk, event=str(make.event(desk.series, title_en="Big night").id))
    sent = letter()

    assert sent.subject == f"Invitation: door staff, Big night, {desk.series.title_en}"
    page = client.get(link_in(sent)).text
    assert "Accept the invitation" in page and "Big night" in page
