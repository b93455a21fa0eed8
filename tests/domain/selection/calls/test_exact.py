"""The best choice there is, against every set that could have been chosen."""

import itertools
import random
import time
from fractions import Fraction

import pytest

from eventsapp.domain.selection.calls import choice
from eventsapp.domain.selection.calls.choice import Candidate, Limit, Rule
from eventsapp.domain.selection.calls.exact import STEPS


def brute(candidates, scores, rule):
    """The set that is best in the declared order, by looking at all of them."""
    found = []
    must = [c for c in candidates if c.key in rule.must]
    rest = [c for c in candidates if c.key not in rule.must and c.key not in rule.never]
    for size in range(max(rule.places - len(must), 0) + 1):
        for some in itertools.combinations(rest, size):
            made = [*must, *some]
            if not all(_keeps(made, must, limit) for limit in rule.limits):
                continue
            name = rule.best_of_each
            covered = len({c.attributes[name] for c in made}) if name else 0
            total = sum((Fraction(scores[c.key]) for c in some), Fraction())
            place = -sum(candidates.index(c) for c in some)
            found.append(((covered, size, total, place), sorted(c.key for c in made)))
    return max(found)[1]


def _keeps(made, must, limit):
    for value in {c.attributes[limit.attribute] for c in made}:
        count = sum(c.attributes[limit.attribute] == value for c in made)
        forced = sum(c.attributes[limit.attribute] == value for c in must)
        if count > max(limit.at_most, forced):
            return False
    return True


def case(chance, *, two):
    candidates = [
        Candidate(i, i, {"domain": chance.choice("abc"), "city": chance.choice("xyz")})
        for i in range(1, chance.randint(4, 9))
    ]
    # Quarters, so that ties happen.
    scores = {c.key: chance.randint(4, 20) / 4 for c in candidates}
    names = ("domain", "city") if two else ("domain", "domain")
    limits = [Limit(names[1], chance.randint(1, 2))]
    if chance.random() < 0.5:
        limits.append(Limit(names[0], chance.randint(1, 3)))
    best = names[0] if chance.random() < 0.6 or (two and len(limits) == 1) else None
    keys = [c.key for c in candidates]
    must = frozenset(chance.sample(keys, chance.choice((0, 0, 1))))
    never = frozenset(chance.sample(keys, chance.choice((0, 0, 1)))) - must
    return candidates, scores, Rule(chance.randint(1, 5), best, tuple(limits), must, never)


@pytest.mark.parametrize("two", [False, True], ids=["one attribute", "two attributes"])
def test_the_choice_is_the_best_of_all_in_hundreds_of_small_cases(two):
    chance = random.Random(11)
    greedy_misses = 0
    for _ in range(400):
        candidates, scores, rule = case(chance, two=two)

        chosen = choice.choose(candidates, scores, rule)

        assert sorted(chosen) == brute(candidates, scores, rule)
        chooser = choice.Chooser(candidates, rule)
        values = [scores[c.key] for c in candidates]
        greedy = sorted(candidates[i].key for i in chooser._pick(values, chooser.open))
        greedy_misses += greedy != sorted(chosen)
    assert (greedy_misses > 20) == two


def test_the_smallest_step_of_a_score_counts_more_than_any_number():
    candidates = [Candidate(i, i, {"domain": f"d{i}", "city": f"c{i}"}) for i in range(1, 7)]
    rule = Rule(1, None, (Limit("domain", 1), Limit("city", 1)))
    scores = {c.key: 1.0 for c in candidates} | {6: 1.0 + 1 / STEPS}

    assert choice.choose(candidates, scores, rule) == [6]


def test_limits_on_three_attributes_are_refused():
    rule = Rule(2, "a", (Limit("b", 1), Limit("c", 1)))

    with pytest.raises(ValueError, match="3 attributes"):
        choice.choose([Candidate(1, 1)], {1: 1.0}, rule)


def test_two_attributes_are_quick_over_many_draws():
    chance = random.Random(5)
    candidates = [
        Candidate(i, i, {"domain": chance.choice("abcdef"), "city": chance.choice("uvwxyz")})
        for i in range(5000)
    ]
    rule = Rule(10, "domain", (Limit("domain", 3), Limit("city", 3)))
    draws = [[chance.gauss(3, 1) for _ in candidates] for _ in range(10)]
    start = time.process_time()

    shares = choice.frequencies(candidates, draws * 5, rule)

    # 2,000 rounds are 40 times this.
    assert time.process_time() - start < 0.6
    assert sum(shares.values()) == pytest.approx(10)
