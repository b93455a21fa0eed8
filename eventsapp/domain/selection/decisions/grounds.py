"""What a decision rests on, found by asking what it would have been otherwise. Pure.

A letter may name the jury only where the jury's order alone decided. So the choice is made three
times: by the order alone, by the rule of the call, and by the rule with what people decided by
hand; the first of them that gives another answer is what the answer rests on.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from eventsapp.domain.selection.calls import choice
from eventsapp.domain.selection.calls.choice import Candidate, Key, Rule
from eventsapp.domain.selection.decisions.models import Grounds, Outcome


@dataclass(frozen=True)
class Choices:
    """The outcome of every application without the overrides, and without the limits as well."""

    by_rule: Mapping[Key, Outcome]
    by_order: Mapping[Key, Outcome]


def choices(
    candidates: Sequence[Candidate], scores: Mapping[Key, float], rule: Rule, *, waitlist: int
) -> Choices:
    """Args: candidates: the eligible ones; rule: as published, without overrides."""
    return Choices(
        _outcomes(candidates, scores, rule, waitlist),
        _outcomes(candidates, scores, Rule(rule.places), waitlist),
    )


def of(
    key: Key,
    outcome: Outcome,
    compared: Choices,
    *,
    pinned: Collection[Key],
    read: Collection[Key],
    scored: Collection[Key],
) -> Grounds:
    """What the outcome of one application rests on.

    Args:
        read: those that at least one juror read.
        scored: those whose score takes part in the order.
    """
    if outcome is Outcome.INELIGIBLE:
        return Grounds.CONDITIONS
    if key in pinned:
        return Grounds.HAND
    if outcome is not compared.by_rule[key]:
        return Grounds.DISPLACED
    if key not in read:
        return Grounds.UNREAD
    if key not in scored:
        return Grounds.APART
    if outcome is not compared.by_order[key]:
        return Grounds.RULE
    return Grounds.JURY


def _outcomes(
    candidates: Sequence[Candidate], scores: Mapping[Key, float], rule: Rule, waitlist: int
) -> dict[Key, Outcome]:
    chosen = set(choice.choose(candidates, scores, rule))
    waiting = set(choice.reserve(candidates, scores, chosen, size=waitlist))
    return {
        one.key: Outcome.ACCEPTED
        if one.key in chosen
        else (Outcome.RESERVE if one.key in waiting else Outcome.DECLINED)
        for one in candidates
    }
