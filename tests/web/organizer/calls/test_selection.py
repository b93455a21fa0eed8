"""The organizer's pages of a call: applications and jury."""

import csv
import io
import re
import zipfile
from datetime import timedelta

import pytest

from eventsapp.delivery import jobs as runner
from eventsapp.domain.selection.calls import queries
from eventsapp.domain.selection.calls.models import Application, Call
from eventsapp.domain.selection.jury import dealing, jury
from eventsapp.domain.selection.jury import queries as jury_queries
from eventsapp.domain.selection.jury.models import Juror
from eventsapp.kernel.audit import AuditEntry
from eventsapp.kernel.db import db
from eventsapp.kernel.outbox import OutboxMessage
from eventsapp.kernel.transaction import lock, transaction
from tests import make


@pytest.fixture
def case(client):
    """A judged call and its signed-in organizer: (base address, call, applications, token)."""
    call = make.call(stage="deliberation", places=1, waitlist=1)
    applications = [
        make.application(call, company="=SUM(A1:A9) Labs", domain="e-sante"),
        make.application(call, company="Mistral", domain="smart-city"),
        make.application(call, company="Ancienne", founded="2001"),
    ]
    jurors = [make.juror(call), make.juror(call)]
    for application, level in zip(applications, (4, 3, 2), strict=True):
        for juror in jurors:
            make.review(juror, application, level)
    organizer = make.account("organizer", in_series=call.series)
    token = make.signed_in(client, organizer)
    base = f"/organizer/{call.series.slug}/calls/{call.slug}"
    return base, call, applications, token


def test_the_applications_are_searched_and_filtered(client, case):
    base, _, _, _ = case

    assert "Mistral" in client.get(f"{base}/").text
    found = client.get(f"{base}/?q=mistr").text
    assert "Mistral" in found and "SUM(A1" not in found
    assert "Aucune candidature" in client.get(f"{base}/?q=%25").text
    assert "Mistral" not in client.get(f"{base}/?domain=e-sante").text
    assert client.get(f"{base}/?page=xx&state=zz").status_code == 200


def test_the_reason_of_ineligibility_stands_in_the_list(client, case):
    base, *_ = case

    assert "25 ans" in client.get(f"{base}/").text.replace("\u00a0", " ")


def test_no_cell_of_the_export_is_a_formula(client, case):
    base, *_ = case

    answer = client.get(f"{base}/applications.csv")

    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert len(rows) == 3
    assert rows[0]["company"] == "'=SUM(A1:A9) Labs"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_the_file_says_what_was_answered_judged_and_read(client, case):
    base, _, applications, _ = case

    rows = csv.DictReader(io.StringIO(client.get(f"{base}/applications.csv").text.lstrip("\ufeff")))

    found = {row["company"]: row for row in rows}
    assert found["Mistral"]["reference"] == applications[1].reference
    assert found["Mistral"]["domain"] == "smart-city"
    assert (found["Mistral"]["reviews"], found["Mistral"]["ineligible"]) == ("2", "")
    assert found["Ancienne"]["ineligible"] == "too_old"
    assert found["Ancienne"]["founded"].startswith("2001")


def test_applications_are_sorted_and_their_columns_chosen(client, case):
    base, *_ = case

    by_name = client.get(f"{base}/?sort=company&desc=1").text
    assert by_name.index("SUM(A1") < by_name.index("Mistral") < by_name.index("Ancienne")
    chosen = client.get(f"{base}/?col=company&col=answer_founded").text
    assert "2001" in chosen and "smart-city" not in chosen
    # Nothing is sorted by what a person may not read.
    assert client.get(f"{base}/?sort=reviews").status_code == 200
    assert "2001" not in client.get(f"{base}/").text


def test_the_workbook_of_applications_is_made_by_a_job_for_its_reader(client, case):
    base, call, applications, token = case
    shut = applications[1]
    client.post(f"{base}/applications/{shut.id}/conflict", data={"csrf_token": token})

    asked = client.post(f"{base}/applications/files?q=mistr", data={"csrf_token": token})
    empty = _workbook(client, asked.location)
    whole = client.post(f"{base}/applications/files", data={"csrf_token": token})
    full = _workbook(client, whole.location)

    assert "Mistral" not in empty + full
    assert "Ancienne" in full and "Ancienne" not in empty
    assert client.get(f"{base}/").text.count("Les fichiers laissent de côté") == 1


