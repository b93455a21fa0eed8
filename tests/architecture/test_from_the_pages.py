"""What the demo shows can be made by a person: its commands of the catalogue are a page's too."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "eventsapp"
CATALOGUE = "eventsapp.domain.ticketing.catalogue"
#: Command -> why no page calls it. Nothing so far.
EXCEPTIONS: dict[str, str] = {}


def commands() -> set[str]:
    """Public functions of the catalogue that open a transaction, as module.function."""
    return {
        f"{path.stem}.{function.name}"
        for path in (ROOT / "domain/ticketing/catalogue").glob("*.py")
        for function in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(function, ast.FunctionDef)
        and not function.name.startswith("_")
        and "transaction()" in ast.unparse(function)
    }


def called(folder: str) -> set[str]:
    """Functions of the catalogue that some file below this folder names."""
    found = set()
    for path in (ROOT / folder).rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        modules: dict[str, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == CATALOGUE:
                modules |= {one.asname or one.name: one.name for one in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(CATALOGUE):
                module = (node.module or "").removeprefix(f"{CATALOGUE}.")
                found |= {f"{module}.{one.name}" for one in node.names}
        found |= {
            f"{modules[node.value.id]}.{node.attr}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in modules
        }
    return found


def test_every_command_of_the_catalogue_that_the_demo_calls_has_its_page():
    by_demo = called("demo") & commands()
    assert {"products.add_product", "passes.add_pass", "discounts.create"} <= by_demo
    assert by_demo - called("web") - EXCEPTIONS.keys() == set()
    assert EXCEPTIONS.keys() <= by_demo
