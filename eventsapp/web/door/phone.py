"""What a phone is told: with its page, and each time it asks how the night stands."""

import base64
from typing import Any

from flask import url_for

from eventsapp import settings
from eventsapp.domain.checkin import gates, hours, queries
from eventsapp.domain.checkin.entry import DAILY, Entry
from eventsapp.domain.checkin.models import Device, Gate
from eventsapp.domain.programme import releases
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
    events = [event.id for event in gate.events]
    rehearsal = until is not None
    emptied = {} if rehearsal else hours.emptied(gate.series.slug, events, clock.now())
    count = queries.count(events, rehearsal=rehearsal, emptied=emptied)
    zone = zone_of(device)
    return {
        "gate": gate.name,
        "rehearsal": rehearsal,
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


def _entry(gate: Gate) -> dict[str, Any]:
    """How often tickets may enter, by event; ``any``: for a pass, whose token names one of them."""
    shown = releases.recent(gate.series.slug)
    released = [shown.event_by_id(one.id) if shown else None for one in gate.events]
    rules = {one.id: hours.entry_of(one) for one in released if one is not None}
    if not rules:
        return {}
    policies = {rule.policy for rule in rules.values()}
    # Where they differ, a pass enters once a day: the least that any of them gives it.
    of_passes = Entry(
        policies.pop() if len(policies) == 1 else DAILY,
        tuple(sorted({day for rule in rules.values() for day in rule.mornings})),
        tuple(sorted({day for rule in rules.values() for day in rule.emptied})),
    )
    return {
        str(key): {
            "policy": rule.policy,
            "mornings": [one.isoformat() for one in rule.mornings],
            "emptied": [one.isoformat() for one in rule.emptied],
        }
        for key, rule in [*rules.items(), ("any", of_passes)]
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
        "entry": _entry(gate),
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
