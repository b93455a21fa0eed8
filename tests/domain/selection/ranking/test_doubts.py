"""What to know before a ranking is believed."""

from eventsapp.domain.selection.ranking import doubts, graph
from eventsapp.domain.selection.ranking.graph import Component


def test_the_reading_proposed_joins_the_parts_and_keeps_conflicts_out():
    links = [("a", 1), ("b", 1), ("b", 2), ("c", 3), ("d", 4)]
    parts = graph.components(links)
    barred = {("a", 3), ("a", 4), ("b", 4), ("d", 2)}

    joins = doubts.joining(parts, {1, 2, 3, 4}, barred, {1: 2, 2: 1, 3: 1, 4: 1})

    # 3 may read b; 4 may read nothing there, so 1 reads d.
    assert joins == [(3, "b"), (1, "d")]
    joined = graph.components([*links, *((application, juror) for juror, application in joins)])
    assert len(joined) == 1


def test_a_part_that_conflicts_cut_off_has_no_proposal():
    parts = [Component(("a",), (1,)), Component(("b",), (2,))]

    assert doubts.joining(parts, {1, 2}, {("a", 2), ("b", 1)}, {}) == []
    assert doubts.joining(parts, set(), set(), {}) == []
