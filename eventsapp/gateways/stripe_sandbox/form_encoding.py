"""Stripe's request bodies: nested form encoding, ``line_items[0][price_data][currency]=eur``."""

import re
from typing import Any
from urllib.parse import parse_qsl

_PART = re.compile(r"\[([^\[\]]*)\]")


def parse(body: str) -> dict[str, Any]:
    """Return nested dicts; an object whose keys are 0, 1, 2 … becomes a list."""
    root: dict[str, Any] = {}
    for name, value in parse_qsl(body, keep_blank_values=True):
        head = name.split("[", 1)[0]
        path = [head, *_PART.findall(name[len(head) :])]
        _place(root, path, value)
    lists: dict[str, Any] = {name: _listed(value) for name, value in root.items()}
    return lists


def _place(node: dict[str, Any], path: list[str], value: str) -> None:
    for step in path[:-1]:
        child = node.setdefault(step, {})
        if not isinstance(child, dict):
            return
        node = child
    # ``expand[]=a&expand[]=b`` numbers itself.
    last = path[-1] if path[-1] else str(len(node))
    node[last] = value


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(child) for name, child in value.items()}
    if inner and list(inner) == [str(number) for number in range(len(inner))]:
        return list(inner.values())
    return inner
