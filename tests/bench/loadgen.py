"""A generic closed-loop HTTP load generator: knows nothing about the system under test.

A target module gives *jobs*: async callables `job(client, worker, seq) -> str` that do one unit of work (one or more HTTP
requests through `client`) and return an outcome label: "ok" or the name of a failure. Each of `concurrency` workers runs
jobs back to back with its own keep-alive connection and cookie jar, until `seconds` or `count` is used up.
"""

import asyncio
import collections
import json
import os
import time

import aiohttp

from tests.bench import procstat


class Client:
    """One worker's HTTP session; counts requests and keeps the last few failures for the report."""

    def __init__(self, base, headers=None, keep_cookies=True):
        self.base = base
        self.requests = 0
        jar = aiohttp.CookieJar(unsafe=True) if keep_cookies else aiohttp.DummyCookieJar()
        self.s = aiohttp.ClientSession(
            headers=headers or {},
            cookie_jar=jar,
            connector=aiohttp.TCPConnector(limit=4),
            timeout=aiohttp.ClientTimeout(total=120),
        )

    async def __call__(self, method, path, **kw):
        self.requests += 1
        url = path if path.startswith("http") else self.base + path
        async with self.s.request(method, url, allow_redirects=False, **kw) as r:
            body = await r.read()
            return Reply(r.status, r.headers, body)

    def forget(self):
        self.s.cookie_jar.clear()


class Reply:
    __slots__ = ("status", "headers", "body")

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.body)


def pct(sorted_list, q):
    if not sorted_list:
        return float("nan")
    return sorted_list[min(len(sorted_list) - 1, int(q * len(sorted_list)))]


async def drive(
    job,
    base,
    concurrency,
    seconds=None,
    count=None,
    headers=None,
    warmup=0,
    keep_cookies=True,
    groups=None,
):
    """Runs the closed loop; returns a dict of figures. Latencies are of whole jobs, successes only."""
    clients = [Client(base, headers, keep_cookies) for _ in range(concurrency)]
    lat, outcomes, samples = [], collections.Counter(), {}
    issued = 0
    seq_base = 0
    try:
        for i in range(warmup):
            await job(clients[i % concurrency], i % concurrency, i)
            seq_base += 1
        for c in clients:
            c.requests = 0
        t0 = time.perf_counter()
        deadline = t0 + seconds if seconds else None

        async def worker(w):
            nonlocal issued
            while True:
                if count is not None and issued >= count:
                    return
                if deadline and time.perf_counter() >= deadline:
                    return
                n = issued
                issued += 1
                a = time.perf_counter()
                try:
                    out = await job(clients[w], w, seq_base + n)
                except (TimeoutError, aiohttp.ClientError, OSError) as e:
                    out = "exc:" + type(e).__name__
                b = time.perf_counter()
                label, _, detail = out.partition("|")
                outcomes[label] += 1
                if detail and label not in samples:
                    samples[label] = detail[:300]
                if label == "ok":
                    lat.append(b - a)

        with procstat.Meter(groups or {}) as meter:
            await asyncio.gather(*(worker(w) for w in range(concurrency)))
            wall = time.perf_counter() - t0
    finally:
        for c in clients:
            await c.s.close()
    lat.sort()
    reqs = sum(c.requests for c in clients)
    ok = outcomes.get("ok", 0)
    done = max(1, sum(outcomes.values()))
    return {
        "cpu_ms_per_job": {k: round(1000 * v / done, 2) for k, v in meter.used.items()},
        "others_cpu_cores": round(meter.others / wall, 2),
        "steal_s": meter.steal,
        "concurrency": concurrency,
        "wall_s": round(wall, 2),
        "ok": ok,
        "ok_per_s": round(ok / wall, 2),
        "outcomes": dict(outcomes),
        "p50_ms": round(1000 * pct(lat, 0.5), 1),
        "p95_ms": round(1000 * pct(lat, 0.95), 1),
        "p99_ms": round(1000 * pct(lat, 0.99), 1),
        "max_ms": round(1000 * lat[-1], 1) if lat else None,
        "http_requests": reqs,
        "req_per_job": round(reqs / max(1, sum(outcomes.values())), 2),
        "failure_samples": samples,
    }


def record(path, name, figures, **extra):
    row = {
        "name": name,
        "at": time.strftime("%Y-%m-%dT%H:%M:%S"),
        "load1": round(os.getloadavg()[0], 2),
        **extra,
        **figures,
    }
    with open(path, "a") as f:
        f.write(json.dumps(row) + "\n")
    print(
        f"{name:34s} c={row['concurrency']:<3d} {row['ok_per_s']:>8.2f}/s  p50 {row['p50_ms']:>8.1f}  p95 {row['p95_ms']:>8.1f} ms"
        f"  {row['outcomes']}  req/job {row['req_per_job']}  {extra}"
        f"\n      cpu ms/job {row['cpu_ms_per_job']}  others {row['others_cpu_cores']} cores  steal {row['steal_s']}s",
        flush=True,
    )
    for k, v in figures["failure_samples"].items():
        print("      sample", k, "->", v[:200], flush=True)
    return row
