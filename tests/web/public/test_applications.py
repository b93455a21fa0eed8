"""The applicant's pages, behind the link of the mail."""

import io

import pytest

from eventsapp.domain.questions import files
from eventsapp.domain.selection.calls import queries
from eventsapp.domain.selection.calls.models import Application, Call
from eventsapp.domain.selection.decisions import decisions
from eventsapp.kernel.db import db
from tests import make
from tests.gateways.test_files import PDF


def address(application, rest=""):
    return f"/fr/{application.call.series.slug}/applications/{application.secret}{rest}"


def typed(application, **given):
    return make.answers_of_application(**given) | {"version": str(application.sheet.version)}


def upload(content=PDF, name="deck.pdf"):
    return (io.BytesIO(content), name)


@pytest.fixture
def draft(client):
    return make.draft(make.call())


def test_a_draft_is_saved_and_resumed_by_its_link(client, draft):
    data = {"company": "Mistral", "version": "1"}

    answer = client.post(address(draft, "/answers"), data=data, follow_redirects=True)

    assert "Brouillon enregistré." in answer.text
    assert 'value="Mistral"' in client.get(address(draft)).text


def test_problems_stand_beside_their_fields_and_on_top(client, draft):
    page = client.post(address(draft, "/submission"), data=typed(draft, siren="123456789"))

    assert page.status_code == 422
    assert 'id="siren-e"' in page.text
    assert 'href="#siren"' in page.text
    assert "rien n’est enregistré" in page.text
    # What was typed is still there.
    assert 'value="123456789"' in page.text
    assert queries.by_secret(draft.secret).sheet.values == {"contact": {"email": draft.email}}


def test_what_makes_a_company_ineligible_is_told_and_does_not_block(client, draft):
    data = typed(draft, founded="2001", postcode="75001")

    client.post(address(draft, "/answers"), data=data)

    page = client.get(address(draft)).text.replace("\u00a0", " ")
    assert "L’entreprise a 25 ans l’année de la clôture" in page
    assert "Le code postal 75001 n’est pas dans le département 13." in page


def test_an_application_is_submitted_and_shows_its_receipt(client, draft):
    answer = client.post(
        address(draft, "/submission"), data=typed(draft) | {"deck": upload()}, follow_redirects=True
    )

    assert "APP-001" in answer.text
    assert "Candidature envoyée" in answer.text
    assert "Un reçu part à" in answer.text


def test_the_deck_comes_back_as_an_attachment_in_a_sandbox(client, draft):
    client.post(address(draft, "/answers"), data={"version": "1", "deck": upload(name='a"b.pdf')})

    answer = client.get(address(draft, "/files/deck"))

    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "content", [b"<html><script>alert(1)</script>", b"%PDF-1.7 no end", b"PK\x03\x04zip"]
)
def test_a_deck_that_is_no_pdf_is_refused_whatever_its_name(client, draft, content):
    data = typed(draft) | {"deck": upload(content)}

    page = client.post(address(draft, "/submission"), data=data)

    assert page.status_code == 422
    assert 'id="deck-e"' in page.text
    assert files.of_sheet(draft.sheet_id) == {}


def test_a_deck_that_is_too_big_is_refused_with_its_limit(client, draft):
    big = PDF + b" " * (10 * 1024 * 1024)

    page = client.post(address(draft, "/answers"), data={"version": "1", "deck": upload(big)})

    assert page.status_code == 422
    assert "10" in page.text and "dépasse" in page.text


def test_a_deck_survives_a_refused_try(client, draft):
    data = {"version": "1", "siren": "1", "deck": upload()}
    page = client.post(address(draft, "/answers"), data=data)
    kept = page.text.split('name="deck.kept" value="')[1].split('"')[0]

    client.post(address(draft, "/answers"), data={"version": "1", "deck.kept": kept})

    assert files.read(files.of_sheet(draft.sheet_id)["deck"]) == PDF


def test_a_deck_kept_from_a_refused_try_can_be_taken_out_again(client, draft):
    data = {"version": "1", "siren": "1", "deck": upload()}
    page = client.post(address(draft, "/answers"), data=data)
    kept = page.text.split('name="deck.kept" value="')[1].split('"')[0]

    data = {"version": "1", "deck.kept": kept, "deck.remove": "yes"}
    client.post(address(draft, "/answers"), data=data)

    assert files.of_sheet(draft.sheet_id) == {}
    # It is no answer yet, so there is nothing to read behind a link either.
    assert "deck.pdf" in page.text
    assert address(draft, "/files/deck") not in page.text


def test_nobody_links_a_file_of_somebody_else(client, draft):
    other = make.draft(make.call())
    page = client.post(
        address(other, "/answers"), data={"version": "1", "siren": "1", "deck": upload()}
    )
    kept = page.text.split('name="deck.kept" value="')[1].split('"')[0]

    client.post(address(draft, "/answers"), data={"version": "1", "deck.kept": kept})

    assert files.of_sheet(draft.sheet_id) == {}


