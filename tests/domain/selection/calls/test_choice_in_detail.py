"""The choice in detail: the short look at the best, ties, overrides, what a rule costs."""

import pytest

from eventsapp.domain.selection.calls import choice, exact
from eventsapp.domain.selection.calls.choice import MANY, Candidate, Chooser, Limit, Rule


def crowd(groups):
    """One candidate a letter, the best first: (candidates, scores)."""
    candidates = [Candidate(i, i, {"domain": group}) for i, group in enumerate(groups)]
    return candidates, [float(len(groups) - i) for i in range(len(groups))]


BIG = MANY + 100


def test_the_cut_of_the_first_round_leaves_half_of_many_at_the_top():
    candidates, values = crowd("a" * BIG)
    chooser = Chooser(candidates, Rule(3))

    assert chooser.pick(values) == [0, 1, 2]
    assert chooser.cut == values[MANY // 2]
    # It serves the next rounds, whatever their scores.
    assert chooser.pick([value + 9000 for value in values]) == [0, 1, 2]
    assert chooser.cut == values[MANY // 2]


def test_among_few_everybody_is_looked_at():
    candidates, values = crowd("a" * MANY)
    few = Chooser(candidates, Rule(3))
    candidates, more = crowd("a" * (MANY + 1))
    many = Chooser(candidates, Rule(3))

    assert few.pick(values) == many.pick(more) == [0, 1, 2]
    assert (few.cut, many.cut is None) == (None, False)


def test_where_the_best_do_not_fill_the_places_the_others_are_looked_at():
    candidates, values = crowd("a" * (BIG - 50) + "b" * 50)
    rule = Rule(4, limits=(Limit("domain", 2),))

    assert Chooser(candidates, rule).pick(values) == [0, 1, BIG - 50, BIG - 49]


def test_where_a_domain_is_not_among_the_best_the_others_are_looked_at():
    candidates, values = crowd("ab" + "a" * (BIG - 3) + "z")
    rule = Rule(3, best_of_each="domain")

    assert Chooser(candidates, rule).pick(values) == [0, 1, BIG - 1]


def test_the_best_that_stand_exactly_at_the_cut_are_among_the_best():
    candidates, _ = crowd("ab" * (BIG // 2))
    rule = Rule(2, best_of_each="domain")

    assert Chooser(candidates, rule).pick([3.0] * BIG) == [0, 1]


@pytest.mark.parametrize(
    ("rule", "early"),
    [
        (Rule(2), True),
        (Rule(2, limits=(Limit("domain", 1),)), True),
        (Rule(2, "domain"), True),
        (Rule(2, "domain", (Limit("domain", 1),)), True),
        (Rule(2, "domain", (Limit("domain", 0),)), False),
        (Rule(2, "domain", (Limit("city", 1),)), False),
    ],
)
def test_a_short_look_settles_only_what_it_can(rule, early):
    candidates, _ = crowd("ab")

    assert Chooser(candidates, rule).settles_early is early


def test_a_domain_that_is_shut_gets_no_first_place():
    candidates, values = crowd("aabc")
    scores = dict(enumerate(values))

    assert choice.choose(candidates, scores, Rule(3, "domain", (Limit("domain", 0),))) == []
    rule = Rule(3, "domain", (Limit("domain", 1),), must=frozenset({1}))
    assert choice.choose(candidates, scores, rule) == [1, 2, 3]


def test_who_is_forced_in_takes_a_place_counts_for_the_limit_and_needs_no_score():
    candidates, values = crowd("aaabb")
    scores = dict(enumerate(values))
    del scores[2]

    rule = Rule(3, limits=(Limit("domain", 2),), must=frozenset({2}))
    assert choice.choose(candidates, scores, rule) == [0, 3, 2]
    # More may be forced in than the rule would take.
    several = Rule(1, limits=(Limit("domain", 1),), must=frozenset({0, 1}))
    assert choice.choose(candidates, scores, several) == [0, 1]


def test_the_reserve_has_no_one_without_a_score_and_ties_in_order_of_numbers():
    candidates = [
        Candidate(key, number) for key, number in (("a", 3), ("b", 1), ("c", 2), ("d", 4))
    ]
    scores = {"a": 2.0, "b": 2.0, "c": 3.0}

    assert choice.reserve(candidates, scores, [], size=9) == ["c", "b", "a"]
    assert choice.reserve(candidates, scores, ["c"], size=1) == ["b"]
    assert choice.reserve(candidates, scores, [], size=0) == []


@pytest.mark.parametrize(
    ("waiting", "used", "rule", "expected"),
    [
        ("ab", {}, Rule(9), 0),
        ("ab", {"a": 2}, Rule(9, limits=(Limit("domain", 2),)), 1),
        ("ab", {"a": 1}, Rule(9, limits=(Limit("domain", 2),)), 0),
        ("ab", {"a": 5}, Rule(9, limits=(Limit("city", 2),)), 0),
        ("ab", {"a": 2, "b": 2}, Rule(9, limits=(Limit("domain", 3), Limit("domain", 2))), None),
        ("ab", {"a": 1}, Rule(9, "domain"), 1),
        ("ab", {"a": 1}, Rule(9, "city"), 0),
        ("ab", {"a": 1, "b": 1}, Rule(9, "domain"), 0),
        ("", {}, Rule(9), None),
    ],
)
def test_a_freed_place_goes_to_the_first_that_the_rule_takes(waiting, used, rule, expected):
    assert choice.next_in_line(list(waiting), used, rule) == expected


def test_a_share_is_counted_for_its_own_candidate_in_whatever_order_they_come():
    candidates = [Candidate("late", 9), Candidate("first", 1), Candidate("second", 2)]
    draws = [[3.0, 1.0, 2.0], [1.0, 2.0, 2.0], [1.0, 2.0, 3.0], [9.0, 0.0, 0.0]]

    shares = choice.frequencies(candidates, draws, Rule(1))

    assert shares == {"late": 0.5, "first": 0.25, "second": 0.25}


def test_each_part_of_a_rule_has_its_price():
    candidates = [
        Candidate(key, key, {"domain": domain, "city": city})
        for key, domain, city in ((1, "a", "x"), (2, "a", "x"), (3, "b", "x"), (4, "a", "y"))
    ]
    scores = {1: 10.0, 2: 8.0, 3: 5.0, 4: 3.0}
    rule = Rule(2, limits=(Limit("domain", 1), Limit("city", 1)))

    assert choice.choose(candidates, scores, rule) == [3, 4]
    assert choice.price(candidates, scores, rule) == [
        ("limit:domain", 5.0, [3], [1]),
        ("limit:city", 7.0, [4], [1]),
    ]
    assert choice.price(candidates, scores, Rule(2)) == []
    # Who was forced in without a score brings none to either side.
    del scores[4]
    forced = Rule(2, limits=(Limit("city", 1),), must=frozenset({4}))
    assert choice.price(candidates, scores, forced) == [("limit:city", 0.0, [], [])]
    moved = Rule(2, limits=(Limit("domain", 1),), must=frozenset({4}))
    assert choice.price(candidates, scores, moved) == [("limit:domain", 5.0, [3], [1])]


def test_a_rule_is_read_as_it_is_stored():
    stored = {"limits": [{"attribute": 5, "at_most": "3"}, {"attribute": "city", "at_most": 1}]}

    assert choice.from_json(stored, 2) == Rule(2, None, (Limit("5", 3), Limit("city", 1)))
    assert choice.from_json({"best_of_each": "city"}, 2) == Rule(2, "city", ())


def test_a_rule_on_two_attributes_is_prepared_with_what_the_forced_ones_leave():
    candidates = [
        Candidate(key, key, {"domain": domain, "city": city})
        for key, domain, city in ((1, "a", "x"), (2, "a", "y"), (3, "b", "y"), (4, "b", "x"))
    ]
    limits = (Limit("domain", 1), Limit("city", 2), Limit("city", 3))
    rule = Rule(3, "domain", limits, must=frozenset({1}), never=frozenset({4}))

    assert Chooser(candidates, rule).exact.grid == exact.Grid(
        rows=["a", "a", "b", "b"],
        columns=["x", "y", "y", "x"],
        open=[1, 2],
        row_left={"a": 0, "b": 1},
        column_left={"x": 1, "y": 2},
        cover=frozenset({"b"}),
        places=2,
    )
    plain = Rule(1, None, limits[:2], must=frozenset({1, 2}))
    grid = Chooser(candidates, plain).exact.grid
    assert (grid.cover, grid.places, grid.row_left) == (frozenset(), 0, {"a": 0, "b": 1})
    first = Chooser(candidates, Rule(3, "domain", (Limit("city", 1),))).exact.grid
    assert first.row_left == {"a": 3, "b": 3}
    # A candidate without the attribute stands in a group of its own.
    lone = [*candidates, Candidate(5, 5, {"domain": "a"})]
    assert Chooser(lone, Rule(3, "domain", (Limit("city", 1),))).exact.grid.columns[-1] == ""


def grid(rows, columns, left_rows, left_columns, places, cover=()):
    return exact.Grid(
        list(rows),
        list(columns),
        range(len(rows)),
        left_rows,
        left_columns,
        frozenset(cover),
        places,
    )


def test_a_row_or_a_column_without_room_holds_nobody():
    made = grid("aabb", "xyxy", {"a": 1, "b": 0}, {"x": 0, "y": 1}, 3)

    assert made.cells() == {("a", "y"): [1]}
    assert exact.TwoWay(made).pick([9.0, 1.0, 9.0, 9.0]) == [1]


def test_no_cell_is_prepared_longer_than_it_can_be_used():
    made = exact.TwoWay(grid("aaab", "xxxy", {"a": 2, "b": 5}, {"x": 3, "y": 1}, 4))

    assert made.most == {("a", "x"): 2, ("b", "y"): 1}
    assert exact.TwoWay(grid("aaa", "xxx", {"a": 9}, {"x": 9}, 2)).most == {("a", "x"): 2}


def test_the_smallest_difference_of_scores_outweighs_every_order_of_numbers():
    """Numbers settle ties and nothing else: however many of them stand against one step."""
    size, step = 40, 1 / exact.STEPS
    places = size // 2
    values = [1.0] * places + [1.0] * (places - 1) + [1.0 + step]
    rows, columns = "a" * size, "x" * size

    chosen = exact.TwoWay(grid(rows, columns, {"a": places}, {"x": places}, places)).pick(values)

    assert sorted(chosen) == [*range(places - 1), size - 1]


def test_a_first_place_outweighs_the_highest_scores():
    made = grid("aab", "xyx", {"a": 2, "b": 1}, {"x": 1, "y": 1}, 2, cover="ab")

    assert sorted(exact.TwoWay(made).pick([5.0, 5.0, -5.0])) == [1, 2]
    only_one = grid("ab", "xx", {"a": 1, "b": 1}, {"x": 1}, 1, cover="b")
    assert exact.TwoWay(only_one).pick([5.0, 0.0]) == [1]
    assert exact.TwoWay(grid("ab", "xx", {"a": 1, "b": 1}, {"x": 1}, 1)).pick([5.0, 0.0]) == [0]
