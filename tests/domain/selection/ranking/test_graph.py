"""Which applications are linked by jurors."""

from eventsapp.domain.selection.ranking import graph


def test_a_chain_of_shared_applications_is_one_component():
    links = [("a", 1), ("b", 1), ("b", 2), ("c", 2), ("d", 3)]

    parts = graph.components(links)

    assert [(part.applications, part.jurors) for part in parts] == [
        (("a", "b", "c"), (1, 2)),
        (("d",), (3,)),
    ]
