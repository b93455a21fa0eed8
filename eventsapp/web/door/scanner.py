"""The scanning app of a paired phone, and its JSON endpoints."""

from typing import Any, TypeVar

from flask import Blueprint, Response, g, jsonify, redirect, render_template, request, url_for
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import BadRequest

from eventsapp import settings
from eventsapp.domain.accounts.permissions import Place
from eventsapp.domain.checkin import (
    companions,
    devices,
    gates,
    queries,
    revoking,
    scanning,
    strays,
    sync,
    told,
    undoing,
)
from eventsapp.domain.checkin.errors import DeviceRevoked, NotPaired
from eventsapp.domain.checkin.lookup import GateRef
from eventsapp.domain.checkin.models import Device, Gate
from eventsapp.kernel.errors import Forbidden, NotFound
from eventsapp.kernel.i18n import _, ngettext
from eventsapp.web import access, assets, hostile
from eventsapp.web.door import answers, phone
from eventsapp.web.forms import kept, numbers
from eventsapp.web.forms.door import (
    LARGEST_BATCH,
    AnnulmentInput,
    HandoverInput,
    KeptScanInput,
    PairingForm,
    ScanInput,
)

blueprint = Blueprint("door", __name__, url_prefix="/door")

COOKIE = "door"
# A phone is paired for an evening; a series lasts some weeks.
PAIRED_FOR_S = 60 * 24 * 3600

Input = TypeVar("Input", bound=BaseModel)


@blueprint.get("/")
def scan_page() -> Any:
    """The scanner of a paired phone; for staff without one, the gates to choose from.

    A phone that is revoked gets it too, to hand over what it holds: it scans nothing.
    """
    try:
        device = _sender()
    except DeviceRevoked:
        return _not_paired()
    g.csp = {"script-src": "'self' 'wasm-unsafe-eval'"}
    g.permissions_policy = "camera=(self), microphone=(), geolocation=()"
    return render_template(
        "door/scanner.html", device=device, gate=device.gate, start=phone.start_of(device)
    )


def _not_paired() -> Any:
    mine: list[Gate] = []
    account = access.current_account()
    if account is not None:
        mine = [gate for gate in queries.all_gates() if _may_scan(gate)]
    page = render_template(
        "door/not_paired.html",
        gates=mine,
        evenings={event: gate.series.slug for gate in mine for event in gate.events},
        rehearsing=gates.in_rehearsal,
        was_paired=COOKIE in request.cookies,
        lost=_count("lost"),
        held=_count("held"),
    )
    answer = Response(page, status=200 if mine or account is None else 403)
    answer.delete_cookie(COOKIE, path="/door")
    return answer


def _count(name: str) -> int:
    """How many scans, as a page of ours says in the address."""
    return min(request.args.get(name, 0, type=numbers.whole), 1_000_000)


def _may_scan(gate: Gate) -> bool:
    """Staff of the series, or of every event this gate takes: one phone admits to all of them."""
    return bool(gate.events) and all(
        access.may("door.scan", Place(gate.organisation_id, gate.series_id, event.id))
        for event in gate.events
    )


@blueprint.post("/gates/<int:gate_id>/devices")
@access.permission_required("door.scan")
def pair_here(gate_id: int) -> Any:
    """Staff who are signed in scan with the device they hold, without a second one."""
    gate = queries.gate_by_id(gate_id)
    if gate is None:
        raise NotFound(what="gate", reference=gate_id)
    if not _may_scan(gate):
        raise Forbidden(action="door.scan")
    code = devices.offer_pairing(gate.id, actor=access.actor())
    _device_made, secret = devices.pair(code, access.signed_in_account().name)
    return _paired(secret)


@blueprint.route("/pair/<code>", methods=["GET", "POST"])
def pair(code: str) -> Any:
    """The address in the pairing QR. A button, not the visit, uses the code."""
    gate = devices.gate_of_code(code, network=access.network())
    form = PairingForm()
    if form.validate_on_submit():
        _device_made, secret = devices.pair(code, form.name.data or "")
        return _paired(secret)
    form.name.label.text = _("Nom de ce téléphone")
    return render_template("door/pair.html", gate=gate, form=form, code=code)


def _paired(secret: str) -> Response:
    answer = redirect(url_for(".scan_page"))
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=PAIRED_FOR_S,
        path="/door",
        httponly=True,
        secure=settings.current().secure_cookies,
        samesite="Lax",
    )
    return answer


@blueprint.get("/worker.js")
def worker() -> Response:
    """The service worker: from here, because its address bounds what it may answer for."""
    script = (assets.static_folder() / "js" / "door" / "worker.js").read_bytes()
    return Response(script, mimetype="text/javascript")


