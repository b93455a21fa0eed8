"""Writing to people: from the page to the letter, each person once, and stopped on the way."""

import re
from types import SimpleNamespace

import pytest

from eventsapp.delivery import jobs, promises, worker
from eventsapp.domain.accounts.models import Account
from eventsapp.domain.messages import campaigns, gathering
from eventsapp.domain.messages.models import Campaign, CampaignState, Recipient
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Series
from eventsapp.domain.ticketing.catalogue.models import Product
from eventsapp.domain.ticketing.sales.models import Order, Ticket, TicketStatus
from eventsapp.domain.ticketing.sales.orders import Buyer
from eventsapp.gateways import mail
from eventsapp.gateways.mail import MailRefused, MailUnreachable
from eventsapp.kernel import outbox
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import Refusal
from eventsapp.kernel.jobs import Job
from eventsapp.kernel.outbox import OutboxMessage
from eventsapp.kernel.transaction import transaction
from tests import make
from tests.web.organizer.programme.test_programme import Desk

WORDS = {
    "subject_fr": "Portes à 18 h",
    "body_fr": "Bonjour {prénom},\n\nLes portes de {événement} ouvrent à 18 h.\n{lien}",
    "subject_en": "Doors at 6 pm",
    "body_en": "Hello {first_name},\n\nDoors of {event} open at 6 pm.\n{link}",
    "purpose": "service",
}


@pytest.fixture
def night(app):
    """A released evening with a tariff."""
    event = make.event(title_fr="Grande soirée", title_en="Grand night", slug="soiree")
    tariff = make.product(event)
    releases.publish(event.series_id, actor="test")
    return SimpleNamespace(id=event.id, tariff_id=tariff.id, series_id=event.series_id)


class Plain(Desk):
    """Pages with plain spaces."""

    def get(self, path):
        answer, page = super().get(path)
        return answer, page.replace("\u202f", " ").replace("\u00a0", " ")

    def post(self, path, **form):
        answer, page = super().post(path, **form)
        return answer, page.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.fixture
def desk(client, night):
    made = Plain(client, series=db.session.get(Series, night.series_id))
    made.account_id = made.account.id
    mail.memory().sent.clear()
    yield made
    mail.memory().failure = None


def bought(night, email, count=1, **given):
    buyer = Buyer(**{"email": email, "first_name": "Ada", "last_name": "Byron"} | given)
    return make.paid_order(db.session.get(Product, night.tariff_id), count, buyer=buyer)


def secret_of(order):
    return db.session.get(Order, order.order_id).secret


def written(desk, night, to="holders", **more):
    """The id of a draft that was written at the page."""
    form = WORDS | {"event_id": str(night.id)} | more
    answer, page = desk.post(f"campaigns/new?to={to}", **form)
    assert answer.status_code == 302, re.findall(r'class="error".*?</p>', page)
    return int(answer.location.rsplit("/", 1)[1])


def send(desk, campaign_id):
    return desk.post(f"campaigns/{campaign_id}/sending", version=str(version(campaign_id)))[0]


def version(campaign_id):
    return db.session.get(Campaign, campaign_id, populate_existing=True).version


def leave():
    """The worker does what is due; returns the letters."""
    mail.memory().sent.clear()
    jobs.drain()
    worker.drain()
    return list(mail.memory().sent)


def test_a_message_leaves_once_for_each_address_in_its_language(desk, night):
    bought(night, "ada@mail.example", 3)
    bought(night, "ada@mail.example")
    bought(night, "grace@mail.example", locale="en")
    made = written(desk, night)
    page = desk.get(f"campaigns/{made}")[1]
    assert "Envoyer à 2 personnes" in page
    leave()

    answer = send(desk, made)
    letters = leave()

    assert answer.status_code == 302
    assert sorted((one.to, one.subject) for one in letters) == [
        ("ada@mail.example", "Portes à 18 h"),
        ("grace@mail.example", "Doors at 6 pm"),
    ]
    assert "Doors of Grand night open" in letters[1].text
    assert "/orders/" in letters[0].text and "{" not in letters[0].text
    assert desk.get(f"campaigns/{made}")[1].count("<b>2</b>") == 1
    assert send(desk, made).status_code == 409
    assert leave() == []


