"""Partners of a series: asked by letter, they propose events under their name, and nobody else."""

import re

import pytest

from eventsapp.delivery import worker
from eventsapp.domain.accounts import inviting, people
from eventsapp.domain.accounts.errors import InvitationOver
from eventsapp.domain.accounts.models import Invitation, Organisation, Role, RoleName
from eventsapp.domain.programme import editing, partners, releases
from eventsapp.domain.programme.errors import NotAPartner
from eventsapp.domain.programme.models import Event, Partner
from eventsapp.gateways import mail
from eventsapp.kernel.db import db
from tests import make
from tests.web.organizer.programme.test_programme import Desk, event_form

AWA = "awa@sud.example"
SUD = {"name": "Objets du Sud", "email": AWA, "url": "https://sud.example", "level": "Partenaire"}


@pytest.fixture
def desk(client):
    made = Desk(client)
    mail.memory().sent.clear()
    return made


def link():
    worker.drain()
    return re.search(r"http://localhost(/\S+/invitations/\S+)", mail.memory().sent[-1].text)[1]


def joined(desk):
    """The partner has accepted, and its person sits at the desk."""
    desk.post("partners", **SUD)
    desk.client.post(link())
    desk.token = make.signed_in(desk.client, people.find_account(AWA))
    return db.session.query(Partner).one()


def test_the_letter_says_for_whom_and_the_partner_is_one_when_it_accepts(desk, client):
    assert desk.post("partners", **SUD)[0].status_code == 302
    assert "invitation en attente" in desk.get("partners")[1]
    where = link()
    sent = mail.memory().sent[-1].text.replace("\u2060", "")
    assert [part in sent for part in ("Objets du Sud", desk.series.title_fr)] == [True, True]
    assert db.session.query(Partner.accepted_at).scalar() is None

    client.post(where)

    row = db.session.query(Partner).one()
    (role,) = people.find_account(AWA).roles
    assert row.accepted_at is not None
    assert (role.name, role.organisation_id, role.series_id) == (
        RoleName.CONTRIBUTOR, row.organisation_id, desk.series.id,
    )  # fmt: skip
    make.signed_in(client, desk.account)
    assert "a accepté" in desk.get("partners")[1]


def test_a_partner_proposes_under_its_name_and_edits_its_own_alone(desk):
    other = make.event(desk.series)
    row = joined(desk)

    answer, text = desk.post("events/new", **event_form(organisation=str(row.organisation_id)))

    assert answer.status_code == 302, text
    event = db.session.query(Event).filter(Event.id != other.id).one()
    assert event.organisation_id == row.organisation_id
    assert desk.get(f"events/{event.id}")[0].status_code == 200
    assert desk.get(f"events/{other.id}")[0].status_code == 403
    assert desk.get("orders")[0].status_code == 403


def test_an_organisation_that_is_no_partner_proposes_nothing(desk):
    """It was saved and sold: the form took any organisation of the installation."""
    foreign = make.organisation(name="Ailleurs")
    assert "Ailleurs" not in desk.get("events/new")[1]

    answer, _text = desk.post("events/new", **event_form(organisation=str(foreign.id)))

    assert (answer.status_code, db.session.query(Event).count()) == (422, 0)
    with pytest.raises(NotAPartner):
        editing.create_event(
            desk.series.id, make.event_draft(), organisation_id=foreign.id, actor="test"
        )
    event = make.event(desk.series)
    with pytest.raises(NotAPartner):
        editing.update_event(
            event.id, 1, make.event_draft(), actor="test", organisation_id=foreign.id
        )


def test_who_was_asked_and_has_not_accepted_proposes_nothing(desk):
    desk.post("partners", **SUD)
    body = db.session.query(Partner.organisation_id).scalar()

    answer, _text = desk.post("events/new", **event_form(organisation=str(body)))

    assert (answer.status_code, db.session.query(Event).count()) == (422, 0)


def test_a_partner_of_another_series_proposes_nothing_here(desk):
    body = make.organisation()
    make.partner(make.series(organisation_id=desk.series.organisation_id), body.id)

    with pytest.raises(NotAPartner):
        editing.create_event(
            desk.series.id, make.event_draft(), organisation_id=body.id, actor="test"
        )


