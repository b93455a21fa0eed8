"""The bridge: the ``stripe`` library calls the sandbox without leaving the process."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import stripe

from eventsapp.gateways.stripe_sandbox import form_encoding
from eventsapp.gateways.stripe_sandbox.api import Api, account_of


class InProcessClient(stripe.HTTPClient):
    """Hands every request to the sandbox's API; the host of the URL is not looked at."""

    name = "sandbox"

    def __init__(self, api: Api) -> None:
        super().__init__()
        self._api = api

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        **_more: Any,
    ) -> tuple[str, int, Mapping[str, str]]:
        address = urlsplit(url)
        headers = headers or {}
        encoded = post_data if method.upper() == "POST" else address.query
        if isinstance(encoded, bytes):
            encoded = encoded.decode()
        status, doc = self._api.answer(
            method.upper(),
            address.path.removeprefix("/v1/"),
            form_encoding.parse(encoded or ""),
            api_key=account_of(headers),
            idempotency_key=headers.get("Idempotency-Key"),
        )
        return json.dumps(doc), status, {"request-id": "req_sandbox"}

    def close(self) -> None:
        """Nothing is held open."""
