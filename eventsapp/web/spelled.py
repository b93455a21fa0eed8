"""What people send, in the one spelling of ``kernel.spelling``, before any page reads it."""

from functools import cached_property
from typing import Any

import flask
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from eventsapp.kernel import spelling

#: A secret is taken as it was typed: it was hashed that way.
SECRETS = frozenset({"password", "present", "csrf_token"})


class Request(flask.Request):
    """A request whose form and query are text, wherever they are read."""

    @cached_property
    def args(self) -> Any:
        return _spelled(super().args)

    def _load_form_data(self) -> None:
        if "form" in self.__dict__:
            return
        super()._load_form_data()
        self.__dict__["form"] = _spelled(self.__dict__["form"])


def _spelled(values: MultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict(
        # A NUL is no typing: ``hostile`` refuses the form as it was sent.
        (name, value if name in SECRETS or "\0" in value else spelling.clean(value))
        for name, value in values.items(multi=True)
    )