@blueprint.get("/state")
def state() -> Any:
    """Live count, this phone's last passages, and the orders of the door chief."""
    device = _device()
    devices.note_seen(device, queued=request.args.get("queued", 0, type=numbers.whole))
    return jsonify(phone.state_of(device))


@blueprint.post("/scans")
def create_scan() -> Any:
    device = _camera()
    code, zone = _code(device, _scan_input()), phone.zone_of(device)
    series_id = device.series_id
    passage = scanning.scan(code)
    beside = (
        told.at_door(series_id, passage.ticket_id)
        if passage.accepted and passage.kind == "entry" and passage.ticket_id
        else []
    )
    return jsonify(answers.as_json(passage, zone) | {"told": answers.lines(beside)})


@blueprint.post("/scans/batch")
def create_scans() -> Any:
    """What the phone had kept; each item is stored and answered by itself, whatever it is."""
    device = _sender()
    scans = kept.items_of(request.get_data(), most=LARGEST_BATCH)
    if scans is None:
        raise BadRequest
    results = revoking.upload(
        device, [_kept(device, kept.read(KeptScanInput, raw)) for raw in scans]
    )
    return jsonify(
        results=[
            {"uuid": result.uuid, "verdict": result.verdict, "class": result.reading}
            for result in results
        ]
    )


@blueprint.post("/handovers")
def create_handover() -> Any:
    """A phone that leaves the door says what it still holds; with nothing left it is none."""
    device = _sender()
    left = _input(HandoverInput).left
    revoking.note_left(device, left)
    answer = jsonify(left=left)
    if device.leaving and not left:
        answer.delete_cookie(COOKIE, path="/door")
    return answer


@blueprint.post("/scans/annulments")
def create_annulment() -> Any:
    device = _camera()
    asked = _input(AnnulmentInput)
    undoing.undo(asked.scan, uuid=asked.uuid, source=phone.source_of(device))
    return jsonify(phone.state_of(device))


@blueprint.get("/scans/<uuid>/companions")
def list_companions(uuid: str) -> Any:
    device = _camera()
    total = companions.count(uuid, source=phone.source_of(device))
    count = min(total, companions.MOST)
    label = ngettext(
        "{n} autre billet de cette commande", "{n} autres billets de cette commande", total
    )
    if total > count:
        label = _("{n} des {total} autres billets de cette commande", n=count, total=total)
    return jsonify(count=count, label=label)


@blueprint.post("/scans/<uuid>/companions")
def admit_companions(uuid: str) -> Any:
    device = _camera()
    passages = companions.let_in(
        uuid, gate_id=device.gate_id, source=phone.source_of(device), device_id=device.id
    )
    accepted = sum(passage.accepted for passage in passages)
    return jsonify(
        word=ngettext("{n} entrée", "{n} entrées", accepted),
        tone="yes" if accepted == len(passages) else "note",
        state=phone.state_of(devices.device_of(request.cookies[COOKIE])),
    )


def _device() -> Device:
    return devices.device_of(_secret())


def _camera() -> Device:
    return devices.camera_of(_secret())


def _sender() -> Device:
    return devices.sender_of(_secret())


def _secret() -> str:
    secret = request.cookies.get(COOKIE)
    if not secret:
        raise NotPaired
    return secret


def _code(device: Device, asked: ScanInput) -> scanning.Code:
    return scanning.Code(
        uuid=asked.uuid,
        token=asked.token,
        gate=GateRef(gate_id=device.gate_id),
        source=phone.source_of(device),
        kind=asked.kind,
        scanned_at=asked.scanned_at,
        device_id=device.id,
        seq=asked.seq,
        rehearsal=asked.rehearsal if isinstance(asked, KeptScanInput) else None,
    )


def _kept(device: Device, item: ScanInput | kept.Unreadable) -> sync.Uploaded | strays.Stray:
    if isinstance(item, ScanInput):
        return sync.Uploaded(_code(device, item), item.local_verdict, item.local_reason)
    return strays.Stray(
        source=phone.source_of(device),
        key=item.uuid,
        wrong=item.wrong,
        organisation_id=device.organisation_id,
        series_id=device.series_id,
        gate_id=device.gate_id,
        device_id=device.id,
        verdict=item.verdict,
        ticket=scanning.public_id_of(item.token),
        scanned_at=item.scanned_at,
    )


def _scan_input() -> ScanInput:
    """One scan; its code may hold anything, for anything can be held to a camera."""
    scans = kept.items_of(b'{"scans": [' + request.get_data() + b"]}", most=1)
    read = kept.read(ScanInput, scans[0]) if scans else None
    if not isinstance(read, ScanInput):
        raise BadRequest
    return read


def _input(kind: type[Input]) -> Input:
    body = request.get_data(cache=True)
    if hostile.holds_nul(body):
        raise BadRequest
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        raise BadRequest from error
