"""The link of a guest: on to the places that it opens."""

from flask import Blueprint, Response, abort, g, redirect, render_template, url_for

from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.catalogue import guest_links, guests
from eventsapp.kernel import clock

blueprint = Blueprint("public_guests", __name__)


@blueprint.get("/<lang>/<series>/invited/<secret>")
def show(lang: str, series: str, secret: str) -> Response:
    """Nothing is taken by looking: a mail program that follows links is nobody who comes."""
    shown = releases.find(series)
    if shown is None:
        abort(404)
    g.released_series = shown
    guest = guest_links.find(secret)
    event = shown.event_by_id(guest.event_id) if guest is not None else None
    if guest is None or event is None or guests.is_over(guest, clock.now()):
        answer = Response(render_template("public/tickets/not_invited.html"), status=410)
    elif event.cancelled:
        answer = redirect(
            url_for("public_programme.event", lang=lang, series=series, slug=event.slug)
        )
    else:
        where = {"lang": lang, "series": series, "event": event.slug, "code": secret}
        answer = redirect(url_for("public_tickets.choose", **where))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
