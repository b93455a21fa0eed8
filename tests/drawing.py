"""The house in one drawing, from the imports themselves: ``make drawing`` writes docs/house.svg.

Layers from top to bottom, in the order of the contract in pyproject.toml; areas of the domain in
theirs, with their rooms. An arrow says that something above imports something below; its number is
how many imports there are.
"""

import tomllib
from collections import Counter
from pathlib import Path
from xml.sax.saxutils import escape

import grimp

ROOT = Path(__file__).resolve().parents[1]
WIDTH, LEFT, ROW, GAP, HEIGHT = 1180, 24, 92, 22, 60
INK, PAPER, LINE, SEA = "#14213d", "#fbf8f3", "#b9b2a4", "#17637a"


def contracts() -> list[dict]:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return config["tool"]["importlinter"]["contracts"]


def rows() -> list[list[str]]:
    """Packages from top to bottom: layers, with the domain opened into its areas."""
    named = {one["name"].partition(":")[0]: one for one in contracts()}
    areas = [[f"eventsapp.domain.{area}" for area in line.split(" | ")]
             for line in named["Areas"]["layers"]]  # fmt: skip
    found = []
    for line in named["Layers"]["layers"]:
        packages = line.split(" | ")
        found += areas if packages == ["eventsapp.domain"] else [packages]
    return found


def rooms_of(package: str) -> list[str]:
    for one in contracts():
        if one["type"] == "layers" and one.get("containers") == [package]:
            return list(one["layers"])
    return []


def arrows(graph: grimp.ImportGraph, packages: list[str]) -> Counter[tuple[str, str]]:
    """How many modules of one package import modules of another."""

    def home(module: str) -> str | None:
        return next((p for p in packages if module == p or module.startswith(p + ".")), None)

    counted: Counter[tuple[str, str]] = Counter()
    for module in graph.modules:
        here = home(module)
        for imported in graph.find_modules_directly_imported_by(module):
            there = home(imported)
            if here and there and here != there:
                counted[here, there] += 1
    return counted


def places(lines: list[list[str]]) -> dict[str, tuple[float, float, float]]:
    """Package -> (x, y, width)."""
    found = {}
    for number, line in enumerate(lines):
        width = (WIDTH - 2 * LEFT - GAP * (len(line) - 1)) / len(line)
        for position, package in enumerate(line):
            found[package] = (LEFT + position * (width + GAP), 20 + number * ROW, width)
    return found


def draw() -> str:
    graph = grimp.build_graph("eventsapp")
    lines = rows()
    at = places(lines)
    shapes = []
    for (here, there), count in sorted(arrows(graph, list(at)).items()):
        x, y, width = at[here]
        to_x, to_y, to_width = at[there]
        if to_y - y > ROW + 1:
            continue  # only to the next floor: every floor may use all below it
        begin, end = (x + width / 2, y + HEIGHT), (to_x + to_width / 2, to_y)
        middle = ((begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2 + 4)
        shapes.append(
            f'<path d="M{begin[0]:.0f} {begin[1]:.0f}L{end[0]:.0f} {end[1]:.0f}" stroke="{LINE}" '
            f'stroke-width="{min(1 + count / 12, 6):.1f}"/>'
            f'<text x="{middle[0]:.0f}" y="{middle[1]:.0f}" class="n">{count}</text>'
        )
    for package, (x, y, width) in at.items():
        own = [m for m in graph.modules if m == package or m.startswith(package + ".")]
        name = package.removeprefix("eventsapp.").removeprefix("domain.")
        below = " › ".join(rooms_of(package)) or f"{len(own)} module{'s' * (len(own) > 1)}"
        shapes.append(
            f'<rect x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{HEIGHT}" rx="6"/>'
            f'<text x="{x + width / 2:.0f}" y="{y + 26:.0f}" class="t">{escape(name)}</text>'
            f'<text x="{x + width / 2:.0f}" y="{y + 46:.0f}" class="s">{escape(below)}</text>'
        )
    height = 20 + len(lines) * ROW
    style = (
        f"rect{{fill:{PAPER};stroke:{INK};stroke-width:1.5}}text{{font-family:Inter,sans-serif;"
        f"text-anchor:middle;fill:{INK}}}.t{{font-size:16px;font-weight:700}}.s{{font-size:12px;"
        f"fill:{SEA}}}.n{{font-size:11px;paint-order:stroke;stroke:#fff;stroke-width:4px}}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="Layers and areas of eventsapp"><style>{style}</style>'
        f'<path d="M0 0h{WIDTH}v{height}H0z" fill="#fff"/>{"".join(shapes)}</svg>\n'
    )


if __name__ == "__main__":
    (ROOT / "docs" / "house.svg").write_text(draw())
