"""Static files: one hash in the path, a year in the cache, never outside their folder."""

import re

import pytest

from eventsapp.web import assets


def path_of(app, name):
    with app.test_request_context("/"):
        return assets.asset(name)


def test_a_versioned_file_is_kept_for_a_year(app, client):
    path = path_of(app, "css/tokens.css")

    answer = client.get(path, headers={"Accept-Encoding": "gzip"})

    assert re.fullmatch(r"/static/~[0-9a-f]{8}/css/tokens\.css", path)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.mimetype == "text/css"


def test_an_old_version_is_served_but_not_kept(client):
    answer = client.get("/static/~00000000/css/tokens.css")

    assert answer.status_code == 200
    assert "immutable" not in answer.headers["Cache-Control"]


def test_fonts_of_a_style_sheet_inherit_its_version(app, client):
    sheet = path_of(app, "css/tokens.css")
    css = client.get(sheet).get_data(as_text=True)

    for relative in set(re.findall(r'url\("\.\./(fonts/[^"]+)"\)', css)):
        answer = client.get(sheet.replace("css/tokens.css", relative))
        assert (answer.status_code, answer.mimetype) == (200, "font/woff2")
        assert path_of(app, relative) == sheet.replace("css/tokens.css", relative)


@pytest.mark.parametrize(
    "name", ["../pyproject.toml", "css/../../pyproject.toml", "nope.css", "css"]
)
def test_nothing_outside_the_folder_is_served(client, name):
    assert client.get(f"/static/~00000000/{name}").status_code == 404


def test_a_template_that_names_a_missing_file_fails(app):
    with app.test_request_context("/"), pytest.raises(FileNotFoundError):
        assets.asset("css/nope.css")
