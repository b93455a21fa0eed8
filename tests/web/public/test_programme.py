"""Public pages of the programme: what they show, what they cost, what they never do."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from eventsapp.domain.programme import releases, talks
from eventsapp.domain.programme.models import Event, EventAccess, EventState
from eventsapp.domain.programme.talks import PersonDraft, SessionDraft
from eventsapp.kernel.transaction import transaction
from tests import make

MARK = "<script>alert(1)</script>"
START = datetime(2026, 9, 24, 17, 30, tzinfo=UTC)


def published(*events, **given):
    """A series with as many events as given, released."""
    series = make.series(slug="weeks", title_fr="Semaines — Aix", title_en="Weeks — Aix", **given)
    hall = make.venue(series, name="Théâtre", slug="theatre", city="Marseille")
    field = make.domain(series, slug="smart-city", name_fr="Ville", name_en="City")
    for n, values in enumerate(events or ({},)):
        defaults = {
            "slug": f"e{n}",
            "title_fr": f"Événement {n}",
            "title_en": f"Event {n}",
            "venue_id": hall.id,
            "domain_id": field.id,
            "number": n,
        }
        make.event(series, **defaults | values)
    releases.publish(series.id, actor="test")
    return series


def page(client, path, **headers):
    answer = client.get(path, headers=headers)
    return answer, answer.get_data(as_text=True)


def test_the_programme_lists_events_by_day_in_both_languages(client):
    published({"title_fr": "Soirée", "title_en": "Evening"})

    french, fr = page(client, "/fr/weeks/")
    english, en = page(client, "/en/weeks/")

    assert french.status_code == english.status_code == 200
    assert "Soirée" in fr
    assert '<html lang="fr">' in fr
    assert "19\u00a0h\u00a030" in fr
    assert "Evening" in en
    assert "7:30\u00a0pm" in en
    assert 'href="/en/weeks/"' in fr


@pytest.mark.parametrize("view", ["day", "city", "venue", "domain"])
def test_each_order_shows_every_event(client, view):
    published({}, {"starts_at": START + timedelta(days=3)}, {"venue_id": None})

    _answer, text = page(client, f"/fr/weeks/?view={view}")

    assert sorted(set(re.findall(r'data-event="(\w+)"', text))) == ["e0", "e1", "e2"]


def test_filters_narrow_and_unknown_ones_are_ignored(client):
    published({"free": True}, {"free": False, "venue_id": None})

    def events(query):
        return re.findall(r'data-event="(\w+)"', page(client, f"/fr/weeks/?{query}")[1])

    assert events("free=1") == ["e0"]
    assert events("city=marseille") == ["e0"]
    assert events("domain=smart-city") == ["e0", "e1"]
    assert events("city=paris&domain=nope&view=%3Cb%3E") == ["e0", "e1"]


def test_no_event_left_says_so_and_offers_all(client):
    published({"free": False})

    _answer, text = page(client, "/fr/weeks/?free=1")

    assert "Aucun événement ne répond à ces filtres" in text


@pytest.mark.parametrize("path", ["", "events/e0", "venues/theatre", "legal/cgv"])
def test_the_readers_query_never_enters_a_kept_page(client, path):
    published()

    page(client, f"/fr/weeks/{path}?utm=poison")
    _answer, text = page(client, f"/fr/weeks/{path}")

    assert "poison" not in text


def test_an_event_page_says_when_where_and_who(client):
    series = published({"slug": "soiree", "summary_fr": "Deux phrases. Pas plus."})
    with transaction() as session:
        event = session.query(Event).one()
    talk = SessionDraft(
        "Causerie",
        "",
        None,
        START,
        START + timedelta(hours=1),
        "en",
        (PersonDraft("Ada", "Lovelace", "Analytique"),),
    )
    talks.create_session(event.id, talk, actor="test")
    releases.publish(series.id, actor="test")

    answer, text = page(client, "/fr/weeks/events/soiree")

    assert answer.status_code == 200
    for words in ("Deux phrases.", "Théâtre", "Causerie", "Ada Lovelace", "portes à 19\u00a0h"):
        assert words in text
    assert page(client, "/fr/weeks/people/ada-lovelace")[0].status_code == 200
    assert page(client, "/fr/weeks/venues/theatre")[0].status_code == 200


def test_linked_data_is_valid_json_and_cannot_end_its_element(client):
    published({"slug": "x", "title_fr": "</script><script>alert(1)</script>"})

    _answer, text = page(client, "/fr/weeks/events/x")
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text).group(1)

    assert json.loads(found)["name"] == "</script><script>alert(1)</script>"
    assert json.loads(found)["startDate"] == "2026-09-24T19:30:00+02:00"


def test_markup_in_any_field_is_shown_as_text(client):
    series = make.series(slug="weeks", title_fr=MARK, title_en=MARK)
    owner = make.organisation(name=MARK, legal=make.LEGAL | {"form": MARK})
    hall = make.venue(series, name=MARK, street=MARK, postcode=MARK, city=MARK, slug="v")
    field = make.domain(series, name_fr=MARK, name_en=MARK, slug="d")
    room = make.room(hall, name=MARK)
    event = make.event(
        series,
        slug="e",
        title_fr=MARK,
        title_en=MARK,
        summary_fr=MARK,
        summary_en=MARK,
        kind=MARK,
        venue_id=hall.id,
        domain_id=field.id,
        organisation_id=owner.id,
        external_url="javascript:alert(1)",
        access=EventAccess.EXTERNAL,
        traits={"accessibility": [MARK], "headline": True},
    )
    talk = SessionDraft(
        MARK, MARK, room.id, START, START + timedelta(hours=1), "fr", (PersonDraft(MARK, MARK),)
    )
    made = talks.create_session(event.id, talk, actor="test")
    slug = made.people[0].person.slug
    releases.publish(series.id, actor="test")

    paths = ["", "?view=city", "?view=venue", "?view=domain", "events/e", "venues/v"]
    paths += [f"people/{slug}", "legal/cgv", "legal/mentions", "legal/privacy"]
    for path in paths:
        for lang in ("fr", "en"):
            answer, text = page(client, f"/{lang}/weeks/{path}")
            assert answer.status_code == 200, path
            assert "<script>alert" not in text, path
            assert 'href="javascript' not in text, path


def test_a_hidden_address_shows_its_city_alone(client):
    series = make.series(slug="weeks")
    secret = make.venue(
        series, slug="b", name="Le bunker", street="7 rue Secrète", city="Marseille"
    )
    make.event(series, slug="v", venue_id=secret.id, address_hidden=True)
    releases.publish(series.id, actor="test")

    for path in ("", "?view=venue", "events/v", "schedule.ics", "schedule.xml", "schedule.json"):
        _answer, text = page(client, f"/fr/weeks/{path}")
        assert "bunker" not in text, path
        assert "Secrète" not in text, path
        assert str(secret.lat) not in text, path
        assert "Marseille" in text, path
    assert page(client, "/fr/weeks/venues/b")[0].status_code == 404


def test_a_cancelled_event_stays_and_says_so(client):
    published({"slug": "x", "state": EventState.CANCELLED, "title_fr": "Rayé"})

    assert "Rayé est annulé." in page(client, "/fr/weeks/")[1]
    assert "Annulé" in page(client, "/fr/weeks/events/x")[1]


@pytest.mark.parametrize("path", ["", "events/e0", "venues/theatre"])
@pytest.mark.parametrize("count", [1, 3])
def test_a_page_costs_two_statements_whatever_its_rows(app, client, statements, path, count):
    published(*({} for _n in range(count)))
    client.get(f"/fr/weeks/{path}")

    for lang in ("fr", "en"):  # a kept page, then one that is rendered
        statements.clear()
        with app.app_context():  # as a server does: nothing loaded by an earlier request
            assert client.get(f"/{lang}/weeks/{path}").status_code == 200
        assert len(statements) <= 2


@pytest.mark.parametrize("path", ["", "events/e0", "schedule.ics", "schedule.json", "legal/cgv"])
def test_an_unchanged_page_is_not_sent_twice(client, path):
    published()
    first = client.get(f"/fr/weeks/{path}", headers={"Accept-Encoding": "gzip"})

    again = client.get(f"/fr/weeks/{path}", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Content-Encoding"] == "gzip"
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("path", ["", "events/e0", "venues/theatre", "legal/privacy"])
def test_anonymous_pages_set_no_cookie_and_may_be_cached(client, path):
    published()

    answer = client.get(f"/fr/weeks/{path}")

    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"].startswith("public, max-age=")
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_pages_have_no_inline_style_script_or_handler(client):
    published()

    for path in ("", "events/e0", "venues/theatre", "legal/cgv", "legal/accessibility"):
        _answer, text = page(client, f"/fr/weeks/{path}")
        assert not re.search(r"<style|\sstyle=|\son\w+=\"|<script(?![^>]*(src=|ld\+json))", text)


@pytest.mark.parametrize("path", ["", "?view=city", "events/e0", "venues/theatre", "legal/cgv"])
def test_headings_go_down_one_step_at_a_time(client, path):
    published({"traits": {"headline": True}}, {})

    _answer, text = page(client, f"/fr/weeks/{path}")
    levels = [int(level) for level in re.findall(r"<h([1-6])", text)]

    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


def test_the_first_visit_is_light(client):
    published(*({"starts_at": START + timedelta(days=n)} for n in range(23)))
    answer, _text = page(client, "/fr/weeks/")
    plain = client.get("/fr/weeks/").get_data(as_text=True)

    total = len(client.get("/fr/weeks/", headers={"Accept-Encoding": "gzip"}).data)
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', plain))
    for file in files:
        sent = client.get(file, headers={"Accept-Encoding": "gzip"})
        assert sent.status_code == 200, file
        assert "immutable" in sent.headers["Cache-Control"], file
        total += len(sent.data)

    assert answer.status_code == 200
    assert total <= 120_000


def test_unknown_pages_are_not_found_in_the_frame_of_the_site(client):
    published()

    odd = ("/fr/%00/", "/fr/weeks/events/%00", "/fr/weeks/people/%ff", f"/fr/{'a' * 3000}/")
    for path in ("/fr/nope/", "/fr/weeks/events/nope", "/fr/weeks/venues/nope", "/de/weeks/", *odd):
        answer, text = page(client, path)
        assert answer.status_code == 404, path
        assert "<h1>" in text


def test_the_root_leads_to_the_only_series_in_the_readers_language(client):
    published()

    answer = client.get("/", headers={"Accept-Language": "en"})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/en/weeks/")


def test_the_root_lists_several_series(client):
    published()
    other = make.series(slug="other", title_fr="Autre série")
    make.event(other)
    releases.publish(other.id, actor="test")

    answer, text = page(client, "/")

    assert answer.status_code == 200
    assert "Autre série" in text


def test_venues_are_numbered_on_the_map_and_in_the_list(client):
    published()

    _answer, text = page(client, "/fr/weeks/")

    assert 'aria-label="1, Théâtre, 1 événement"' in text
    assert "https://www.openstreetmap.org/" in text


def test_conditions_of_sale_name_the_mediator_and_carry_a_version(client):
    published()

    _answer, fr = page(client, "/fr/weeks/legal/cgv")
    _answer, en = page(client, "/en/weeks/legal/cgv")

    for text in (fr, en):
        assert "L. 221-28, 12°" in text
        assert "https://mediateur.example" in text
        assert 'id="m"' in text
    assert "Commander avec obligation de paiement" in fr
    assert re.search(r"Version de ce texte\u00a0: [0-9a-f]{12}", fr)


def test_the_version_of_the_conditions_changes_with_the_seller_only(client, app):
    series = published()

    def version():
        return re.search(r"[0-9a-f]{12}<", page(client, "/fr/weeks/legal/cgv")[1]).group()

    first = version()
    assert version() == first
    with transaction() as session:
        owner = session.get_one(type(make.organisation()), series.organisation_id)
        owner.legal = make.LEGAL | {"email": "autre@organisateur.example"}
    assert version() != first


def test_demo_series_say_so_on_every_page(client):
    published(is_demo=True)

    for path in ("", "events/e0", "legal/cgv"):
        assert "Démonstration" in page(client, f"/fr/weeks/{path}")[1]


def test_a_demo_that_has_aged_says_how_to_load_it_again(client, now):
    published(is_demo=True, demo_loaded_at=now())
    assert "--reset" not in page(client, "/fr/weeks/")[1]

    now(days=8)

    for path in ("", "events/e0", "legal/cgv"):
        assert "eventsapp demo load --reset" in page(client, f"/fr/weeks/{path}")[1]


@pytest.mark.parametrize("count", [1, 3])
def test_products_add_one_statement_whatever_their_number(app, client, statements, count):
    series = make.series(slug="weeks")
    event = make.event(series, slug="soiree", free=False)
    for _n in range(count):
        make.product(event, places=5)
    releases.publish(series.id, actor="test")

    for path in ("", "events/soiree"):
        client.get(f"/fr/weeks/{path}")
        statements.clear()
        with app.app_context():
            text = client.get(f"/fr/weeks/{path}").get_data(as_text=True)
        assert len(statements) <= 2
        assert "Plus que 5\u00a0places" in text or "Plus que 5 places" in text


def test_a_sale_changes_the_page_at_once(client):
    series = make.series(slug="weeks")
    event = make.event(series, slug="soiree", free=False)
    product = make.product(event, places=3)
    releases.publish(series.id, actor="test")
    before = client.get("/fr/weeks/events/soiree")

    make.paid_order(product, 3)
    after = client.get("/fr/weeks/events/soiree")

    assert "Plus que 3 places" in before.get_data(as_text=True)
    assert "Complet" in after.get_data(as_text=True)
    assert before.headers["ETag"] != after.headers["ETag"]


def test_a_moved_event_names_its_old_date_to_people_and_machines(client):
    series = published({"slug": "x", "title_fr": "Soirée"})
    with transaction() as session:
        slot = session.query(Event).one().slots[0]
        slot.starts_at, slot.ends_at = START + timedelta(days=1), START + timedelta(days=1, hours=2)
    releases.publish(series.id, actor="test")

    _answer, text = page(client, "/fr/weeks/events/x")
    data = json.loads(re.search(r'ld\+json">(.*?)</script>', text).group(1))

    assert "devait commencer jeudi 24\u00a0septembre" in text
    assert data["eventStatus"] == "https://schema.org/EventRescheduled"
    assert data["previousStartDate"] == ["2026-09-24T19:30:00+02:00"]
    assert "Soirée est déplacé" in page(client, "/fr/weeks/")[1]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_home_page_of_a_language_stays_in_it(client, lang):
    published()

    answer = client.get(f"/{lang}/", headers={"Accept-Language": "fr"})

    assert (answer.status_code, answer.location) == (302, f"/{lang}/weeks/")


def test_the_front_page_claims_what_the_series_is_and_nothing_else(client):
    """No series is "digital" by nature; its events are of the kinds that it has."""
    published(
        {"kind": "workshop"},
        {"kind": "workshop"},
        {"kind": "workshop"},
        {"kind": "meetup"},
        {"kind": "meetup"},
    )

    _, french = page(client, "/fr/weeks/")
    _, english = page(client, "/en/weeks/")

    assert "5 rendez-vous." in french and "5 events." in english
    assert "Ateliers et rencontres dans 1 lieu." in french
    assert "Workshops and meetups in 1 venue." in english
    assert "numérique" not in french and "digital" not in english
    assert "organisées par" not in french


def test_the_desk_links_to_the_site_once_there_is_one(client):
    series = make.series(slug="weeks")
    make.event(series)
    make.signed_in(client, make.account("owner", in_series=series))

    _, before = page(client, "/organizer/weeks/programme")
    releases.publish(series.id, actor="test")
    _, after = page(client, "/organizer/weeks/programme")

    assert 'href="/fr/weeks/"' not in before
    assert 'href="/fr/weeks/"' in after


def test_the_code_of_an_invitation_is_typed_on_the_page(client):
    published({"access": EventAccess.INVITATION})

    _, text = page(client, "/fr/weeks/events/e0")

    assert "Si vous avez reçu un code, il ouvre la réservation." in text
    form = text[text.index('action="/fr/weeks/tickets"') :]
    assert '<input type="hidden" name="event" value="e0">' in form[: form.index("</form>")]
    assert 'name="code"' in form[: form.index("</form>")]


def test_the_conditions_promise_neither_a_transfer_nor_an_invoice(client):
    """A name can be changed and a note be read; what the program does not do is not sold."""
    published()

    _, french = page(client, "/fr/weeks/legal/cgv")
    _, english = page(client, "/en/weeks/legal/cgv")

    assert "Le nom porté par un billet peut être changé" in french
    assert "elle n’est pas une facture" in french.replace("\u00a0", " ")
    assert "The name on a ticket can be changed" in english
    assert "it is not an invoice" in english
    assert "l’ancien code cesse" not in french and "old code then stops" not in english
