"""Keys, scopes and the body of a request, before a resource sees it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import g, request
from pydantic import BaseModel, ValidationError

from eventsapp.domain.accounts import api_keys
from eventsapp.domain.accounts.api_keys import Caller
from eventsapp.domain.accounts.errors import BadRequest, KeyRefused, ScopeMissing
from eventsapp.kernel import limits
from eventsapp.web import access, hostile
from eventsapp.web.api.documented import LONGEST_IDEMPOTENCY_KEY

P = ParamSpec("P")
R = TypeVar("R")
Body = TypeVar("Body", bound=BaseModel)

# Wrong keys from one network: guessing 160 bits is hopeless, hammering is not welcome.
WRONG_KEYS, WRONG_SECONDS = 100, 600
Answer = tuple[int, dict[str, Any]]


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
        secret = access.bearer()
        found = api_keys.find(secret) if secret else None
        if found is None:
            limits.hit(f"api:{access.network()}", limit=WRONG_KEYS, per=WRONG_SECONDS)
            raise KeyRefused
        g.api_caller = found
    known: Caller = g.api_caller
    return known


def once(make: Callable[[], Answer], *, repeatable: bool = False) -> Answer:
    """Answer this request once under its ``Idempotency-Key``; without one, simply answer it.

    Args:
        repeatable: ``make`` may run twice and opens its own transactions.

    Raises:
        BadRequest: a key that is longer than what can be told apart.
        IdempotencyKeyReused: the key has asked for something else.
    """
    key = request.headers.get("Idempotency-Key", "").strip() or None
    if key is not None and len(key) > LONGEST_IDEMPOTENCY_KEY:
        wrong = f"at most {LONGEST_IDEMPOTENCY_KEY} characters"
        raise BadRequest(errors=[{"field": "Idempotency-Key", "message": wrong}])
    asked = f"{request.method} {request.path}\n".encode() + request.get_data()
    answering = api_keys.once_repeatable if repeatable else api_keys.once
    return answering(caller(), key, asked, make)


def body_of(kind: type[Body]) -> Body:
    """The JSON body as ``kind``.

    Raises:
        BadRequest: not JSON, a wrong type, an unknown field; says which.
    """
    body = request.get_data() or b"{}"
    if hostile.holds_nul(body):
        raise BadRequest(errors=[{"field": "", "message": "no NUL character"}])
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        wrong = [
            {"field": ".".join(str(part) for part in one["loc"]), "message": one["msg"]}
            for one in error.errors(include_url=False, include_input=False)[:20]
        ]
        raise BadRequest(errors=wrong) from error
