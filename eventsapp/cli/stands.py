"""``eventsapp stands``: the ranking of a call, for programs and for the deliberation."""

import argparse
import json
import sys
from typing import Any

from flask import Flask

from eventsapp.domain.selection.calls import queries
from eventsapp.domain.selection.ranking import ranking
from eventsapp.kernel.errors import NotFound


def add_to(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser("stands", help="calls for stands and their ranking")
    actions = parser.add_subparsers(dest="action", required=True)
    ranker = actions.add_parser("ranking", help="raw and calibrated scores, best first")
    ranker.add_argument("call", help="the call's slug")
    ranker.add_argument("--json", action="store_true", help="every figure, not rounded")
    ranker.set_defaults(run=run_ranking)


def run_ranking(app: Flask, arguments: argparse.Namespace) -> int:
    with app.app_context():
        try:
            call = queries.call_by_slug(arguments.call)
        except NotFound:
            print(f"no call is named {arguments.call}", file=sys.stderr)
            return 1
        lines = ranking_lines(call)
    if arguments.json:
        print(json.dumps(lines, ensure_ascii=False, indent=1))
        return 0
    print("application      raw  calibrated     sd  p(selected)  reviews")
    for line in lines:
        figures = [_figure(line[name]) for name in ("raw", "calibrated", "sd", "p_selected")]
        apart = "" if line["eligible"] else "  ineligible"
        print(
            f"{line['application']:11} {figures[0]:>8} {figures[1]:>11} {figures[2]:>6}"
            f" {figures[3]:>12} {line['reviews']:>8}{apart}"
        )
    return 0


def ranking_lines(call: Any) -> list[dict[str, Any]]:
    """The lines of the contract, best first."""
    references = {a.id: a.reference for a in queries.submitted_of(call.id).values()}
    _, ranked = ranking.of(call)
    return [
        {
            "application": references[line.candidate.key],
            "raw": line.raw,
            "calibrated": line.calibrated,
            "sd": line.sd,
            "p_selected": line.p_selected,
            "reviews": line.reviews,
            "eligible": line.eligible,
        }
        for line in ranked.lines
    ]


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
