"""Sending an uploaded file back: never shown inside our pages, never run."""

from urllib.parse import quote

from flask import Response

from eventsapp.domain.questions import files
from eventsapp.domain.questions.models import UploadedFile


def send(file: UploadedFile) -> Response:
    """The file as an attachment in a sandbox; whoever calls has checked the permission."""
    response = Response(files.read(file), mimetype=file.media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response
