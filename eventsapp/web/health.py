"""Health for machines: alive, ready, figures."""

from typing import Any

from flask import Blueprint, Response, abort, jsonify, request
from sqlalchemy.exc import SQLAlchemyError

from eventsapp import schema, settings
from eventsapp.domain.accounts import api_keys
from eventsapp.kernel import clock, outbox, secrets
from eventsapp.web import access

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Any:
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/healthz/arrival")
def arrival() -> Any:
    """What this request looks like from here, for ``doctor`` alone."""
    try:
        secrets.unsign("arrival", request.args.get("by", ""), max_age=60)
    except secrets.BadLink:
        abort(404)
    forwarded = request.headers.get("X-Forwarded-For", "")
    return jsonify(
        scheme=request.scheme,
        host=request.host,
        address=request.remote_addr,
        forwarded=[one.strip() for one in forwarded.split(",") if one.strip()],
    )


@blueprint.get("/readyz")
def ready() -> Any:
    """200 when requests can be served, 503 with what is missing otherwise."""
    try:
        migrations = "current" if schema.is_current() else "behind"
        body = {
            "database": "ok",
            "migrations": migrations,
            "outbox_oldest_s": round(outbox.oldest_waiting_seconds(), 1),
        }
    except SQLAlchemyError:
        body = {"database": "down", "migrations": "unknown", "outbox_oldest_s": None}
    fine = body["database"] == "ok" and body["migrations"] == "current"
    return jsonify(body), 200 if fine else 503


@blueprint.get("/metrics")
def metrics() -> Any:
    """Prometheus text; for the machine itself, and for programs with a key."""
    if not _on_this_machine() and api_keys.find(access.bearer()) is None:
        return Response("loopback or key only\n", status=403, mimetype="text/plain")
    waiting, failed = outbox.counts()
    lines = [
        "# TYPE eventsapp_outbox_waiting gauge",
        f"eventsapp_outbox_waiting {waiting}",
        "# TYPE eventsapp_outbox_failed gauge",
        f"eventsapp_outbox_failed {failed}",
        "# TYPE eventsapp_outbox_oldest_seconds gauge",
        f"eventsapp_outbox_oldest_seconds {outbox.oldest_waiting_seconds():.1f}",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


def _on_this_machine() -> bool:
    # What a proxy on this machine passes on comes from elsewhere.
    forwarded = request.headers.get("X-Forwarded-For") or request.headers.get("Forwarded")
    return request.remote_addr in ("127.0.0.1", "::1") and not forwarded


@blueprint.get("/.well-known/security.txt")
def security_txt() -> Any:
    expires = clock.now().replace(microsecond=0, month=1, day=1)
    base = settings.current().base_url
    lines = (
        f"Contact: mailto:security@{base.split('//')[-1].split(':')[0].split('/')[0]}",
        f"Expires: {expires.replace(year=expires.year + 1).isoformat()}",
        "Preferred-Languages: fr, en",
        f"Canonical: {base}/.well-known/security.txt",
    )
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/robots.txt")
def robots() -> Any:
    closed = ("/organizer/", "/jury/", "/door/", "/account/", "/host/", "/api/", "/*/orders/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")
