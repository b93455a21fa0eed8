"""The page of a long work: seen by who asked, told in words, its file for them alone."""

import pytest
from sqlalchemy import select

from eventsapp.delivery import jobs as runner
from eventsapp.domain.accounts import people
from eventsapp.domain.accounts.errors import BadAddress
from eventsapp.domain.accounts.models import Role, RoleName
from eventsapp.gateways import files
from eventsapp.kernel import jobs
from eventsapp.kernel.db import db
from eventsapp.web.organizer.jobs import TITLES
from tests import make


@pytest.fixture
def series(app, monkeypatch):
    monkeypatch.setitem(TITLES, "count", "Compter")
    return make.series(slug="weeks")


class Desk:
    def __init__(self, app, series, role="organizer"):
        self.client = app.test_client()
        self.client.environ_base["HTTP_ORIGIN"] = "http://localhost"
        self.account = make.account(role, in_series=series)
        self.token = make.signed_in(self.client, self.account)
        self.series = series

    def ask(self):
        public_id = jobs.ask(
            "count",
            "k",
            {"back": "/organizer/weeks/orders"},
            organisation_id=self.series.organisation_id,
            series_id=self.series.id,
            actor=f"account:{self.account.id}",
            locale="fr",
        )
        return f"/organizer/weeks/jobs/{public_id}"


@pytest.fixture
def desk(app, series):
    return Desk(app, series)


def half_way(step):
    step(1, 2)
    raise RuntimeError("the machine went down")


def with_file(_step):
    made = files.put(b"a;b").key
    return {
        "file": made,
        "filename": "liste.csv",
        "media_type": "text/csv",
        "permission": "orders.export",
    }


def refused(_step):
    raise BadAddress(address="nowhere")


def test_the_page_follows_the_work_and_leads_back(desk):
    page = desk.ask()
    waiting = desk.client.get(page).text
    runner.work_once({"count": half_way})
    running = desk.client.get(page).text

    assert "Compter" in waiting and 'data-refresh="2"' in waiting
    assert 'value="50"' in running
    assert 'href="/organizer/weeks/orders"' in running


def test_what_it_made_is_for_who_asked_and_only_while_they_may(app, desk, series):
    page = desk.ask()
    runner.work_once({"count": with_file})
    shown = desk.client.get(page).text
    got = desk.client.get(f"{page}/file")
    colleague = Desk(app, series)

    assert "Télécharger liste.csv" in shown and 'data-refresh="0"' in shown
    assert (got.data, got.headers["Cache-Control"]) == (b"a;b", "no-store")
    assert [colleague.client.get(path).status_code for path in (page, f"{page}/file")] == [404, 404]

    # Still of the desk, and no longer of the money.
    own = {"organisation_id": series.organisation_id, "series_id": series.id}
    people.grant_role(desk.account.id, RoleName.CONTRIBUTOR, **own)
    people.take_role_back(role_of(desk.account), actor="test")
    assert desk.client.get(page).status_code == 200
    assert desk.client.get(f"{page}/file").status_code == 403


def role_of(account):
    found = select(Role.id).where(Role.account_id == account.id, Role.name == RoleName.ORGANIZER)
    return db.session.scalar(found)


def test_a_refusal_is_told_in_its_own_words(desk):
    page = desk.ask()
    runner.work_once({"count": refused})

    page = desk.client.get(page).text
    assert "nowhere" in page and "adresse électronique. Vérifiez-la." in page


def test_it_can_be_stopped(desk):
    page = desk.ask()

    answer = desk.client.post(f"{page}/stop", data={"csrf_token": desk.token})

    assert answer.status_code == 303
    assert "Arrêté" in desk.client.get(page).text
    assert runner.work_once({"count": half_way}) is False


def test_every_work_has_a_name_and_every_name_a_work():
    assert set(runner.WORKS) == set(TITLES)


def test_the_same_list_of_two_series_is_two_files(app, series):
    """Asked for while the first waits: its job was that of the other series, and not found."""
    owner = Desk(app, series, "owner")
    other = make.series(slug="autre", organisation_id=series.organisation_id)
    asked = [
        owner.client.post(f"/organizer/{one}/orders/files", data={"csrf_token": owner.token})
        for one in (series.slug, other.slug, series.slug)
    ]
    pages = [answer.location for answer in asked]
    assert [owner.client.get(page).status_code for page in pages] == [200] * 3
    assert pages[0] == pages[2] and len(set(pages)) == 2
