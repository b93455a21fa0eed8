"""Static files: one content hash in the path, kept in memory with their gzip, cached for a year.

The hash stands in the path (``/static/~4f2a91c0/css/base.css``) and not in a query, so that the
fonts a style sheet names by relative URL inherit it.
"""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, request

blueprint = Blueprint("assets", __name__)

YEAR = "public, max-age=31536000, immutable"
HOUR = "public, max-age=3600"
TEXT = {".css", ".js", ".svg", ".json", ".txt", ".webmanifest", ".wasm", ".mjs"}
TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True)
class Asset:
    body: bytes
    packed: bytes | None
    etag: str
    mimetype: str


def static_folder() -> Path:
    folder = current_app.static_folder
    if folder is None:
        raise RuntimeError("the application has no static folder")
    return Path(folder)


@lru_cache(maxsize=8)
def version_of(folder: Path) -> str:
    """Eight figures of the hash of every static file: they change together, once a release."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            total.update(str(path.relative_to(folder)).encode())
            total.update(path.read_bytes())
    return total.hexdigest()[:8]


def asset(path: str) -> str:
    """The address of a static file, as a template writes it.

    Raises:
        FileNotFoundError: no such file; a page that names it is wrong.
    """
    folder = static_folder()
    _check(folder, path)
    prefix = request.script_root if request else ""
    return f"{prefix}/static/~{version_of(folder)}/{path}"


@lru_cache(maxsize=512)
def _check(folder: Path, path: str) -> None:
    if not (folder / path).is_file():
        raise FileNotFoundError(f"static/{path}")


@blueprint.get("/static/~<version>/<path:name>")
def versioned(version: str, name: str) -> Response:
    folder = static_folder()
    return _answer(folder, name, YEAR if version == version_of(folder) else HOUR)


@blueprint.get("/static/<path:name>")
def plain(name: str) -> Response:
    return _answer(static_folder(), name, HOUR)


def _answer(folder: Path, name: str, cache: str) -> Response:
    found = _load(folder, name)
    if found is None:
        abort(404)
    packed = found.packed if "gzip" in request.headers.get("Accept-Encoding", "") else None
    answer = Response(packed or found.body, mimetype=found.mimetype)
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    if found.packed:
        answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = cache
    answer.set_etag(found.etag)
    return answer.make_conditional(request)


@lru_cache(maxsize=512)
def _load(folder: Path, name: str) -> Asset | None:
    path = (folder / name).resolve()
    if folder.resolve() not in path.parents or not path.is_file():
        return None
    body = path.read_bytes()
    packed = gzip.compress(body, 9, mtime=0) if path.suffix in TEXT else None
    kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    return Asset(
        body=body,
        packed=packed if packed and len(packed) < len(body) else None,
        etag=hashlib.sha256(body).hexdigest()[:16],
        mimetype=kind or "application/octet-stream",
    )
