"""``eventsapp export schedule``: the released programme in a format other programs read."""

import argparse
import sys
from typing import Any

from flask import Flask

from eventsapp import settings
from eventsapp.domain.programme import calendar, releases
from eventsapp.domain.programme.exchange import c3voc, frab
from eventsapp.kernel import i18n
from eventsapp.kernel.errors import NotFound

FORMATS: dict[str, Any] = {
    "frab-xml": frab.schedule,
    "c3voc-json": c3voc.schedule,
    "ical": calendar.feed,
}


def add_to(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser("export", help="take data out")
    actions = parser.add_subparsers(dest="action", required=True)
    schedule = actions.add_parser("schedule", help="the released programme of a series")
    schedule.add_argument("--series", required=True, metavar="SLUG")
    schedule.add_argument("--format", required=True, choices=sorted(FORMATS))
    schedule.add_argument("--lang", choices=i18n.LOCALES, default="fr")
    schedule.set_defaults(run=run)


def run(app: Flask, arguments: argparse.Namespace) -> int:
    base, lang = settings.current().base_url, arguments.lang

    def address(series: str, event: str) -> str:
        return f"{base}/{lang}/{series}/events/{event}"

    with app.app_context(), i18n.use_locale(lang):
        try:
            series = releases.current(arguments.series)
        except NotFound:
            print(f"no released series: {arguments.series}", file=sys.stderr)
            return 1
        body = FORMATS[arguments.format](series, address)
    if isinstance(body, bytes):
        sys.stdout.buffer.write(body)
    else:
        print(body)
    return 0