def test_the_preview_is_filled_for_a_real_person_and_gives_no_ones_key_away(desk, night):
    order = bought(night, "ada@mail.example")
    made = written(desk, night)

    page = desk.get(f"campaigns/{made}")[1]

    assert "Bonjour Ada," in page and "Hello Ada," in page
    assert "Les portes de Grande soirée ouvrent" in page
    assert "Doors of Grand night open" in page
    assert secret_of(order) not in page


def test_a_trial_goes_to_ones_own_address_alone(desk, night):
    order = bought(night, "ada@mail.example")
    made = written(desk, night)
    leave()

    desk.post(f"campaigns/{made}/trials")
    letters = leave()

    assert [one.to for one in letters] == [desk.account.email] * 2
    assert letters[0].subject.startswith("[Essai]") and letters[1].subject.startswith("[Test]")
    assert secret_of(order) not in letters[0].text
    assert db.session.query(Recipient).count() == 0


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("body_fr", "Bonjour {nom}", "ne se remplit pas"),
        ("body_en", "", "lisent cette langue"),
        ("subject_fr", "Voyez {lien}", "pas sa place"),
        ("body_fr", "{{ config }} {event.__class__}", "ne se remplit pas"),
        ("subject_en", "x" * 151, "150"),
        ("event_id", "", "choisissez lequel"),
        ("event_id", "999999", "Choisissez dans la liste"),
        ("day", "hier", "Choisissez dans la liste"),
    ],
)
def test_what_cannot_be_filled_in_is_refused_beside_its_field(desk, night, field, text, said):
    answer, page = desk.post(
        "campaigns/new?to=holders", **WORDS | {"event_id": str(night.id), field: text}
    )

    assert answer.status_code == 422 and said in page
    assert db.session.query(Campaign).count() == 0


def test_a_name_is_never_a_link_and_no_markup(desk, night):
    bought(night, "ada@mail.example", first_name="<b>http://evil.example</b>")
    made = written(desk, night, body_fr="Bonjour {prénom}, voyez https://fr.example/a?b=1&c=2.")
    send(desk, made)
    leave()
    [letter] = [one for one in mail.memory().sent if one.subject == "Portes à 18 h"]

    assert '<a href="https://fr.example/a?b=1&amp;c=2">' in letter.html
    assert "<b>" not in letter.html and 'href="http://evil' not in letter.html
    assert "http://evil.example" not in letter.text


def test_who_gave_the_ticket_back_meanwhile_gets_nothing(desk, night):
    order = bought(night, "ada@mail.example")
    made = written(desk, night)
    send(desk, made)
    jobs.drain()
    with transaction() as session:
        for ticket in session.query(Ticket).filter_by(order_id=order.order_id):
            ticket.status = TicketStatus.VOID

    assert [one for one in leave() if one.subject == "Portes à 18 h"] == []
    assert "n’étaient plus concernés" in desk.get(f"campaigns/{made}")[1]


def test_a_worker_that_dies_in_the_list_writes_to_nobody_twice(desk, night, monkeypatch, now):
    for n in range(7):
        bought(night, f"p{n}@mail.example")
    monkeypatch.setattr(gathering, "PORTION", 2)
    made = written(desk, night)
    send(desk, made)
    real, cut = gathering._keep, []

    def dies(campaign, rows):
        real(campaign, rows)
        if len(cut) < 2:
            cut.append(rows)
            raise OSError("killed")

    monkeypatch.setattr(gathering, "_keep", dies)
    letters = []
    for _again in range(4):
        letters += leave()
        now(minutes=10)

    about = [one for one in letters if one.subject == "Portes à 18 h"]
    assert sorted(one.to for one in about) == [f"p{n}@mail.example" for n in range(7)]
    assert db.session.get(Campaign, made, populate_existing=True).people == 7


