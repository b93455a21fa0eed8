"""A payment page to ask for, with what each test changes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from eventsapp.gateways.stripe import OpenSession

NOON = datetime(2027, 9, 10, 10, 0, tzinfo=UTC)
SECRET = "whsec_sandbox"


def wanted(**changes):
    return replace(
        OpenSession(
            idempotency_key="payment-A7-1",
            lines=[("Entrée Grand Opening", 1900, 3)],
            currency="EUR",
            customer_email="ada@startup.example",
            expires_at=NOON + timedelta(minutes=31),
            success_url="http://shop.example/done?s={CHECKOUT_SESSION_ID}",
            cancel_url="http://shop.example/back",
            client_reference_id="A7",
            metadata={"payment": "A7"},
            locale="fr",
        ),
        **changes,
    )
