"""Cells that a spreadsheet would run are made text."""

import pytest

from eventsapp.web.spreadsheet import cell


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\u00a0=1", "|x", "%x"])
def test_a_formula_becomes_text(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(("value", "shown"), [(None, ""), (3, 3), (-2, -2), ("a=b", "a=b")])
def test_anything_else_stays(value, shown):
    assert cell(value) == shown
