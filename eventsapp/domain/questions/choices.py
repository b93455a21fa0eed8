"""The choices of a question, as somebody writes them: one a line, in both languages. Pure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from eventsapp.domain.questions.fields import Problem

MOST_CHOICES = 60

#: A free name for a text, beside those that are taken.
Namer = Callable[..., str]


def problems(choices: Sequence[tuple[str, str]]) -> list[Problem]:
    """What keeps them from being offered. ``choices``: (French, English) of each."""
    labels = [fr for fr, _en in choices]
    if len(choices) < 2:
        return [Problem("choices", "few_choices")]
    if len(choices) > MOST_CHOICES:
        return [Problem("choices", "many_choices", {"most": MOST_CHOICES})]
    if len(set(labels)) < len(labels) or not all(labels):
        return [Problem("choices", "same_choices")]
    return []


def kept(
    before: Sequence[Mapping[str, Any]], choices: Sequence[tuple[str, str]], name: Namer
) -> list[dict[str, Any]]:
    """Choices with their ids; one whose French label stays keeps its id, and its answers."""
    ids = {one["label"].get("fr"): one["id"] for one in before}
    taken: set[str] = set(ids.values())
    made = []
    for fr, en in choices:
        found = ids.get(fr) or name(fr, taken, fallback="choix")
        taken.add(found)
        made.append({"id": found, "label": {"fr": fr, "en": en or fr}})
    return made


def pairs(before: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Stored choices as the editor shows them."""
    return [(one["label"].get("fr", ""), one["label"].get("en", "")) for one in before]


def gone(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], used: Collection[str]
) -> list[str]:
    """French labels of choices that somebody gave and that would not be offered as they were."""
    offered = {one["id"]: one["label"].get("fr") for one in after}
    return [
        one["label"].get("fr", "")
        for one in before
        if one["id"] in used and offered.get(one["id"]) != one["label"].get("fr")
    ]