def _workbook(client, page):
    """The texts of the workbook of a job."""
    runner.drain()
    with zipfile.ZipFile(io.BytesIO(client.get(f"{page}/file").data)) as book:
        return " ".join(book.read(n).decode() for n in book.namelist() if n.endswith(".xml"))


def test_an_application_shows_answers_and_reviews(client, case):
    base, _, applications, _ = case

    page = client.get(f"{base}/applications/{applications[1].id}")

    assert "Mistral" in page.text and "Lovelace" in page.text
    assert "Juré" in page.text


def test_an_organizer_with_a_conflict_sees_neither_scores_nor_answers(client, case):
    base, call, applications, token = case
    shut = applications[1]

    client.post(f"{base}/applications/{shut.id}/conflict", data={"csrf_token": token})

    page = client.get(f"{base}/applications/{shut.id}")
    assert page.status_code == 403
    assert "Lovelace" not in page.text
    assert "3,00" not in client.get(f"{base}/ranking").text
    assert "Mistral" not in client.get(f"{base}/applications.csv").text
    refused = client.post(
        f"{base}/applications/{shut.id}/pin",
        data={"csrf_token": token, "wish": "in", "reason": "x"},
    )
    assert refused.status_code == 403


def test_eligibility_is_revised_with_a_reason(client, case):
    base, call, applications, token = case
    url = f"{base}/applications/{applications[2].id}/waivers"

    assert client.post(url, data={"csrf_token": token, "code": "too_old"}).status_code == 422
    data = {"csrf_token": token, "code": "too_old", "reason": "filiale récente"}
    assert client.post(url, data=data).status_code == 302

    assert queries.application_of(call.id, applications[2].id).waived == ["too_old"]


def test_a_second_waiver_keeps_the_first(client, case):
    base, call, applications, token = case
    url = f"{base}/applications/{applications[2].id}"
    data = {"csrf_token": token, "code": "too_old", "reason": "filiale"}
    client.post(f"{url}/waivers", data=data)
    twin = make.application(call, company="Ancienne")
    with transaction():
        lock(Application, twin.id).submitted_at -= timedelta(hours=1)

    codes = re.findall(r'name="code" value="(\w+)"', client.get(url).text)
    client.post(f"{url}/waivers", data=data | {"code": codes})

    assert codes == ["duplicate", "too_old"]
    waived = queries.application_of(call.id, applications[2].id).waived
    assert waived == ["duplicate", "too_old"]


def test_a_juror_is_invited_by_mail_once(client, case):
    base, call, _, token = case
    data = {"csrf_token": token, "email": "nouvelle@jury.example", "name": "Nouvelle"}

    client.post(f"{base}/jury", data=data)
    client.post(f"{base}/jury", data=data)

    assert len(jury_queries.jurors_of(call.id)) == 3
    kinds = [m.kind for m in db.session.query(OutboxMessage) if m.kind == "selection.juror"]
    assert len(kinds) == 3
    assert client.post(f"{base}/jury", data={"csrf_token": token, "email": "x"}).status_code == 422


def test_the_jury_page_shows_progress_and_severity(client, case):
    base, *_ = case

    page = client.get(f"{base}/jury")

    assert page.status_code == 200
    assert "peu de fiches" in page.text


def test_missing_assignments_are_completed_or_explained(client):
    call = make.call(stage="judging", reviews_each=2)
    juror = make.juror(call)
    make.application(call)
    organizer = make.account("organizer", in_series=call.series)
    token = make.signed_in(client, organizer)
    base = f"/organizer/{call.series.slug}/calls/{call.slug}/jury"
    url = f"{base}/assignments"

    refused = client.post(url, data={"csrf_token": token})
    call_id, juror_id = call.id, juror.id
    runner.drain()
    reason = client.get(refused.location).text
    make.juror(db.session.get(Call, call_id))
    asked = client.post(url, data={"csrf_token": token})
    waiting = client.get(asked.location).text
    assert jury_queries.tasks_of(db.session.get(Juror, juror_id)) == []
    runner.drain()
    done = client.get(asked.location).text.replace("\u00a0", " ")

    assert (refused.status_code, asked.status_code) == (303, 303)
    assert "APP-001" in reason
    assert "En attente" in waiting
    assert "2 lectures attribuées." in done and f'href="{base}"' in done
    assert len(jury_queries.tasks_of(db.session.get(Juror, juror_id))) == 1


