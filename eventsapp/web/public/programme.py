"""The public programme: the series, an event, a venue, a speaker. Reads a release, keeps pages."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from markupsafe import Markup

from eventsapp.domain.programme import covers, queries, releases
from eventsapp.domain.programme.released import ReleasedPicture
from eventsapp.domain.programme.releases import ReleasedEvent, ReleasedSeries, ReleasedVenue
from eventsapp.kernel import i18n, words
from eventsapp.kernel.i18n import ngettext
from eventsapp.web import addresses, frame
from eventsapp.web.public import availability, eventpage, linked_data, maps, rendered, schedule
from eventsapp.web.public.schedule import Filters

blueprint = Blueprint("public_programme", __name__)


@blueprint.get("/")
def home() -> Any:
    """The one series that is released, in the reader's language; a list when there are several."""
    lang = request.accept_languages.best_match(i18n.LOCALES, default="fr") or "fr"
    answer = _home(lang)
    answer.headers["Vary"] = "Accept-Language"
    return answer


@blueprint.get("/<lang>/")
def home_in(lang: str) -> Any:
    return _home(lang)


def _home(lang: str) -> Response:
    listed = queries.released_series()
    if len(listed) == 1:
        return make_response(redirect(url_for(".programme", lang=lang, series=listed[0].slug)))
    return make_response(render_template("public/programme/home.html", listed=listed))


@blueprint.get("/<lang>/<series>/")
def programme(lang: str, series: str) -> Response:
    shown = _series(series)
    filters = schedule.read_filters(request.args, shown)
    places = availability.of(shown)
    key = ("programme", lang, shown.digest, filters, places.digest, frame.beside_release())
    return rendered.answer(key, lambda: _programme(shown, filters, places))


@blueprint.get("/<lang>/<series>/events/<slug>")
def event(lang: str, series: str, slug: str) -> Response:
    shown = _series(series)
    found = shown.event(slug)
    if found is None:
        abort(404)
    frame.about_events([found.id])
    offer = availability.offer(shown, found)
    key = ("event", lang, shown.digest, found.id, offer.digest, frame.beside_release())
    return rendered.answer(key, lambda: _event(shown, found, offer))


@blueprint.get("/<lang>/<series>/venues/<slug>")
def venue(lang: str, series: str, slug: str) -> Response:
    shown = _series(series)
    found = shown.venue(slug)
    if found is None:
        abort(404)
    places = availability.of(shown)
    key = ("venue", lang, shown.digest, slug, places.digest, frame.beside_release())
    return rendered.answer(key, lambda: _venue(shown, found, places))


@blueprint.get("/<lang>/<series>/people/<slug>")
def person(lang: str, series: str, slug: str) -> Response:
    shown = _series(series)
    found = shown.person(slug)
    if found is None:
        abort(404)
    key = ("person", lang, shown.digest, slug, frame.beside_release())
    return rendered.answer(
        key,
        lambda: render_template(
            "public/programme/person.html",
            person=found,
            sessions=shown.sessions_of(found),
            event_url=_event_url,
        ),
    )


def _series(slug: str) -> ReleasedSeries:
    shown = releases.find(slug)
    if shown is None:
        abort(404)
    g.released_series = shown
    return shown


def _programme(shown: ReleasedSeries, filters: Filters, places: availability.Snapshot) -> str:
    g.canonical_query = filters.query()
    everything = schedule.cards(shown, places.by_event)
    passing = [card for card in everything if schedule.passes(card, filters)]
    grouped = schedule.groups(shown, passing, filters)
    days = {row.day for group in grouped for row in group.rows} if filters.view == "day" else set()
    return render_template(
        "public/programme/programme.html",
        filters=filters,
        groups=grouped,
        row_days=days,
        ribbon=schedule.ribbon(shown),
        choices=schedule.choices(shown, everything, filters),
        maps=maps.city_maps(shown),
        notices=schedule.notices(shown),
        **_claims(shown, everything),
        canonical=_absolute("programme", shown),
        alternate={code: _absolute("programme", shown, lang=code) for code in i18n.LOCALES},
        ical=url_for("public_feeds.ical", lang=i18n.locale(), series=shown.slug),
        event_url=_event_url,
        venue_url=_venue_url,
        filter_url=_filter_url,
        drawing=_drawing,
    )


