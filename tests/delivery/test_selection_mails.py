"""Letters of the selection, as their readers get them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventsapp.delivery import worker
from eventsapp.domain.accounts import people
from eventsapp.domain.selection.calls.models import Application, Call
from eventsapp.domain.selection.decisions import decisions, offers, queries, withdrawals
from eventsapp.domain.selection.decisions.words import plain
from eventsapp.domain.selection.jury import dealing, jury, reviews
from eventsapp.gateways import mail
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from eventsapp.kernel.outbox import OutboxMessage
from eventsapp.kernel.transaction import lock, transaction
from tests import make


@pytest.fixture
def sent(app):
    """The letters of this test, after ``worker.drain()``."""
    box = mail.memory().sent
    box.clear()
    return box


def test_a_draft_gets_its_link_and_a_submission_its_receipt(sent):
    call = make.call()
    application = make.application(call, company="Mistral")

    worker.drain()

    resume, receipt = sorted(sent, key=lambda letter: letter.message_id)
    assert application.secret in resume.text and application.secret in (resume.html or "")
    assert "APP-001" in receipt.subject
    assert "Mistral" in receipt.text
    assert resume.to == receipt.to == application.email


def test_letters_follow_the_language_of_the_applicant(sent):
    jury.invite(make.call().id, "english@jury.example", "E", locale="en", actor="test")

    worker.drain()

    [letter] = sent
    assert "You are invited to the jury" in letter.subject
    assert 'lang="en"' in (letter.html or "")


def test_a_juror_reads_who_invites_to_which_call_of_which_series(sent):
    call = make.call()
    camille = people.create_account("camille@org.example", "Camille evil.example")
    jury.invite(call.id, "j@jury.example", "J", actor=f"account:{camille.id}")

    worker.drain()

    [letter] = sent
    text = letter.text.replace("\u2060", "")
    said = (
        "Camille evil.example (camille@org.example)",
        "jury",
        call.title_fr,
        call.series.title_fr,
    )
    assert [part in text for part in said] == [True] * 4
    assert "evil.example" not in letter.text


def test_a_juror_is_told_once_that_the_list_is_made(sent):
    call = make.call(stage="judging", reviews_each=1)
    juror = make.juror(call)
    make.application(call)
    dealing.assign_missing(call.id, actor="test")
    dealing.assign_missing(call.id, actor="test")

    worker.drain()

    told = [letter for letter in sent if "Votre liste est prête" in letter.text]
    assert [letter.to for letter in told] == [juror.account.email]
    assert "1 candidature vous attend" in told[0].text.replace("\u00a0", " ")
    assert told[0].reply_to == "contact@organisateur.example"


def test_every_applicant_gets_one_answer(sent):
    call = make.call(stage="deliberation", places=1, waitlist=1)
    entries = [make.application(call) for _ in range(4)]
    entries.append(make.application(call, founded="2001"))
    jurors = [make.juror(call) for _ in range(2)]
    for application, level in zip(entries, (5, 4, 3, 2, 1), strict=True):
        for juror in jurors:
            make.review(juror, application, level)
    worker.drain()
    sent.clear()
    decisions.prepare(call.id, actor="test")
    decisions.publish(call.id, actor="test")

    worker.drain()

    assert sorted(letter.to for letter in sent) == sorted(a.email for a in entries)
    by_address = {letter.to: letter.text for letter in sent}
    assert "Bonne nouvelle" in by_address[entries[0].email]
    assert "au rang 1" in by_address[entries[1].email]
    assert "n’a pas retenu" in by_address[entries[2].email]
    assert "ne remplit pas les conditions" in by_address[entries[4].email]
    # Own means beside the quartiles, and no juror's name.
    assert "Critère a" in by_address[entries[2].email]
    assert not any(juror.account.name in text for juror in jurors for text in by_address.values())


def test_only_shareable_comments_are_passed_on(sent):
    call = make.call(stage="deliberation", places=1)
    application = make.application(call)
    open_juror, shy_juror = make.juror(call), make.juror(call)
    make.review(open_juror, application, 4)
    make.review(shy_juror, application, 4)
    with clock.frozen(call.review_from):
        marks = {"a": 4, "b": 4, "c": 4}
        reviews.save(open_juror.id, application.id, marks, comment="Net", shareable=True)
        reviews.save(shy_juror.id, application.id, marks, comment="Entre nous")
    decisions.prepare(call.id, actor="test")
    decisions.publish(call.id, actor="test")

    worker.drain()

    text = "".join(letter.text for letter in sent)
    assert "- Net" in text
    assert "Entre nous" not in text


def test_the_feedback_names_the_scale_of_the_call(sent):
    call = make.call(stage="deliberation", places=1)
    juror = make.juror(call)
    for level in (5, 4, 3, 2):
        make.review(juror, make.application(call), level)
    with transaction():
        lock(Call, call.id).scale_most = 10
    decisions.prepare(call.id, actor="test")
    decisions.publish(call.id, actor="test", despite_doubts=True)

    worker.drain()

    answers = [letter.text for letter in sent if "Ce que le jury a noté" in letter.text]
    assert len(answers) == 4
    assert all("sur 10" in text.replace("\u00a0", " ") for text in answers)
    assert not any("sur 5" in text.replace("\u00a0", " ") for text in answers)


def test_a_promotion_and_a_confirmation_are_told(sent):
    call = make.call(stage="deliberation", places=1, waitlist=1)
    entries = [make.application(call) for _ in range(2)]
    juror = make.juror(call)
    for application, level in zip(entries, (5, 4), strict=True):
        make.review(juror, application, level)
    decisions.prepare(call.id, actor="test")
    decisions.publish(call.id, actor="test", despite_doubts=True)
    worker.drain()
    sent.clear()

    offers.answer(entries[0].id, confirm=False)
    worker.drain()
    offers.answer(entries[1].id, confirm=True)
    worker.drain()

    assert [letter.to for letter in sent] == [entries[1].email] * 2
    assert "Une place s’est libérée" in sent[0].text
    assert "est confirmée" in sent[1].text


def published_with_a_place(waitlist=1):
    """A call with one place; returns the winner and who is in reserve."""
    call = make.call(stage="deliberation", places=1, waitlist=waitlist)
    entries = [make.application(call) for _ in range(2)]
    juror = make.juror(call)
    for application, level in zip(entries, (5, 4), strict=True):
        make.review(juror, application, level)
    worker.drain()
    mail.memory().sent.clear()
    decisions.prepare(call.id, actor="test")
    decisions.publish(call.id, actor="test", despite_doubts=True)
    return call, entries


def letter_to(sent, application):
    """The letters that one applicant got, as one text."""
    return "\n".join(one.text for one in sent if one.to == application.email).replace("\u00a0", " ")


def test_a_late_answer_says_what_became_of_the_place(sent):
    """The mail server was away: the place is answered for, or lost, when the letter leaves."""
    call, (winner, _second) = published_with_a_place()
    offers.answer(winner.id, confirm=True)
    worker.drain()
    confirmed = letter_to(sent, winner)
    assert "Vous avez confirmé votre place." in confirmed and "Confirmez" not in confirmed

    call, (winner, second) = published_with_a_place()
    clock.freeze(offers_until(winner) + timedelta(minutes=1))
    worker.drain()
    late = letter_to(sent, winner)
    assert "elle n’est plus gardée" in late and "Confirmez" not in late
    assert "Confirmer ma place" not in late


def offers_until(application):
    return queries.offer_of(application.id).expires_at


def test_a_promotion_before_the_first_letter_is_told_once(sent):
    _call, (winner, second) = published_with_a_place()
    offers.answer(winner.id, confirm=False)

    worker.drain()

    assert len([one for one in sent if one.to == second.email]) == 1
    assert "Vous avez laissé cette place." in letter_to(sent, winner)


def test_an_offer_that_is_over_is_not_offered(sent):
    _call, (winner, second) = published_with_a_place()
    worker.drain()
    offers.answer(winner.id, confirm=False)
    sent.clear()
    clock.freeze(offers_until(second) + timedelta(minutes=1))
    worker.drain()
    late = letter_to(sent, second)
    assert "La réponse était attendue avant" in late and "Confirmez" not in late


def test_without_a_reserve_nothing_goes_to_it(client, sent):
    call, (winner, _second) = published_with_a_place(waitlist=0)
    worker.drain()
    page = f"/fr/{call.series.slug}/applications/{winner.secret}"
    assert "réserve" not in letter_to(sent, winner)
    assert "réserve" not in client.get(page).text
    offers.answer(winner.id, confirm=False)
    assert "réserve" not in client.get(page).text


def test_who_is_in_reserve_learns_when_nothing_is_offered_any_more(client, sent):
    call, (_winner, second) = published_with_a_place()
    page = f"/fr/{call.series.slug}/applications/{second.secret}"
    assert "Nous vous écrivons alors." in client.get(page).text
    clock.freeze(call.offers_until + timedelta(minutes=1))

    shown = client.get(page).text.replace("\u00a0", " ")

    assert "Nous vous écrivons alors." not in shown
    assert "Plus aucune place n’est proposée depuis" in shown


def test_who_has_withdrawn_gets_no_receipt_and_no_confirmation(sent):
    call = make.call()
    application = make.application(call)
    withdrawals.withdraw(application.id)
    worker.drain()
    assert "reçue" not in letter_to(sent, application)

    _call, (winner, _second) = published_with_a_place()
    worker.drain()
    sent.clear()
    offers.answer(winner.id, confirm=True)
    withdrawals.withdraw(winner.id)
    worker.drain()
    assert letter_to(sent, winner) == ""


def test_a_juror_is_told_what_is_left_and_of_every_new_list(sent):
    call = make.call(stage="judging", reviews_each=1)
    juror = make.juror(call)
    entries = [make.application(call) for _ in range(2)]
    dealing.assign_missing(call.id, actor="test")
    make.review(juror, entries[0], 4)
    worker.drain()
    assert "1 candidature vous attend" in sent[-1].text.replace("\u00a0", " ")

    # One goes for a conflict, another comes: as many as before, and still news.
    sent.clear()
    jury.declare(juror.id, {entries[1].id: ""}, actor="test")
    make.application(call)
    make.juror(call)
    dealing.add_reading(call.id, juror.id, call_entry(call, 3).id, actor="test")
    worker.drain()
    told = [one for one in sent if one.to == juror.account.email]
    assert ["1 candidature vous attend" in one.text.replace("\u00a0", " ") for one in told] == [
        True
    ]


def call_entry(call, number):
    return db.session.query(Application).filter_by(call_id=call.id, number=number).one()


def test_who_has_left_the_jury_gets_no_list_and_no_invitation(sent):
    call = make.call(stage="judging", reviews_each=1)
    juror = make.juror(call)
    make.application(call)
    dealing.assign_missing(call.id, actor="test")
    jury.stop(juror.id, actor="test")

    worker.drain()

    assert [one for one in sent if one.to == juror.account.email] == []


def test_a_list_made_before_the_scoring_opens_says_when(client, sent):
    call = make.call(stage="judging", reviews_each=1)
    juror = make.juror(call)
    make.application(call)
    with clock.frozen(call.review_from - timedelta(hours=1)):
        dealing.assign_missing(call.id, actor="test")
        worker.drain()
        make.signed_in(client, juror.account)
        page = client.get(f"/jury/{juror.id}/").text.replace("\u00a0", " ")

    assert "Elle s’ouvre" in sent[-1].text
    assert "La notation s’ouvre" in page and "closes" not in page


@pytest.mark.parametrize(
    "company",
    [
        "<a href=http://evil.example>x</a>",
        "{{ config }} {0.__class__}",
        "Gagnez sur http://evil.example/x",
        "a\r\nBcc: b@c.example",
    ],
)
def test_a_stranger_writes_no_link_no_markup_and_no_header_in_our_letters(sent, company):
    make.application(make.call(), company=company.replace("\r\n", " "))

    worker.drain()

    for letter in sent:
        assert "evil.example" not in letter.text
        assert "<a href=http" not in (letter.html or "")
        assert "\n" not in letter.subject


def test_plain_text_stays_readable():
    assert plain("Mistral S.A.\n Marseille").replace("\u200c", "") == "Mistral S.A. Marseille"


def test_a_letter_that_does_not_leave_is_shown_at_the_desk_of_its_series(app):
    call = make.call()
    make.application(call)
    found = db.session.execute(
        select(OutboxMessage.kind, OutboxMessage.series_id).where(
            OutboxMessage.kind.startswith("selection.")
        )
    ).all()
    assert found and {row.series_id for row in found} == {call.series_id}
