"""Cells that a spreadsheet would run are made text."""

import zipfile
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from eventsapp.gateways.spreadsheet import cell, write_xlsx

PLAIN = ["=1+1", "+1", "-1", "@x", "\t=1", "\tx", " =1", "\u00a0=1", "|x", "%x", "\r\n=1"]
HIDDEN = ["\u3000=1", "\u200b=1", "\ufeff=1", " \u202f\u00ad@x", "＝1", "＋1", "－1", "＠x"]


@pytest.mark.parametrize("text", PLAIN + HIDDEN)
def test_a_formula_becomes_text(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(("value", "shown"), [(None, ""), (3, 3), (-2, -2), ("a=b", "a=b")])
def test_anything_else_stays(value, shown):
    assert cell(value) == shown


def test_a_workbook_has_dates_numbers_and_no_formula(tmp_path):
    at = datetime(2026, 9, 10, 19, 30, tzinfo=ZoneInfo("Europe/Paris"))
    told = []
    rows = ([f"=1+{n}", n, at, None, "https://x.example"] for n in range(4001))

    count = write_xlsx(tmp_path / "x", ["a", "b", "c", "d", "e"], rows, told.append)

    sheet = zipfile.ZipFile(tmp_path / "x").read("xl/worksheets/sheet1.xml").decode()
    assert (count, told) == (4001, [2000, 4000])
    assert sheet.count("<row ") == 4002
    assert "<f>" not in sheet and "<hyperlink" not in sheet
    assert f"<v>{(date(2026, 9, 10) - date(1899, 12, 30)).days}.8125</v>" in sheet
