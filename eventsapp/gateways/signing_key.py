"""The key that signs tickets: a file in the data folder, made on first use, carried by backups."""

import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

FILE_NAME = "ticket-signing-key"
# The first key of an installation. A second one gets the next number; old ones stay readable.
FIRST_KEY_ID = 1
_SEED_BYTES = 32


@lru_cache(maxsize=8)
def signing_key(data_dir: Path) -> Ed25519PrivateKey:
    """The private key of this installation.

    Web and worker may both be the first to need it: the file is written whole beside its place and
    linked there only if nobody was faster, so that two processes never sign with two keys.
    """
    path = data_dir / FILE_NAME
    if not path.exists():
        _create(path)
    seed = bytes.fromhex(path.read_text("ascii").strip())
    if len(seed) != _SEED_BYTES:
        raise ValueError(f"{path} is not a signing key")
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_keys(data_dir: Path) -> dict[int, Ed25519PublicKey]:
    """Every key whose tickets are still read, by key id."""
    return {FIRST_KEY_ID: _public_key(data_dir)}


@lru_cache(maxsize=8)
def _public_key(data_dir: Path) -> Ed25519PublicKey:
    return signing_key(data_dir).public_key()


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{FILE_NAME}.{os.getpid()}.{os.urandom(4).hex()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(os.urandom(_SEED_BYTES).hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        os.unlink(draft)
