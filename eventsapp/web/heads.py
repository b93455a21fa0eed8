"""HEAD is GET without its body, for every route at once.

A view that asks ``method == "GET"`` would take HEAD for the click of a button: link scanners of
mail providers send it, and a one-time link was used up before its owner came.
"""

from collections.abc import Callable, Iterable
from typing import Any

Environ = dict[str, Any]
Start = Callable[..., Any]


#: In the environment of a request whose body nobody reads.
ASKED_HEAD = "eventsapp.head"


class HeadAsGet:
    """Wraps the application: no view ever sees HEAD, and the body that it made is dropped."""

    def __init__(self, wsgi_app: Callable[[Environ, Start], Iterable[bytes]]) -> None:
        self.wsgi_app = wsgi_app

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "HEAD":
            return self.wsgi_app(environ, start_response)
        asked = environ | {"REQUEST_METHOD": "GET", ASKED_HEAD: True}
        body = self.wsgi_app(asked, start_response)
        # Closed unread: what is made while it is sent (an export) is not made at all.
        close = getattr(body, "close", None)
        if close is not None:
            close()
        return []
