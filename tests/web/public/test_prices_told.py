"""What an event costs is said alike wherever it is said, and "free" only where everybody enters
free."""

import json
import re
from datetime import timedelta

import pytest

from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.catalogue import ending
from eventsapp.domain.ticketing.catalogue.models import ProductKind
from eventsapp.kernel import clock, memory
from tests import make


@pytest.fixture
def event(app):
    """An event that the programme calls free: its tariffs know better."""
    return make.event(make.series(slug="essai"), slug="soiree", free=True, released=False)


def told(client, event):
    """(the card, the facts of the page, is the filter "free" it, the linked data)."""
    if event.series.release_number == 0:
        releases.publish(event.series_id, actor="test")
    memory.forget_everything()
    listed = client.get("/fr/essai/").text
    card = re.search(r'<p class="price">(.*?)</p>', listed)
    page = client.get("/fr/essai/events/soiree").text
    fact = re.search(r"<dt>Prix</dt><dd>(.*?)(?:<small>.*)?</dd>", page)
    data = json.loads(
        re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page)[1]
    )
    free = 'data-event="' in client.get("/fr/essai/?free=1").text
    assert data["isAccessibleForFree"] == free == ("est gratuit." in listed)
    words = [
        re.sub(r"<[^>]*>", "", found[1]).replace("\u00a0", " ") if found else ""
        for found in (card, fact)
    ]
    assert words[0] == words[1]
    return words[0], free, data.get("offers")


def offered(cents, availability, **more):
    return {
        "@type": "Offer",
        "url": "http://localhost/fr/essai/events/soiree",
        "price": cents,
        "priceCurrency": "EUR",
        "availability": f"https://schema.org/{availability}",
    } | more


def test_an_invitation_for_nothing_makes_no_evening_free(client, event):
    make.product(event, price_cents=1900)
    make.product(event, price_cents=950)
    make.product(event, price_cents=0, hidden=True)
    make.product(event, price_cents=0, kind=ProductKind.INVITATION)

    assert told(client, event) == ("dès 9,50 €", False, offered("9.50", "InStock"))


def test_one_public_tariff_that_costs_is_enough(client, event):
    make.product(event, price_cents=1900)
    make.product(event, price_cents=0)
    assert told(client, event) == ("dès 19,00 €", False, offered("19.00", "InStock"))


def test_what_is_free_for_everybody_is_free(client, event):
    make.product(event, price_cents=0)
    make.product(event, price_cents=0)
    make.product(event, price_cents=1500, kind=ProductKind.ADD_ON)
    assert told(client, event) == ("Gratuit", True, offered("0.00", "InStock"))


def test_what_is_closed_or_archived_does_not_count(client, event):
    make.product(event, price_cents=1900)
    for end in (ending.close, ending.archive):
        end(make.product(event, price_cents=0).id, actor="test")
        end(make.product(event, price_cents=500).id, actor="test")
    assert told(client, event) == ("19,00 €", False, offered("19.00", "InStock"))


def test_an_event_whose_every_sale_is_closed_is_not_called_free(client, event):
    ending.close(make.product(event, price_cents=1900).id, actor="test")
    assert told(client, event) == ("", False, None)


def test_an_event_with_hidden_tariffs_alone_is_not_called_free(client, event):
    make.product(event, price_cents=1900, hidden=True)
    assert told(client, event) == ("", False, None)


def test_an_event_without_tariffs_is_what_the_programme_says(client, event):
    assert told(client, event) == ("Gratuit", True, None)


def test_an_early_tariff_for_nothing_does_not_make_the_later_one_free(client, event):
    make.product(event, price_cents=0, sale_until=clock.now() + timedelta(days=1))
    make.product(event, price_cents=1900, sale_from=clock.now() + timedelta(days=1))
    assert told(client, event)[:2] == ("19,00 €", False)


def test_a_free_price_is_called_so_and_enters_for_nothing(client, event):
    make.product(event, price_cents=0, price_max_cents=5000)
    assert told(client, event) == ("Prix libre", True, offered("0.00", "InStock"))


def test_a_free_price_with_a_least_one_says_it(client, event):
    make.product(event, price_cents=500, price_max_cents=5000)
    assert told(client, event) == ("5,00 €", False, offered("5.00", "InStock"))


def test_before_the_sale_it_can_be_ordered_from_a_moment_on(client, event):
    opens = clock.now() + timedelta(days=2)
    make.product(event, price_cents=1900, sale_from=opens + timedelta(days=1))
    make.product(event, price_cents=900, sale_from=opens)
    said = told(client, event)
    assert said[0] == "dès 9,00 €"
    begins = clock.local(opens, "Europe/Paris").isoformat()
    assert said[2] == offered("9.00", "PreOrder", validFrom=begins)


def test_after_the_sale_nothing_is_offered(client, event):
    make.product(event, price_cents=1900, sale_until=clock.now())
    assert told(client, event) == ("19,00 €", False, None)


def test_sold_out_is_said_when_it_is_full_and_only_then(client, event):
    product = make.product(event, price_cents=1900, places=12, per_order_max=12)
    releases.publish(event.series_id, actor="test")
    make.paid_order(product, 3)
    assert told(client, event)[2]["availability"] == "https://schema.org/LimitedAvailability"
    make.paid_order(product, 9)
    assert told(client, event)[2] == offered("19.00", "SoldOut")
