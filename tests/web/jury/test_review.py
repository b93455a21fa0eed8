"""The jury's room."""

import pytest
from sqlalchemy import select

from eventsapp.domain.selection.jury import dealing, queries
from eventsapp.domain.selection.jury.errors import AssignmentImpossible
from eventsapp.domain.selection.jury.models import Review
from eventsapp.kernel.db import db
from eventsapp.web import refusals
from tests import make


@pytest.fixture
def case(client):
    """A signed-in juror with two applications to read: (call, juror, applications, token)."""
    call = make.call(stage="judging", reviews_each=1)
    applications = [make.application(call, company=f"Société {n}") for n in "AB"]
    juror = make.juror(call)
    dealing.assign_missing(call.id, actor="test")
    token = make.signed_in(client, juror.account)
    return call, juror, applications, token


def scores(token, *levels, **given):
    typed = {f"score-{name}": str(level) for name, level in zip("abc", levels, strict=False)}
    return {"csrf_token": token} | typed | given


def test_the_room_asks_to_sign_in(client, app):
    answer = client.get("/jury/")

    assert answer.status_code == 302
    assert "/sign-in" in answer.location


def test_another_role_has_no_room(client):
    organizer = make.account("organizer", in_series=make.series())
    make.signed_in(client, organizer)

    assert client.get("/jury/").status_code == 403


def test_a_newcomer_reads_names_only_before_declaring(client):
    call = make.call(stage="judging")
    make.juror(call)
    make.juror(call)
    application = make.application(call, pitch_fr="Un secret industriel.")
    dealing.assign_missing(call.id, actor="test")
    juror = make.juror(call, declared=False)
    token = make.signed_in(client, juror.account)

    page = client.get("/jury/", follow_redirects=True)

    assert application.company in page.text
    assert "Un secret industriel." not in page.text
    reading = client.get(f"/jury/{juror.id}/applications/{application.id}")
    assert reading.status_code == 403
    refused = client.post(f"/jury/{juror.id}/conflicts", data={"csrf_token": token})
    assert refused.status_code == 422
    data = {"csrf_token": token, "confidential": "yes", "conflict": str(application.id)}
    client.post(f"/jury/{juror.id}/conflicts", data=data)
    assert queries.conflicts_of(call.id, juror.account_id) == {application.id}
    assert client.get(f"/jury/{juror.id}/applications/{application.id}").status_code == 404


def test_an_application_shows_its_facts_and_every_anchor(client, case):
    _, juror, (first, _), _ = case

    page = client.get(f"/jury/{juror.id}/applications/{first.id}")

    assert "Société A" in page.text
    assert page.text.count('type="radio"') == 3 * 6
    assert all(f"Niveau {n}" in page.text for n in range(1, 6))
    # The contact is nobody's business here.
    assert "Lovelace" not in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_saving_goes_on_to_the_next_one_and_then_to_the_list(client, case):
    _, juror, (first, second), token = case

    base = f"/jury/{juror.id}/applications"
    answer = client.post(f"{base}/{first.id}/review", data=scores(token, 4, 3, 5, submit="yes"))
    assert answer.location.endswith(f"{base}/{second.id}")
    answer = client.post(f"{base}/{second.id}/review", data=scores(token, 4, 3, "na", submit="yes"))

    assert answer.location.endswith(f"/jury/{juror.id}/")
    assert "Toutes vos fiches sont notées" in client.get(answer.location).text


def test_what_is_marked_is_saved_as_one_goes(client, case):
    _, juror, (first, _), token = case

    answer = client.post(
        f"/jury/{juror.id}/applications/{first.id}/review",
        data=scores(token, 4),
        headers={"Accept": "application/json"},
    )

    review = db.session.scalar(select(Review))
    assert answer.json == {"saved": True, "revision": 1}
    assert review.scores == {"a": 4, "b": None, "c": None}
    assert review.submitted_at is None


def test_two_tabs_do_not_write_over_each_other(client, case):
    _, juror, (first, _), token = case
    url = f"/jury/{juror.id}/applications/{first.id}/review"
    json = {"Accept": "application/json"}
    assert 'name="read" value="0"' in client.get(url.removesuffix("/review")).text
    client.post(url, data=scores(token, 2, read="0"), headers=json)

    silent = client.post(url, data=scores(token, 5, read="0"), headers=json)
    told = client.post(url, data=scores(token, 5, 5, 5, read="0", submit="yes"))

    assert silent.status_code == told.status_code == 422
    assert "autre onglet" in silent.json["error"]
    assert db.session.scalar(select(Review)).scores["a"] == 2
    # What was marked here is still shown, and may be saved on purpose.
    assert 'name="read" value="1"' in told.text and told.text.count("checked") == 3
    client.post(url, data=scores(token, 5, 5, 5, read="1", submit="yes"))
    assert db.session.scalar(select(Review)).scores["a"] == 5


