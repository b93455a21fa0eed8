"""Choosing under the published rule."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from eventsapp.domain.selection.calls import choice
from eventsapp.domain.selection.calls.choice import Candidate, Limit, Rule


def people(*domains):
    return [Candidate(i, i, {"domain": d}) for i, d in enumerate(domains, start=1)]


def test_the_best_of_each_domain_come_first_and_then_the_best_within_the_limit():
    candidates = people("a", "a", "a", "a", "b", "b", "c")
    scores = {1: 5.0, 2: 4.9, 3: 4.8, 4: 4.7, 5: 3.0, 6: 2.9, 7: 1.0}
    rule = Rule(5, best_of_each="domain", limits=(Limit("domain", at_most=2),))

    assert choice.choose(candidates, scores, rule) == [1, 2, 5, 6, 7]


def test_a_tie_goes_to_the_lower_number():
    candidates = list(reversed(people("a", "a", "a")))

    assert choice.choose(candidates, {1: 3.0, 2: 3.0, 3: 3.0}, Rule(2)) == [1, 2]


def test_without_a_score_nobody_is_chosen():
    assert choice.choose(people("a", "b"), {2: 3.0}, Rule(2)) == [2]


def test_a_person_may_force_one_in_and_keep_one_out():
    candidates = people("a", "a", "b")
    scores = {1: 5.0, 2: 4.0, 3: 3.0}

    rule = Rule(2, must=frozenset({3}), never=frozenset({1}))

    assert choice.choose(candidates, scores, rule) == [2, 3]


def test_the_reserve_is_the_next_ones_in_order():
    candidates = people("a", "a", "b", "b")
    scores = {1: 1.0, 2: 2.0, 3: 3.0, 4: 4.0}

    assert choice.reserve(candidates, scores, [3], size=2) == [4, 2]
    assert choice.reserve(candidates, scores, [3], size=5, never=frozenset({4})) == [2, 1]


def test_the_price_of_the_rule_names_who_enters_and_who_leaves():
    candidates = people("a", "a", "b")
    scores = {1: 5.0, 2: 4.0, 3: 1.0}
    rule = Rule(2, best_of_each="domain", limits=(Limit("domain", at_most=2),))

    assert choice.price(candidates, scores, rule) == [
        ("limit:domain", 0.0, [], []),
        ("best_of_each:domain", 3.0, [3], [2]),
    ]


def test_the_rule_is_read_from_data():
    rule = choice.from_json(
        {"best_of_each": "domain", "limits": [{"attribute": "domain", "at_most": 3}]}, 10
    )

    assert rule == Rule(10, "domain", (Limit("domain", 3),))
    assert choice.from_json({}, 4) == Rule(4)


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.floats(1, 5)), min_size=1, max_size=40),
    st.integers(1, 12),
    st.integers(1, 4),
)
def test_places_and_limits_always_hold(found, places, at_most):
    candidates = people(*[domain for domain, _ in found])
    scores = {i: score for i, (_, score) in enumerate(found, start=1)}
    rule = Rule(places, best_of_each="domain", limits=(Limit("domain", at_most),))

    chosen = choice.choose(candidates, scores, rule)

    domains = [candidates[i - 1].attributes["domain"] for i in chosen]
    assert len(chosen) == len(set(chosen)) <= places
    assert all(domains.count(d) <= at_most for d in set(domains))
    room = sum(min(at_most, [d for d, _ in found].count(d)) for d in {d for d, _ in found})
    assert len(chosen) == min(places, room)
    if places >= len({d for d, _ in found}):
        assert set(domains) == {d for d, _ in found}


@given(
    st.lists(st.lists(st.floats(1, 5), min_size=6, max_size=6), min_size=1, max_size=30),
)
def test_frequencies_sum_to_the_places(draws):
    candidates = people("a", "a", "b", "b", "c", "c")

    shares = choice.frequencies(candidates, draws, Rule(3, best_of_each="domain"))

    assert abs(sum(shares.values()) - 3) < 1e-9


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 4), st.booleans())
def test_a_look_at_the_best_alone_gives_the_same_choice(seed, places, at_most, spread):
    chance = random.Random(seed)
    candidates = people(*[chance.choice("abcdef") for _ in range(choice.MANY + 50)])
    rule = Rule(places, best_of_each="domain", limits=(Limit("domain", at_most),))
    rounds = [
        [chance.choice((1.0, 2.0, 3.0)) if spread else chance.gauss(3, 1) for _ in candidates]
        for _ in range(3)
    ]

    chooser = choice.Chooser(candidates, rule)

    for values in rounds:
        assert chooser.pick(values) == chooser._pick(values, chooser.open)


def test_a_limit_on_something_else_looks_at_everybody():
    candidates = [
        Candidate(i, i, {"domain": "a" if i else "b", "city": "Aix"})
        for i in range(choice.MANY + 50)
    ]
    rule = Rule(2, best_of_each="domain", limits=(Limit("city", at_most=1),))

    chooser = choice.Chooser(candidates, rule)

    assert not chooser.settles_early
    assert chooser.pick([float(i) for i in range(len(candidates))]) == [len(candidates) - 1]
