"""A batch read item by item: what cannot be read is named, and the others are scans."""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from eventsapp.web.forms.door import ScannedAt

Item = TypeVar("Item", bound=BaseModel)
_uuid = "uuid"
# A batch, its list, an item, and a list or two in it.
DEEPEST = 8
# Texts are passed over whole: a bracket in one opens nothing.
_MARKS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_time: TypeAdapter[datetime] = TypeAdapter(ScannedAt)
VERDICTS = ("accepted", "refused")


@dataclass(frozen=True)
class Unreadable:
    """What an item says all the same. ``uuid`` is its own, or the digest of what came."""

    uuid: str
    wrong: str
    verdict: str
    token: str
    scanned_at: datetime | None


def items_of(body: bytes, *, most: int) -> list[Any] | None:
    """The ``scans`` of a batch, unread; None when there is no such list of at most ``most``.

    Read by the standard library: where a text holds half a character, or a number has thousands
    of digits, the stricter reader refuses the whole document.
    """
    try:
        asked = _loaded(body)
    except RecursionError:
        try:
            asked = _loaded(_shallow(body))
        except (ValueError, RecursionError):
            return None
    except ValueError:
        return None
    scans = asked.get("scans") if isinstance(asked, dict) else None
    return scans if isinstance(scans, list) and len(scans) <= most else None


def read(kind: type[Item], raw: Any) -> Item | Unreadable:
    """One item as ``kind``, or what is known of one that is none."""
    try:
        text = json.dumps(_whole(raw), sort_keys=True)
    except RecursionError:
        # Lists in lists in lists: no field of a scan is one.
        raw = (
            {k: v for k, v in raw.items() if isinstance(v, str)} if isinstance(raw, dict) else None
        )
        text = json.dumps(_whole(raw), sort_keys=True)
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        fields = raw if isinstance(raw, dict) else {}
        wrong = str(next(iter(error.errors()[0]["loc"]), ""))
        return _unreadable(kind, fields, text, wrong)


def _unreadable(kind: type[BaseModel], fields: dict[str, Any], text: str, wrong: str) -> Unreadable:
    verdict, token = fields.get("local_verdict", VERDICTS[0]), fields.get("token")
    return Unreadable(
        uuid=_own_uuid(kind, fields) or f"sha256:{hashlib.sha256(text.encode()).hexdigest()}",
        wrong=wrong if wrong in kind.model_fields else "",
        verdict=verdict if verdict in VERDICTS else VERDICTS[1],
        token=_whole(token) if isinstance(token, str) else "",
        scanned_at=_instant(fields.get("scanned_at")),
    )


def _own_uuid(kind: type[BaseModel], fields: dict[str, Any]) -> str | None:
    """The item's uuid, if the model itself would take it."""
    given = _whole(fields.get(_uuid))
    try:
        kind.model_validate_json(json.dumps({_uuid: given}))
    except ValidationError as error:
        if any(one["loc"][:1] == (_uuid,) for one in error.errors()):
            return None
    return str(given)


def _instant(given: Any) -> datetime | None:
    try:
        return _time.validate_python(given) if isinstance(given, str) else None
    except ValidationError:
        return None


def _loaded(body: bytes) -> Any:
    return json.loads(body, parse_int=_number, parse_constant=lambda _name: None)


def _shallow(body: bytes) -> bytes:
    """The same document, with null for what is nested so deep that no reader gets to its end."""
    kept, depth, at = [], 0, 0
    for found in _MARKS.finditer(body):
        mark = found[0]
        opens, closes = mark in (b"[", b"{"), mark in (b"]", b"}")
        if opens and depth == DEEPEST:
            kept.append(body[at : found.start()] + b"null")
        depth += opens - closes
        if closes and depth == DEEPEST:
            at = found.end()
    return b"".join(kept) + body[at:]


def _number(digits: str) -> int | None:
    """None for what no column holds."""
    return int(digits) if len(digits) <= 18 else None


def _whole(given: Any) -> Any:
    """Texts without half characters, which no database and no digest takes."""
    if isinstance(given, str):
        return given.encode("utf-8", "replace").decode()
    if isinstance(given, dict):
        return {_whole(name): _whole(value) for name, value in given.items()}
    return [_whole(one) for one in given] if isinstance(given, list) else given
