"""The files of the reference season, as they lie beside the code."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "ftw2015"


def read(name: str) -> Any:
    """The content of one of its JSON files."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
