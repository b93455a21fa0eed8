"""How visitors arrive: the public address is asked from outside, as they ask it."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

import requests

from eventsapp.gateways import outward

# RFC 5737: an address of nobody, which no proxy may pass on as the visitor's.
FORGED = "192.0.2.7"


class Unreachable(Exception):
    """Nothing of ours answers at the public address; the message names the error."""


@dataclass(frozen=True)
class Arrival:
    """What the application saw of a request that came in at the public address.

    ``address`` is whom it took for the visitor; ``forwarded`` the addresses that proxies named, in
    their order; ``at`` the clock of the machine that answered.
    """

    scheme: str
    host: str
    address: str
    forwarded: tuple[str, ...]
    at: datetime | None


def look(base_url: str, secret: str) -> Arrival:
    """Ask the installation at ``base_url``, with a secret that proves who asks.

    Raises:
        Unreachable.
    """
    try:
        with outward.call() as patience:
            answer = requests.get(
                f"{base_url}/healthz/arrival",
                params={"by": secret},
                headers={"X-Forwarded-For": FORGED},
                timeout=(patience.connect_s, patience.answer_s),
                allow_redirects=False,
            )
        answer.raise_for_status()
        seen = answer.json()
        date = answer.headers.get("Date")
        return Arrival(
            scheme=seen["scheme"],
            host=seen["host"],
            address=seen["address"],
            forwarded=tuple(seen["forwarded"]),
            at=parsedate_to_datetime(date) if date else None,
        )
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        raise Unreachable(type(error).__name__) from error
