"""Keys, scopes and the body of a request, before a resource sees it."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import g, request
from pydantic import BaseModel, ValidationError

from eventsapp.domain.accounts import api_keys
from eventsapp.domain.accounts.api_keys import Caller
from eventsapp.domain.accounts.errors import BadRequest, KeyRefused, ScopeMissing
from eventsapp.kernel import limits
from eventsapp.web import access

P = ParamSpec("P")
R = TypeVar("R")
Body = TypeVar("Body", bound=BaseModel)

# Wrong keys from one network: guessing 160 bits is hopeless, hammering is not welcome.
WRONG_KEYS, WRONG_SECONDS = 100, 600


def needs(*scopes: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """The key in ``Authorization: Bearer`` has all of these scopes."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            found = caller()
            for scope in scopes:
                if scope not in found.scopes:
                    raise ScopeMissing(scope=scope)
            return view(*args, **kwargs)

        guarded.scopes = scopes  # type: ignore[attr-defined]
        return guarded

    return decorate


def caller() -> Caller:
    """The program that is asking.

    Raises:
        KeyRefused: no key, an unknown or a revoked one.
    """
    if "api_caller" not in g:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        found = api_keys.find(secret.strip()) if scheme.lower() == "bearer" and secret else None
        if found is None:
            limits.hit(f"api:{access.network()}", limit=WRONG_KEYS, per=WRONG_SECONDS)
            raise KeyRefused
        g.api_caller = found
    known: Caller = g.api_caller
    return known


def body_of(kind: type[Body]) -> Body:
    """The JSON body as ``kind``.

    Raises:
        BadRequest: not JSON, a wrong type, an unknown field; says which.
    """
    try:
        return kind.model_validate_json(request.get_data() or b"{}")
    except ValidationError as error:
        wrong = [
            {"field": ".".join(str(part) for part in one["loc"]), "message": one["msg"]}
            for one in error.errors(include_url=False, include_input=False)[:20]
        ]
        raise BadRequest(errors=wrong) from error
