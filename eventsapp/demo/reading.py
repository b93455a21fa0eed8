"""The files of the reference season, as they lie beside the code."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "ftw2015"


def picture(name: str) -> bytes:
    """The file of one of its pictures; ``tests/portraits.py`` drew them."""
    return (FOLDER / "pictures" / f"{name.lower()}.webp").read_bytes()


def read(name: str) -> Any:
    """The content of one of its JSON files."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
