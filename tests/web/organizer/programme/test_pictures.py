"""Pictures sent at the desk: drawn anew, described, centred, public with the release, put back."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest

from eventsapp import settings
from eventsapp.cli import worker
from eventsapp.domain.programme import pictures, releases, talks
from eventsapp.domain.programme.models import Person
from eventsapp.domain.programme.picture_models import Picture
from eventsapp.domain.programme.pictures import Subject
from eventsapp.domain.programme.talks import PersonDraft, SessionDraft
from eventsapp.gateways import pictures as store
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from tests import make
from tests.web.organizer.programme.test_programme import Desk

START = datetime(2026, 9, 24, 17, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
MARK = '"><script>alert(1)</script>'


@pytest.fixture
def desk(client):
    return Desk(client)


@pytest.fixture
def event(desk):
    made = make.event(desk.series, slug="soiree")
    draft = SessionDraft(
        "Causerie", "Talk", None, START, START + HOUR, "fr", (PersonDraft("Ada", "L"),)
    )
    talks.create_session(made.id, draft, actor="test")
    releases.publish(desk.series.id, actor="test")
    return made


def send(desk, path, content=None, **words):
    file = BytesIO(make.photograph((1000, 500)) if content is None else content)
    words = {"alt_fr": "Une foule", "alt_en": "A crowd", "step": "send"} | words
    return desk.post(path, file=(file, "photo.svg"), **words)


def public(desk, path="events/soiree", lang="fr"):
    return desk.client.get(f"/{lang}/weeks/{path}").get_data(as_text=True)


def shown():
    return db.session.query(Picture).filter(Picture.taken_off_at.is_(None)).all()


def test_a_picture_is_public_with_the_release_and_in_both_languages(desk, event):
    answer, text = send(desk, f"events/{event.id}/picture")
    assert answer.status_code == 302, text
    assert "/pictures/" not in public(desk)
    desk.post("programme/releases")

    page = public(desk)
    [one] = shown()
    assert 'alt="Une foule"' in page and 'alt="A crowd"' in public(desk, lang="en")
    assert f"/pictures/{one.key}/480.webp 480w" in page
    assert f"/pictures/{one.key}/1000.jpg 1000w" in page
    assert 'width="1000" height="500"' in page
    share = re.search(r'<meta property="og:image" content="([^"]+)"', page)[1]
    assert share == f"http://localhost/pictures/{one.key}/1000.jpg"
    assert f'"image": "{share}"' in page


def test_its_files_are_the_same_for_ever_without_session_or_database(desk, event, statements):
    send(desk, f"events/{event.id}/picture")
    [one] = shown()
    statements.clear()

    for signed_in in (True, False):
        if not signed_in:
            desk.client.delete_cookie("session")
        for ending, kind in store.ENDINGS.items():
            answer = desk.client.get(f"/pictures/{one.key}/480.{ending}")
            assert answer.status_code == 200
            assert answer.mimetype == kind
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert "Set-Cookie" not in answer.headers
    assert statements == []
    etag = answer.headers["ETag"]
    again = desk.client.get(f"/pictures/{one.key}/480.jpg", headers={"If-None-Match": etag})
    assert again.status_code == 304
    for wrong in (f"{one.key}/481.jpg", f"{one.key}/480.png", f"{'a' * 32}/480.jpg", "x/480.jpg"):
        assert desk.client.get(f"/pictures/{wrong}").status_code == 404


@pytest.mark.parametrize("missing", ["alt_fr", "alt_en"])
def test_a_picture_without_words_is_refused_and_nothing_is_kept(desk, event, missing):
    answer, text = send(desk, f"events/{event.id}/picture", **{missing: "  "})

    assert answer.status_code == 422
    assert "Dites ce que montre" in text
    assert shown() == []


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "pas une image"),
        (b"", 415, "pas une image"),
        (b"\0" * (store.MOST_BYTES + 1), 413, "dépasse 10"),
        (make.photograph((100, 100)), 422, "pixels"),
    ],
)
def test_a_file_that_is_none_is_refused_with_words(desk, event, content, status, words):
    answer, text = send(desk, f"events/{event.id}/picture", content)

    assert answer.status_code == status
    assert words in text and 'value="Une foule"' in text
    assert shown() == []


def test_what_stays_in_sight_is_pointed_at_or_typed(desk, event):
    send(desk, f"events/{event.id}/picture")
    [one] = shown()
    path, base = f"events/{event.id}/picture", {"picture": one.id, "alt_en": "A crowd"}

    typed = {"version": 1, "focus_x": "20", "focus_y": "80", "alt_fr": "Une foule debout"}
    desk.post(path, **base, **typed, step="describe")
    [one] = shown()
    db.session.refresh(one)
    assert (one.focus_x, one.focus_y, one.alt_fr) == (20, 80, "Une foule debout")

    # 280 pixels wide and 140 high where it is pointed at.
    pointed = {"version": 2, "point.x": "210", "point.y": "35", "alt_fr": "Une foule debout"}
    desk.post(path, **base, **pointed)
    db.session.refresh(one)
    assert (one.focus_x, one.focus_y) == (75, 25)
    desk.post("programme/releases")
    assert re.search(r'<picture class="framed fx-8 fy-2', public(desk))

    answer, _text = desk.post(path, **base, **pointed)
    assert answer.status_code == 409  # read before somebody saved


def test_replaced_taken_off_and_put_back(desk, event):
    path = f"events/{event.id}/picture"
    send(desk, path)
    [first] = shown()
    send(desk, path, alt_fr="Une autre foule")
    [second] = shown()
    assert second.id != first.id

    desk.post(path, picture=first.id, step="put_back")
    assert [one.id for one in shown()] == [first.id]
    desk.post(path, picture=first.id, step="take_off")
    assert shown() == []
    desk.post(path, picture=second.id, step="put_back")
    desk.post("programme/releases")
    assert 'alt="Une autre foule"' in public(desk)
    _answer, text = desk.get("programme/releases")
    assert "image" in text


def test_files_go_after_a_week_unless_the_public_still_sees_them(desk, event):
    path = f"events/{event.id}/picture"
    send(desk, path)
    [first] = shown()
    desk.post("programme/releases")
    send(desk, path, alt_fr="Une autre foule")
    [second] = shown()
    assert pictures.forget_taken_off in [command for _seconds, command in worker.PERIODIC]

    clock.freeze(clock.now() + pictures.KEPT_FOR + HOUR)
    assert pictures.forget_taken_off() == 0  # the release shows the first
    desk.token = make.signed_in(desk.client, desk.account)
    desk.post("programme/releases")
    assert pictures.forget_taken_off() == 1
    with pytest.raises(FileNotFoundError):
        store.path_of(first.key, 480, "jpg")
    assert store.path_of(second.key, 480, "jpg").is_file()
    answer, _text = desk.post(path, picture=first.id, step="put_back")
    assert answer.status_code == 404


def test_a_portrait_and_a_logo_stand_where_they_are_named(desk, event):
    ada = db.session.query(Person).one()
    partner = make.partner(desk.series, make.organisation(name="Atelier").id)
    send(desk, f"speakers/{ada.id}/picture", alt_fr="Portrait d’Ada")
    send(desk, f"partners/{partner.id}/picture", alt_fr="Atelier")
    desk.post("programme/releases")

    assert 'alt="Portrait d’Ada"' in public(desk, f"people/{ada.slug}")
    home = public(desk, "")
    assert "/pictures/" in home[home.index('id="partenaires"') :]


def test_words_of_a_picture_run_nowhere(desk, event):
    send(desk, f"events/{event.id}/picture", alt_fr=MARK, alt_en=MARK)
    desk.post("programme/releases")

    for text in (public(desk), desk.get(f"events/{event.id}/picture")[1]):
        assert "<script>alert" not in text


def test_a_picture_of_another_event_cannot_be_touched(desk, event):
    other = make.event(desk.series)
    send(desk, f"events/{other.id}/picture")
    [one] = shown()

    for step in ("take_off", "put_back", "describe"):
        answer, _text = desk.post(f"events/{event.id}/picture", picture=one.id, step=step)
        assert answer.status_code == 404
    assert [row.id for row in shown()] == [one.id]


def test_nothing_is_left_of_a_picture_that_could_not_be_noted(desk, event, monkeypatch):
    def refuse(*_given, **_named):
        raise RuntimeError

    monkeypatch.setattr(pictures, "_note", refuse)
    words = ("Une foule", "A crowd")
    folder = settings.current().data_dir / "pictures"
    before = set(folder.glob("*/*"))
    with pytest.raises(RuntimeError):
        pictures.put_on(Subject("event", event.id), make.photograph(), *words, actor="test")

    assert shown() == []
    assert set(folder.glob("*/*")) == before


def test_pictures_cost_a_page_no_statement(desk, event, statements):
    send(desk, f"events/{event.id}/picture")
    send(desk, f"speakers/{db.session.query(Person.id).scalar()}/picture")
    desk.post("programme/releases")
    desk.client.delete_cookie("session")
    public(desk)
    statements.clear()

    public(desk, lang="en")
    assert len(statements) <= 2
