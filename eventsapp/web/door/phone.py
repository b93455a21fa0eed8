"""What a phone is told: with its page, and each time it asks how the night stands."""

import base64
from typing import Any

from flask import url_for

from eventsapp import settings
from eventsapp.domain.checkin import (
    gates,
    queries,
)
from eventsapp.domain.checkin.models import Device
from eventsapp.gateways import signing_key
from eventsapp.kernel import clock, words
from eventsapp.kernel.i18n import _
from eventsapp.web import access
from eventsapp.web.door import answers


def source_of(device: Device) -> str:
    return f"device:{device.id}"


def zone_of(device: Device) -> str:
    return device.gate.series.timezone


def state_of(device: Device) -> dict[str, Any]:
    gate = device.gate
    until = gates.rehearsal_until(gate)
    count = queries.count([event.id for event in gate.events], rehearsal=until is not None)
    zone = zone_of(device)
    return {
        "gate": gate.name,
        "rehearsal": until is not None,
        "rehearsal_until": until.isoformat() if until else None,
        "held": gate.held_at is not None,
        "handing_over": device.leaving,
        "entered": count.entered,
        "inside": count.inside,
        "expected": count.expected,
        "now": clock.now().isoformat(),
        "last": [
            {
                "uuid": row.uuid,
                "at": words.hour(words.local(row.scanned_at, zone)),
                "accepted": row.verdict == "accepted" and row.undone_by is None,
                "undone": row.undone_by is not None,
                "name": f"{row.first_name or ''} {row.last_name or ''}".strip() or _("Inconnu"),
            }
            # Names are no business of a phone that leaves the door.
            for row in (() if device.leaving else queries.last_scans(source_of(device)))
        ],
    }


def start_of(device: Device) -> dict[str, Any]:
    """What the page needs to begin, and to go on without network."""
    gate = device.gate
    events = [event.id for event in gate.events]
    keys = signing_key.public_keys(settings.current().data_dir)
    return {
        "state": state_of(device),
        "device": device.id,
        "offline": gate.offline_allowed,
        "events": events,
        # As the token has them: modulo their width.
        "passes": [product & 0xFFFF for product in queries.passes(events)],
        "keys": {
            str(number): base64.b64encode(key.public_bytes_raw()).decode()
            for number, key in keys.items()
        },
        "csrf": access.csrf_token(),
        "words": answers.of_the_phone(),
        "urls": {
            "scans": url_for(".create_scan"),
            "batch": url_for(".create_scans"),
            "annulments": url_for(".create_annulment"),
            "state": url_for(".state"),
            "handovers": url_for(".create_handover"),
            "worker": url_for(".worker"),
        },
    }
