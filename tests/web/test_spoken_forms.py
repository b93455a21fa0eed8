"""What a form says of a field is in the reader's language, also where the library says it."""

import ast
from pathlib import Path

import pytest

from tests import make

WEB = Path(__file__).resolve().parents[2] / "eventsapp/web"


@pytest.mark.parametrize(
    ("language", "typed", "sentence"),
    [
        ("fr", {"name": ""}, "Ce champ est nécessaire."),
        ("en", {"name": ""}, "This field is needed."),
        ("fr", {"name": "x" * 61}, "60 caractères au plus."),
        ("en", {"name": "x" * 61}, "60 characters at most."),
        ("fr", {"name": "Nord", "events": "99"}, "Choisissez dans la liste."),
        ("fr", {"name": "Nord", "events": "un"}, "Choisissez dans la liste."),
    ],
)
def test_the_library_speaks_the_readers_language(client, language, typed, sentence):
    series = make.series(slug="essai")
    token = make.signed_in(client, make.account("owner", in_series=series, locale=language))

    answer = client.post(
        f"/organizer/essai/door/?lang={language}", data=typed | {"csrf_token": token}
    )

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "This field is required" not in answer.text


def test_every_form_speaks_so():
    """A form made from the library's own class would answer in English."""
    found = []
    for path in WEB.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                names = {base.id for base in node.bases if isinstance(base, ast.Name)}
                if names & {"FlaskForm", "Form"}:
                    found.append((path.name, node.name))
    assert found == [("spoken.py", "SpokenForm"), ("spoken.py", "SpokenPart")]
