"""Uploaded files on disk: random keys, content types read from the content."""

import hashlib
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import puremagic

from eventsapp import settings
from eventsapp.kernel import secrets

KEY = re.compile(r"[a-z2-7]{32}")
PDF_START = b"%PDF-"
PDF_END = b"%%EOF"


@dataclass(frozen=True)
class Stored:
    key: str
    size: int
    digest: str


def media_type(content: bytes) -> str:
    """Return the type that the content itself shows; ``application/octet-stream`` if unknown.

    A PDF must start as one and end as one: readers accept PDF headers deep inside other files,
    which is how a page with a script passes for a document.
    """
    if content.startswith(PDF_START):
        return "application/pdf" if PDF_END in content[-2048:] else "application/octet-stream"
    try:
        found = puremagic.from_string(content[:8192], mime=True)
    except (puremagic.PureError, ValueError):
        return "application/octet-stream"
    return "application/octet-stream" if found == "application/pdf" else str(found)


def put(content: bytes) -> Stored:
    """Write a file under a new random key; it is whole on disk when this returns."""
    key = secrets.new_secret()
    path = _path(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    return Stored(key, len(content), hashlib.sha256(content).hexdigest())


def adopt(made: Path) -> Stored:
    """Take a file that was made elsewhere under a new random key; it is moved, not read at once."""
    key = secrets.new_secret()
    path = _path(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with made.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
        os.fsync(file.fileno())
        size = file.tell()
    part = path.with_suffix(".part")
    shutil.move(made, part)
    part.rename(path)
    return Stored(key, size, digest.hexdigest())


def path_of(key: str) -> Path:
    """Where a stored file lies, to be sent piece by piece.

    Raises:
        FileNotFoundError: a key that was never given out, or was deleted.
    """
    path = _path(key)
    if not path.is_file():
        raise FileNotFoundError(key)
    return path


def get(key: str) -> bytes:
    """Raises FileNotFoundError for a key that was never given out, or was deleted."""
    return _path(key).read_bytes()


def delete(key: str) -> None:
    _path(key).unlink(missing_ok=True)


def _path(key: str) -> Path:
    # Keys come from our own table, and still no key may ever leave the folder.
    if not KEY.fullmatch(key):
        raise FileNotFoundError(key)
    return settings.current().data_dir / "files" / key[:2] / key
