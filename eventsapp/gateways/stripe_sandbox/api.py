"""The HTTP subset of Stripe's API that the product uses, answered from the store."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from eventsapp.gateways.stripe_sandbox import checks, payments
from eventsapp.gateways.stripe_sandbox.checks import Wrong
from eventsapp.gateways.stripe_sandbox.store import Doc, Store, new_id
from eventsapp.gateways.stripe_sandbox.webhooks import announce, public

Params = dict[str, Any]

_KINDS = {
    "checkout/sessions": "checkout.session",
    "payment_intents": "payment_intent",
    "charges": "charge",
    "refunds": "refund",
    "events": "event",
    "webhook_endpoints": "webhook_endpoint",
    "balance_transactions": "balance_transaction",
    "disputes": "dispute",
    "payouts": "payout",
}
KEY_LIFE_S = 24 * 3600
_EXPANDABLE = {"payment_intent", "latest_charge", "charge", "balance_transaction"}


class Api:
    """One request in, one (status, document) out."""

    def __init__(self, store: Store, pay_url: Callable[[str], str]) -> None:
        self._store = store
        self._pay_url = pay_url

    def answer(
        self, method: str, path: str, params: Params, *, api_key: str, idempotency_key: str | None
    ) -> tuple[int, Doc]:
        try:
            if not re.fullmatch(r"[sr]k_test_\w+", api_key):
                raise Wrong("Invalid API Key provided", code=None, status=401)
            if method == "GET":
                return 200, self._read(path, params)
            if method == "DELETE" and path.startswith("webhook_endpoints/"):
                return 200, self._drop_endpoint(path.removeprefix("webhook_endpoints/"))
            if method != "POST":
                raise _unknown_route(method, path)
            return self._write(path, params, idempotency_key)
        except Wrong as wrong:
            return wrong.status, wrong.document

    # Reading

    def _read(self, path: str, params: Params) -> Doc:
        expand = params.pop("expand", [])
        paths = expand if isinstance(expand, list) else list(expand.values())
        for route, kind in _KINDS.items():
            if path == route:
                return self._list(route, kind, params, paths)
            if path.startswith(route + "/"):
                doc = self._store.get(path.removeprefix(route + "/"), kind)
                if doc is None:
                    raise _missing(kind, path.rsplit("/", 1)[1])
                return self._expanded(public(doc), paths)
        raise _unknown_route("GET", path)

    def _list(self, route: str, kind: str, params: Params, paths: list[str]) -> Doc:
        limit = checks.whole_number(params.get("limit", "10"), "limit", low=1, high=100)
        docs, more = self._store.listed(kind, params, limit)
        inner = [path.removeprefix("data.") for path in paths]
        return {
            "object": "list",
            "url": f"/v1/{route}",
            "has_more": more,
            "data": [self._expanded(public(doc), inner) for doc in docs],
        }

    def _expanded(self, doc: Doc, paths: list[str]) -> Doc:
        for path in paths:
            node: Any = doc
            for step in path.split("."):
                if step not in _EXPANDABLE:
                    raise Wrong(f"This property cannot be expanded ({path}).", code=None)
                if isinstance(node.get(step), str):
                    found = self._store.get(node[step])
                    node[step] = public(found) if found else node[step]
                node = node.get(step)
                if not isinstance(node, dict):
                    break
        return doc

    # Writing

    def _write(self, path: str, params: Params, key: str | None) -> tuple[int, Doc]:
        fingerprint = hashlib.sha256(
            json.dumps([path, params], sort_keys=True).encode()
        ).hexdigest()
        now = payments.epoch()
        with self._store.writing() as connection:
            if key:
                # As at Stripe: a key is forgotten, and the same call then acts a second time.
                connection.execute("DELETE FROM saved_answer WHERE at <= ?", (now - KEY_LIFE_S,))
                held = connection.execute(
                    "SELECT fingerprint, status, body FROM saved_answer WHERE key = ?", (key,)
                ).fetchone()
                if held and held[0] != fingerprint:
                    raise Wrong(
                        "Keys for idempotent requests can only be used with the same parameters"
                        f" they were first used with ({key}).",
                        code=None,
                        kind="idempotency_error",
                    )
                if held:
                    saved: Doc = json.loads(held[2])
                    return held[1], saved
            try:
                status, doc = 200, public(self._act(path, params))
            except Wrong as wrong:
                # As at Stripe: what failed validation is not kept under its key.
                if not wrong.executed:
                    raise
                status, doc = wrong.status, wrong.document
            if key:
                connection.execute(
                    "INSERT INTO saved_answer (key, at, fingerprint, status, body)"
                    " VALUES (?, ?, ?, ?, ?)",
                    (key, now, fingerprint, status, json.dumps(doc)),
                )
            return status, doc

    def _act(self, path: str, params: Params) -> Doc:
        if path == "checkout/sessions":
            return self._open_session(params)
        if expiring := re.fullmatch(r"checkout/sessions/(\w+)/expire", path):
            return self._expire_session(expiring[1])
        if path == "refunds":
            return self._refund(params)
        if path == "webhook_endpoints":
            return self._create_endpoint(params)
        if path.startswith("webhook_endpoints/"):
            return self._change_endpoint(path.removeprefix("webhook_endpoints/"), params)
        raise _unknown_route("POST", path)

    def _open_session(self, params: Params) -> Doc:
        lines, total, currency = checks.session_lines(params)
        now = payments.epoch()
        session_id = new_id("cs_test_")
        session = {
            "id": session_id,
            "object": "checkout.session",
            "amount_subtotal": total,
            "amount_total": total,
            "cancel_url": params.get("cancel_url"),
            "client_reference_id": params.get("client_reference_id"),
            "created": now,
            "currency": currency,
            "customer_email": params.get("customer_email"),
            "expires_at": checks.session_end(params, now),
            "livemode": False,
            "locale": params.get("locale"),
            "metadata": checks.metadata(params),
            "mode": "payment",
            "payment_intent": None,
            "payment_status": "unpaid",
            "status": "open",
            "success_url": params["success_url"],
            "url": self._pay_url(session_id),
            "_lines": lines,
            "_intent": {"metadata": checks.metadata(params.get("payment_intent_data") or {})},
        }
        self._store.put(session, due=session["expires_at"])
        return session

    def _expire_session(self, session_id: str) -> Doc:
        before = self._store.get(session_id, "checkout.session")
        if before is None:
            raise _missing("checkout.session", session_id)
        if before["status"] != "open":
            raise Wrong(
                'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout'
                f" Session has a status of `{before['status']}`.",
                code=None,
                executed=True,
            )
        return payments.expire(self._store, session_id) or before

    def _refund(self, params: Params) -> Doc:
        charge = self._charge_to_refund(params)
        left = charge["amount"] - charge["amount_refunded"]
        amount = checks.whole_number(params.get("amount", left), "amount", low=1)
        if left == 0:
            raise Wrong(
                f"Charge {charge['id']} has already been refunded.",
                code="charge_already_refunded",
                executed=True,
            )
        if amount > left:
            raise Wrong(
                f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left}).",
                code=None,
                param="amount",
                executed=True,
            )
        refund = {
            "id": new_id("re_"),
            "object": "refund",
            "amount": amount,
            "charge": charge["id"],
            "created": payments.epoch(),
            "currency": charge["currency"],
            "metadata": checks.metadata(params),
            "payment_intent": charge["payment_intent"],
            "reason": params.get("reason"),
            "status": "succeeded",
        }
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        self._store.put(refund)
        self._store.put(charge)
        announce(self._store, "refund.created", refund)
        announce(self._store, "charge.refunded", charge)
        return refund

    def _charge_to_refund(self, params: Params) -> Doc:
        intent_id = params.get("payment_intent")
        if intent_id:
            intent = self._store.get(intent_id, "payment_intent")
            if intent is None:
                raise _missing("payment_intent", intent_id)
            charge_id = intent["latest_charge"]
        else:
            charge_id = params.get("charge")
        charge = self._store.get(charge_id, "charge") if charge_id else None
        if charge is None:
            raise Wrong(
                "This PaymentIntent does not have a successful charge to refund.",
                code="resource_missing" if charge_id else None,
                executed=True,
            )
        return charge

    def _create_endpoint(self, params: Params) -> Doc:
        secret = new_id("whsec_")
        endpoint = {
            "id": new_id("we_"),
            "object": "webhook_endpoint",
            "api_version": params.get("api_version"),
            "created": payments.epoch(),
            "enabled_events": params.get("enabled_events", []),
            "livemode": False,
            "status": "enabled",
            "url": params.get("url"),
            "_secret": secret,
        }
        if not isinstance(endpoint["url"], str) or not endpoint["enabled_events"]:
            raise Wrong("Missing required param: url or enabled_events.", code="parameter_missing")
        self._store.put(endpoint)
        # The secret is shown at creation, never again.
        return endpoint | {"secret": secret}

    def _endpoint(self, endpoint_id: str) -> Doc:
        found = self._store.get(endpoint_id, "webhook_endpoint")
        if found is None:
            raise _missing("webhook_endpoint", endpoint_id)
        return found

    def _change_endpoint(self, endpoint_id: str, params: Params) -> Doc:
        changed = self._endpoint(endpoint_id) | {"enabled_events": params["enabled_events"]}
        self._store.put(changed)
        return {name: value for name, value in changed.items() if name != "_secret"}

    def _drop_endpoint(self, endpoint_id: str) -> Doc:
        self._store.drop(self._endpoint(endpoint_id)["id"])
        return {"id": endpoint_id, "object": "webhook_endpoint", "deleted": True}


def _missing(kind: str, object_id: str) -> Wrong:
    return Wrong(
        f"No such {kind.replace('.', ' ')}: '{object_id}'", code="resource_missing", status=404
    )


def _unknown_route(method: str, path: str) -> Wrong:
    return Wrong(f"Unrecognized request URL ({method}: /v1/{path}).", code=None, status=404)


def account_of(headers: Mapping[str, str]) -> str:
    """The API key of an Authorization header, empty when there is none."""
    return headers.get("Authorization", "").removeprefix("Bearer ").strip()
