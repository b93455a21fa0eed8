"""Refusals about answers and files."""

from eventsapp.kernel.errors import Refusal


class FileTooBig(Refusal):
    """Facts: ``limit`` (megabytes)."""

    code = "file_too_big"


class WrongFileType(Refusal):
    """The content is not what it should be. Facts: ``accepted`` (media types)."""

    code = "wrong_file_type"
