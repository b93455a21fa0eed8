"""Files for spreadsheets, CSV and XLSX: cells that would run as formulas are text, and a file of
any length is written in memory that does not grow."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import xlsxwriter

# What begins a formula, behind spaces and marks that nobody sees: a spreadsheet trims them. The
# wide signs are those of East Asian keyboards, which it takes for the others.
_FORMULA = re.compile(
    r"[\s\u200b-\u200d\u2060\ufeff\u00ad]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]|[ \u00a0]*[\t\r\n]"
)
CSV, XLSX = "csv", "xlsx"
MEDIA_TYPES = {
    CSV: "text/csv",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# What a sheet can hold; more rows go on in a second sheet.
ROWS_OF_A_SHEET = 1_048_000
# How often a writer says how far it is.
STEP = 2000

Told = Callable[[int], None]


def cell(value: Any) -> Any:
    """A value that no spreadsheet executes; numbers stay numbers, instants keep their offset."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def write_csv(
    file: IO[bytes],
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    told: Told = lambda _done: None,
) -> int:
    """In UTF-8 with the mark that spreadsheets look for; returns the number of rows.

    Args:
        told: called with the rows written so far, every ``STEP``.
    """
    text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
    text.write("\ufeff")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([cell(title) for title in header])
    count = 0
    for row in rows:
        writer.writerow([cell(value) for value in row])
        count += 1
        if count % STEP == 0:
            told(count)
    text.detach()
    return count


def write_xlsx(
    path: Path,
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    told: Told = lambda _done: None,
) -> int:
    """Numbers are numbers and instants are dates in the wall time they carry; returns the number of
    rows. See ``write_csv`` for ``told``."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    count = 0
    with xlsxwriter.Workbook(str(path), options) as book:
        bold = book.add_format({"bold": True})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet = None
        for row in rows:
            if sheet is None or count % ROWS_OF_A_SHEET == 0:
                sheet = _sheet(book, header, bold)
            _write_row(sheet, count % ROWS_OF_A_SHEET + 1, row, moment)
            count += 1
            if count % STEP == 0:
                told(count)
        if sheet is None:
            _sheet(book, header, bold)
    return count


def _sheet(book: Any, header: Sequence[str], bold: Any) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, title in enumerate(header):
        sheet.write_string(0, column, title, bold)
    return sheet


def _write_row(sheet: Any, number: int, row: Sequence[Any], moment: Any) -> None:
    for column, value in enumerate(row):
        if value is None or value == "":
            continue
        if isinstance(value, datetime):
            sheet.write_datetime(number, column, value.replace(tzinfo=None), moment)
        elif isinstance(value, int | float):
            sheet.write_number(number, column, value)
        else:
            sheet.write_string(number, column, str(value))
