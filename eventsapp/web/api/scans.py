"""Scans of outside programs: one at a time, or a batch that was kept without network."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from flask import Blueprint, jsonify, request
from pydantic import BaseModel, ConfigDict, Field

from eventsapp.domain.accounts.api_keys import Caller
from eventsapp.domain.accounts.errors import BadRequest
from eventsapp.domain.checkin import queries, scanning, strays, sync
from eventsapp.domain.checkin.lookup import GateRef
from eventsapp.domain.checkin.scanning import Passage
from eventsapp.kernel import clock
from eventsapp.web.api import auth
from eventsapp.web.api.documented import documented
from eventsapp.web.forms import kept
from eventsapp.web.forms.door import ScannedAt

blueprint = Blueprint("api_scans", __name__, url_prefix="/api/v1")

LARGEST_BATCH = 10_000


class ScanBody(BaseModel):
    """A code held to a gate. ``uuid`` is the caller's: sent twice, answered once."""

    model_config = ConfigDict(strict=True, extra="ignore")

    uuid: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")
    token: str = Field(max_length=400)
    # NUL is a character of no name: the database would refuse the question itself.
    gate: str = Field(min_length=1, max_length=100, pattern=r"^[^\x00]+$")
    kind: Literal["entry", "exit"] = "entry"
    scanned_at: ScannedAt | None = None


class KeptScanBody(ScanBody):
    """A scan with what the gate had decided by itself; absent means that it let the person in.
    ``rehearsal``: whether it was one; absent means that the gate's setting of now is asked."""

    local_verdict: Literal["accepted", "refused"] = "accepted"
    local_reason: str | None = Field(default=None, pattern="^[a-z_]{1,20}$")
    rehearsal: bool | None = None


class BatchBody(BaseModel):
    """Each item is read and answered by itself: one that is no scan spoils no other."""

    model_config = ConfigDict(strict=True, extra="ignore")

    scans: list[KeptScanBody] = Field(max_length=LARGEST_BATCH)


class EntryOut(BaseModel):
    """``at``: with the offset of the series."""

    at: str
    gate: str


class ScannedTicketOut(BaseModel):
    """What the gate may know of the holder."""

    id: str
    first_name: str
    last_name: str
    company: str
    product: str
    event: str
    status: str
    void_reason: str | None


class ScanOut(BaseModel):
    """``verdict`` never changes; ``class`` is the reading of today."""

    model_config = ConfigDict(populate_by_name=True)

    uuid: str
    verdict: Literal["accepted", "refused"]
    reason: str | None
    reading: str | None = Field(alias="class")
    kind: Literal["entry", "exit"]
    gate: str
    rehearsal: bool
    first_entry: EntryOut | None
    ticket: ScannedTicketOut | None


class BatchResultOut(BaseModel):
    """``class`` is ``unreadable`` for an item that is no scan, and ``wrong`` names its field; the
    item is kept for the desk. ``uuid`` is a digest of it when its own could not be read."""

    uuid: str
    verdict: Literal["accepted", "refused"]
    reading: str | None = Field(alias="class")
    wrong: str | None = None


class BatchOut(BaseModel):
    results: list[BatchResultOut]


@blueprint.post("/scans")
@documented(
    "POST",
    "/scans",
    "Decide on one scan",
    request=ScanBody,
    response=ScanOut,
    scopes=("scans:write",),
    refusals=(404, 409),
    idempotent=True,
)
@auth.needs("scans:write")
def create_scan() -> Any:
    caller = auth.caller()
    code = _code(caller, auth.body_of(ScanBody))

    def make() -> tuple[int, dict[str, Any]]:
        passage = scanning.scan(code)
        return 200, represent(passage, queries.timezone_of(caller.series_id))

    return _once(make)


@blueprint.post("/scans/batch")
@documented(
    "POST",
    "/scans/batch",
    "Store scans that were kept without network",
    request=BatchBody,
    response=BatchOut,
    scopes=("scans:write",),
    idempotent=True,
)
@auth.needs("scans:write")
def create_scans() -> Any:
    """Any order, replays allowed; each item is stored and answered by itself, whatever it is."""
    caller = auth.caller()
    scans = kept.items_of(request.get_data(), most=LARGEST_BATCH)
    if scans is None:
        wrong = f"a list of at most {LARGEST_BATCH} scans"
        raise BadRequest(errors=[{"field": "scans", "message": wrong}])
    items = [_kept(caller, kept.read(KeptScanBody, raw)) for raw in scans]

    def make() -> tuple[int, dict[str, Any]]:
        return 200, {"results": [_result(result) for result in sync.upload(items)]}

    return _once(make)


def _kept(caller: Caller, item: KeptScanBody | kept.Unreadable) -> sync.Uploaded | strays.Stray:
    if isinstance(item, KeptScanBody):
        return sync.Uploaded(_code(caller, item), item.local_verdict, item.local_reason)
    return strays.Stray(
        source=f"key:{caller.key_id}",
        key=item.uuid,
        wrong=item.wrong,
        organisation_id=caller.organisation_id,
        series_id=caller.series_id,
        verdict=item.verdict,
        ticket=scanning.public_id_of(item.token),
        scanned_at=item.scanned_at,
    )


def _result(result: sync.Result) -> dict[str, Any]:
    said = {"uuid": result.uuid, "verdict": result.verdict, "class": result.reading}
    return said if result.wrong is None else said | {"wrong": result.wrong}


def _once(make: Callable[[], tuple[int, dict[str, Any]]]) -> Any:
    status, answer = auth.once(make, repeatable=True)
    return jsonify(answer), status


def _code(caller: Caller, asked: ScanBody) -> scanning.Code:
    return scanning.Code(
        uuid=asked.uuid,
        token=asked.token,
        gate=GateRef(series_id=caller.series_id, name=asked.gate),
        # One key may serve several gates: each is a camera of its own.
        source=f"key:{caller.key_id}/{asked.gate}",
        kind=asked.kind,
        scanned_at=asked.scanned_at,
        rehearsal=asked.rehearsal if isinstance(asked, KeptScanBody) else None,
    )


def represent(passage: Passage, zone: str) -> dict[str, Any]:
    """A passage as the contract spells it; times carry the series' offset."""
    return {
        "uuid": passage.uuid,
        "verdict": passage.verdict,
        "reason": passage.reason,
        "class": passage.reading,
        "kind": passage.kind,
        "gate": passage.gate,
        "rehearsal": passage.rehearsal,
        "first_entry": (
            {"at": local_iso(passage.first_at, zone), "gate": passage.first_gate}
            if passage.first_at is not None
            else None
        ),
        "ticket": _ticket(passage),
    }


def _ticket(passage: Passage) -> dict[str, Any] | None:
    if passage.ticket_id is None:
        return None
    return {
        "id": passage.ticket_id,
        "first_name": passage.first_name,
        "last_name": passage.last_name,
        "company": passage.company,
        "product": passage.product,
        "event": passage.event,
        "status": "void" if passage.reason == "void" else "valid",
        "void_reason": passage.void_reason,
    }


def local_iso(instant: datetime, zone: str) -> str:
    return clock.local(instant, zone).isoformat(timespec="seconds")
