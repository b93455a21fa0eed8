"""A role for one event: it opens that event, nothing else, and nothing acts before a release."""

import re
from datetime import timedelta

import pytest

from eventsapp.domain.accounts import inviting
from eventsapp.domain.accounts.invitations import OPEN
from eventsapp.domain.accounts.models import Invitation, Role, RoleName
from eventsapp.domain.accounts.permissions import BY_ROLE, FOR_ONE_EVENT
from eventsapp.domain.planning import saving
from eventsapp.domain.programme import talks
from eventsapp.domain.programme.models import Event, EventState, Slot
from eventsapp.domain.programme.talks import PersonDraft, SessionDraft
from eventsapp.domain.ticketing.catalogue.models import Quota
from eventsapp.domain.ticketing.sales import withdrawal
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction
from tests import make
from tests.web.organizer.programme.test_event_times import form_of, lines_of, wall
from tests.web.organizer.programme.test_programme import Desk

#: What such a role reads of the series around its event; it changes none of it.
READ = {
    "organizer_dashboard.series",
    "organizer_programme.planning",
    "organizer_venues.venues",
    "organizer_speakers.speakers",
}


@pytest.fixture
def house(client):
    desk = Desk(client)
    mine, theirs = make.event(desk.series), make.event(desk.series)
    for event in (mine, theirs):
        start = event.slots[0].starts_at
        draft = SessionDraft(
            "Causerie",
            "",
            None,
            start,
            start + timedelta(hours=1),
            "fr",
            (PersonDraft("A", str(event.id)),),
        )
        talks.create_session(event.id, draft, actor="test")
    make.venue(desk.series)
    return desk, mine.id, theirs.id


def accept_all():
    for row in db.session.query(Invitation).filter(OPEN).all():
        inviting.accept(inviting.link_of(row), device="x", locale="fr")


def invited(house, role, event_id):
    """Somebody with this role for the event, invited at the desk; signed in."""
    desk, _mine, _theirs = house
    answer, text = desk.post(
        "team", email=f"{role}@mail.example", name="Nour", role=role, event=str(event_id)
    )
    assert answer.status_code == 302, text
    accept_all()
    given = db.session.query(Role).filter(Role.event_id == event_id).one()
    desk.token = make.signed_in(desk.client, given.account)
    return given


@pytest.mark.parametrize("role", sorted(FOR_ONE_EVENT))
def test_the_choice_of_one_event_is_kept(house, role):
    given = invited(house, role, house[1])

    assert (given.name.value, given.event_id) == (role, house[1])


def test_the_team_page_says_how_far_each_role_reaches(house):
    """Whoever was given a role for the whole series is seen to have it."""
    desk, mine, _theirs = house
    title = db.session.get_one(Event, mine).title_fr
    desk.post("team", email="a@mail.example", role="contributor", event=str(mine))
    desk.post("team", email="b@mail.example", role="contributor", event="")
    accept_all()
    table = desk.get("team")[1].partition("</table>")[0]
    rows = {mail: row for row in table.split("<tr>") for mail in ("a@", "b@") if mail in row}
    assert (title in rows["a@"], "toute la série" in rows["a@"]) == (True, False)
    assert (title in rows["b@"], "toute la série" in rows["b@"]) == (False, True)


@pytest.mark.parametrize("role", sorted({one.value for one in RoleName} - FOR_ONE_EVENT))
def test_a_role_that_knows_no_event_is_not_given_for_one(house, role):
    desk, mine, _theirs = house

    answer, _text = desk.post("team", email="x@mail.example", role=role, event=str(mine))

    assert answer.status_code == 422
    assert db.session.query(Role).count() == 1


def address(rule, theirs):
    other = db.session.get_one(Event, theirs)
    known = {
        "event_id": theirs,
        "session_id": other.sessions[0].id,
        "person_id": other.sessions[0].people[0].person_id,
    }

    def fill(found):
        kind, _, name = found[1].rpartition(":")
        if name == "series":
            return other.series.slug
        return str(known.get(name, 1)) if kind.startswith("int") else "x"

    return re.sub(r"<([^>]+)>", fill, rule.rule)


@pytest.mark.parametrize("role", sorted(FOR_ONE_EVENT))
def test_no_route_of_the_desk_opens_another_event(app, house, role):
    desk, mine, theirs = house
    invited(house, role, mine)
    opened = []
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/organizer/<series>"):
            continue
        for method in sorted(rule.methods & {"GET", "POST"}):
            if method == "GET" and rule.endpoint in READ and "desk.view" in BY_ROLE[role]:
                continue
            answer = desk.client.open(
                address(rule, theirs), method=method, data={"csrf_token": desk.token}
            )
            if answer.status_code not in (403, 404):
                opened.append(f"{method} {rule.rule}: {answer.status_code}")
    assert opened == []


