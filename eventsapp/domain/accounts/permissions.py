"""Who may do what: one table from role to permissions. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

# Permission names are "<room>.<deed>"; views ask for them by name.
ALL = frozenset(
    {
        "desk.view",
        "programme.view",
        "programme.edit",
        "programme.publish",
        "venues.edit",
        "series.edit",
        "catalogue.edit",
        "orders.view",
        "orders.refund",
        "orders.export",
        "selection.view",
        "selection.edit",
        "selection.decide",
        "door.view",
        "door.edit",
        "door.scan",
        "people.edit",
        "keys.edit",
        "audit.view",
        "messages.view",
        "jury.review",
        "money.view",
    }
)

BY_ROLE: dict[str, frozenset[str]] = {
    "owner": ALL - {"jury.review"},
    "organizer": ALL - {"people.edit", "series.edit", "jury.review", "audit.view"},
    "contributor": frozenset({"desk.view", "programme.view", "programme.edit"}),
    "juror": frozenset({"jury.review"}),
    "door": frozenset({"door.view", "door.scan"}),
    "accountant": frozenset(
        {"desk.view", "programme.view", "orders.view", "orders.export", "money.view"}
    ),
}

#: Roles that may be given for one event alone, and what such a role reads of the series around.
FOR_ONE_EVENT = frozenset({"organizer", "contributor", "door"})
READ_AROUND = frozenset({"desk.view", "programme.view"})


@dataclass(frozen=True)
class Grant:
    """A role somewhere. ``series_id`` None means every series of the organisation."""

    role: str
    organisation_id: int
    series_id: int | None = None
    event_id: int | None = None


@dataclass(frozen=True)
class Place:
    """Where something would be done; ``event_organisation_id`` is the contributor's."""

    organisation_id: int
    series_id: int | None = None
    event_id: int | None = None
    event_organisation_id: int | None = None


def allowed(grants: Iterable[Grant], permission: str, place: Place) -> bool:
    """Whether one of the grants gives ``permission`` at ``place``."""
    return any(
        permission in BY_ROLE.get(grant.role, frozenset()) and _covers(grant, place, permission)
        for grant in grants
    )


def _covers(grant: Grant, place: Place, permission: str) -> bool:
    if grant.series_id is not None and place.series_id not in (None, grant.series_id):
        return False
    if grant.event_id is not None:
        if place.event_id is None:
            return permission in READ_AROUND and place.series_id == grant.series_id
        return place.event_id == grant.event_id
    if grant.role == "contributor":
        # A contributor reads the series' programme, and touches his own events only.
        return place.event_id is None or place.event_organisation_id == grant.organisation_id
    return grant.organisation_id == place.organisation_id
