"""What a code makes of a price: to the cent, never under nothing, never what cannot be paid."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.domain.ticketing.catalogue.limits import LEAST_PAYMENT_CENTS
from eventsapp.domain.ticketing.catalogue.pricing import Reduction


def reduction(effect: str, value: int = 0) -> Reduction:
    return Reduction(1, "CODE", effect, value, frozenset({1}))


@pytest.mark.parametrize(
    ("effect", "value", "price", "expected"),
    [
        ("percent", 20, 1900, 1520),
        ("percent", 33, 1000, 670),
        ("percent", 15, 1990, 1691),  # 298.5 off, rounded half up
        ("percent", 100, 1900, 0),
        ("fixed", 500, 1900, 1400),
        ("fixed", 5000, 1900, 0),
        ("fixed", 1860, 1900, 0),  # 40 cents cannot be paid by card
        ("fixed", 1850, 1900, 50),
        ("unlock", 0, 1900, 1900),
        ("unlock", 0, 30, 30),  # not lowered: the organizer's own price
        ("unlock_free", 0, 1900, 0),
    ],
)
def test_prices(effect, value, price, expected):
    assert reduction(effect, value).price(price) == expected


@given(st.sampled_from(["percent", "fixed"]), st.integers(1, 100), st.integers(0, 100_000))
def test_a_code_never_raises_a_price_and_never_asks_what_cannot_be_paid(effect, value, price):
    lowered = reduction(effect, value).price(price)
    assert 0 <= lowered <= price
    assert lowered == 0 or lowered == price or lowered >= LEAST_PAYMENT_CENTS


def test_only_unlocking_codes_open_what_is_not_shown():
    opened = {effect: bool(reduction(effect).opens) for effect in ("percent", "fixed", "unlock")}
    assert opened == {"percent": False, "fixed": False, "unlock": True}
