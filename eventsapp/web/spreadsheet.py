"""CSV for spreadsheets: cells that a spreadsheet would run as formulas are made text."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def cell(value: Any) -> Any:
    """A value that no spreadsheet executes; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    text = str(value)
    # Spaces in front do not help a spreadsheet to see text: it trims them.
    return f"'{text}" if text.lstrip(" \u00a0").startswith(DANGEROUS) else text


def answer(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """A download named ``name``, in UTF-8 with the mark that spreadsheets look for."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([cell(title) for title in header])
    writer.writerows([cell(value) for value in row] for row in rows)
    response = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
