"""What no database takes, refused before any view sees it: NUL characters, numbers beyond 64 bits.

PostgreSQL answers both with an error of its own, which would be a 500 of ours.
"""

import re

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, ValidationError

LARGEST = 2**63 - 1
RAW = ("/api/v1/", "/webhooks/")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")

# JSON writes NUL as \u0000; behind one stroke more it is only the name of one.
_NUL_IN_JSON = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


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
    # Programs send JSON under whatever type their tool writes (curl: a form's). A form that is
    # read here would leave no body there; ``holds_nul`` looks at theirs.
    if request.mimetype in FORMS and not request.path.startswith(RAW):
        for name, values in request.form.lists():
            if "\0" in name or any("\0" in value for value in values):
                abort(400)


def holds_nul(body: bytes) -> bool:
    """Whether a string of this JSON document holds a NUL."""
    return b"\\u0000" in body and _NUL_IN_JSON.search(body) is not None
