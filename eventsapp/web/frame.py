"""The frame of every page: addresses, the navigations above and below, the series it belongs to."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import current_app, g, request, url_for

from eventsapp.domain.accounts.permissions import Place
from eventsapp.domain.messages import notices
from eventsapp.domain.programme import releases
from eventsapp.kernel import clock, i18n, words
from eventsapp.kernel.i18n import _

#: A demo is loaded at a moment less than a week ahead; after that its story no longer fits.
DEMO_AGES = timedelta(days=7)


@dataclass(frozen=True)
class NavItem:
    label: str
    url: str
    here: bool = False


# --- Addresses ---------------------------------------------------------------------------


def other_lang() -> str:
    return "en" if i18n.locale() == "fr" else "fr"


def same_page(**changes: Any) -> str:
    """This page with other arguments: ``same_page(page=2)``, ``same_page(lang="en")``.

    ``None`` removes an argument. Only the path and its query are kept: never a form's body.
    """
    if not request or request.endpoint is None:
        return "?" + urlencode({k: v for k, v in changes.items() if v is not None})
    values: dict[str, Any] = {**(request.view_args or {})}
    # A cached page names its own arguments: the reader's query must not enter it.
    query = dict(g.get("canonical_query", request.args.to_dict(flat=False)))
    for name, value in changes.items():
        if name in values and value is not None:
            values[name] = value
        elif value is None:
            query.pop(name, None)
        else:
            query[name] = value
    # Not through url_for: "?lang=" or "?_scheme=" of a reader are no arguments of ours.
    asked = {name: kept for name, kept in query.items() if name not in values and kept is not None}
    page = url_for(request.endpoint, **values)
    return f"{page}?{urlencode(asked, doseq=True)}" if asked else page


def address(endpoint: str, **values: Any) -> str | None:
    """The URL of a page, or None while the page does not exist."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


def home_url() -> str:
    series = series_of_page()
    if series is None:
        return "/"
    return site_url(series)


def site_url(series: Any) -> str:
    return address("public_programme.programme", lang=i18n.locale(), series=series.slug) or "/"


# --- The frame ---------------------------------------------------------------------------


def series_of_page() -> releases.ReleasedSeries | None:
    """The released series this page belongs to, by the ``series`` of its address."""
    if "released_series" not in g:
        slug = (request.view_args or {}).get("series") if request else None
        g.released_series = releases.find(slug) if isinstance(slug, str) else None
    found: releases.ReleasedSeries | None = g.released_series
    return found


def forget_series() -> None:
    """A page of an error draws its frame without asking the database."""
    g.released_series = None


def public_nav() -> list[NavItem]:
    series = series_of_page()
    if series is None:
        return []
    at = {"lang": i18n.locale(), "series": series.slug}
    home = address("public_programme.programme", **at) or "/"
    items = [(_("Programme"), home, request.endpoint == "public_programme.programme")]
    items.append((_("Lieux"), f"{home}#lieux", False))
    calls = address("public_calls.calls", **at)
    if calls:
        items.append((_("Appels et stands"), calls, request.blueprint == "public_calls"))
    items.append((_("Mon agenda"), f"{home}#agenda", False))
    return [NavItem(label, url, here) for label, url, here in items]


def basket_url() -> str | None:
    """Where a basket is finished; a script shows the link to whoever holds one."""
    series = series_of_page()
    if series is None:
        return None
    return address("public_tickets.details", lang=i18n.locale(), series=series.slug)


def foot_nav(part: str) -> list[NavItem]:
    """Links of the footer: ``data``, ``legal`` or ``contact``."""
    series = series_of_page()
    if series is None:
        return []
    at = {"lang": i18n.locale(), "series": series.slug}
    legal = "public_legal.page"
    wanted: dict[str, Sequence[tuple[str, str | None]]] = {
        "data": (
            (_("S’abonner au calendrier (iCal)"), address("public_feeds.ical", **at)),
            (_("Données ouvertes du programme"), address("public_feeds.c3voc", **at)),
            (_("Espace organisateurs"), "/organizer/"),
        ),
        "legal": (
            (_("Conditions de vente"), address(legal, page="cgv", **at)),
            (_("Vos données"), address(legal, page="privacy", **at)),
            (_("Médiateur de la consommation"), address(legal, page="cgv", _anchor="m", **at)),
            (_("Mentions légales"), address(legal, page="mentions", **at)),
        ),
        "contact": (
            (
                _("Accessibilité : partiellement conforme"),
                address(legal, page="accessibility", **at),
            ),
            (_("Nous écrire"), f"mailto:{series.contact_email}" if series.contact_email else None),
        ),
    }
    return [NavItem(label, url) for label, url in wanted[part] if url]


