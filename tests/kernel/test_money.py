"""Cents: rounding, VAT and shares."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.kernel import money


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [(1, 2, 1), (-1, 2, -1), (149, 100, 1), (150, 100, 2), (-149, 100, -1), (0, 7, 0), (5, 3, 2)],
)
def test_half_is_rounded_away_from_zero(numerator, denominator, expected):
    assert money.round_half_up(numerator, denominator) == expected


@pytest.mark.parametrize(
    ("gross", "rate", "expected"),
    [
        (1900, 2000, 317),
        (1900, 550, 99),
        (1900, 0, 0),
        (-1900, 2000, -317),
        (6, 2000, 1),
        (12_000_000, 2000, 2_000_000),
    ],
)
def test_the_vat_inside_a_price(gross, rate, expected):
    assert money.vat_included(gross, rate) == expected


@pytest.mark.parametrize(
    ("cents", "percent", "expected"), [(1900, 20, 380), (15, 50, 8), (99, 100, 99)]
)
def test_a_percentage_of_an_amount(cents, percent, expected):
    assert money.percent_of(cents, percent) == expected


@pytest.mark.parametrize(
    ("total", "weights", "expected"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (100, [0, 0], [50, 50]),
        (3, [0, 0], [2, 1]),
        (100, [1, 2], [33, 67]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (5, [0, 1], [0, 5]),
        (0, [3, 4], [0, 0]),
        (7, [10], [7]),
        (2, [1, 1, 1, 1], [1, 1, 0, 0]),
        (3, [2, 5], [1, 2]),
    ],
)
def test_shares_go_to_the_largest_remainders_and_of_equal_ones_to_the_first(
    total, weights, expected
):
    assert money.split(total, weights) == expected


@given(
    st.integers(-(10**9), 10**9),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(sum),
)
def test_shares_add_up_and_none_is_a_cent_from_its_due(total, weights):
    parts = money.split(total, weights)

    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1


def test_nothing_is_shared_between_nobody_or_by_less_than_nothing():
    with pytest.raises(ValueError, match="^nothing to share between$"):
        money.split(100, [])
    with pytest.raises(ValueError, match="^weights are 0 or more$"):
        money.split(100, [2, -1])