def test_a_partner_that_leaves_keeps_its_name_and_loses_its_hand(desk, client):
    row = joined(desk)
    desk.post("events/new", **event_form(organisation=str(row.organisation_id)))
    event = db.session.query(Event).one()
    desk.token = make.signed_in(client, desk.account)
    desk.post(f"partners/{row.id}/invitations", email="b@sud.example")
    asked = db.session.query(Invitation).filter_by(email="b@sud.example").one()
    secret = inviting.link_of(asked)

    assert desk.post(f"partners/{row.id}/end")[0].status_code == 302

    assert db.session.query(Role).filter_by(name=RoleName.CONTRIBUTOR).count() == 0
    with pytest.raises(InvitationOver):
        partners.accept(secret, device="x", locale="fr")
    form = event_form(version=str(event.version), organisation=str(row.organisation_id))
    form["slot0-row"] = str(event.slots[0].id)
    assert "Objets du Sud" in desk.get(f"events/{event.id}")[1]
    assert desk.post(f"events/{event.id}", **form)[0].status_code == 302
    assert db.session.query(Event.organisation_id).scalar() == row.organisation_id


def test_the_same_partner_in_the_next_series_is_the_same_organisation(desk):
    """And of two houses with a partner of one name, each has its own."""
    desk.post("partners", **SUD)
    assert desk.post("partners", **SUD | {"name": "objets du SUD"})[0].status_code == 409
    by = {"locale": "fr", "by_id": desk.account.id}
    draft = partners.PartnerDraft("Objets du sud")
    again = partners.invite(
        make.series(organisation_id=desk.series.organisation_id).id, draft, AWA, **by
    )
    foreign = partners.invite(make.series().id, draft, AWA, **by)

    first = db.session.query(Partner).filter_by(series_id=desk.series.id).one()
    assert again.organisation_id == first.organisation_id != foreign.organisation_id


def test_the_public_reads_partners_with_the_next_release(desk, client):
    row = joined(desk)
    make.event(desk.series)
    releases.publish(desk.series.id, actor="test")
    page = client.get(f"/fr/{desk.series.slug}/").text
    assert '<a href="https://sud.example" rel="noreferrer">Objets du Sud</a>' in page
    desk.token = make.signed_in(client, desk.account)

    desk.post(f"partners/{row.id}", url="", level="Grand partenaire")

    assert "Grand partenaire" not in client.get(f"/fr/{desk.series.slug}/").text
    assert "Objets du Sud · Grand partenaire" in desk.get("programme/releases")[1]
    releases.publish(desk.series.id, actor="test")
    assert "Grand partenaire" in client.get(f"/fr/{desk.series.slug}/").text


@pytest.mark.parametrize(
    "wrong",
    [{"name": " "}, {"email": "awa"}, {"url": "javascript:alert(1)"}, {"url": "https://a b"},
     {"url": "https://x.example/" + "x" * 300}],
)  # fmt: skip
def test_what_makes_no_sense_asks_nobody(desk, wrong):
    before = db.session.query(Organisation).count()

    assert desk.post("partners", **SUD | wrong)[0].status_code == 422

    assert db.session.query(Partner).count() == 0
    assert db.session.query(Organisation).count() == before


def test_what_was_typed_is_words(desk, client):
    joined(desk)
    db.session.query(Organisation).filter_by(name="Objets du Sud").update({"name": "<b>Sud</b>"})
    db.session.commit()
    make.event(desk.series)
    releases.publish(desk.series.id, actor="test")
    desk.token = make.signed_in(client, desk.account)

    for text in (desk.get("partners")[1], client.get(f"/fr/{desk.series.slug}/").text):
        assert "<b>Sud" not in text and "&lt;b&gt;Sud" in text


def test_a_partner_of_another_house_is_none_of_ours(desk):
    other = make.partner(make.series(), make.organisation().id)

    for path in ("", "/invitations", "/end"):
        assert desk.post(f"partners/{other.id}{path}", email=AWA)[0].status_code == 404


def test_the_page_costs_the_same_for_one_and_for_fifty(desk, statements):
    def cost():
        statements.clear()
        assert desk.get("partners")[0].status_code == 200
        return len(statements)

    make.partner(desk.series, make.organisation().id)
    one = cost()
    for _ in range(49):
        make.partner(desk.series, make.organisation().id)

    assert cost() == one <= 12


def test_the_right_of_the_inviter_is_that_of_the_series(desk):
    """An owner who loses another role has not lost this one: what they asked stands."""
    make.partner(desk.series, make.organisation().id)
    row = db.session.query(Partner).one()
    asked = partners.ask(row.id, AWA, locale="fr", by_id=desk.account.id)
    people.grant_role(
        desk.account.id,
        RoleName.DOOR,
        organisation_id=desk.series.organisation_id,
        series_id=desk.series.id,
    )
    role = db.session.query(Role).filter_by(name=RoleName.DOOR).one()

    people.take_role_back(role.id, actor="test")

    assert inviting.living(inviting.link_of(asked)).id == asked.id
