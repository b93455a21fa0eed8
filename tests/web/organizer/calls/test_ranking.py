"""Ranking, simulation, decisions and letters, as an organizer sees them."""

import pytest
from sqlalchemy import select

from eventsapp.domain.selection.decisions import decisions, queries
from eventsapp.domain.selection.jury.models import Review
from eventsapp.kernel.db import db
from eventsapp.kernel.outbox import OutboxMessage
from eventsapp.kernel.transaction import transaction
from eventsapp.kernel.words import moment
from tests import make


@pytest.fixture
def case(client):
    call = make.call(
        stage="deliberation",
        places=2,
        waitlist=1,
        rule={"limits": [{"attribute": "domain", "at_most": 1}]},
    )
    companies = (("Premier", "e-sante"), ("Second", "e-sante"), ("Tiers", "smart-city"))
    applications = [make.application(call, company=c, domain=d) for c, d in companies]
    jurors = [make.juror(call), make.juror(call)]
    for application, levels in zip(applications, ((5, 4, 5), (4, 4, 4), (2, 3, 2)), strict=True):
        for juror in jurors:
            make.review(juror, application, *levels)
    token = make.signed_in(client, make.account("organizer", in_series=call.series))
    return f"/organizer/{call.series.slug}/calls/{call.slug}", call, applications, token


def test_raw_and_calibrated_stand_side_by_side(client, case):
    base, *_ = case

    page = client.get(f"{base}/ranking")

    table = page.text.split('<table class="table rank">')[1]
    assert table.index("Premier") < table.index("Second") < table.index("Tiers")
    assert "4,75" in page.text
    assert "réserve 1" in page.text


def test_reviews_that_are_missing_are_awaited_only_while_they_may_come(client, case, now):
    base, call, applications, _token = case
    late = applications[0]
    with transaction() as session:
        written = session.scalars(select(Review).where(Review.application_id == late.id)).first()
        written.submitted_at = None

    closed = client.get(f"{base}/ranking").text
    now(call.review_until)
    open_still = client.get(f"{base}/ranking").text

    assert "Il manque 1 note" in closed and "bougera encore" not in closed
    assert "Il manque 1 note" in open_still and "bougera encore" in open_still


def test_the_open_cases_are_shown_alone_with_their_ranks(client, case):
    base, *_ = case

    page = client.get(f"{base}/ranking?deliberate=1")

    table = page.text.split('<table class="table rank">')[1]
    assert page.status_code == 200
    assert "Tiers" not in table
    assert client.get(f"{base}/ranking").text.count('class="pos"') == 3


def test_the_hours_are_those_of_the_series(client):
    series = make.series(timezone="Indian/Reunion")
    call = make.call(series)
    make.signed_in(client, make.account("organizer", in_series=series))

    page = client.get(f"/organizer/{series.slug}/calls/{call.slug}/jury")
    public = client.get(f"/fr/{series.slug}/calls/{call.slug}")

    # 10:00 UTC is 14:00 on the island and 12:00 in Paris.
    assert "14\u00a0h" in page.text
    assert "14\u00a0h" in public.text and "12\u00a0h" not in public.text


def test_another_rule_is_tried_and_nothing_is_written(client, case):
    base, call, *_ = case

    page = client.get(f"{base}/ranking?places=2&at_most=2")

    assert "Simulation : rien n’est changé." in page.text.replace("\u00a0", " ")
    assert queries.decisions_of(call.id) == []
    assert client.get(f"{base}/ranking?places=zz&at_most=-4").status_code == 200


def test_decisions_are_prepared_read_and_published_once(client, case):
    base, call, applications, token = case

    client.post(f"{base}/decisions", data={"csrf_token": token})
    letter = queries.decisions_of(call.id)[0]
    preview = client.get(f"{base}/letters/{letter.id}")
    hesitant = client.post(f"{base}/publication", data={"csrf_token": token})
    assert queries.visible_decision(applications[0].id) is None
    done = client.post(f"{base}/publication", data={"csrf_token": token, "sure": "yes"})
    again = client.post(f"{base}/publication", data={"csrf_token": token, "sure": "yes"})

    assert "Bonne nouvelle" in preview.text
    assert applications[0].secret not in preview.text
    assert (hesitant.status_code, done.status_code, again.status_code) == (422, 302, 422)
    letters = [m.key for m in db.session.query(OutboxMessage) if m.kind == "selection.decision"]
    assert sorted(letters) == sorted(f"{a.id}:1" for a in applications)
    assert "Décisions publiées" in client.get(f"{base}/decisions").text


