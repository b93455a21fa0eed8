"""Who comes, one row per admission: up to 20,000 in one answer, for scanners and badges."""

import gzip
import json
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, request
from pydantic import BaseModel

from eventsapp.domain.accounts.errors import BadRequest
from eventsapp.domain.checkin import queries
from eventsapp.domain.checkin.queries import Attendee
from eventsapp.domain.programme.models import Series
from eventsapp.kernel import clock
from eventsapp.kernel.errors import NotFound
from eventsapp.web.api import auth
from eventsapp.web.api.documented import NDJSON, documented

blueprint = Blueprint("api_attendees", __name__, url_prefix="/api/v1")

MOST_ROWS = 20_000


class AttendeeOut(BaseModel):
    """One admission. ``token`` only for keys that may scan as well."""

    id: int
    ticket: str
    reference: str | None
    event: str
    product: str
    first_name: str
    last_name: str
    company: str
    status: str
    entered_at: str | None
    token: str | None = None


class AttendeesOut(BaseModel):
    """``next``: the ``after`` of the following page, null on the last."""

    attendees: list[AttendeeOut]
    next: int | None


@blueprint.get("/series/<series>/attendees")
@documented(
    "GET",
    "/series/{series}/attendees",
    "Who comes, a row per admission",
    response=AttendeesOut,
    scopes=("attendees:read",),
    refusals=(404, 422),
    query={
        "event": {"type": "string"},
        "after": {"type": "integer", "minimum": 0},
        "limit": {"type": "integer", "minimum": 1, "default": MOST_ROWS},
    },
    lines=True,
)
@auth.needs("attendees:read")
def list_attendees(series: str) -> Response:
    """``event`` is an id or a slug; ``after`` the last id of the answer before."""
    caller = auth.caller()
    row = queries.series_by_slug(series)
    if row is None or row.id != caller.series_id:
        raise NotFound(what="series", reference=series)
    after, limit = _number("after", 0, 0, 2**62), _number("limit", MOST_ROWS, 1, MOST_ROWS)
    found = queries.attendees(row.id, event_id=_event_id(row), after=after, limit=limit + 1)
    people = found[:limit]
    # Tokens open doors: only a program that may scan gets them.
    with_token = "scans:write" in caller.scopes
    rows = [_represent(person, row.timezone, with_token=with_token) for person in people]
    # JSON first: it is the answer for programs that take anything ("*/*").
    if request.accept_mimetypes.best_match(["application/json", NDJSON]) == NDJSON:
        lines = "".join(_dumps(item) + "\n" for item in rows)
        return _packed(lines, NDJSON)
    following = people[-1].admission_id if len(found) > limit else None
    return _packed(_dumps({"attendees": rows, "next": following}), "application/json")


def _event_id(series: Series) -> int | None:
    asked = request.args.get("event")
    if not asked:
        return None
    found = queries.event_named(series.id, asked)
    if found is None:
        raise NotFound(what="event", reference=asked[:100])
    return found


def _number(name: str, default: int, least: int, most: int) -> int:
    text = request.args.get(name)
    if text is None or text == "":
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 20) or int(text) < least:
        raise BadRequest(errors=[{"field": name, "message": f"a whole number from {least}"}])
    return min(int(text), most)


def _represent(person: Attendee, zone: str, *, with_token: bool) -> dict[str, Any]:
    answer = {
        "id": person.admission_id,
        "ticket": person.public_id,
        "reference": person.reference,
        "event": person.event_slug,
        "product": person.product_code,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "company": person.company,
        "status": person.status,
        "entered_at": (
            clock.local(person.entered_at, zone).isoformat(timespec="seconds")
            if person.entered_at is not None
            else None
        ),
    }
    if with_token:
        answer["token"] = _token(person)
    return answer


def _token(person: Attendee) -> str:
    return _token_of(person[: len(Attendee._fields) - 1])


@lru_cache(maxsize=MOST_ROWS)
def _token_of(ticket: tuple[Any, ...]) -> str:
    """Signing costs 0.1 ms and gives the same text for ever: scanners ask again and again."""
    return queries.token_of(Attendee(*ticket, None))


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _packed(text: str, mimetype: str) -> Response:
    body = text.encode()
    answer = Response(body, mimetype=mimetype)
    answer.headers["Vary"] = "Accept-Encoding, Accept"
    if len(body) > 1000 and "gzip" in request.headers.get("Accept-Encoding", ""):
        answer.set_data(gzip.compress(body, 3, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
    return answer
