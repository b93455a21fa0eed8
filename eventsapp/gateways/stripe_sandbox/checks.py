"""Validation as Stripe does it, so that a wrong call fails here and not first in production."""

from collections.abc import Mapping
from typing import Any

_SESSION_PARAMS = {
    "mode",
    "line_items",
    "expires_at",
    "success_url",
    "cancel_url",
    "client_reference_id",
    "metadata",
    "payment_intent_data",
    "locale",
    "customer_email",
    "expand",
    "ui_mode",
}
_LEAST_CENTS = 50
_SHORTEST_S, _LONGEST_S = 30 * 60, 24 * 3600


class Wrong(Exception):
    """An error answer. ``executed``: the call passed validation and was then refused."""

    def __init__(
        self,
        message: str,
        *,
        code: str | None,
        status: int = 400,
        kind: str = "invalid_request_error",
        param: str | None = None,
        executed: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.executed = executed
        error = {"type": kind, "message": message, "code": code, "param": param}
        self.document = {
            "error": {name: value for name, value in error.items() if value is not None}
        }


def whole_number(value: Any, name: str, *, low: int = 0, high: int = 99_999_999) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise Wrong(
            f"Invalid integer: {value}", code="parameter_invalid_integer", param=name
        ) from None
    if not low <= number <= high:
        raise Wrong(f"Out of range: {number}", code="parameter_invalid_integer", param=name)
    return number


def metadata(params: Mapping[str, Any]) -> dict[str, str]:
    given = params.get("metadata") or {}
    if not isinstance(given, dict) or len(given) > 50:
        raise Wrong("Metadata takes up to 50 keys.", code=None, param="metadata")
    for key, value in given.items():
        if len(key) > 40 or not isinstance(value, str) or len(value) > 500:
            raise Wrong(
                "Metadata keys take 40 characters, values 500.", code=None, param="metadata"
            )
    return given


def session_lines(params: Mapping[str, Any]) -> tuple[list[dict[str, Any]], int, str]:
    """Return the lines, the total and the currency of a session to open."""
    if "payment_method_types" in params:
        raise Wrong(
            "payment_method_types is no longer supported.",
            code="payment_method_types_no_longer_supported",
            param="payment_method_types",
        )
    unknown = sorted(set(params) - _SESSION_PARAMS)
    if unknown:
        raise Wrong(
            f"Received unknown parameter: {unknown[0]}", code="parameter_unknown", param=unknown[0]
        )
    if params.get("mode") != "payment" or params.get("ui_mode", "hosted_page") != "hosted_page":
        raise Wrong("Only mode=payment on the hosted page.", code=None, param="mode")
    for name in ("success_url", "line_items"):
        if not params.get(name):
            raise Wrong(f"Missing required param: {name}.", code="parameter_missing", param=name)
    if len(params.get("client_reference_id") or "") > 200:
        raise Wrong("Invalid string.", code=None, param="client_reference_id")
    lines = [_line(line) for line in params["line_items"]]
    currencies = {line["currency"] for line in lines}
    total = sum(line["cents"] * line["quantity"] for line in lines)
    if len(currencies) != 1:
        raise Wrong("All prices must use the same currency.", code=None, param="line_items")
    if total < _LEAST_CENTS:
        raise Wrong(
            "The total must convert to at least 50 cents.",
            code="amount_too_small",
            param="line_items",
        )
    return lines, total, currencies.pop()


def _line(line: Any) -> dict[str, Any]:
    try:
        price = line["price_data"]
        name, currency = price["product_data"]["name"], price["currency"]
        cents, quantity = price["unit_amount"], line["quantity"]
    except (KeyError, TypeError):
        raise Wrong(
            "Missing required param: line_items.", code="parameter_missing", param="line_items"
        ) from None
    if not name or not isinstance(currency, str) or len(currency) != 3 or not currency.islower():
        raise Wrong("Invalid line.", code="parameter_invalid_string_empty", param="line_items")
    return {
        "name": name,
        "currency": currency,
        "cents": whole_number(cents, "line_items[unit_amount]"),
        "quantity": whole_number(quantity, "line_items[quantity]", low=1, high=999_999),
    }


def session_end(params: Mapping[str, Any], now: int) -> int:
    if "expires_at" not in params:
        return now + _LONGEST_S
    end = whole_number(params["expires_at"], "expires_at", high=2**40)
    if not now + _SHORTEST_S <= end <= now + _LONGEST_S:
        raise Wrong(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout"
            " Session creation.",
            code=None,
            param="expires_at",
        )
    return end
