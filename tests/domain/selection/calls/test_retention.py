"""What is erased, when, and what stays."""

from datetime import timedelta

from eventsapp.domain.questions import files
from eventsapp.domain.selection.calls import applications, retention
from eventsapp.domain.selection.calls.models import Application
from eventsapp.kernel.db import db
from tests import make
from tests.gateways.test_files import keep

PDF = b"%PDF-1.7\n%%EOF\n"


def fresh(application):
    return db.session.get(Application, application.id, populate_existing=True)


def test_a_draft_that_missed_the_deadline_goes_after_a_season(app, now):
    draft = make.draft(make.call())
    applications.save(draft.id, {"company": "Mistral"}, version=1)
    deadline = draft.call.accepts_until

    now(deadline + retention.DRAFTS_FOR)
    assert retention.forget() == {"drafts": 0, "persons": 0}
    now(seconds=1)
    assert retention.forget(dry_run=True) == {"drafts": 1, "persons": 0}
    assert retention.forget() == {"drafts": 1, "persons": 0}

    assert fresh(draft) is None


def test_persons_and_decks_go_after_three_years_and_the_record_stays(app, now):
    call = make.call()
    application = make.application(call, company="Mistral")
    deck = keep(PDF)
    files.link(deck.id, application.sheet_id, "deck")

    now(call.offers_until + retention.PERSONS_FOR + timedelta(seconds=1))
    assert retention.forget() == {"drafts": 0, "persons": 1}
    assert retention.forget() == {"drafts": 0, "persons": 0}

    left = fresh(application)
    assert (left.company, left.email) == ("Mistral", retention.GONE)
    assert "contact" not in left.sheet.values
    assert files.of_sheet(left.sheet_id) == {}
    assert files.forget_unlinked() == 1


def test_the_demo_is_left_alone(app, now):
    call = make.call(make.series(is_demo=True))
    make.application(call)
    make.draft(call)

    now(call.offers_until + retention.PERSONS_FOR + timedelta(days=1))

    assert retention.forget() == {"drafts": 0, "persons": 0}
