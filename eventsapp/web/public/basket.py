"""The cookie that names the hold of a basket."""

from flask import Response, request

from eventsapp import settings

HOLD_COOKIE = "hold"
# The same secret in the buyer's form.
HOLD_FIELD = "hold"
# Says to scripts that a basket exists; holds no secret.
BASKET_COOKIE = "basket"
COOKIE_SECONDS = 3600


def hold_secret() -> str:
    """Of the form that was sent, else of the cookie: a form orders what it showed, also from
    another tab, and again when its answer, and the cookie with it, was lost."""
    return request.form.get(HOLD_FIELD, "")[:100] or request.cookies.get(HOLD_COOKIE, "")


def remember(response: Response, secret: str, count: int) -> Response:
    common = {
        "max_age": COOKIE_SECONDS,
        "secure": settings.current().secure_cookies,
        "samesite": "Lax",
    }
    response.set_cookie(HOLD_COOKIE, secret, httponly=True, **common)
    response.set_cookie(BASKET_COOKIE, str(count), **common)
    return response


def forget(response: Response) -> Response:
    """This basket is over; one that was begun since, in another tab, stays."""
    if request.cookies.get(HOLD_COOKIE, "") not in ("", hold_secret()):
        return response
    response.delete_cookie(HOLD_COOKIE)
    response.delete_cookie(BASKET_COOKIE)
    return response
