"""Dates, hours, prices and lists, as each language writes them."""

from datetime import UTC, date, datetime

import pytest

from eventsapp.kernel import words
from eventsapp.kernel.i18n import use_locale

EVENING = datetime(2026, 9, 24, 17, 30, tzinfo=UTC)
NIGHT = datetime(2026, 9, 24, 22, 30, tzinfo=UTC)
ZONE = "Europe/Paris"


@pytest.mark.parametrize(
    ("said", "fr", "en"),
    [
        (lambda: words.money(1900), "19,00\u00a0€", "€19.00"),
        (lambda: words.money(-123456), "−1\u202f234,56\u00a0€", "−€1,234.56"),
        (lambda: words.number(1500), "1\u202f500", "1,500"),
        (lambda: words.percent(0.421), "42\u00a0%", "42%"),
        (lambda: words.rate(2000), "20\u00a0%", "20%"),
        (lambda: words.rate(550), "5,5\u00a0%", "5.5%"),
        (lambda: words.rate(210), "2,1\u00a0%", "2.1%"),
        (
            lambda: words.day(date(2026, 9, 24)),
            "jeudi 24\u00a0septembre",
            "Thursday 24\u00a0September",
        ),
        (lambda: words.day(date(2026, 10, 1)), "jeudi 1er\u00a0octobre", "Thursday 1\u00a0October"),
        (
            lambda: words.moment(EVENING, ZONE),
            "jeudi 24\u00a0septembre, 19\u00a0h\u00a030",
            "Thursday 24\u00a0September, 7:30\u00a0pm",
        ),
        (
            lambda: words.hours(EVENING, NIGHT, ZONE),
            "19\u00a0h\u00a030 – 0\u00a0h\u00a030",
            "7:30\u00a0pm – 12:30\u00a0am",
        ),
        (
            lambda: words.hours(EVENING, datetime(2026, 9, 25, 16, 0, tzinfo=UTC), ZONE),
            "19\u00a0h\u00a030, jusqu’à vendredi 18\u00a0h",
            "7:30\u00a0pm to Friday 6\u00a0pm",
        ),
        (
            lambda: words.period(date(2026, 9, 24), date(2026, 9, 30)),
            "24 – 30\u00a0septembre",
            "24 – 30\u00a0September",
        ),
        (
            lambda: words.period(date(2026, 9, 24), date(2026, 10, 1)),
            "24\u00a0septembre – 1er\u00a0octobre",
            "24\u00a0September – 1\u00a0October",
        ),
        (
            lambda: words.listing(["Aix", "Marseille", "Rousset"]),
            "Aix, Marseille et Rousset",
            "Aix, Marseille and Rousset",
        ),
        (lambda: words.listing(["Aix"]), "Aix", "Aix"),
        (lambda: words.file_size(1_400_000), "1,4\u00a0Mo", "1.4\u00a0MB"),
        (
            lambda: words.typo("l'eau : « oui » !"),
            "l’eau\u00a0: «\u202foui\u202f»\u202f!",
            "l’eau : « oui » !",
        ),
    ],
)
def test_each_language_writes_its_own_way(said, fr, en):
    with use_locale("fr"):
        assert said() == fr
    with use_locale("en"):
        assert said() == en


def test_a_period_over_new_year_says_both_years():
    first, last = date(2026, 12, 17), date(2027, 1, 8)

    with use_locale("fr"):
        said = words.period(first, last), words.period(first, first.replace(day=19), year=True)

    assert [one.replace("\u00a0", " ") for one in said] == [
        "17 décembre 2026 – 8 janvier 2027",
        "17 – 19 décembre 2026",
    ]