def test_a_file_can_be_taken_out_again(client, draft):
    client.post(address(draft, "/answers"), data={"version": "1", "deck": upload()})

    client.post(address(draft, "/answers"), data={"version": "2", "deck.remove": "yes"})

    assert files.of_sheet(draft.sheet_id) == {}
    assert client.get(address(draft, "/files/deck")).status_code == 404


def test_a_second_tab_is_told(client, draft):
    client.post(address(draft, "/answers"), data={"version": "1", "company": "Un"})

    page = client.post(address(draft, "/answers"), data={"version": "1", "company": "Deux"})

    assert page.status_code == 422
    assert "Quelqu’un a enregistré une autre version" in page.text
    assert queries.by_secret(draft.secret).company == "Un"


def test_sending_twice_ends_on_the_status_of_the_one_application(client, draft):
    data = typed(draft)

    client.post(address(draft, "/submission"), data=data)
    again = client.post(address(draft, "/submission"), data=data, follow_redirects=True)

    assert again.status_code == 200
    assert "Candidature envoyée" in again.text and "APP-001" in again.text
    assert db.session.get(Call, draft.call_id, populate_existing=True).last_number == 1


def test_an_old_tab_is_told_on_the_status_page_that_it_came_too_late(client, draft):
    data = typed(draft)
    client.post(address(draft, "/submission"), data=data)

    page = client.post(address(draft, "/answers"), data=data | {"company": "Autre"})

    assert page.status_code == 409
    assert "n’est plus un brouillon" in page.text and "Candidature envoyée" in page.text
    assert queries.by_secret(draft.secret).company == data["company"]


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "١"])
def test_a_strange_version_overwrites_nothing(client, draft, version):
    data = {"version": version, "company": "Deux"}

    assert client.post(address(draft, "/answers"), data=data).status_code == 422


def test_a_draft_after_the_deadline_says_so_and_is_not_taken(client, draft, now):
    now(days=11)

    page = client.post(address(draft, "/submission"), data=typed(draft))

    assert page.status_code == 422
    assert "Cet appel ne reçoit pas de candidature" in page.text
    assert "Enregistrer le brouillon" not in page.text


def test_markup_in_an_answer_is_text(client, draft):
    data = typed(draft, company="<script>alert(1)</script>", pitch_fr="</textarea><img src=x>")

    page = client.post(address(draft, "/submission"), data=data, follow_redirects=True)

    assert "<script>alert(1)" not in page.text
    assert "<img src=x>" not in page.text


def test_a_link_works_in_its_own_series_only(client, draft):
    other = make.series()

    assert client.get(f"/fr/{other.slug}/applications/{draft.secret}").status_code == 404
    assert client.get(address(draft).replace(draft.secret, "a" * 32)).status_code == 404


def test_an_application_is_withdrawn_after_a_second_thought(client):
    application = make.application(make.call())

    assert client.post(address(application, "/withdrawal")).status_code == 422
    page = client.post(
        address(application, "/withdrawal"), data={"sure": "yes"}, follow_redirects=True
    )

    assert "Candidature retirée" in page.text


def test_a_winner_confirms_by_the_link_and_nobody_sees_more_before(client):
    call = make.call(stage="deliberation", places=1)
    application = make.application(call)
    make.review(make.juror(call), application, 5)
    decisions.prepare(call.id, actor="test")
    assert "retenue" not in client.get(address(application)).text

    decisions.publish(call.id, actor="test", despite_doubts=True)
    assert "Votre candidature est retenue." in client.get(address(application)).text
    assert client.post(address(application, "/confirmation")).status_code == 422
    page = client.post(
        address(application, "/confirmation"), data={"answer": "yes"}, follow_redirects=True
    )

    assert "Votre place est confirmée." in page.text
    late = client.post(address(application, "/confirmation"), data={"answer": "no"})
    assert late.status_code == 422


def test_who_leaves_a_place_reads_that_they_left_it_and_not_that_they_were_refused(client):
    call = make.call(stage="deliberation", places=1)
    application = make.application(call)
    make.review(make.juror(call), application, 5)
    decisions.prepare(call.id, actor="test")
    decisions.publish(call.id, actor="test", despite_doubts=True)

    client.post(address(application, "/confirmation"), data={"answer": "no"})
    page = client.get(address(application)).text

    assert "Vous avez laissé cette place." in page
    assert "Refusée" not in page


def test_an_ineligible_application_reads_its_reason(client):
    call = make.call(stage="deliberation", places=1)
    application = make.application(call, founded="2001")
    decisions.prepare(call.id, actor="test")
    decisions.publish(call.id, actor="test", despite_doubts=True)

    page = client.get(address(application)).text.replace("\u00a0", " ")

    assert "Cette candidature n’est pas éligible." in page
    assert "L’entreprise a 25 ans" in page


def test_the_secret_is_in_no_other_page_of_the_call(client, draft):
    page = client.get(f"/fr/{draft.call.series.slug}/calls/{draft.call.slug}")

    assert draft.secret not in page.text
    assert db.session.query(Application).count() == 1
