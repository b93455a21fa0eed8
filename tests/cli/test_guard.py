"""A process that takes itself for a demo keeps its hands off a real series."""

import argparse
from dataclasses import replace

import pytest

from eventsapp import settings
from eventsapp.cli import guard, worker
from eventsapp.cli import run as whole
from eventsapp.cli import serve as server
from eventsapp.demo import load
from eventsapp.domain.programme import frame
from eventsapp.domain.programme.frame import SeriesDraft
from tests import make

STARTS = (server.run_serve, whole.run_all, worker.run)


@pytest.fixture
def demo(app):
    settings.use(replace(settings.current(), env="demo"))
    yield
    settings.use(replace(settings.current(), env="test"))


@pytest.mark.parametrize("start", STARTS)
def test_a_demo_refuses_a_database_with_a_real_series(app, demo, capsys, monkeypatch, start):
    make.series(slug="vraie")
    monkeypatch.setattr(server, "serve", lambda *_given: pytest.fail("it was served"))
    monkeypatch.setattr(whole.migrations, "upgrade", lambda: None)
    monkeypatch.setattr(server.schema, "refuse_old", lambda: None)
    arguments = argparse.Namespace(host="127.0.0.1", port=1, workers=1, once=True)

    assert start(app, arguments) == 1
    assert "vraie" in capsys.readouterr().err


@pytest.mark.parametrize(("env", "said"), [("development", "vraie"), ("production", "never")])
def test_run_brings_no_demo_to_a_real_series(app, capsys, monkeypatch, env, said):
    make.series(slug="vraie")
    monkeypatch.setattr(whole.migrations, "upgrade", lambda: None)
    monkeypatch.setattr(settings, "_current", replace(settings.current(), env=env))

    assert whole.run_all(app, argparse.Namespace(host="127.0.0.1", port=1, workers=1)) == 1
    assert said in capsys.readouterr().err
    assert not load.loaded()


def test_a_series_made_at_the_desk_of_a_demo_goes_with_the_next_reset(app, demo):
    seller = make.series(is_demo=True)
    draft = SeriesDraft("Essai", "", "essai", seller.starts_on, seller.ends_on, "Europe/Paris")

    made = frame.create_series(seller.organisation_id, draft, actor="test")

    assert made.is_demo
    guard.refuse_foreign_series()
    load.refuse_foreign_series()


def test_elsewhere_a_series_is_real(app):
    seller = make.series()
    draft = SeriesDraft("Essai", "", "essai", seller.starts_on, seller.ends_on, "Europe/Paris")

    assert not frame.create_series(seller.organisation_id, draft, actor="test").is_demo
    guard.refuse_foreign_series()
