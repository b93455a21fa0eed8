import pytest

from eventsapp.gateways.stripe import Stripe
from eventsapp.gateways.stripe_sandbox.sandbox import API_KEY, SandboxStripe
from eventsapp.kernel import clock
from tests.gateways.wanted_session import NOON, SECRET


@pytest.fixture
def noon():
    clock.freeze(NOON)
    yield
    clock.freeze(None)


@pytest.fixture
def sandbox(tmp_path, noon):
    sandbox = SandboxStripe(tmp_path, base_url="http://shop.example", webhook_secret=SECRET)
    yield sandbox
    sandbox.store.close()


@pytest.fixture
def stripe(sandbox):
    return Stripe(API_KEY, webhook_secrets=["whsec_old", SECRET], http_client=sandbox.http_client())