def test_stopped_on_the_way_what_has_left_has_left(desk, night):
    for n in range(30):
        bought(night, f"p{n}@mail.example")
    worker.drain()
    made = written(desk, night)
    send(desk, made)
    jobs.drain()
    mail.memory().sent.clear()
    worker.work_once(limit=10)

    answer, _page = desk.post(f"campaigns/{made}/stop")
    page = desk.get(f"campaigns/{made}")[1]
    worker.drain()

    assert answer.status_code == 302
    assert len(mail.memory().sent) == 10
    assert "Ce qui était parti est parti" in page and "<b>10</b>" in page and "<b>20</b>" in page
    assert outbox.count_waiting(desk.series.id, homeless=False) == 0
    assert desk.post(f"campaigns/{made}/stop")[0].status_code == 409


def test_what_has_all_left_is_not_stopped(desk, night):
    bought(night, "ada@mail.example")
    made = written(desk, night)
    send(desk, made)
    leave()

    assert desk.post(f"campaigns/{made}/stop")[0].status_code == 409
    assert "Arrêté" not in desk.get(f"campaigns/{made}")[1]


def test_stopped_while_the_list_is_made_it_grows_no_more(desk, night, monkeypatch):
    for n in range(6):
        bought(night, f"p{n}@mail.example")
    monkeypatch.setattr(gathering, "PORTION", 2)
    made = written(desk, night)
    send(desk, made)
    real = gathering._portion

    def one_and_stop(*given):
        done = real(*given)
        if db.session.get(Campaign, made, populate_existing=True).state is CampaignState.SENDING:
            campaigns.stop(made, actor="test")
        return done

    monkeypatch.setattr(gathering, "_portion", one_and_stop)

    assert [one for one in leave() if one.subject == "Portes à 18 h"] == []
    assert db.session.query(Recipient).count() == 2
    assert db.session.query(Job.ended).scalar() is True


def test_refused_addresses_are_told_on_the_desk_until_somebody_has_seen_them(desk, night):
    bought(night, "ada@mail.example")
    worker.drain()
    made = written(desk, night)
    send(desk, made)
    jobs.drain()
    mail.memory().failure = MailRefused("550 no such user")
    worker.drain()
    mail.memory().failure = None

    todo = desk.get("")[1]
    assert "1 personne n’a pas reçu « Portes à 18 h »" in todo
    assert "message n’est pas parti" not in todo
    page = desk.get(f"campaigns/{made}")[1]
    assert "Voir qui, et pourquoi" in page
    people = desk.get(f"campaigns/{made}/recipients?state=failed")[1]
    assert "ada@mail.example" in people and "550 no such user" in people

    desk.post(f"campaigns/{made}/failures")
    assert "n’a pas reçu" not in desk.get("")[1]

    # The next message leaves that address out, and says so before it is sent.
    bought(night, "grace@mail.example")
    other = desk.get(f"campaigns/{written(desk, night)}")[1]
    assert "Envoyer à 1 personne" in other and "a refusé un message depuis moins" in other

    desk.post(f"campaigns/{made}/retries")
    assert [one.to for one in leave() if one.subject == "Portes à 18 h"] == ["ada@mail.example"]
    assert "Voir qui" not in desk.get(f"campaigns/{made}")[1]


def test_a_server_that_never_answers_is_a_failure_in_the_end(desk, night, now):
    bought(night, "ada@mail.example")
    worker.drain()
    made = written(desk, night)
    send(desk, made)
    jobs.drain()
    mail.memory().failure = MailUnreachable("no answer")
    for _try in range(outbox.MAX_ATTEMPTS + 1):
        worker.drain()
        now(minutes=11)

    make.signed_in(desk.client, db.session.get(Account, desk.account_id))
    assert "1 personne n’a pas reçu" in desk.get("")[1]
    assert db.session.query(Recipient.failure).scalar() == "MailUnreachable: no answer"


def test_two_organizers_do_not_send_what_the_other_has_just_changed(desk, night):
    bought(night, "ada@mail.example")
    made = written(desk, night)
    read = version(made)
    form = WORDS | {"event_id": str(night.id), "subject_fr": "Portes à 19 h"}
    desk.post(f"campaigns/{made}/words", version=str(read), **form)

    answer, page = desk.post(f"campaigns/{made}/sending", version=str(read))

    assert answer.status_code == 409 and "Portes à 19 h" in page
    assert desk.post(f"campaigns/{made}/words", version=str(read), **form)[0].status_code == 409
    assert leave_about(made) == 0


