"""Leaving the news of a series by the link of a letter, and coming back. No account, no language in
the address: mail programs post to it themselves (RFC 8058)."""

from typing import Any

from flask import Blueprint, Response, g, render_template, request

from eventsapp.domain.messages import unsubscribing as rules
from eventsapp.domain.programme import releases

blueprint = Blueprint("public_unsubscribing", __name__)


@blueprint.get("/unsubscribe/<secret>")
def show(secret: str) -> Any:
    """Nothing is done by looking: programs that read mail follow every link."""
    return _page(secret)


@blueprint.post("/unsubscribe/<secret>")
def leave(secret: str) -> Any:
    """By the button, or by a mail program."""
    rules.leave(secret)
    return _page(secret)


@blueprint.post("/unsubscribe/<secret>/return")
def come_back(secret: str) -> Any:
    rules.come_back(secret)
    return _page(secret)


def _page(secret: str) -> Response:
    """Raises BadLink."""
    series, email = rules.found_by(secret)
    g.released_series = releases.find(series.slug)
    page = render_template(
        "public/unsubscribing.html",
        named=series,
        secret=secret,
        email=email,
        left=rules.has_left(series.id, email),
        done=request.method == "POST",
    )
    answer = Response(page)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
