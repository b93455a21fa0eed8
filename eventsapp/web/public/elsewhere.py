"""On to the site that registers for an event: to the address that was published, and no other."""

from contextlib import suppress

from flask import Blueprint, Response, abort, redirect, request

from eventsapp.domain.programme import elsewhere, releases
from eventsapp.kernel import limits
from eventsapp.web import access
from eventsapp.web.display import web_address
from eventsapp.web.heads import ASKED_HEAD

blueprint = Blueprint("public_elsewhere", __name__)

#: One visitor's network is counted once in this time, however often it clicks.
CLICK_SECONDS = 600


@blueprint.get("/<lang>/<series>/events/<slug>/elsewhere")
def go(lang: str, series: str, slug: str) -> Response:
    """Who asks for the headers alone, and a browser that fetches ahead, are nobody who goes."""
    shown = releases.find(series)
    found = shown.event(slug) if shown is not None else None
    if shown is None or found is None or found.access != "external" or found.cancelled:
        abort(404)
    target = web_address(found.external_url)
    if target == "#":
        abort(404)
    ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    if not ahead and ASKED_HEAD not in request.environ:
        with suppress(limits.TooManyAttempts):
            visitor = access.visitor_network()
            if visitor is not None:
                limits.hit(f"click:{found.id}:{visitor}", limit=1, per=CLICK_SECONDS)
            elsewhere.count_click(found.id, shown.timezone)
    answer = redirect(target)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
