"""Tickets and badges as PDF, set by typst from ``paper_templates/``.

A single order is set in process by a warm compiler (5 ms a page). Hundreds of badges are set in a
child process that ends: typst keeps what it has laid out, 200 MB for 800 badges.
"""

import json
import logging
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import typst

from eventsapp.gateways import qr
from eventsapp.kernel import spelling
from eventsapp.kernel.i18n import _, use_locale

log = logging.getLogger(__name__)

_TEMPLATES = Path(__file__).parent / "paper_templates"
# Above this many pages a child process pays for itself.
_BULK = 40
_CHILD_TIMEOUT_S = 120
# A compiler is not shared between threads while it works.
_one_at_a_time = Lock()


@dataclass(frozen=True, kw_only=True)
class TicketPaper:
    """What one ticket shows; every text is ready in the reader's language.

    ``day`` is the big date ("24.09"), ``when`` the whole one; ``code`` the short reference for
    people; ``advice`` what to know at the entrance.
    """

    token: str
    series: str
    event: str
    day: str
    time: str
    when: str
    where: str
    address: str
    product: str
    first_name: str
    last_name: str
    company: str = ""
    price: str = ""
    code: str = ""
    advice: str = ""
    legal: str = ""


@dataclass(frozen=True, kw_only=True)
class BadgePaper:
    """What one badge shows. ``colour`` is the role's band, ``ink`` the word on it (#rrggbb)."""

    first_name: str
    last_name: str
    role: str
    token: str = ""
    company: str = ""
    colour: str = "#14213d"
    ink: str = "#ffffff"
    note: str = ""


def tickets_pdf(tickets: Sequence[TicketPaper], *, lang: str, organizer: str) -> bytes:
    """All tickets of an order in one tagged PDF (PDF/UA-1), one A4 page each."""
    with use_locale(lang):
        labels = {
            "when": _("Quand"),
            "where": _("Où"),
            "price": _("Prix"),
            "code": _("Code QR du billet"),
            "address": _("Adresse"),
            "entry": _("À l’entrée"),
        }
        title = _("Billets : {event}", event=tickets[0].event)
        pages = [
            _written(ticket)
            | {
                "labels": labels,
                "number": _("Billet {n} sur {total}", n=number, total=len(tickets)),
                "qr": qr.svg(ticket.token),
            }
            for number, ticket in enumerate(tickets, start=1)
        ]
    data = {"title": title, "organizer": organizer, "lang": lang, "tickets": pages}
    return _set("tickets.typ", data, len(tickets), tagged=True)


def badges_pdf(
    badges: Sequence[BadgePaper], *, lang: str, organizer: str, series: str, event: str
) -> bytes:
    """Badges for printing, A6 upright, one a page; untagged, which saves a third of the file."""
    with use_locale(lang):
        title = _("Badges : {event}", event=event)
        code_label = _("Code QR du billet")
    data = {
        "title": title,
        "organizer": organizer,
        "lang": lang,
        "series": series,
        "event": event,
        "code_label": code_label,
        "badges": [
            _written(badge) | {"qr": qr.svg(badge.token) if badge.token else ""} for badge in badges
        ],
    }
    return _set("badges.typ", data, len(badges), tagged=False)


def _written(paper: TicketPaper | BadgePaper) -> dict[str, str]:
    """Its words, read forward: names kept before the rule may still turn what follows them."""
    return {name: spelling.clean(value) for name, value in asdict(paper).items()}


def _set(template: str, data: dict[str, Any], pages: int, *, tagged: bool) -> bytes:
    if pages <= _BULK:
        with _one_at_a_time:
            return compile_here(template, data, tagged=tagged)
    order = json.dumps({"template": template, "data": data, "tagged": tagged})
    child = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "eventsapp.gateways.paper_child"],
        input=order.encode(),
        capture_output=True,
        check=True,
        timeout=_CHILD_TIMEOUT_S,
        cwd=Path(__file__).parents[2],
    )
    return child.stdout


def compile_here(template: str, data: dict[str, Any], *, tagged: bool) -> bytes:
    """Set one document in this process.

    PDF/UA refuses a name that our fonts cannot write (李明, 😀). Its holder needs the ticket all
    the same: it is set without that promise, with what fonts the machine has.
    """
    try:
        return _compiled(template, data, tagged=tagged, standards="ua-1" if tagged else [])
    except typst.TypstError as error:
        if not tagged:
            raise
        log.warning("set without PDF/UA: %s", error)
        return _compiled(template, data, tagged=True, standards=[], any_font=True)


def _compiled(
    template: str, data: dict[str, Any], *, tagged: bool, standards: Any, any_font: bool = False
) -> bytes:
    pdf: Any = _compiler(any_font).compile(
        input=str(_TEMPLATES / template),
        format="pdf",
        sys_inputs={"data": json.dumps(data)},
        pdf_standards=standards,
        pdf_tags=tagged,
    )
    return bytes(pdf)


@lru_cache(maxsize=2)
def _compiler(any_font: bool = False) -> typst.Compiler:
    return typst.Compiler(
        root=str(_TEMPLATES),
        font_paths=[str(_TEMPLATES / "fonts")],
        ignore_system_fonts=not any_font,
    )
