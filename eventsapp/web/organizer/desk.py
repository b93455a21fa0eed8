"""What every room of the organizer's desk needs: the series, the place of a permission, words."""

from flask import g

from eventsapp.domain.accounts import people
from eventsapp.domain.accounts.models import Account
from eventsapp.domain.accounts.permissions import Place
from eventsapp.domain.programme import queries
from eventsapp.domain.programme.models import Event, Series
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.i18n import _
from eventsapp.web import access

#: Who may one of these there is of the series, and is told that it exists.
KNOWN_BY = ("programme.view", "door.view")


def series_for(slug: str, permission: str) -> Series:
    """The series of an address, when the account may do this in it.

    Raises:
        NotFound: no such series, or none of its business: existence is not told.
        Forbidden: the account is of this series and lacks the permission.
    """
    series = _known(slug)
    access.require(permission, place_of(series))
    return series


def event_for(slug: str, event_id: int, permission: str) -> tuple[Series, Event]:
    """The series and an event of it, when the account may do this at the event.

    Raises:
        NotFound, Forbidden: as ``series_for``; NotFound too for an event of another series.
    """
    series = _known(slug, event_id)
    event = queries.plain_event(series.id, event_id)
    if event is None:
        raise NotFound(what="event", reference=event_id)
    access.require(permission, place_of_event(series, event))
    return series, event


def _known(slug: str, event_id: int | None = None) -> Series:
    """The series, to somebody who is of it, or of this event of it."""
    try:
        series = queries.series_by_slug(slug)
        event = queries.plain_event(series.id, event_id) if event_id is not None else None
        places = [place_of(series)] + ([place_of_event(series, event)] if event else [])
        if not any(access.may(one, place) for one in KNOWN_BY for place in places):
            raise NotFound(what="series", reference=slug)
    except NotFound:
        access.note_stranger()
        raise
    g.desk_series = series
    return series


def place_of(series: Series) -> Place:
    return Place(organisation_id=series.organisation_id, series_id=series.id)


def place_of_event(series: Series, event: Event) -> Place:
    return Place(
        organisation_id=series.organisation_id,
        series_id=series.id,
        event_id=event.id,
        event_organisation_id=event.organisation_id,
    )


def may_edit(series: Series, event: Event) -> bool:
    return access.may("programme.edit", place_of_event(series, event))


def answers_for_the_house(series: Series) -> bool:
    """Who may also see what belongs to no series, such as sign-in links that did not leave: the
    owners, unless the installation has other houses, whose people these may be."""
    may = access.may("people.edit", place_of(series))
    return may and people.alone(series.organisation_id)


def own_organisation(account: Account, series: Series, event: Event | None = None) -> int | None:
    """The organisation that somebody acts for who does not run the whole series: a contributor's,
    or that of the one event he was given; None for who runs the whole series."""
    if access.may("programme.publish", place_of(series)):
        return None
    for role in account.roles:
        if role.name == "contributor" and role.series_id in (None, series.id):
            return event.organisation_id if event else role.organisation_id
    return event.organisation_id if event else None


def state_words() -> dict[str, str]:
    return {
        "draft": _("brouillon"),
        "confirmed": _("confirmé"),
        "cancelled": _("annulé"),
    }


def kind_words() -> dict[str, str]:
    return {
        "conference": _("Conférence"),
        "workshop": _("Atelier"),
        "meetup": _("Rencontre"),
        "salon": _("Salon"),
        "hackathon": _("Hackathon"),
        "festival": _("Festival"),
    }


def entry_words() -> dict[str, str]:
    return {
        "": _("selon ses dates : une fois par jour sur plusieurs jours, sinon sortir et revenir"),
        "once": _("une seule fois : qui sort ne rentre plus"),
        "daily": _("une fois par jour"),
        "return": _("sortir et revenir : la porte scanne aussi les sorties"),
        "free": _("autant de fois que l’on veut"),
    }


def access_words() -> dict[str, str]:
    return {
        "open": _("ouvert à tous : chacun prend ses places"),
        "code": _("avec un code : rien ne se prend sans lui"),
        "invitation": _("sur invitation : chaque invité a son lien"),
        "approval": _("sur demande : vous répondez à chacun"),
        "external": _("inscription ailleurs, à l’adresse donnée"),
    }
