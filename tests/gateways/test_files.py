"""Uploaded files: the content decides."""

import pytest

from eventsapp.domain.questions import files as uploads
from eventsapp.domain.questions.errors import FileTooBig, WrongFileType
from eventsapp.domain.questions.models import UploadedFile
from eventsapp.gateways import files
from eventsapp.kernel.db import db
from tests import make

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (PDF, "application/pdf"),
        (b"%PDF-1.7\n<script>", "application/octet-stream"),
        (b"<html>" + PDF, "application/octet-stream"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 64, "image/png"),
        (b"", "application/octet-stream"),
    ],
)
def test_the_type_is_read_from_the_content(content, found):
    kind = files.media_type(content)

    assert (kind == "application/pdf") is (found == "application/pdf")


@pytest.mark.parametrize("key", ["../secret-key", "a" * 31, "A" * 32, "a/" * 16])
def test_no_key_leaves_the_folder(app, key):
    with pytest.raises(FileNotFoundError):
        files.get(key)


def test_a_file_comes_back_as_it_was_sent(app):
    stored = files.put(PDF)

    assert files.get(stored.key) == PDF
    files.delete(stored.key)
    with pytest.raises(FileNotFoundError):
        files.get(stored.key)


def keep(content, name="deck.pdf"):
    return uploads.keep(
        content,
        name,
        organisation_id=make.organisation().id,
        accept=("application/pdf",),
        max_mb=1,
    )


def test_a_page_named_pdf_is_refused(app):
    with pytest.raises(WrongFileType):
        keep(b"<html><script>alert(1)</script></html>")


def test_a_file_over_the_limit_is_refused(app):
    with pytest.raises(FileTooBig):
        keep(PDF + b" " * 1024 * 1024)


def test_a_hostile_name_becomes_a_plain_one(app):
    assert keep(PDF, '..\\..\\etc/pass"wd\r\n.pdf').name == "passwd.pdf"
    assert keep(PDF, "///").name == "document"
    assert len(keep(PDF, "x" * 500 + ".pdf").name) <= 120


def test_unlinked_files_go_after_a_day_and_linked_ones_stay(app, now):
    draft = make.draft(make.call())
    loose, linked = keep(PDF), keep(PDF)
    uploads.link(linked.id, draft.sheet.id, "deck")

    now(hours=25)
    assert uploads.forget_unlinked() == 1

    assert db.session.get(UploadedFile, loose.id) is None
    assert uploads.read(linked) == PDF
