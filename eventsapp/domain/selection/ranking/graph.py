"""Who shares an application with whom: scores can be compared only along these links."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Component:
    """Applications and jurors that are linked by reviews, in the order of first sight."""

    applications: tuple[Hashable, ...]
    jurors: tuple[Hashable, ...]


def components(links: Iterable[tuple[Hashable, Hashable]]) -> list[Component]:
    """Return the connected parts of the (application, juror) graph, largest first."""
    by_application: dict[Hashable, list[Hashable]] = {}
    by_juror: dict[Hashable, list[Hashable]] = {}
    for application, juror in links:
        by_application.setdefault(application, []).append(juror)
        by_juror.setdefault(juror, []).append(application)
    found: list[Component] = []
    seen: set[Hashable] = set()
    for start in by_application:
        if start in seen:
            continue
        seen.add(start)
        applications, jurors = [start], dict[Hashable, None]()
        for application in applications:  # grows while it is walked
            for juror in by_application[application]:
                if juror in jurors:
                    continue
                jurors[juror] = None
                for other in by_juror[juror]:
                    if other not in seen:
                        seen.add(other)
                        applications.append(other)
        found.append(Component(tuple(applications), tuple(jurors)))
    return sorted(found, key=lambda part: -len(part.applications))
