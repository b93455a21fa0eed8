"""``make mutants``: changes the rules one token at a time and asks whether a test sees it.

Runs mutmut over the files that ``pyproject.toml`` names, then lists every change that no test
caught, except those named as equivalent, with the reason, in ``tests/equivalent_mutants.txt``. Ends
with 1 when fewer than nine in ten were caught.

    make mutants                                      all (an hour on two cores)
    make mutants MUTANTS="eventsapp.kernel.money*"    some; what is unchanged is not run again
"""

import fnmatch
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from mutmut.mutation.diff_apply import get_diff_for_mutant

ROOT = Path(__file__).resolve().parents[1]
KNOWN = ROOT / "tests" / "equivalent_mutants.txt"
LEAST = 0.9
# What a mutant's run ended with: no test failed, or no test was there to fail.
SURVIVED, UNSEEN = 0, (5, 33)


def main(patterns: list[str]) -> int:
    os.chdir(ROOT)
    mutmut = [Path(sys.executable).with_name("mutmut"), "run", "--max-children", "2"]
    subprocess.run([*mutmut, *patterns], env={**os.environ, "CI": "1"}, check=True)
    equivalent = known()
    ran, missed = 0, []
    for name, ended in outcomes(patterns):
        ran += 1
        if ended == SURVIVED or ended in UNSEEN:
            change = changed(name)
            if change not in equivalent:
                missed.append((name, change, ended))
    for name, change, ended in missed:
        print(f"{'survived' if ended == SURVIVED else 'no test'}  {name}\n    {change}")
    caught = 1 - len(missed) / ran if ran else 1.0
    print(f"{ran} mutants, {len(missed)} not caught: {caught:.1%} (at least {LEAST:.0%} is asked)")
    return 0 if caught >= LEAST else 1


def outcomes(patterns: list[str]) -> Iterator[tuple[str, int]]:
    """(mutant, how its tests ended) of those that were run."""
    for path in sorted(Path("mutants").rglob("*.meta")):
        for name, ended in json.loads(path.read_text())["exit_code_by_key"].items():
            asked = not patterns or any(fnmatch.fnmatch(name, one) for one in patterns)
            if ended is not None and asked:
                yield name, ended


def changed(name: str) -> str:
    """The change in one line: file, what was taken away, what came instead."""
    lines = get_diff_for_mutant(name).splitlines()
    path = lines[0].removeprefix("--- ").removeprefix("mutants/")
    told = [line for line in lines[2:] if line[:1] in "+-"]
    return f"{path}: {' '.join(f'{line[0]} {line[1:].strip()}' for line in told)}"


def known() -> set[str]:
    """Changes that change nothing; the line above says why."""
    return {
        line
        for line in KNOWN.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
