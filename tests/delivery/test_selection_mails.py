"""Letters of the selection, as their readers get them."""

import pytest
from sqlalchemy import select

from eventsapp.delivery import worker
from eventsapp.domain.selection.calls.models import Call
from eventsapp.domain.selection.decisions import decisions, offers
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
    offers.answer(entries[1].id, confirm=True)
    worker.drain()

    assert [letter.to for letter in sent] == [entries[1].email] * 2
    assert "Une place s’est libérée" in sent[0].text
    assert "est confirmée" in sent[1].text


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
