"""The export command writes the same words as the public feeds."""

import argparse
import json

import pytest

from eventsapp.cli import exchange
from eventsapp.domain.programme import releases
from tests import make


def run(app, **given):
    return exchange.run(app, argparse.Namespace(lang="fr", **given))


@pytest.mark.parametrize(
    ("format_name", "path"),
    [("frab-xml", "schedule.xml"), ("c3voc-json", "schedule.json"), ("ical", "schedule.ics")],
)
def test_the_command_and_the_feed_agree(app, client, capfdbinary, format_name, path):
    series = make.series(slug="weeks")
    make.event(series, venue_id=make.venue(series).id)
    releases.publish(series.id, actor="test")
    capfdbinary.readouterr()

    assert run(app, series="weeks", format=format_name) == 0

    written = capfdbinary.readouterr().out.strip()
    assert written == client.get(f"/fr/weeks/{path}").data.strip()
    assert written
    if format_name == "c3voc-json":
        assert json.loads(written)["schedule"]["version"] == "1"


def test_an_unknown_series_is_said(app, capsys):
    assert run(app, series="nope", format="ical") == 1
    assert "nope" in capsys.readouterr().err
