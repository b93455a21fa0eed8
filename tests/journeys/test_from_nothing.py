"""The reference season, made through pages alone where there is nothing but one owner."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from eventsapp.demo import programme, ticketing
from eventsapp.demo.story import Story
from eventsapp.domain.accounts import people, sign_in
from eventsapp.domain.programme.models import Event, Release, Series
from eventsapp.domain.ticketing.catalogue import editing
from eventsapp.domain.ticketing.catalogue.models import Discount, Product
from eventsapp.kernel import clock, memory
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction
from tests.conftest import empty
from tests.journeys.nothing import Season
from tests.journeys.walker import Walker

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def first_owner():
    """What ``eventsapp organizer create`` does."""
    return sign_in.new_link(people.first_owner("owner@medinsoft.example", None).id)


@pytest.fixture
def season(app):
    clock.freeze(datetime(2015, 6, 1, 8, 0, tzinfo=UTC))

    def walker():
        client = app.test_client()
        client.environ_base["HTTP_ORIGIN"] = "http://localhost"
        return Walker(client)

    owner = walker()
    owner.open(f"/fr/sign-in/{first_owner()}")
    return Season(owner, walker)


def catalogue() -> dict[str, Any]:
    """What is for sale, by the codes that organizers gave."""
    rows = db.session.scalars(select(Product).order_by(Product.id)).all()
    slugs = dict(db.session.execute(select(Event.id, Event.slug)).all())
    plain = (
        "label_fr", "label_en", "kind", "price_cents", "price_max_cents", "price_suggested_cents",
        "vat_bp", "sale_from", "sale_until", "per_order_min", "per_order_max", "hidden", "approval",
        "proof", "per_slot", "tickets_per_unit", "requires", "currency",
    )  # fmt: skip
    found = {}
    for row in rows:
        own = editing.own_quota(row)
        found[f"{slugs.get(row.event_id)}/{row.code}"] = {
            **{name: _to_the_minute(getattr(row, name)) or None for name in plain},
            "places": own.size if own else None,
            "parts": {slugs[part.event_id]: part.share_cents for part in row.admits},
        }
    return found


def _to_the_minute(value: Any) -> Any:
    """A field for a moment has no seconds, and the reference says 23:59:59."""
    return value.replace(second=0) if isinstance(value, datetime) else value


def codes() -> dict[str, Any]:
    rows = db.session.scalars(select(Discount)).all()
    return {
        row.code: (row.effect, row.value, row.most_uses, sorted(one.code for one in row.products))
        for row in rows
    }


# Made up by the program, so that two houses never share them.
SECRETS = {"id", "uid", "slug", "reference", "organisation_id", "organizer_id"}
# No page gives these yet: whether a talk has places of its own, which edition this is, facts of an
# event that no rule reads (stands, diet, languages of access), and a demo's own marks.
UNMADE = {"edition", "is_demo", "demo_loaded_at"}


def released() -> dict[str, Any]:
    """What the public reads of the programme, by names instead of numbers."""
    content = db.session.scalars(select(Release.content).order_by(Release.id.desc())).first()
    venues = {one["id"]: one["name"] for one in content["venues"]}
    people_ = {one["id"]: f"{one['name']}, {one['company']}" for one in content["people"]}
    told = {
        people_[one["id"]]: (one.get("bio_fr"), one.get("bio_en"), _shown(one))
        for one in content["people"]
    }
    domains = {one["slug"]: one["name_fr"] for one in content["domains"]}
    events = {}
    for one in content["events"]:
        talks = [
            _plain(talk, people=[people_[who] for who in talk["people"]], capacity=None)
            for talk in one["sessions"]
        ]
        events[one["slug"]] = _plain(
            one, sessions=talks, slots=[_plain(slot) for slot in one["slots"]],
            venue_id=venues[one["venue_id"]], domain=domains[one["domain"]],
            picture=_shown(one),
            traits={name for name in one["traits"] or () if name == "headline"},
        )  # fmt: skip
    return {
        "series": {k: v for k, v in _plain(content["series"]).items() if k not in UNMADE},
        "events": events,
        "venues": sorted((_plain(one) for one in content["venues"]), key=lambda one: one["name"]),
        # A speaker is named where he speaks: nobody makes one who speaks nowhere.
        "people": {
            who: told.get(who)
            for one in events.values()
            for t in one["sessions"]
            for who in t["people"]
        },
        "partners": sorted((one["name"], str(_shown(one))) for one in content["partners"]),
        "domains": sorted(domains.values()),
    }


def _shown(row: dict[str, Any]) -> dict[str, Any] | None:
    """A picture without the name of its files."""
    return {k: v for k, v in row["picture"].items() if k != "key"} if "picture" in row else None


def _plain(row: dict[str, Any], **instead: Any) -> dict[str, Any]:
    return {name: value for name, value in (row | instead).items() if name not in SECRETS}


def test_what_the_pages_make_is_what_the_demo_loads(app, season):
    owner = season.owner
    owner.press("Me connecter")
    owner.follow("Créer ma première série")
    season.series()
    season.partners()
    season.venues()
    season.programme()
    season.speakers()
    season.pictures()
    season.publish()
    season.tariffs()
    season.passes()
    season.codes()
    made = released(), catalogue(), codes()

    db.session.remove()
    empty()
    memory.forget_everything()
    with transaction():
        story = Story.at(shift=False)
        programme.load(story)
        ticketing.load_catalogue(story, db.session.scalars(select(Series)).one())
    loaded = released(), catalogue(), codes()

    for pages, demo in zip(made, loaded, strict=True):
        assert pages.keys() == demo.keys()
        for name in pages:
            assert pages[name] == demo[name], name