def _claims(shown: ReleasedSeries, everything: list[schedule.Card]) -> dict[str, str]:
    days = (shown.ends_on - shown.starts_on).days + 1
    free = sum(1 for card in everything if card.places.free)
    cities = words.listing([words.typo(city) for city in shown.cities[:3]])
    dates = words.period(shown.starts_on, shown.ends_on, year=True)
    return {
        "kicker": f"{cities}, {dates}",
        "claim": ", ".join(
            (
                ngettext("{n} jour", "{n} jours", days),
                ngettext("{n} rendez-vous.", "{n} rendez-vous.", len(shown.events)),
            )
        ),
        "claim_more": " ".join(_more(shown, free)),
    }


def _more(shown: ReleasedSeries, free: int) -> list[str]:
    """What there is, in sentences; nothing is said of what there is not."""
    said = []
    kinds = schedule.kinds(shown)
    if kinds and shown.venues:
        said.append(
            ngettext("{kinds} dans {n} lieu.", "{kinds} dans {n} lieux.", len(shown.venues),
                     kinds=kinds)
        )  # fmt: skip
    if free:
        said.append(ngettext("{n} est gratuit.", "{n} sont gratuits.", free))
    return said


def _event(shown: ReleasedSeries, found: ReleasedEvent, offer: availability.Offer) -> str:
    share = _share(found.picture)
    return render_template(
        "public/programme/event.html",
        share=share,
        event=found,
        offer=offer,
        kind=schedule.kind_word(found.kind),
        when=schedule.when(found),
        slot_lines=eventpage.slot_lines(found),
        entry=eventpage.entry_words(found),
        access=eventpage.access_words(found, bool(offer.products)),
        grid=eventpage.session_days(found),
        facts=eventpage.facts(found, offer.places),
        map=maps.venue_map(shown, found.venue) if found.venue else None,
        linked_data=linked_data.event(shown, found, offer, _absolute("event", shown, found), share),
        canonical=_absolute("event", shown, found),
        alternate={code: _absolute("event", shown, found, lang=code) for code in i18n.LOCALES},
        venue_url=_venue_url,
        person_url=_person_url,
        event_url=_event_url,
        osm=maps.osm_url,
        near=eventpage.near(shown, found),
    )


def _venue(shown: ReleasedSeries, found: ReleasedVenue, places: availability.Snapshot) -> str:
    everything = schedule.cards(shown, places.by_event)
    own = [c for c in everything if c.event.venue and c.event.venue.slug == found.slug]
    return render_template(
        "public/programme/venue.html",
        venue=found,
        cards=own,
        map=maps.venue_map(shown, found),
        osm=maps.osm_url(found),
        event_url=_event_url,
        venue_url=_venue_url,
    )


def _drawing(one: ReleasedEvent) -> Markup:
    subject = covers.CoverSubject(
        one.reference or one.uid, one.kind, one.domain_slug, one.cover_variant
    )
    return Markup(covers.drawing(subject))  # noqa: S704 - geometry only, no stored text


def _at() -> dict[str, str]:
    series = frame.series_of_page()
    return {"lang": i18n.locale(), "series": series.slug if series else ""}


def _event_url(one: ReleasedEvent) -> str:
    return url_for("public_programme.event", **_at(), slug=one.slug)


def _venue_url(one: ReleasedVenue) -> str:
    return url_for("public_programme.venue", **_at(), slug=one.slug)


def _person_url(one: releases.ReleasedPerson) -> str:
    return url_for("public_programme.person", **_at(), slug=one.slug)


def _share(one: ReleasedPicture | None) -> str:
    """The absolute address of a picture that a shared link shows; empty without one."""
    if one is None:
        return ""
    width = one.sizes[-1][0]
    path = url_for("public_pictures.picture", key=one.key, width=width, ending="jpg")
    return addresses.absolute(path)


def _filter_url(query: dict[str, str]) -> str:
    return url_for("public_programme.programme", **_at(), **query)


def _absolute(
    view: str, shown: ReleasedSeries, one: ReleasedEvent | None = None, *, lang: str | None = None
) -> str:
    values = {"lang": lang or i18n.locale(), "series": shown.slug}
    if one is not None:
        values["slug"] = one.slug
    return addresses.absolute(url_for(f"public_programme.{view}", **values))
