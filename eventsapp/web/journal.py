"""One line a request, named by its number: what was asked by route, how it ended, and how long it
was until the answer began. Never the address as it was typed: it may open somebody's order.
"""

import logging
import re
import secrets
import time

from flask import Flask, Response, g, request

from eventsapp import settings
from eventsapp.kernel import log as words

log = logging.getLogger(words.REQUESTS)

HEADER = "X-Request-ID"
# Asked all day by browsers and by who watches; they would hide the rest.
UNTOLD = ("/static/", "/healthz", "/readyz", "/metrics")
_GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")


def init_app(app: Flask) -> None:
    """To be called first: others may refuse a request, and this tells of it."""
    app.before_request(begin)
    app.after_request(end)
    app.teardown_request(lambda _error: words.begin(words.NOTHING))


def begin() -> None:
    words.begin(_number())
    g.began = time.perf_counter()


def end(answer: Response) -> Response:
    answer.headers[HEADER] = words.now()
    if not request.path.startswith(UNTOLD):
        told = {
            "method": request.method,
            "route": request.url_rule.rule if request.url_rule else "-",
            "series": (request.view_args or {}).get("series", "-"),
            "status": answer.status_code,
            "ms": round((time.perf_counter() - g.began) * 1000, 1),
        }
        log.info("%(method)s %(route)s %(series)s %(status)s %(ms)s ms", told, extra=told)
    return answer


def _number() -> str:
    """The proxy's, so that its lines and ours are found together; a visitor may not choose."""
    given = request.headers.get(HEADER, "")
    if settings.current().trusted_proxies and _GIVEN.fullmatch(given):
        return given
    return secrets.token_hex(8)
