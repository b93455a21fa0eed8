"""The street where money goes its whole way."""

import pytest

from tests.money.street import Street, open_street


@pytest.fixture
def street(app, client) -> Street:
    return open_street(client)
