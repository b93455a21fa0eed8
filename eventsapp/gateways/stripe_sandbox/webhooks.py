"""Events: written with their cause, signed, delivered by the worker until they are taken."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from eventsapp.gateways.stripe_facts import API_VERSION
from eventsapp.gateways.stripe_sandbox.store import Store, new_id
from eventsapp.kernel import clock

# (url, body, headers) -> the HTTP status, or 0 when nobody answered.
Post = Callable[[str, bytes, Mapping[str, str]], int]

_FIRST_RETRY_S, _LAST_RETRY_S, _GIVE_UP_AFTER = 5, 3600, 40
# Two workers never deliver the same event at the same moment: the first takes it for this long.
_LEASE_S = 60


def announce(store: Store, event_type: str, about: Mapping[str, Any]) -> None:
    """Write the event and one delivery per endpoint that asked for it. Call inside a write."""
    now = int(clock.now().timestamp())
    event = {
        "id": new_id("evt_"),
        "object": "event",
        "api_version": API_VERSION,
        "created": now,
        "data": {"object": public(about)},
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": None, "idempotency_key": None},
        "type": event_type,
    }
    store.put(event)
    endpoints, _more = store.listed("webhook_endpoint", {}, 100)
    with store.writing() as connection:
        for endpoint in endpoints:
            wanted = endpoint["enabled_events"]
            if endpoint["status"] == "enabled" and ("*" in wanted or event_type in wanted):
                connection.execute(
                    "INSERT INTO delivery (event, endpoint, due) VALUES (?, ?, ?)",
                    (event["id"], endpoint["id"], now),
                )


def public(doc: Mapping[str, Any]) -> dict[str, Any]:
    """The document without the sandbox's own notes."""
    return {name: value for name, value in doc.items() if not name.startswith("_")}


def deliver(store: Store, post: Post, limit: int) -> int:
    """Send what is due, oldest first. Returns how many were taken (2xx)."""
    now = int(clock.now().timestamp())
    taken = 0
    with store.writing() as connection:
        rows = connection.execute(
            "SELECT row, event, endpoint, attempts FROM delivery"
            " WHERE due IS NOT NULL AND due <= ? ORDER BY due, row LIMIT ?",
            (now, limit),
        ).fetchall()
        connection.executemany(
            "UPDATE delivery SET due = ? WHERE row = ?", [(now + _LEASE_S, row[0]) for row in rows]
        )
    for row, event_id, endpoint_id, attempts in rows:
        event, endpoint = store.get(event_id), store.get(endpoint_id)
        status = 0
        if event and endpoint:
            body = json.dumps(event, separators=(",", ":")).encode()
            status = post(endpoint["url"], body, signed_headers(body, endpoint["_secret"]))
        due = _next_attempt(now, attempts) if not 200 <= status < 300 else None
        taken += due is None
        with store.writing() as connection:
            connection.execute(
                "UPDATE delivery SET due = ?, attempts = attempts + 1, last = ? WHERE row = ?",
                (due, str(status), row),
            )
    return taken


def _next_attempt(now: int, attempts: int) -> int | None:
    if attempts + 1 >= _GIVE_UP_AFTER:
        return None
    return now + min(_FIRST_RETRY_S * 2 ** min(attempts, 12), _LAST_RETRY_S)


def signed_headers(body: bytes, secret: str, at: int | None = None) -> dict[str, str]:
    sent_at = int(clock.now().timestamp()) if at is None else at
    mac = hmac.new(secret.encode(), f"{sent_at}.".encode() + body, hashlib.sha256)
    return {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": f"t={sent_at},v1={mac.hexdigest()}",
        "User-Agent": "eventsapp-sandbox-stripe",
    }


def post_over_http(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    request = Request(url, data=body, headers=dict(headers), method="POST")  # noqa: S310
    try:
        with urlopen(request, timeout=10) as answer:  # noqa: S310 - our own endpoint's address
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except (URLError, OSError):
        return 0
