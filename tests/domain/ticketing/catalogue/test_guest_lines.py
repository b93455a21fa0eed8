"""An invitation list as people paste it."""

import pytest

from eventsapp.domain.ticketing.catalogue.guest_lines import GuestLine, read

ADA = "ada@mail.example"


@pytest.mark.parametrize(
    ("line", "guest"),
    [
        (ADA, GuestLine(ADA)),
        ("  ADA@Mail.example ", GuestLine(ADA)),
        ("Ada Lovelace <ada@mail.example>", GuestLine(ADA, "Ada Lovelace")),
        ("Ada Lovelace <ada@mail.example> ; 2", GuestLine(ADA, "Ada Lovelace", 2)),
        ("ada@mail.example;Ada Lovelace;3", GuestLine(ADA, "Ada Lovelace", 3)),
        ("Lovelace;Ada;ada@mail.example;0", GuestLine(ADA, "Lovelace Ada", 0)),
        ("Ada\tada@mail.example\t1", GuestLine(ADA, "Ada", 1)),
        ("ada@mail.example, Ada", GuestLine(ADA, "Ada")),
        ('"Ada";"ada@mail.example"', GuestLine(ADA, "Ada")),
    ],
)
def test_a_line_is_read_in_any_shape(line, guest):
    assert read(line).lines == (guest,)


def test_titles_and_empty_lines_are_passed_over():
    found = read("\ufeffnom;courriel;accompagnants\n\nAda;ada@mail.example;1\n\n")

    assert found.lines == (GuestLine(ADA, "Ada", 1),)
    assert found.unreadable == ()


@pytest.mark.parametrize("line", ["Ada", "ada@", "ada@mail.example;51", "Ada <ada@mail>", "@"])
def test_a_line_that_is_none_is_named_with_its_number(line):
    found = read(f"bob@mail.example\n{line}")

    assert [(one.number, one.text) for one in found.unreadable] == [(2, line)]


def test_an_address_twice_counts_once():
    found = read(f"{ADA};Ada\nADA@mail.example;Autre")

    assert (found.lines, found.twice) == ((GuestLine(ADA, "Ada"),), 1)
