"""``docs/production.md`` says what the program takes: its settings are read, its commands exist."""

import argparse
import re
import shlex
from pathlib import Path

from eventsapp import settings
from eventsapp.main import _modules

PAGE = (Path(__file__).parents[2] / "docs" / "production.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


def test_the_settings_of_the_page_start_a_production_house(tmp_path):
    [block] = [one for one in blocks("sh") if one.startswith("EVENTSAPP_ENV")]
    given = dict(line.split("=", 1) for line in block.splitlines())
    assert not [value for value in given.values() if "#" in value]
    made = settings.read(given | {"EVENTSAPP_DATA_DIR": str(tmp_path / "data")})
    assert made.production and made.trusted_proxies == 1 and made.log == "json"


def test_every_command_of_the_page_is_one():
    units = "\n".join(blocks("ini"))
    started = re.findall(r"^Exec\w+=\S*/eventsapp (.+)$", units, re.MULTILINE)
    named = re.findall(r"`eventsapp ((?:stripe|doctor|db)[a-z ]*)`", PAGE)
    assert {one.split()[0] for one in started} == {"db", "serve", "worker"}
    assert {"stripe setup", "doctor"} <= set(named)
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    for module in _modules([]):
        module.add_to(commands)
    for command in [*started, *named]:
        assert callable(parser.parse_args(shlex.split(command)).run), command


def test_the_proxies_of_the_page_speak_to_the_address_that_is_served():
    [unit] = [one for one in blocks("ini") if "eventsapp serve" in one]
    host, port = re.search(r"serve --host (\S+) --port (\d+)", unit).groups()
    [nginx], [caddy] = blocks("nginx"), blocks("caddy")
    assert f"proxy_pass http://{host}:{port};" in nginx
    assert f"reverse_proxy {host}:{port}\n" in caddy
