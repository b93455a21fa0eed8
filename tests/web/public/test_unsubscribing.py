"""News end by one click, without an account; letters about one's own ticket do not."""

import re

import pytest

from eventsapp.delivery import jobs, worker
from eventsapp.domain.messages import campaigns
from eventsapp.domain.messages.errors import CampaignMalformed
from eventsapp.domain.messages.models import Audience, Campaign, LeftOut, Purpose, Unsubscription
from eventsapp.domain.messages.sources import Segment
from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.sales.orders import Buyer
from eventsapp.gateways import mail
from eventsapp.gateways.mail import as_email
from eventsapp.kernel.db import db
from tests import make


@pytest.fixture
def series(app):
    tariff = make.product(make.event())
    releases.publish(tariff.series_id, actor="test")
    buy(tariff, "yes@mail.example", news=True)
    buy(tariff, "no@mail.example", news=False)
    worker.drain()
    mail.memory().sent.clear()
    tariff.series = tariff.event.series
    return tariff


def buy(tariff, email, *, news):
    make.paid_order(tariff, buyer=Buyer(email, marketing_consent=news))


def sent(tariff, purpose):
    """The letters of a message to all who bought, and the message."""
    mail.memory().sent.clear()
    made = make.campaign(tariff.series, segment=Segment(Audience.BUYERS), purpose=purpose)
    campaigns.send(made.id, 1, actor="test", locale="fr")
    jobs.drain()
    worker.drain()
    return list(mail.memory().sent), made.id


def link(letter):
    return re.search(r"http://localhost(/unsubscribe/\S+)", letter.text)[1]


def test_news_go_to_those_alone_who_asked_for_them(series):
    letters, campaign_id = sent(series, Purpose.NEWS)

    assert [one.to for one in letters] == ["yes@mail.example"]
    counted = campaigns.count(db.session.get(Campaign, campaign_id))
    assert (counted.people, counted.left_out) == (1, {LeftOut.NO_CONSENT: 1})


def test_mail_programs_find_the_link_and_a_post_without_origin_ends_the_news(series, client):
    [letter], _campaign = sent(series, Purpose.NEWS)
    wire = as_email(letter)
    assert wire["List-Unsubscribe"] == f"<http://localhost{link(letter)}>"
    assert wire["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    del client.environ_base["HTTP_ORIGIN"]
    answer = client.post(link(letter), data={"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert db.session.query(Unsubscription.email).all() == [("yes@mail.example",)]


def test_looking_at_the_link_ends_nothing_and_the_button_does(series, client):
    [letter], _campaign = sent(series, Purpose.NEWS)

    assert "Ne plus en recevoir" in client.get(link(letter)).text
    assert db.session.query(Unsubscription).count() == 0
    page = client.post(link(letter)).text
    assert "ne reçoit plus" in page and "C’était une erreur" in page
    assert "reçoit de nouveau" in client.post(f"{link(letter)}/return").text
    assert db.session.query(Unsubscription).count() == 0


def test_who_left_gets_letters_about_the_ticket_and_no_news_until_asking_again(series, client, now):
    [letter], _campaign = sent(series, Purpose.NEWS)
    client.post(link(letter))

    about, _campaign = sent(series, Purpose.SERVICE)
    assert sorted(one.to for one in about) == ["no@mail.example", "yes@mail.example"]
    assert all(one.unsubscribe == "" for one in about)
    assert "unsubscribe" not in about[0].text and "List-Unsubscribe" not in as_email(about[0])
    counted = campaigns.count(
        make.campaign(series.series, segment=Segment(Audience.BUYERS), purpose=Purpose.NEWS)
    )
    assert counted.left_out == {LeftOut.NO_CONSENT: 1, LeftOut.UNSUBSCRIBED: 1}

    now(hours=1)
    buy(series, "yes@mail.example", news=True)
    worker.drain()
    assert [one.to for one in sent(series, Purpose.NEWS)[0]] == ["yes@mail.example"]


def test_who_leaves_while_the_letter_waits_does_not_get_it(series, client):
    [letter], _campaign = sent(series, Purpose.NEWS)
    made = make.campaign(series.series, segment=Segment(Audience.BUYERS), purpose=Purpose.NEWS)
    campaigns.send(made.id, 1, actor="test", locale="fr")
    jobs.drain()
    client.post(link(letter))
    mail.memory().sent.clear()
    worker.drain()

    assert mail.memory().sent == []


def test_a_link_that_was_altered_ends_nothing(series, client):
    [letter], _campaign = sent(series, Purpose.NEWS)

    assert client.post(f"{link(letter)}x").status_code in (404, 410)
    assert client.get("/unsubscribe/1").status_code in (404, 410)
    assert db.session.query(Unsubscription).count() == 0


def test_another_series_goes_on(series, client):
    [letter], _campaign = sent(series, Purpose.NEWS)
    other = make.product(make.event())
    buy(other, "yes@mail.example", news=True)
    client.post(link(letter))

    made = make.campaign(other.event.series, segment=Segment(Audience.BUYERS), purpose=Purpose.NEWS)
    assert campaigns.count(made).people == 1


@pytest.mark.parametrize(
    "audience", [one for one in Audience if one.value not in ("holders", "buyers")]
)
def test_nobody_else_is_sent_news(series, audience):
    with pytest.raises(CampaignMalformed):
        make.campaign(series.series, segment=Segment(audience), purpose=Purpose.NEWS)
