"""What the selection costs at size, in seconds of one processor, beside its goals.

``python -m tests.bench.selection`` ends with 1 when one is over its goal.
"""

import random
import sys
import time
from collections.abc import Callable

from eventsapp.domain.selection.calls import choice
from eventsapp.domain.selection.jury import assignment
from eventsapp.domain.selection.ranking import scoring, table


def jury(count: int, jurors: int, each: int) -> list[scoring.Mark]:
    chance = random.Random(1)
    quality = [chance.gauss(3, 0.8) for _ in range(count)]
    bias = [chance.gauss(0, 0.5) for _ in range(jurors)]
    return [
        scoring.Mark(a, j, round((quality[a] + bias[j] + chance.gauss(0, 0.6)) * 4) / 4)
        for a in range(count)
        for j in chance.sample(range(jurors), each)
    ]


def rank(count: int, jurors: int, each: int, rule: choice.Rule) -> Callable[[], object]:
    marks = jury(count, jurors, each)
    candidates = [
        choice.Candidate(i, i, {"domain": "abcdef"[i % 6], "city": "uvwxy"[i % 5]})
        for i in range(count)
    ]
    return lambda: table.build(candidates, dict.fromkeys(range(count), True), marks, rule)


def main() -> int:
    usual = choice.Rule(10, "domain", (choice.Limit("domain", 3),))
    double = choice.Rule(10, "domain", (choice.Limit("domain", 3), choice.Limit("city", 3)))
    works: list[tuple[str, float, Callable[[], object]]] = [
        ("ranking 90 x 12 x 4", 0.5, rank(90, 12, 4, usual)),
        ("ranking 5,000 x 100 x 3, 2,000 draws", 10, rank(5000, 100, 3, usual)),
        ("the same, limits on two attributes", 10, rank(5000, 100, 3, double)),
        (
            "lists 1,000 x 40 x 3",
            5,
            lambda: assignment.assign(range(1000), range(40), each=3),
        ),
    ]
    late = 0
    for name, goal, work in works:
        start = time.process_time()
        work()
        took = time.process_time() - start
        late += took > goal
        print(f"{name:42} {took:7.2f} s   goal {goal} s{'   OVER' if took > goal else ''}")
    return int(late > 0)


if __name__ == "__main__":
    sys.exit(main())
