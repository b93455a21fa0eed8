"""From a draft to a submitted application."""

from datetime import timedelta

import pytest

from eventsapp.domain.questions.fields import Problem
from eventsapp.domain.selection.calls import applications, queries
from eventsapp.domain.selection.calls.errors import ApplicationClosed, CallClosed, Incomplete
from eventsapp.domain.selection.calls.models import Application, ApplicationState, Call
from eventsapp.domain.selection.decisions import withdrawals
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import EditedMeanwhile, NotFound
from eventsapp.kernel.limits import TooManyAttempts
from tests import make


def fresh(kind, key):
    return db.session.get(kind, key, populate_existing=True)


def test_a_draft_needs_an_address_only_and_is_found_by_its_link(app):
    draft = make.draft(make.call(), "Ada@Example.org")

    found = queries.by_secret(draft.secret)

    assert found.id == draft.id
    assert found.email == "ada@example.org"
    assert found.sheet.values == {"contact": {"email": "ada@example.org"}}
    assert len(draft.secret) == 32
    with pytest.raises(NotFound):
        queries.by_secret(draft.secret[:-1] + "1")


def test_a_draft_keeps_what_is_right_and_refuses_what_is_wrong_whole(app):
    draft = make.draft(make.call())
    applications.save(draft.id, {"company": "Mistral"}, version=1)

    with pytest.raises(Incomplete) as refusal:
        applications.save(draft.id, {"company": "Autre", "siren": "123"}, version=2)

    assert refusal.value.facts["problems"] == [Problem("siren", "siren_digits")]
    db.session.expire_all()
    assert fresh(Application, draft.id).sheet.values == {"company": "Mistral"}


def test_a_second_tab_does_not_overwrite_the_first_in_silence(app):
    draft = make.draft(make.call())
    applications.save(draft.id, {"company": "Mistral"}, version=1)

    with pytest.raises(EditedMeanwhile):
        applications.save(draft.id, {"company": "Tramontane"}, version=1)


def test_submitting_numbers_the_application_and_closes_it(app):
    call = make.call()
    first, second = make.draft(call), make.draft(call)

    applications.submit(second.id, make.answers_of_application(), version=1)
    applications.submit(first.id, make.answers_of_application(), version=1)

    assert fresh(Application, second.id).reference == "APP-001"
    assert fresh(Application, first.id).reference == "APP-002"
    with pytest.raises(ApplicationClosed):
        applications.save(first.id, make.answers_of_application(), version=2)
    with pytest.raises(ApplicationClosed):
        applications.submit(first.id, make.answers_of_application(), version=2)


def test_an_incomplete_application_takes_no_number(app):
    call = make.call()
    draft = make.draft(call)

    with pytest.raises(Incomplete) as refusal:
        applications.submit(draft.id, {"company": "Mistral"}, version=1)

    assert [p.code for p in refusal.value.facts["problems"]] == ["required"] * 5
    assert fresh(Call, call.id).last_number == 0
    assert fresh(Application, draft.id).state is ApplicationState.DRAFT


def test_the_deadline_holds_to_the_second(app, now):
    call = make.call()
    in_time, late = make.draft(call), make.draft(call)

    now(call.closes_at + timedelta(milliseconds=900))
    applications.submit(in_time.id, make.answers_of_application(), version=1)
    now(call.closes_at + timedelta(seconds=1))
    with pytest.raises(CallClosed):
        applications.submit(late.id, make.answers_of_application(), version=1)

    assert fresh(Application, in_time.id).state is ApplicationState.SUBMITTED
    assert fresh(Application, late.id).sheet.values.get("company") is None
    assert fresh(Call, call.id).last_number == 1


def test_no_draft_begins_outside_the_call(app, now):
    call = make.call()

    now(call.opens_at - timedelta(seconds=1))
    with pytest.raises(CallClosed):
        make.draft(call)


def test_one_address_cannot_be_flooded_with_links(app):
    call = make.call()
    for _ in range(5):
        make.draft(call, "cible@example.org")

    with pytest.raises(TooManyAttempts):
        make.draft(call, "cible@example.org")


def test_a_withdrawn_application_stays_withdrawn(app):
    application = make.application(make.call())

    withdrawals.withdraw(application.id)

    assert fresh(Application, application.id).state is ApplicationState.WITHDRAWN
    with pytest.raises(ApplicationClosed):
        withdrawals.withdraw(application.id)


def test_a_draft_is_not_withdrawn(app):
    draft = make.draft(make.call())

    with pytest.raises(ApplicationClosed):
        withdrawals.withdraw(draft.id)
