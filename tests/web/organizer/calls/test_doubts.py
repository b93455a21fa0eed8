"""Readings that are missing, and a jury in groups: told on every page, asked before publishing."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from eventsapp.delivery import worker
from eventsapp.domain.selection.decisions import decisions, queries
from eventsapp.domain.selection.jury import jury
from eventsapp.domain.selection.jury.models import Assignment, Juror, Review
from eventsapp.gateways import mail
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import lock, transaction
from tests import make


@pytest.fixture
def sent(app):
    box = mail.memory().sent
    box.clear()
    return box


class Desk:
    def __init__(self, client, call):
        self.client = client
        self.account = make.account("organizer", in_series=call.series)
        self.token = make.signed_in(client, self.account)
        self.base = f"/organizer/{call.series.slug}/calls/{call.slug}"

    def get(self, path):
        return self.client.get(f"{self.base}/{path}").text.replace("\u00a0", " ")

    def post(self, path, **data):
        data = {"csrf_token": self.token, **data}
        return self.client.post(f"{self.base}/{path}", data=data)


def exclude(entry, count):
    """Take ``count`` reviews of an application out, as a late conflict does."""
    with transaction() as session:
        found = select(Review).where(Review.application_id == entry.id).limit(count)
        for review in session.scalars(found).all():
            review.excluded_at = review.updated_at


def in_groups(stage="deliberation"):
    """Two pairs of jurors, each with three applications of its own."""
    call = make.call(stage=stage, places=2, waitlist=1)
    entries = [make.application(call) for _ in range(6)]
    jurors = [make.juror(call) for _ in range(4)]
    for place, entry in enumerate(entries):
        for juror in jurors[:2] if place < 3 else jurors[2:]:
            make.review(juror, entry, 1 + place % 5)
    return call, entries, jurors


def test_what_nobody_read_is_named_asked_and_told(client, sent):
    call = make.call(stage="deliberation", places=2)
    entries = [make.application(call, company=f"Maison {n}") for n in range(6)]
    jurors = [make.juror(call) for _ in range(2)]
    for level, entry in enumerate(entries, start=1):
        for juror in jurors:
            make.review(juror, entry, min(level, 5))
    exclude(entries[5], 2)
    exclude(entries[4], 1)
    desk = Desk(client, call)
    desk.post("decisions")

    for page in ("ranking", "decisions", "jury"):
        text = desk.get(page)
        assert "1 candidature n’a été lue par personne" in text and "Maison 5" in text
        assert "1 candidature a moins de 2 lectures" in text and "Maison 4" in text
    refused = desk.post("publication", sure="yes")
    assert refused.status_code == 422 and "Des lectures manquent" not in desk.get("jury")
    assert queries.published(call.id) is None
    assert desk.post("publication", sure="yes", despite_doubts="yes").status_code == 302

    worker.drain()
    letters = {letter.to: letter.text.replace("\u00a0", " ") for letter in sent}
    unread, declined = letters[entries[5].email], letters[entries[0].email]
    assert "Personne n’a pu lire cette candidature" in unread
    assert "jury n’a pas" not in unread and "a noté" not in unread
    assert "2 jurés ont lu cette candidature" in declined and "ce que le jury a noté" in declined


def test_notes_are_announced_only_when_they_follow(client, sent):
    call = make.call(stage="deliberation", places=1, waitlist=0)
    entries = [make.application(call) for _ in range(3)]
    jurors = [make.juror(call) for _ in range(2)]
    for level, entry in enumerate(entries, start=2):
        for juror in jurors:
            make.review(juror, entry, level)
    desk = Desk(client, call)
    desk.post("decisions")
    desk.post("publication", sure="yes")

    worker.drain()

    # Three are too few for quartiles.
    letters = {letter.to: letter.text for letter in sent}
    assert "a noté" not in letters[entries[0].email]


def test_groups_are_told_everywhere_with_what_would_join_them(client, sent):
    call, entries, jurors = in_groups()
    desk = Desk(client, call)
    desk.post("decisions")

    for page in ("ranking", "decisions", "jury"):
        text = desk.get(page)
        assert "Les notes ne sont pas corrigées." in text
        assert "Le jury est coupé en 2 groupes sans lecture commune." in text
        assert all(juror.account.name in text for juror in jurors)
        assert "Une lecture relierait un groupe au plus grand" in text
    assert desk.post("publication", sure="yes").status_code == 422
    assert desk.post("publication", sure="yes", despite_doubts="yes").status_code == 302
    worker.drain()

    said = "Les notes n’ont pas pu être corrigées de la sévérité propre à chaque juré."
    letters = {letter.to: letter.text.replace("\u00a0", " ") for letter in sent}
    assert said in letters[entries[0].email]
    public = client.get(f"/fr/{call.series.slug}/calls/{call.slug}").text.replace("\u00a0", " ")
    assert said in public and "ont été corrigées" not in public


def test_the_reading_that_is_proposed_joins_the_groups(client):
    call, entries, jurors = in_groups()
    desk = Desk(client, call)
    proposed = desk.get("ranking").split("au plus grand : ")[1].split("</p>")[0]
    juror = next(j for j in jurors if j.account.name in proposed)
    entry = next(e for e in entries if e.company in proposed)

    make.review(db.session.get(Juror, juror.id), entry, 3)

    assert "coupé en" not in desk.get("ranking")


def proposed(page, entries, jurors):
    """The reading that a page proposes, and the address of the button beside it."""
    beside = page.split("au plus grand : ")[1]
    said = beside.split("</p>")[0]
    juror = next(j for j in jurors if j.account.name in said)
    entry = next(e for e in entries if e.company in said)
    button = re.search(r'action="([^"]*/readings/\d+)"', beside.split("</li>")[0])
    return juror, entry, button and button[1]


@pytest.mark.parametrize("page", ["ranking", "decisions", "jury"])
def test_the_proposed_reading_is_added_told_given_and_joins(client, sent, page):
    call, entries, jurors = in_groups("judging")
    desk = Desk(client, call)
    juror, entry, button = proposed(desk.get(page), entries, jurors)
    worker.drain()
    sent.clear()

    for _twice in range(2):
        answer = client.post(button, data={"csrf_token": desk.token})
        assert answer.location.endswith("/jury?done=reading")
    worker.drain()

    assert [letter.to for letter in sent] == [juror.account.email]
    assert "1 candidature vous attend" in sent[0].text.replace("\u00a0", " ")
    shown = desk.get(page)
    assert "Elle est sur sa liste, et n’est pas encore rendue." in shown
    assert proposed(shown, entries, jurors)[2] is None
    token = make.signed_in(client, juror.account)
    room = f"/jury/{juror.id}/applications/{entry.id}"
    assert client.get(room).status_code == 200
    scores = {f"score-{name}": "3" for name in call.weights}
    saved = client.post(f"{room}/review", data={"csrf_token": token, "submit": "yes"} | scores)
    assert saved.status_code == 302
    assert "coupé en" not in Desk(client, call).get(page)


def test_a_reading_that_cannot_be_given_is_not_added(client):
    call, entries, jurors = in_groups("judging")
    other = make.application(make.call(call.series))
    desk = Desk(client, call)
    juror, entry, button = proposed(desk.get("ranking"), entries, jurors)
    jury.declare(juror.id, {entry.id: ""}, actor="test")
    before = db.session.query(Assignment).count()

    refused = client.post(button, data={"csrf_token": desk.token})
    assert refused.status_code == 422 and "Ce juré ne peut pas la lire" in refused.text
    assert desk.post(f"jury/{juror.id}/readings/{other.id}").status_code == 404
    assert desk.post(f"jury/99999/readings/{entry.id}").status_code == 404
    jury.declare_as_organizer(call.id, desk.account.id, entries[0].id, "")
    assert "Vous avez déclaré un conflit" in desk.post(
        f"jury/{jurors[3].id}/readings/{entries[0].id}"
    ).text.replace("\u00a0", " ")
    clock.freeze(call.review_until + timedelta(minutes=1))
    desk = Desk(client, call)
    assert "Le jury ne note plus : elle ne peut plus être ajoutée." in desk.get("ranking")
    assert desk.post(f"jury/{jurors[3].id}/readings/{entries[1].id}").status_code == 422

    assert db.session.query(Assignment).count() == before


def test_a_newcomer_sets_one_apart_and_the_others_stay_calibrated(client):
    call = make.call(stage="deliberation", places=2)
    entries = [make.application(call, company=f"Maison {n}") for n in range(6)]
    jurors = [make.juror(call) for _ in range(3)]
    for place, entry in enumerate(entries):
        for juror in jurors[:2] if place < 5 else jurors[2:]:
            make.review(juror, entry, 1 + place % 5)
    desk = Desk(client, call)
    desk.post("decisions")

    for page in ("ranking", "decisions", "jury"):
        text = desk.get(page)
        assert "1 candidature est mise à part, avec sa note brute" in text and "Maison 5" in text
        assert "Les notes ne sont pas corrigées." not in text
    made = {d.application_id: d.grounds for d in queries.decisions_of(call.id)}
    assert made[entries[5].id] == "apart"
    public = client.get(f"/fr/{call.series.slug}/calls/{call.slug}").text.replace("\u00a0", " ")
    assert "si les lectures communes le permettent" in public


def test_whole_readings_ask_nothing_more(client):
    call = make.call(stage="deliberation", places=1, reviews_each=1)
    entry, juror = make.application(call), make.juror(call)
    make.review(juror, entry, 4)
    desk = Desk(client, call)
    desk.post("decisions")

    assert "À savoir avant de publier" not in desk.get("decisions")
    assert desk.post("publication", sure="yes").status_code == 302


def test_a_promise_raised_after_the_preparation_makes_it_out_of_date(app):
    call = make.call(stage="deliberation", places=1, reviews_each=1)
    make.review(make.juror(call), make.application(call), 4)
    decisions.prepare(call.id, actor="test")
    with transaction():
        lock(type(call), call.id).reviews_each = 2

    with pytest.raises(decisions.ProposalOutdated):
        decisions.publish(call.id, actor="test")