def leave_about(campaign_id):
    jobs.drain()
    return db.session.query(Recipient).filter_by(campaign_id=campaign_id).count()


def test_a_message_that_names_an_event_the_public_does_not_see_waits_for_it(desk, night):
    hidden = make.event(db.session.get(Series, night.series_id), released=False)
    tariff = make.product(hidden)
    made = written(desk, night, event_id=str(hidden.id))
    assert send(desk, made).status_code == 409  # nobody has a ticket either
    assert tariff.event_id == hidden.id
    with pytest.raises(Refusal, match="event_not_public"):
        campaigns.send(made, version(made), actor="test", locale="fr")


def test_a_message_to_nobody_is_not_sent(desk, night):
    made = written(desk, night)
    page = desk.get(f"campaigns/{made}")[1]
    assert "Personne ne le recevrait" in page
    assert send(desk, made).status_code == 409
    assert db.session.query(OutboxMessage).filter_by(kind="mail.campaign").count() == 0


def test_a_draft_can_be_dropped_and_what_was_sent_not(desk, night):
    bought(night, "ada@mail.example")
    made, sent = written(desk, night), written(desk, night)
    send(desk, sent)
    assert desk.post(f"campaigns/{made}/removal")[0].status_code == 302
    assert desk.post(f"campaigns/{sent}/removal")[0].status_code == 409
    assert [row.id for row in db.session.query(Campaign)] == [sent]


def test_a_message_of_another_series_is_not_there(desk, night, client):
    made = written(desk, night)
    other = Desk(client, series=make.series(slug="autre"))
    for path in ("", "/words", "/recipients"):
        assert other.get(f"campaigns/{made}{path}")[0].status_code == 404
    for path in ("sending", "trials", "stop", "removal", "retries", "failures"):
        assert other.post(f"campaigns/{made}/{path}")[0].status_code == 404


def test_an_event_of_another_series_narrows_nothing(desk, night):
    foreign = make.event()
    answer, _page = desk.post("campaigns/new?to=holders", **WORDS | {"event_id": str(foreign.id)})
    assert answer.status_code == 422 and db.session.query(Campaign).count() == 0


def test_a_list_that_nobody_makes_is_taken_up_again(desk, night, now, monkeypatch):

    bought(night, "ada@mail.example")
    made = written(desk, night)
    send(desk, made)
    with transaction() as session:
        session.query(Job).delete()
    now(minutes=5)

    promises.sweep()

    assert [one.to for one in leave() if one.subject == "Portes à 18 h"] == ["ada@mail.example"]
    assert db.session.get(Campaign, made, populate_existing=True).gathered_at is not None


def counted_statements(desk, statements, path):
    desk.get(path)
    statements.clear()
    desk.get(path)
    return len(statements)


def test_pages_cost_the_same_at_one_row_and_at_fifty(desk, night, statements):
    series = db.session.get(Series, night.series_id)
    bought(night, "p0@mail.example")
    draft = make.campaign(series)
    sent = make.campaign(series)
    send(desk, sent.id)
    jobs.drain()
    ids = (draft.id, sent.id)
    paths = (
        "campaigns",
        f"campaigns/{ids[0]}",
        f"campaigns/{ids[1]}",
        f"campaigns/{ids[1]}/recipients",
        "notices",
    )
    few = [counted_statements(desk, statements, path) for path in paths]
    for n in range(1, 50):
        bought(night, f"p{n}@mail.example")
        make.campaign(db.session.get(Series, night.series_id))
        make.notice(db.session.get(Series, night.series_id))
    with transaction():
        gathering.gather(ids[1], after=0, done=0, saved=lambda *_given: None)
    many = [counted_statements(desk, statements, path) for path in paths]

    assert few == many
    assert desk.get("campaigns")[1].count("Portes à 18 h") == 51
