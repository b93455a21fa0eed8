"""Refusal: the base of every "no" the business says, with a stable code and facts."""

from typing import Any, ClassVar


class Refusal(Exception):
    """Something asked for is refused; nothing was changed.

    Subclasses set ``code`` (stable, documented, translated in ``web/refusals.py``). Facts are
    plain values for the sentence; they never hold secrets.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, **facts: Any) -> None:
        super().__init__(f"{self.code} {facts}")
        self.facts = facts


class NotFound(Refusal):
    """Facts: ``what`` (a word for the page), ``reference`` (as asked for)."""

    code = "not_found"


class Forbidden(Refusal):
    """Facts: ``action`` (the permission that is missing)."""

    code = "forbidden"


class EditedMeanwhile(Refusal):
    """Somebody else saved the same thing first. Facts: ``what``."""

    code = "edited_meanwhile"