@pytest.mark.parametrize("role", ["contributor", "door", "accountant", "juror"])
@pytest.mark.parametrize("page", ["/", "/ranking", "/jury", "/decisions", "/applications.csv"])
def test_other_roles_are_kept_out(client, role, page):
    call = make.call()
    make.signed_in(client, make.account(role, in_series=call.series))

    answer = client.get(f"/organizer/{call.series.slug}/calls/{call.slug}{page}")

    assert answer.status_code == 403


def test_an_organizer_of_another_series_is_kept_out(client, case):
    base, call, applications, _ = case
    token = make.signed_in(client, make.account("organizer", in_series=make.series()))

    assert client.get(f"{base}/").status_code == 404
    assert client.get(f"{base}/applications/{applications[0].id}").status_code == 404
    assert client.post(f"{base}/decisions", data={"csrf_token": token}).status_code == 404


def test_an_application_of_another_call_is_not_found_here(client, case):
    base, *_ = case
    stranger = make.application(make.call())

    assert client.get(f"{base}/applications/{stranger.id}").status_code == 404


def test_the_list_costs_the_same_with_one_application_and_with_fifty(client, statements):
    call = make.call()
    make.signed_in(client, make.account("organizer", in_series=call.series))
    counts = []
    for more in (1, 49):
        for _ in range(more):
            make.application(call)
        cost = {}
        for page in ("", "applications.csv"):
            client.get(f"/organizer/{call.series.slug}/calls/{call.slug}/{page}")
            statements.clear()
            client.get(f"/organizer/{call.series.slug}/calls/{call.slug}/{page}")
            cost[page] = len(statements)
        counts.append(cost)

    assert queries.submitted_counts(call.series_id) == {call.id: 50}
    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 20


def test_a_juror_who_is_replaced_frees_his_list(client):
    call = make.call(stage="judging", reviews_each=1)
    juror = make.juror(call)
    make.application(call)
    dealing.assign_missing(call.id, actor="test")
    token = make.signed_in(client, make.account("organizer", in_series=call.series))

    client.post(
        f"/organizer/{call.series.slug}/calls/{call.slug}/jury/{juror.id}/departure",
        data={"csrf_token": token},
    )

    assert jury_queries.tasks_of(juror) == []


def test_the_calls_of_a_series_are_listed_with_their_stage(client, case):
    base, call, *_ = case

    page = client.get(base.rsplit("/", 1)[0] + "/")

    assert call.title_fr in page.text
    assert "Délibération" in page.text
    assert '<td class="r" data-label="Candidatures">3</td>' in page.text


def test_who_is_of_the_jury_already_is_not_said_to_be_invited(client):
    call = make.call(stage="judging")
    juror = make.juror(call)
    token = make.signed_in(client, make.account("organizer", in_series=call.series))
    page = f"/organizer/{call.series.slug}/calls/{call.slug}/jury"
    typed = {"csrf_token": token, "email": juror.account.email.upper(), "name": "X"}

    again = client.post(page, data=typed)
    assert "est déjà du jury : rien n’est parti" in client.get(again.location).text.replace(
        "\u00a0", " "
    )
    jury.stop(juror.id, actor="test")
    back = client.post(page, data=typed)

    assert "est de nouveau du jury" in client.get(back.location).text
    db.session.expire_all()
    assert juror.stopped_at is None


def test_a_page_past_the_end_is_the_last_one(client):
    call = make.call()
    for number in range(31):
        make.application(call, company=f"Maison {number}")
    make.signed_in(client, make.account("organizer", in_series=call.series))
    page = f"/organizer/{call.series.slug}/calls/{call.slug}/"

    past, last = client.get(f"{page}?page=999").text, client.get(f"{page}?page=2").text

    assert "Maison 30" in past and "Maison 30" in last
    assert "Aucune candidature ne correspond" not in past
    assert "Aucune candidature ne correspond" in client.get(f"{page}?q=zzz&page=9").text


def test_the_journal_counts_the_rows_that_were_exported(client):
    call = make.call()
    hidden = make.application(call, company="Cousine")
    make.application(call, company="Mistral")
    account = make.account("organizer", in_series=call.series)
    make.signed_in(client, account)
    jury.declare_as_organizer(call.id, account.id, hidden.id, "famille")

    answer = client.get(f"/organizer/{call.series.slug}/calls/{call.slug}/applications.csv")

    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    noted = db.session.query(AuditEntry).filter_by(action="applications.exported").one()
    assert noted.detail == {"rows": len(rows) - 1} == {"rows": 1}
