"""A schematic map of each city, drawn from the coordinates of its venues.

Known towns get a drawn ground (sea, hills, water, ways, names) in the same coordinates; others
get their venues alone. Numbers that would overlap are pushed apart, each tied to its true place.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from eventsapp.domain.programme.releases import ReleasedSeries, ReleasedVenue
from eventsapp.web.public import grounds
from eventsapp.web.public.grounds import Ground
from eventsapp.web.public.schedule import pins

WIDTH = 312.0
APART = 24.0
EDGE = 14.0
ROUNDS = 80


@dataclass(frozen=True)
class Spot:
    number: int
    venue: ReleasedVenue
    events: int
    x: float
    y: float
    true_x: float
    true_y: float

    @property
    def moved(self) -> bool:
        return math.hypot(self.x - self.true_x, self.y - self.true_y) > 4


@dataclass(frozen=True)
class Shape:
    kind: str
    path: str


@dataclass(frozen=True)
class Name:
    kind: str
    text: str
    x: float
    y: float


@dataclass(frozen=True)
class CityMap:
    city: str
    events: int
    width: float
    height: float
    shapes: tuple[Shape, ...]
    names: tuple[Name, ...]
    spots: tuple[Spot, ...]
    scale_px: float
    osm: str


@dataclass(frozen=True)
class Window:
    """The part of the world a map shows."""

    west: float
    east: float
    south: float
    north: float
    height: float = field(init=False)

    def __post_init__(self) -> None:
        squeeze = math.cos(math.radians((self.south + self.north) / 2))
        ratio = (self.north - self.south) / ((self.east - self.west) * squeeze)
        object.__setattr__(self, "height", round(WIDTH * ratio))

    def x(self, lon: float) -> float:
        return WIDTH * (lon - self.west) / (self.east - self.west)

    def y(self, lat: float) -> float:
        return self.height * (self.north - lat) / (self.north - self.south)


def city_maps(series: ReleasedSeries) -> list[CityMap]:
    numbers = pins(series)
    found = []
    for city in series.cities:
        venues = [v for v in series.venues if v.city == city and v.lat is not None]
        if venues:
            found.append(_map(series, city, venues, numbers))
    return found


def venue_map(series: ReleasedSeries, venue: ReleasedVenue) -> CityMap | None:
    """The map of a venue's city with this venue alone on it."""
    if venue.lat is None or venue.lon is None:
        return None
    return _map(series, venue.city, [venue], pins(series))


def osm_url(venue: ReleasedVenue) -> str:
    return f"https://www.openstreetmap.org/?mlat={venue.lat}&mlon={venue.lon}#map=17/{venue.lat}/{venue.lon}"


def _map(
    series: ReleasedSeries, city: str, venues: Sequence[ReleasedVenue], numbers: dict[str, int]
) -> CityMap:
    ground = grounds.GROUNDS.get(city, grounds.NOTHING)
    window = _window(ground, venues)
    middle_lat = (window.south + window.north) / 2
    middle_lon = (window.west + window.east) / 2
    km = 111.32 * math.cos(math.radians(middle_lat)) * (window.east - window.west)
    return CityMap(
        city=city,
        events=sum(1 for event in series.events if event.city == city),
        width=WIDTH,
        height=window.height,
        shapes=tuple(_shapes(ground, window)),
        names=tuple(
            Name(kind, text, round(window.x(lon)), round(window.y(lat)))
            for kind, text, lon, lat in ground.names
        ),
        spots=tuple(_spots(series, venues, numbers, window)),
        scale_px=round(WIDTH / km * grounds.SCALE_KM, 1),
        osm=f"https://www.openstreetmap.org/#map=12/{middle_lat:.4f}/{middle_lon:.4f}",
    )


def _window(ground: Ground, venues: Sequence[ReleasedVenue]) -> Window:
    if ground.window is not None:
        west, east, south, north = ground.window
        inside = all(west < (v.lon or 0) < east and south < (v.lat or 0) < north for v in venues)
        if inside:
            return Window(west, east, south, north)
    lats = [v.lat for v in venues if v.lat is not None]
    lons = [v.lon for v in venues if v.lon is not None]
    pad_lat = max(0.006, (max(lats) - min(lats)) * 0.15)
    pad_lon = max(0.012, (max(lons) - min(lons)) * 0.15)
    return Window(
        min(lons) - pad_lon, max(lons) + pad_lon, min(lats) - pad_lat, max(lats) + pad_lat
    )


def _shapes(ground: Ground, window: Window) -> Iterable[Shape]:
    for kind, closed, points in ground.shapes:
        corners = " ".join(f"{window.x(lon):.0f} {window.y(lat):.0f}" for lon, lat in points)
        yield Shape(kind, f"M{corners}{'z' if closed else ''}")


def _spots(
    series: ReleasedSeries,
    venues: Sequence[ReleasedVenue],
    numbers: dict[str, int],
    window: Window,
) -> list[Spot]:
    true = [(window.x(v.lon or 0), window.y(v.lat or 0)) for v in venues]
    placed = push_apart(true, width=WIDTH, height=window.height)
    return [
        Spot(
            number=numbers[venue.slug],
            venue=venue,
            events=len(series.events_at(venue)),
            x=round(x),
            y=round(y),
            true_x=round(true_x, 1),
            true_y=round(true_y, 1),
        )
        for venue, (x, y), (true_x, true_y) in zip(venues, placed, true, strict=True)
    ]


def push_apart(
    points: Sequence[tuple[float, float]], *, width: float, height: float
) -> list[tuple[float, float]]:
    """Move points until none is nearer to another than ``APART``; always the same way."""
    spots = [[x, y] for x, y in points]
    for _round in range(ROUNDS):
        for i, one in enumerate(spots):
            for j in range(i + 1, len(spots)):
                _part(one, spots[j], turn=i + j)
        for spot in spots:
            spot[0] = min(max(spot[0], EDGE), width - EDGE)
            spot[1] = min(max(spot[1], EDGE), height - EDGE)
    return [(x, y) for x, y in spots]


def _part(one: list[float], other: list[float], *, turn: int) -> None:
    dx, dy = other[0] - one[0], other[1] - one[1]
    far = math.hypot(dx, dy)
    if far >= APART:
        return
    if far < 0.01:  # the same place: any direction, but always the same one
        dx, dy, far = math.cos(turn), math.sin(turn), 1.0
    step = (APART - far) / 2 + 0.05
    one[0] -= dx / far * step
    one[1] -= dy / far * step
    other[0] += dx / far * step
    other[1] += dy / far * step