def series_of_desk() -> Any:
    """The series an organizer works on: the view's, or None on pages of no series."""
    return g.get("desk_series")


#: Rooms of the desk: endpoint, permission. A room that does not exist yet is not shown.
DESK_ROOMS = (
    ("organizer_dashboard.series", "desk.view"),
    ("organizer_programme.planning", "programme.view"),
    ("organizer_catalogue.products", "catalogue.edit"),
    ("organizer_orders.orders", "orders.view"),
    ("organizer_selection.calls", "selection.view"),
    ("organizer_door.gates", "door.view"),
    ("organizer_campaigns.campaigns", "messages.send"),
    ("organizer_people.team", "people.edit"),
)


def desk_nav(series: Any) -> list[NavItem]:
    labels = (
        _("À traiter"),
        _("Programme"),
        _("Billetterie"),
        _("Commandes"),
        _("Appels"),
        _("Porte"),
        _("Messages"),
        _("Équipe"),
    )
    may = current_app.jinja_env.globals["may"]
    place = Place(series.organisation_id, series.id) if series is not None else None
    found = []
    for label, (endpoint, permission) in zip(labels, DESK_ROOMS, strict=True):
        url = address(endpoint, series=series.slug) if series is not None else None
        # There, and not somewhere: a role for one event leads to no closed door.
        if url and may(permission, place):
            room = endpoint.partition(".")[0]
            found.append(NavItem(label, url, (request.blueprint or "").startswith(room)))
    needs = address("organizer_needs.needs", series=series.slug) if series is not None else None
    if needs and may("answers.sensitive", place) and not may("orders.export", place):
        # Others come to it from the list of attendees.
        here = (request.blueprint or "") == "organizer_needs"
        found.append(NavItem(_("Besoins d’accueil"), needs, here))
    return found


def desk_search() -> str | None:
    """The box for what somebody says on the phone, for who may read orders of the series."""
    series = series_of_desk()
    if series is None:
        return None
    may = current_app.jinja_env.globals["may"]
    at = Place(series.organisation_id, series.id)
    return address("organizer_search.find", series=series.slug) if may("orders.view", at) else None


def desk_home() -> str:
    return address("organizer_dashboard.home") or "/organizer/"


def account_url() -> str | None:
    return address("account.profile")


def sign_out_url() -> str | None:
    return address("account.sign_out", lang=i18n.locale())


def demo_note() -> str:
    """What the banner of a demo says; empty for a real series."""
    series = series_of_page()
    if series is None or not series.is_demo:
        return ""
    loaded_at = series.demo_loaded_at
    if loaded_at is not None and clock.now() - loaded_at > DEMO_AGES:
        return _(
            "Cette démonstration date du {day}, ses dates ont passé. Pour la recharger : {command}",
            day=words.day_plain(clock.local_day(loaded_at, series.timezone)),
            command="eventsapp demo load --reset",
        )
    return _("Démonstration : personnes et commandes inventées, aucun euro ne circule.")


def urgent_notices() -> list[notices.Shown]:
    """The urgent words of a public page: its series', and those of the events it is about, which
    its view has named (``about_events``)."""
    series = series_of_page()
    if series is None or not (request.blueprint or "").startswith("public_"):
        return []
    about = g.get("about_events", frozenset())
    return [
        one for one in notices.standing(series.id) if one.event_id is None or one.event_id in about
    ]


def about_events(event_ids: Iterable[int]) -> None:
    """Say which events this page is about: their urgent words stand on it."""
    g.about_events = frozenset(event_ids)


def beside_release() -> tuple[Hashable, ...]:
    """What the frame of a page shows beyond its release: part of the key of a kept page."""
    return (demo_note(), *((one.id, one.until) for one in urgent_notices()))


GLOBALS = {
    "urgent_notices": urgent_notices,
    "same_page": same_page,
    "other_lang": other_lang,
    "home_url": home_url,
    "site_url": site_url,
    "series_of_page": series_of_page,
    "public_nav": public_nav,
    "basket_url": basket_url,
    "foot_nav": foot_nav,
    "demo_note": demo_note,
    "forget_series": forget_series,
    "series_of_desk": series_of_desk,
    "desk_nav": desk_nav,
    "desk_home": desk_home,
    "desk_search": desk_search,
    "account_url": account_url,
    "sign_out_url": sign_out_url,
}
