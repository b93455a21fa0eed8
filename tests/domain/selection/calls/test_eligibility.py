"""Eligibility, to the second."""

from datetime import UTC, datetime, timedelta

from eventsapp.domain.selection.calls import eligibility
from eventsapp.domain.selection.calls.eligibility import Conditions, Entry, Reason
from tests.domain.selection import reference

CLOSES = datetime(2015, 8, 31, 21, 59, 59, tzinfo=UTC)


def conditions(**changes):
    return Conditions(
        **{
            "closes_at": CLOSES,
            "closing_year": 2015,
            "younger_than_years": 8,
            "departments": ("13",),
            **changes,
        }
    )


def entry(number=1, **changes):
    return Entry(
        **{
            "number": number,
            "company": f"Company {number}",
            "submitted_at": CLOSES - timedelta(days=1),
            "founded": 2012,
            "postcode": "13100",
            **changes,
        }
    )


def test_exactly_three_applications_of_the_reference_are_ineligible():
    verdicts = eligibility.judge(reference.entries(), reference.conditions())

    assert {number: reasons for number, reasons in verdicts.items() if reasons} == {
        55: [Reason("late", {"seconds": 42})],
        78: [Reason("duplicate", {"of": 13})],
        89: [Reason("too_old", {"age": 11, "below": 8})],
    }


def test_the_last_second_is_in_time_and_the_next_one_is_not():
    assert eligibility.in_time(CLOSES + timedelta(milliseconds=999), conditions())
    assert not eligibility.in_time(CLOSES + timedelta(seconds=1), conditions())


def test_grace_extends_the_deadline():
    generous = conditions(grace=timedelta(minutes=5))

    assert eligibility.in_time(CLOSES + timedelta(minutes=5), generous)
    assert not eligibility.in_time(CLOSES + timedelta(minutes=5, seconds=1), generous)


def test_age_counts_calendar_years_of_the_closing_day():
    assert eligibility.company_reasons(2008, "13001", conditions()) == []
    assert eligibility.company_reasons(2007, "13001", conditions()) == [
        Reason("too_old", {"age": 8, "below": 8})
    ]


def test_the_department_is_read_from_the_postcode():
    assert eligibility.company_reasons(None, "83 000", conditions()) == [
        Reason("outside_area", {"postcode": "83 000", "departments": "13"})
    ]


def test_what_is_not_asked_is_not_judged():
    open_call = conditions(younger_than_years=None, departments=())

    assert eligibility.company_reasons(1950, "75001", open_call) == []


def test_the_later_entry_of_a_company_is_the_duplicate():
    first = entry(2, company="Œuvre & Cie", submitted_at=CLOSES - timedelta(days=2))
    later = entry(1, company="OEUVRE ET CIE".replace(" ET ", " & "))

    assert eligibility.duplicates([later, first]) == {1: 2}


def test_the_same_siren_under_another_name_is_a_duplicate():
    first = entry(1, siren="000010009")
    later = entry(2, siren="000010009")

    assert eligibility.duplicates([first, later]) == {2: 1}


def test_names_made_of_signs_alone_are_not_all_the_same():
    assert eligibility.duplicates([entry(1, company="!!!"), entry(2, company="???")]) == {}


def test_a_person_may_set_a_reason_aside():
    waived = entry(1, founded=2000, waived=frozenset({"too_old"}))

    assert eligibility.judge([waived], conditions()) == {1: []}
