"""Conditions on answers, as data: when is a question asked?

``{"field": "siren", "is": "filled"}``, ``{"field": "domain", "in": ["e-sante"]}``,
``{"field": "headcount", "least": 10}``, and around them ``{"all": [...]}``, ``{"any": [...]}`` and
``{"not": ...}``.
"""

from collections.abc import Mapping
from typing import Any


def holds(condition: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Say whether the condition holds for the answers given so far.

    Raises:
        ValueError: the condition is not one of the forms above.
    """
    if "all" in condition:
        return all(holds(part, values) for part in condition["all"])
    if "any" in condition:
        return any(holds(part, values) for part in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], values)
    if "field" not in condition:
        raise ValueError(f"unknown condition {sorted(condition)}")
    return _compare(condition, values.get(condition["field"]))


def comparisons(condition: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The single comparisons of a condition, each with the ``field`` that it reads."""
    for around in ("all", "any"):
        if around in condition:
            return [part for one in condition[around] for part in comparisons(one)]
    return comparisons(condition["not"]) if "not" in condition else [condition]


def _compare(condition: Mapping[str, Any], value: Any) -> bool:
    if condition.get("is") == "filled":
        return value is not None
    if condition.get("is") == "empty":
        return value is None
    if "in" in condition:
        # Of several choices one is enough.
        given = value if isinstance(value, list) else [value]
        return any(one in condition["in"] for one in given)
    if "least" in condition:
        return isinstance(value, int) and value >= condition["least"]
    if "most" in condition:
        return isinstance(value, int) and value <= condition["most"]
    raise ValueError(f"unknown comparison {sorted(condition)}")