def test_a_letter_read_before_publication_has_the_date_it_will_have(client, case, now):
    base, call, applications, token = case
    now(call.confirm_until)
    token = make.signed_in(client, make.account("organizer", in_series=call.series))
    client.post(f"{base}/decisions", data={"csrf_token": token})
    letter = queries.decisions_of(call.id)[0]
    before = client.get(f"{base}/letters/{letter.id}").text

    client.post(f"{base}/publication", data={"csrf_token": token, "sure": "yes"})

    until = queries.offer_of(applications[0].id).expires_at
    said = moment(until, call.series.timezone)
    assert said in before and said in client.get(f"{base}/letters/{letter.id}").text


def test_an_outdated_proposal_is_not_published(client, case):
    base, call, applications, token = case
    client.post(f"{base}/decisions", data={"csrf_token": token})
    decisions.pin(call.id, applications[1].id, True, reason="prix", actor="test")

    page = client.get(f"{base}/decisions")
    refused = client.post(f"{base}/publication", data={"csrf_token": token, "sure": "yes"})

    assert "Ces décisions ont vieilli." in page.text
    assert refused.status_code == 422


def test_an_organizer_forces_one_in_with_a_reason(client, case):
    base, call, applications, token = case
    url = f"{base}/applications/{applications[1].id}/pin"

    assert client.post(url, data={"csrf_token": token, "wish": "in"}).status_code == 422
    client.post(url, data={"csrf_token": token, "wish": "in", "reason": "prix du public"})
    client.post(f"{base}/decisions", data={"csrf_token": token})

    accepted = {
        d.application.company
        for d in queries.decisions_of(call.id)
        if d.outcome.value == "accepted"
    }
    assert "Second" in accepted
    assert "prix du public" in client.get(f"{base}/decisions").text


def test_a_conflict_hides_the_rank_and_the_decision_of_an_application(client, case):
    base, call, applications, token = case
    shut = applications[0]
    client.post(f"{base}/decisions", data={"csrf_token": token})

    client.post(f"{base}/applications/{shut.id}/conflict", data={"csrf_token": token})

    for query in ("", "?places=1&at_most=1"):
        page = client.get(f"{base}/ranking{query}").text
        before, after = page.split("Conflits déclarés")
        assert "Premier" not in before and "Premier" in after
        assert before.count('class="pos"') == 2 and '<td class="pos">3</td>' not in before
    page = client.get(f"{base}/decisions").text
    before, after = page.split("Conflits déclarés")
    assert "Premier" not in before and "Premier" in after
    assert "Retenue <small>1</small>" in before.replace("\u00a0", " ")


def test_a_conflict_hides_why_an_application_is_not_eligible(client, case):
    base, call, _, token = case
    old = make.application(call, company="Ancienne", founded="2001")

    client.post(f"{base}/applications/{old.id}/conflict", data={"csrf_token": token})

    page = client.get(f"{base}/ranking").text
    assert "Non éligibles" not in page and "Ancienne" in page


def test_the_rule_to_try_starts_from_the_rule_of_the_call(client, case):
    base, *_ = case

    page = client.get(f"{base}/ranking").text

    assert 'name="at_most" inputmode="numeric" value="1"' in page
    assert 'name="best" value="yes">' in page


def test_a_letter_of_another_call_is_not_found(client, case):
    base, *_ = case

    assert client.get(f"{base}/letters/999999").status_code == 404


def test_a_call_without_a_review_has_a_ranking_page_and_says_why(client):
    call = make.call()
    make.application(call)
    make.signed_in(client, make.account("organizer", in_series=call.series))

    page = client.get(f"/organizer/{call.series.slug}/calls/{call.slug}/ranking")

    assert page.status_code == 200
    assert "Les notes ne sont pas corrigées." in page.text


def test_an_override_stands_with_its_author_and_reason_wherever_it_counts(client, case):
    base, call, applications, _ = case
    lea = make.account("owner", in_series=call.series)
    token = make.signed_in(client, lea)
    data = {"csrf_token": token, "wish": "out", "reason": "Facture impayée", "told": "Un impayé"}

    client.post(f"{base}/applications/{applications[0].id}/pin", data=data)
    client.post(f"{base}/decisions", data={"csrf_token": token})
    made = next(d for d in queries.decisions_of(call.id) if d.override_reason)
    journal = f"/organizer/{call.series.slug}/journal"
    pages = [client.get(f"{base}/{p}").text for p in ("ranking", "decisions")]
    pages += [client.get(p).text for p in (journal, f"{base}/applications/{applications[0].id}")]
    letter = client.get(f"{base}/letters/{made.id}").text

    for page in pages:
        assert "Facture impayée" in page and lea.name in page and "Premier" in page
    assert "Les organisateurs n’ont pas retenu" in letter and "Un impayé" in letter
    assert "Facture impayée" not in letter and "Le jury n’a pas" not in letter

    # Who declared a conflict reads it nowhere.
    client.post(f"{base}/applications/{applications[0].id}/conflict", data={"csrf_token": token})
    for path in (f"{base}/ranking", f"{base}/decisions", journal):
        assert "Facture impayée" not in client.get(path).text
