"""Who may do what, and where: one table of role, action and reach. Pure.

A role is given for an organisation, for one series, or for one event. Each cell says how far an
action reaches from there:

* ``all``: in the whole organisation or series that the role was given for; a role for one event
  does not give it;
* ``event``: the same, and a role for one event gives it at that event;
* ``around``: the same as ``event``, and a role for one event gives it for the series around;
* ``own``: at the events of the role's own organisation in its series, and at a role's one event;
* ``-``: not at all.

The host runs the installation: makes organisations and their first owners, and reads nothing of
them. That is no role of an organisation but a mark of the account.
"""

from collections.abc import Iterable
from dataclasses import dataclass

# Actions are "<room>.<deed>"; views ask for them by name. tests/web/test_rights.py walks every
# route with every role.
TABLE = """
action             owner    organizer    contributor    juror    door     accountant    care    host
desk.view          all      around       around         -        -        all           all     -
programme.view     all      around       around         -        -        all           all     -
programme.edit     all      event        own            -        -        -             -       -
programme.publish  all      event        -              -        -        -             -       -
venues.edit        all      all          -              -        -        -             -       -
series.edit        all      -            -              -        -        -             -       -
catalogue.edit     all      all          -              -        -        -             -       -
orders.view        all      all          -              -        -        all           -       -
orders.sell        all      all          -              -        -        -             -       -
orders.refund      all      all          -              -        -        -             -       -
orders.export      all      all          -              -        -        all           -       -
answers.sensitive  all      -            -              -        -        -             all     -
selection.view     all      all          -              -        -        -             -       -
selection.edit     all      all          -              -        -        -             -       -
selection.decide   all      all          -              -        -        -             -       -
door.view          all      event        -              -        event    -             -       -
door.edit          all      all          -              -        -        -             -       -
door.scan          all      event        -              -        event    -             -       -
people.edit        all      -            -              -        -        -             -       -
keys.edit          all      all          -              -        -        -             -       -
audit.view         all      -            -              -        -        -             -       -
messages.view      all      all          -              -        -        -             -       -
messages.send      all      all          -              -        -        -             -       -
jury.review        -        -            -              all      -        -             -       -
money.view         all      all          -              -        -        all           -       -
organisations.edit -        -            -              -        -        -             -       all
"""

_HEAD, *_LINES = (line.split() for line in TABLE.strip().splitlines())
#: Role -> action -> reach, without the empty cells.
REACH: dict[str, dict[str, str]] = {
    role: {line[0]: line[place] for line in _LINES if line[place] != "-"}
    for place, role in enumerate(_HEAD[1:], start=1)
}
ALL = frozenset(line[0] for line in _LINES)
BY_ROLE = {role: frozenset(reach) for role, reach in REACH.items()}
#: Roles that may be given for one event alone.
FOR_ONE_EVENT = frozenset(
    role for role, reach in REACH.items() if set(reach.values()) & {"event", "around", "own"}
)


#: The grant of who runs the installation; its organisation is none.
HOST = "host"
NO_ORGANISATION = 0


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
        _covers(grant, place, REACH.get(grant.role, {}).get(permission, "-")) for grant in grants
    )


def _covers(grant: Grant, place: Place, reach: str) -> bool:
    if reach == "-" or (grant.series_id is not None and place.series_id != grant.series_id):
        return False
    if grant.event_id is not None:
        if place.event_id is None:
            return reach == "around"
        return reach != "all" and place.event_id == grant.event_id
    if grant.role == "contributor":
        # Often of another organisation than the series: reads the one it was asked into, touches
        # the events of its own.
        if place.event_id is not None:
            return place.event_organisation_id == grant.organisation_id
        if grant.series_id is not None:
            return True
    return grant.organisation_id == place.organisation_id