@pytest.mark.parametrize("role", ["organizer", "contributor"])
def test_the_own_event_opens_and_the_list_leads_there_alone(house, role):
    desk, mine, theirs = house
    invited(house, role, mine)

    assert desk.get(f"events/{mine}")[0].status_code == 200
    assert desk.get(f"events/{theirs}")[0].status_code == 403
    answer, text = desk.get("programme?day=2026-09-24")
    assert answer.status_code == 200
    assert f"/events/{mine}" in text and f"/events/{theirs}" not in text
    assert "/events/new" not in text


def test_places_that_a_contributor_changes_are_on_sale_with_the_release(house):
    desk, mine, _theirs = house
    owner = desk.token, desk.account
    product = make.product(db.session.get_one(Event, mine), places=None, per_slot=True)
    saving.publish(desk.series.id, actor="test")

    def sizes():
        rows = db.session.query(Quota).order_by(Quota.id).populate_existing().all()
        return [row.size for row in rows]

    before = sizes()
    invited(house, "contributor", mine)
    slot = db.session.query(Slot).filter_by(event_id=mine).one()
    new = ("", wall(slot.ends_at), wall(slot.ends_at + timedelta(hours=1)))
    form = form_of(desk, mine, [*lines_of(desk, mine), new])
    answer, text = desk.post(f"events/{mine}", **form | {"capacity": "300", "headline": "y"})

    assert answer.status_code == 302, text
    assert sizes() == before
    desk.token = make.signed_in(desk.client, owner[1])
    assert desk.post("programme/releases")[0].status_code == 302
    assert sizes() == [300, before[1], 300]
    assert not (db.session.get_one(Event, mine).traits or {}).get("headline")
    assert product.id


def test_what_a_contributor_removes_stays_on_sale(house):
    desk, mine, _theirs = house
    event = db.session.get_one(Event, mine)
    start = event.slots[0].ends_at
    make.save(Slot(event_id=mine, starts_at=start, ends_at=start + timedelta(hours=1)))
    make.product(db.session.get_one(Event, mine, populate_existing=True), per_slot=True)
    invited(house, "contributor", mine)

    answer, _text = desk.post(f"events/{mine}", **form_of(desk, mine, lines_of(desk, mine)[:1]))

    assert answer.status_code == 409
    assert db.session.query(Slot).filter_by(event_id=mine).count() == 2


@pytest.mark.parametrize("state", ["cancelled", "draft"])
def test_a_contributor_ends_no_sale_and_no_order(house, state):
    """Cancelling acts at once, on buyers too: it is a curator's."""
    desk, mine, _theirs = house
    product = make.product(db.session.get_one(Event, mine), places=5)
    saving.publish(desk.series.id, actor="test")
    order_id = make.web_order(product).id
    form = {f"qty-{product.id}": "1"}
    invited(house, "contributor", mine)

    answer, _text = desk.post(f"events/{mine}", **form_of(desk, mine) | {"state": state})
    withdrawal.withdraw_due()

    assert answer.status_code == 422
    assert desk.client.post(f"/fr/{desk.series.slug}/hold", data=form).status_code == 303
    order = db.session.get_one(Order, order_id, populate_existing=True)
    assert order.status is OrderStatus.AWAITING_PAYMENT


def test_nor_how_many_people_a_gate_lets_in_tonight(house):
    desk, mine, _theirs = house
    with transaction() as session:
        session.get_one(Event, mine).instant_capacity = 200
    saving.publish(desk.series.id, actor="test")
    invited(house, "contributor", mine)
    shown = desk.get(f"events/{mine}")[1]
    assert 'name="instant_capacity"' not in shown and 'name="headline"' not in shown

    form = form_of(desk, mine) | {"instant_capacity": "1", "title_fr": "Nouveau titre"}
    answer, text = desk.post(f"events/{mine}", **form)

    assert answer.status_code == 302, text
    event = db.session.get_one(Event, mine, populate_existing=True)
    assert (event.instant_capacity, event.title_fr) == (200, "Nouveau titre")


def test_a_contributor_still_decides_on_an_event_that_nobody_was_shown(house):
    desk, mine, _theirs = house
    with transaction() as session:
        event = session.get_one(Event, mine)
        event.state, event.released_state = EventState.DRAFT, None
    invited(house, "contributor", mine)
    form = form_of(desk, mine) | {"state": "confirmed", "instant_capacity": "50"}
    answer, text = desk.post(f"events/{mine}", **form)
    assert answer.status_code == 302, text
    event = db.session.get_one(Event, mine, populate_existing=True)
    assert (event.state, event.instant_capacity) == (EventState.CONFIRMED, 50)
