"""Commands given in a wrong state or with wrong words: one sentence and a code, no stack trace."""

import os

import pytest

from tests.cli.told import tell


@pytest.fixture
def eventsapp(tmp_path, tmp_path_factory):
    channels = tmp_path_factory.mktemp("channels")

    def run(*words, **environ):
        given = {"PATH": os.environ["PATH"], "EVENTSAPP_DATA_DIR": str(tmp_path), **environ}
        return tell(words, given, channels)

    return run


@pytest.mark.parametrize(
    ("words", "environ", "code", "sentence"),
    [
        (["serve"], {}, 1, "run `eventsapp db upgrade`"),
        (["worker", "--once"], {}, 1, "run `eventsapp db upgrade`"),
        (["worker"], {}, 1, "run `eventsapp db upgrade`"),
        (["db", "check"], {}, 1, "not up to date"),
        (["db", "downgrade"], {}, 1, "eventsapp: "),
        (["serve"], {"PORT": "abc"}, 2, "--port"),
        (["serve", "--workers", "0"], {}, 2, "one process at least"),
        (["demo", "load", "--at", "soon"], {}, 2, "2015-09-10T12:00"),
        (["demo", "accounts"], {"EVENTSAPP_ENV": "production"}, 2, "EVENTSAPP_SECRET_KEY"),
        (
            ["api-key", "create", "--label", "x", "--series", "y", "--scope", "orders:read"],
            {},
            1,
            "eventsapp db upgrade",
        ),
        (
            ["db", "upgrade"],
            {"EVENTSAPP_DATABASE_URL": "postgresql://127.0.0.1:1/x"},
            1,
            "the database refused",
        ),
    ],
)
def test_a_command_that_cannot_says_why(eventsapp, words, environ, code, sentence):
    ended = eventsapp(*words, **environ)

    assert (ended.returncode, "Traceback" in ended.stderr) == (code, False), ended.stderr
    assert sentence in ended.stderr


def test_an_address_that_is_none_is_refused_in_a_sentence(eventsapp):
    assert eventsapp("db", "upgrade").returncode == 0

    ended = eventsapp("organizer", "create", "nonsense")

    assert (ended.returncode, ended.stdout) == (1, "")
    assert "nonsense" in ended.stderr and "Traceback" not in ended.stderr


def test_what_is_written_is_readable_by_its_owner_alone(eventsapp, tmp_path):
    for words in (("db", "upgrade"), ("worker", "--once")):
        done = eventsapp(*words)
        assert done.returncode == 0, done.stderr

    written = [tmp_path, *tmp_path.rglob("*")]
    assert {"eventsapp.sqlite3", "secret-key"} <= {path.name for path in written}
    assert [str(path) for path in written if path.stat().st_mode & 0o077] == []


def test_a_second_owner_is_refused_or_gets_an_organisation_of_their_own(eventsapp):
    assert eventsapp("db", "upgrade").returncode == 0
    first = eventsapp("organizer", "create", "ada@example.org")
    second = eventsapp("organizer", "create", "lea@lyon.example")
    named = eventsapp("organizer", "create", "lea@lyon.example", "--organisation", "Lyon")

    assert [one.returncode for one in (first, second, named)] == [0, 1, 0]
    assert "--organisation" in second.stderr and second.stdout == ""
    assert "/fr/sign-in/" in named.stdout
