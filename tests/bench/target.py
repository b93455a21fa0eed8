"""Jobs for the load generator: one unit of work each, answered "ok" or by what went wrong."""

import random
import uuid
from collections.abc import Awaitable, Callable, Iterator

from tests.bench.loadgen import Client

Job = Callable[[Client, int, int], Awaitable[str]]


def api_order(
    key: str, event: str = "vente", product: str = "STD", payment: str = "offline"
) -> Job:
    async def job(client: Client, _worker: int, seq: int) -> str:
        body = {
            "email": f"n{seq}@example.org",
            "payment": payment,
            "notify": False,
            "lines": [
                {
                    "event": event,
                    "product": product,
                    "attendees": [{"first_name": "Ada", "last_name": f"N{seq}"}],
                }
            ],
        }
        answer = await client(
            "POST",
            "/api/v1/series/banc/orders",
            json=body,
            headers={"Authorization": f"Bearer {key}"},
        )
        if answer.status == 201:
            return "ok"
        return "sold_out" if answer.status == 409 else f"{answer.status}|{answer.text[:200]}"

    return job


def html_purchase(product_id: int, slug: str = "gratuit") -> Job:
    """Event page, hold, form, order, order's page: five requests and fresh cookies."""

    async def job(client: Client, _worker: int, seq: int) -> str:
        client.forget()
        origin = {"Origin": client.base}
        page = await client("GET", f"/fr/banc/events/{slug}")
        if page.status != 200:
            return f"page {page.status}"
        if f'name="qty-{product_id}"' not in page.text:
            return "sold_out"
        held = await client(
            "POST", "/fr/banc/hold", data={f"qty-{product_id}": "1"}, headers=origin
        )
        if held.status == 409:
            return "sold_out"
        if held.status != 303:
            return f"hold {held.status}|{held.text[:200]}"
        form = await client("GET", held.headers["Location"])
        if form.status != 200:
            return f"form {form.status}"
        data = {"email": f"n{seq}@example.org", "terms": "y", "shown_total": "0"}
        ordered = await client("POST", "/fr/banc/checkout", data=data, headers=origin)
        if ordered.status != 303:
            return f"order {ordered.status}|{ordered.text[:200]}"
        last = await client("GET", ordered.headers["Location"])
        return "ok" if last.status == 200 else f"tickets {last.status}"

    return job


def scan(key: str, tokens: list[str]) -> Job:
    waiting: Iterator[str] = iter(tokens)

    async def job(client: Client, _worker: int, _seq: int) -> str:
        token = next(waiting, None) or random.choice(tokens)
        body = {"uuid": str(uuid.uuid4()), "token": token, "gate": "Porte Nord", "kind": "entry"}
        answer = await client(
            "POST", "/api/v1/scans", json=body, headers={"Authorization": f"Bearer {key}"}
        )
        return "ok" if answer.status == 200 else f"{answer.status}|{answer.text[:200]}"

    return job


def page(path: str, etag: bool = False) -> Job:
    seen: dict[str, str] = {}

    async def job(client: Client, _worker: int, _seq: int) -> str:
        headers = {"Accept-Encoding": "gzip"}
        if etag and seen:
            headers["If-None-Match"] = seen["etag"]
        answer = await client("GET", path, headers=headers)
        if answer.status == 200:
            seen["etag"] = answer.headers.get("ETag", "")
            return "ok"
        return "ok" if answer.status == 304 and etag else f"{answer.status}"

    return job
