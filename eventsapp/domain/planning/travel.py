"""How long it takes to go from one place of the series to another, in minutes. Pure.

Declared minutes between cities first, then the crow's flight stretched by 1.3: on foot when it
is near, by town transport beyond, by road between cities nobody declared.
"""

import math
from dataclasses import dataclass

#: Door to door by coach or car at a usual hour, either way.
BETWEEN_CITIES = {
    frozenset({"Aix-en-Provence", "Marseille"}): 50,
    frozenset({"Aix-en-Provence", "Rousset"}): 30,
    frozenset({"Marseille", "Rousset"}): 50,
}
DETOUR = 1.3
WALK_M_PER_MINUTE = 75
WALKABLE_M = 2_000
TOWN_M_PER_MINUTE = 300
TOWN_WAIT_MINUTES = 10
ROAD_M_PER_MINUTE = 1_000
#: Between two cities when one of the places has no coordinates and no minutes were declared.
UNKNOWN_ROAD_MINUTES = 60
UNKNOWN_TOWN_MINUTES = 20


@dataclass(frozen=True)
class Place:
    """Where somebody has to be. ``key`` tells sites apart; equal keys are the same site."""

    key: str
    city: str
    lat: float | None = None
    lon: float | None = None


def minutes(one: Place, other: Place) -> int:
    """Travel time between two places, the same in both directions."""
    if one.key == other.key:
        return 0
    if one.city != other.city:
        declared = BETWEEN_CITIES.get(frozenset({one.city, other.city}))
        if declared is not None:
            return declared
    metres = distance_m(one, other)
    if metres is None:
        return UNKNOWN_TOWN_MINUTES if one.city == other.city else UNKNOWN_ROAD_MINUTES
    way = metres * DETOUR
    if one.city != other.city:
        return math.ceil(way / ROAD_M_PER_MINUTE)
    if way <= WALKABLE_M:
        return math.ceil(way / WALK_M_PER_MINUTE)
    return math.ceil(TOWN_WAIT_MINUTES + way / TOWN_M_PER_MINUTE)


def distance_m(one: Place, other: Place) -> float | None:
    """Metres of the crow's flight (haversine); None when a coordinate is missing."""
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return None
    lat_1, lat_2 = math.radians(one.lat), math.radians(other.lat)
    rise = math.sin((lat_2 - lat_1) / 2) ** 2
    turn = math.sin(math.radians(other.lon - one.lon) / 2) ** 2
    half = rise + math.cos(lat_1) * math.cos(lat_2) * turn
    return 2 * 6_371_000 * math.asin(math.sqrt(half))
