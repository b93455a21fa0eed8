"""Rendered pages kept in this process as gzip: a page costs its key, not its template.

A key holds everything the page shows (release, language, filters, availability); a page that
changes has another key, so nothing is ever invalidated. The oldest go first. Only the packed
body is kept, a seventh of the plain one; it is unpacked for the rare reader without gzip.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

from flask import Response, g, request

KEPT = 512
CACHE = "public, max-age=15, must-revalidate"


@dataclass(frozen=True)
class Body:
    packed: bytes
    etag: str


_kept: OrderedDict[Hashable, Body] = OrderedDict()
_lock = Lock()


def answer(
    key: Hashable,
    render: Callable[[], str | bytes],
    *,
    mimetype: str = "text/html",
    cache: str = CACHE,
) -> Response:
    """The kept page of this key, or a new one; 304 when the reader has it already."""
    key = (request.script_root, key)
    # What the reader adds to the address must not enter a page that others get.
    g.setdefault("canonical_query", {})
    body = _kept.get(key)
    if body is None:
        body = _pack(render())
        with _lock:
            _kept[key] = body
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
    if body.etag in request.if_none_match:
        response = Response(status=304)
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = Response(body.packed, mimetype=mimetype)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = Response(gzip.decompress(body.packed), mimetype=mimetype)
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = cache
    response.headers["ETag"] = f'"{body.etag}"'
    return response


def _pack(text: str | bytes) -> Body:
    plain = text.encode() if isinstance(text, str) else text
    return Body(
        packed=gzip.compress(plain, 6, mtime=0),
        etag=hashlib.sha256(plain).hexdigest()[:20],
    )