@pytest.mark.parametrize("levels", [(9, 1, 1), ("x", 1, 1), ("-1", 1, 1), (4,), ("1e1", 2, 2)])
def test_a_hostile_or_short_review_writes_nothing(client, case, levels):
    _, juror, (first, _), token = case

    page = client.post(
        f"/jury/{juror.id}/applications/{first.id}/review",
        data=scores(token, *levels, submit="yes"),
    )

    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert db.session.scalar(select(Review)) is None


def test_a_form_without_its_token_is_refused(client, case):
    _, juror, (first, _), _ = case

    answer = client.post(
        f"/jury/{juror.id}/applications/{first.id}/review",
        data=scores("", 4, 4, 4, submit="yes"),
    )

    assert answer.status_code == 403


def test_a_seat_of_somebody_else_does_not_exist(client, case):
    call, _, (first, _), _ = case
    other = make.juror(call)

    assert client.get(f"/jury/{other.id}/").status_code == 404
    assert client.get(f"/jury/{other.id}/applications/{first.id}").status_code == 404


def test_reviews_of_others_are_nowhere(client, case):
    call, juror, (first, _), _ = case
    other = make.juror(call)
    make.review(other, first, 5)
    db.session.scalar(select(Review)).comment  # noqa: B018 - the row exists

    page = client.get(f"/jury/{juror.id}/applications/{first.id}")

    assert "checked" not in page.text


def test_after_the_phase_the_reviews_are_read_only(client, case, now):
    call, juror, (first, _), _ = case
    make.review(juror, first, 4)
    now(call.review_until)
    now(seconds=1)
    token = make.signed_in(client, juror.account)

    page = client.get(f"/jury/{juror.id}/applications/{first.id}")
    refused = client.post(
        f"/jury/{juror.id}/applications/{first.id}/review",
        data=scores(token, 1, 1, 1, submit="yes"),
    )

    assert "disabled" in page.text and "checked" in page.text
    assert refused.status_code == 422
    assert db.session.scalar(select(Review)).scores["a"] == 4


def test_a_juror_gives_an_application_back(client, case):
    _, juror, (first, second), token = case

    client.post(f"/jury/{juror.id}/applications/{first.id}/conflict", data={"csrf_token": token})

    assert [task.application.id for task in queries.tasks_of(juror)] == [second.id]


def test_the_list_costs_the_same_with_one_application_and_with_three(client, statements):
    call = make.call(stage="judging", reviews_each=1)
    juror = make.juror(call)
    make.signed_in(client, juror.account)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            make.application(call)
        dealing.assign_missing(call.id, actor="test")
        client.get(f"/jury/{juror.id}/")
        statements.clear()
        client.get(f"/jury/{juror.id}/")
        counts.append(len(statements))

    assert len(queries.tasks_of(juror)) == 3
    assert counts[0] == counts[1] <= 14


def test_before_the_reading_begins_nothing_is_called_closed(client, now):
    """Somebody invited early declares, and reads when it begins: their room is not over."""
    call = make.call(stage="judging", reviews_each=1)
    application = make.application(call)
    juror = make.juror(call)
    token = make.signed_in(client, juror.account)
    now(call.review_from)
    now(minutes=-1)

    empty = client.get(f"/jury/{juror.id}/")
    dealing.assign_missing(call.id, actor="test")
    dealt = client.get(f"/jury/{juror.id}/")
    page = client.get(f"/jury/{juror.id}/applications/{application.id}")
    refused = client.post(
        f"/jury/{juror.id}/applications/{application.id}/review", data=scores(token, 3, 3, 3)
    )

    assert "Votre liste n’est pas encore faite." in empty.text
    assert "La notation s’ouvre" in dealt.text
    assert "La notation s’ouvre" in page.text
    assert "La phase du jury n’est pas ouverte" in refused.text
    for answer in (empty, dealt, page):
        assert "Les notes sont closes" not in answer.text


def test_who_must_declare_first_is_said_where_lists_cannot_be_dealt(app):
    call = make.call(stage="judging", reviews_each=2)
    make.application(call)
    make.juror(call)
    make.juror(call, declared=False)

    with pytest.raises(AssignmentImpossible) as refusal:
        dealing.assign_missing(call.id, actor="test")

    assert refusal.value.facts["undeclared"] == 1
    assert "à déclarer leurs conflits\u00a0: 1" in refusals.sentence(refusal.value)
