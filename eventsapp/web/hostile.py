"""What no database takes, refused before any view sees it: NUL characters, numbers beyond 64 bits.

PostgreSQL answers both with an error of its own, which would be a 500 of ours.
"""

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, ValidationError

LARGEST = 2**63 - 1
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class RowNumber(IntegerConverter):
    """``<int:…>`` in an address: what is no row number is no page."""

    def to_python(self, value: str) -> int:
        number: int = super().to_python(value)
        if number > LARGEST:
            raise ValidationError
        return number


def init_app(app: Flask) -> None:
    """To be called before the first blueprint is registered."""
    app.url_map.converters["int"] = RowNumber
    app.before_request(refuse_nul)


def refuse_nul() -> None:
    if "\0" in request.path:
        abort(404)
    if "%00" in request.query_string.decode("latin-1"):
        abort(400)
    if request.mimetype in FORMS:
        for name, values in request.form.lists():
            if "\0" in name or any("\0" in value for value in values):
                abort(400)
