"""What machines ask: who may read the figures."""

import pytest

from eventsapp.domain.accounts import api_keys
from tests import make


@pytest.fixture
def metrics(client):
    def get(address="203.0.113.9", **headers):
        answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
        return answer.status_code

    return get


def test_the_machine_itself_reads_the_figures(client):
    lines = client.get("/metrics").text.splitlines()

    assert "eventsapp_outbox_waiting 0" in lines


def test_elsewhere_a_key_opens_them_until_it_is_revoked(metrics):
    series = make.series()
    key = api_keys.create(
        "prometheus",
        series_id=series.id,
        organisation_id=series.organisation_id,
        scopes=["programme:read"],
    )

    assert metrics() == 403
    assert metrics(Authorization="Bearer nope") == 403
    assert metrics(Authorization=f"Basic {key}") == 403
    assert metrics(Authorization=f"Bearer {key}") == 200

    api_keys.revoke(api_keys.find(key).key_id, actor="test")
    assert metrics(Authorization=f"Bearer {key}") == 403


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
def test_a_proxy_on_the_machine_is_not_the_machine(metrics, header):
    assert metrics("127.0.0.1", **{header: "127.0.0.1"}) == 403


def test_readiness_names_the_database_the_migrations_and_the_outbox(client):
    answer = client.get("/readyz")

    assert set(answer.json) == {"database", "migrations", "outbox_oldest_s"}
