"""A command in a process of its own, forked from one that has read the program already.

Each has the environment that it is given and no other, two channels and an exit code; it is only
spared the second and a half that reading takes. Started anew, as on a machine, it is by
``tests/faults``.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from eventsapp.main import main
from tests.forked import FORKED


@dataclass(frozen=True)
class Ended:
    returncode: int | None
    stdout: str
    stderr: str


def tell(words: tuple[str, ...], environ: Mapping[str, str], folder: Path) -> Ended:
    """Run ``eventsapp words…``; raises TimeoutError when it has not ended within a minute."""
    channels = [folder / "stdout", folder / "stderr"]
    process = FORKED.Process(target=_carry_out, args=(words, dict(environ), channels))
    process.start()
    process.join(60)
    if process.is_alive():
        process.kill()
        raise TimeoutError(f"eventsapp {' '.join(words)}")
    return Ended(process.exitcode, *(path.read_text(encoding="utf-8") for path in channels))


def _carry_out(words: tuple[str, ...], environ: dict[str, str], channels: list[Path]) -> None:
    os.environ.clear()
    os.environ.update(environ)
    for number, path in enumerate(channels, start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    sys.argv = ["eventsapp", *words]
    sys.exit(main())
