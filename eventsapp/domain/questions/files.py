"""Uploaded files: stored first under a random key, then linked to an answer."""

from datetime import timedelta

from sqlalchemy import select

from eventsapp.domain.questions.errors import FileTooBig, WrongFileType
from eventsapp.domain.questions.models import UploadedFile
from eventsapp.gateways import files as store
from eventsapp.kernel import clock, spelling
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction

UNLINKED_FOR = timedelta(hours=24)
LONGEST_NAME = 120


def keep(
    content: bytes, name: str, *, organisation_id: int, accept: tuple[str, ...], max_mb: int
) -> UploadedFile:
    """Check a file by its content and store it, not linked to anything yet.

    Raises:
        FileTooBig: over the limit of its question.
        WrongFileType: the content is not of an accepted type, whatever its name says.
    """
    if len(content) > max_mb * 1024 * 1024:
        raise FileTooBig(limit=max_mb)
    media_type = store.media_type(content)
    if media_type not in accept:
        raise WrongFileType(accepted=", ".join(accept))
    stored = store.put(content)
    with transaction() as session:
        kept = UploadedFile(
            organisation_id=organisation_id,
            key=stored.key,
            name=_tidy(name),
            media_type=media_type,
            size=stored.size,
            digest=stored.digest,
            created_at=clock.now(),
        )
        session.add(kept)
        session.flush()
        return kept


def link(file_id: int, sheet_id: int, question: str) -> UploadedFile:
    """Make a stored file the answer to a question; the earlier file is let go."""
    with transaction() as session:
        for earlier in session.scalars(
            select(UploadedFile).where(
                UploadedFile.sheet_id == sheet_id, UploadedFile.question == question
            )
        ):
            earlier.sheet_id = earlier.question = None
        kept = session.get_one(UploadedFile, file_id)
        kept.sheet_id, kept.question = sheet_id, question
        return kept


def unlink(sheet_id: int, question: str) -> None:
    with transaction() as session:
        for earlier in session.scalars(
            select(UploadedFile).where(
                UploadedFile.sheet_id == sheet_id, UploadedFile.question == question
            )
        ):
            earlier.sheet_id = earlier.question = None


def of_sheet(sheet_id: int) -> dict[str, UploadedFile]:
    """question id -> file."""
    found = db.session.scalars(select(UploadedFile).where(UploadedFile.sheet_id == sheet_id))
    return {str(file.question): file for file in found}


def find(file_id: int) -> UploadedFile | None:
    return db.session.get(UploadedFile, file_id)


def read(file: UploadedFile) -> bytes:
    return store.get(file.key)


def forget_unlinked() -> int:
    """Delete files that nothing refers to for a day. Returns how many."""
    before = clock.now() - UNLINKED_FOR
    with transaction() as session:
        gone = session.scalars(
            select(UploadedFile).where(
                UploadedFile.sheet_id.is_(None), UploadedFile.created_at < before
            )
        ).all()
        keys = [file.key for file in gone]
        for file in gone:
            session.delete(file)
    # After the commit: a row without its file would be worse than a file without its row.
    for key in keys:
        store.delete(key)
    return len(keys)


def _tidy(name: str) -> str:
    """The last part of a name, printable, with its ending."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(c for c in spelling.clean(last) if c not in "\"'<>|:*?\n\t").strip(" .")
    if len(plain) > LONGEST_NAME:
        stem, dot, ending = plain.rpartition(".")
        plain = f"{(stem or ending)[: LONGEST_NAME - 10]}{dot}{ending[:8]}"
    return plain or "document"
