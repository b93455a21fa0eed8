"""Figures that need no server: paper, ranking, planning, a cold start."""

import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from eventsapp import settings
from eventsapp.gateways import paper
from eventsapp.gateways.paper import BadgePaper, TicketPaper
from tests.conftest import make_settings
from tests.faults.house import House

TOKEN = "A" * 147


def rows(row: Callable[..., Any], wanted: list[str]) -> list[Any]:
    found = []
    for name, measure in (("paper", _paper), ("cold", _cold_start), ("ranking", _ranking)):
        if not wanted or name in wanted:
            found += [row(*one) for one in measure()]
    return found


def _timed(work: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    best, result = 1e9, None
    for _ in range(times):
        began = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - began)
    return best, result


def _paper() -> list[tuple[str, str, str, float]]:
    settings.use(make_settings(Path(tempfile.mkdtemp()), "sqlite://"))
    badges = [
        BadgePaper(
            first_name=f"Ada{n}", last_name="Byron", role="Visiteur", token=f"{TOKEN[4:]}{n:04}"
        )
        for n in range(800)
    ]
    seconds, pdf = _timed(
        lambda: paper.badges_pdf(badges, lang="fr", organizer="O", series="S", event="E"), 1
    )
    # Another holder and another code each time: the compiler remembers what it has set.
    tickets = iter(
        TicketPaper(
            token=f"{TOKEN[4:]}{n:04}", series="S", event="E", day="24.09", time="19 h",
            when="jeudi", where="Aix", address="1 rue", product="Entrée",
            first_name=f"Ada {n}", last_name="Byron",
        ) for n in range(11)
    )  # fmt: skip
    paper.tickets_pdf([next(tickets)], lang="fr", organizer="O")
    one, _pdf = _timed(lambda: paper.tickets_pdf([next(tickets)], lang="fr", organizer="O"), 10)
    size = len(pdf) / 1e6
    return [
        (
            "800 badges with QR, PDF",
            "<= 2 s, <= 3 MB",
            f"{seconds:.2f} s, {size:.1f} MB",
            seconds / 2,
        ),
        ("one ticket PDF, warm", "<= 15 ms", f"{one * 1000:.0f} ms", one / 0.015),
    ]


def _cold_start() -> list[tuple[str, str, str, float]]:
    """From the command to the programme of the demo, read whole."""
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), f"sqlite:///{folder}/cold.sqlite3")
        house.command("demo", "load")
        best = 1e9
        for _ in range(3):
            began = time.perf_counter()
            house.serve()
            with urllib.request.urlopen(f"{house.address}/fr/ftw2015/", timeout=10) as page:
                page.read()
            best = min(best, time.perf_counter() - began)
            house.kill("serve")
        house.close()
    return [("cold start to first page", "<= 1.2 s", f"{best:.2f} s", best / 1.2)]


def _ranking() -> list[tuple[str, str, str, float]]:
    """As the command does it, imports and all; the sums alone are less."""
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), f"sqlite:///{folder}/ranking.sqlite3")
        house.command("demo", "load")
        base, _out = _timed(lambda: house.command("demo", "accounts", "--json"), 3)
        whole, _out = _timed(
            lambda: house.command("stands", "ranking", "ftw15-stands", "--json"), 3
        )
        house.close()
    seconds = whole - base
    return [("ranking of 90, 2,000 draws", "<= 0.5 s", f"{seconds:.2f} s", seconds / 0.5)]
