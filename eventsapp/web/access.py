"""Who is asking: the reader's language, the signed-in account, permissions, and CSRF.

Anonymous pages carry no cookie and no token, so that they can be cached: their POSTs are
guarded by the Origin check here and by the secrets they carry (hold, order, application).
Signed-in pages carry a token bound to the session as well.
"""

import hmac
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, redirect, request, url_for
from werkzeug.middleware.proxy_fix import ProxyFix

from eventsapp import settings
from eventsapp.domain.accounts import people, permissions, refused, sign_in
from eventsapp.domain.accounts.models import Account, SignInSession
from eventsapp.domain.accounts.permissions import Place
from eventsapp.domain.accounts.refused import Kind
from eventsapp.kernel import i18n, secrets
from eventsapp.kernel.errors import Forbidden

P = ParamSpec("P")
R = TypeVar("R")

SESSION_COOKIE = "session"
DEVICE_COOKIE = "known-device"
LANGUAGE_COOKIE = "lang"
LANGUAGE_KEPT_S = 60 * 24 * 3600
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# Programs that bring their own credential in the request and never a cookie; mail programs bring it
# in the address (RFC 8058).
WITHOUT_ORIGIN = ("/api/v1/", "/webhooks/stripe", "/unsubscribe/")


class WrongOrigin(Exception):
    """A form was sent from another site, or without its token: 403 and nothing done."""


def init_app(app: Flask) -> None:
    if settings.current().trusted_proxies:
        hops = settings.current().trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.before_request(choose_language)
    app.before_request(guard_origin)
    app.after_request(keep_language)
    app.jinja_env.globals.update(csrf_token=csrf_token, may=may)
    app.context_processor(lambda: {"account": current_account(), "lang": i18n.locale()})


def choose_language() -> None:
    values = request.view_args or {}
    chosen = values.get("lang")
    if chosen is not None and chosen not in i18n.LOCALES:
        abort(404)
    if chosen is None:
        chosen = _language_of_staff()
    i18n.set_locale(chosen)
    g.lang = chosen


def _language_of_staff() -> str:
    asked = request.args.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    if asked in i18n.LOCALES:
        return str(asked)
    if SESSION_COOKIE in request.cookies:
        account = current_account()
        if account is not None:
            return account.locale
    return request.accept_languages.best_match(i18n.LOCALES, default="fr") or "fr"


def keep_language(answer: Response) -> Response:
    """``?lang=en`` once, and staff go on in English; public addresses name their language."""
    if needs_token() and request.args.get("lang") in i18n.LOCALES:
        remember_language(answer, request.args["lang"])
    return answer


def guard_origin() -> None:
    """Refuse unsafe requests from other sites; with a session, ask for the token too."""
    if request.method not in UNSAFE or request.path.startswith(WITHOUT_ORIGIN):
        return
    if not same_origin():
        raise WrongOrigin
    if SESSION_COOKIE in request.cookies and current_session() is not None:
        sent = request.form.get("csrf_token") or request.headers.get("X-CSRF-Token") or ""
        if needs_token() and not secrets.same(sent, csrf_token()):
            raise WrongOrigin


def same_origin() -> bool:
    """Origin (or Referer) names this site. Browsers send Origin with every POST.

    Behind a proxy that asks browsers for no referrer they say ``null``: then what the browser
    itself says of the two sites counts, which no page can set. ``null`` alone is anybody.
    """
    stated = request.headers.get("Origin") or request.headers.get("Referer")
    if stated is None or stated == "null":
        return request.headers.get("Sec-Fetch-Site") == "same-origin"
    try:
        parts = urlsplit(stated)
    except ValueError:  # "http://[bad": no address at all
        return False
    return parts.scheme in ("http", "https") and parts.netloc == request.host


def needs_token() -> bool:
    """Staff pages; a signed-in organizer who buys a ticket uses the public, cached form."""
    return request.path.startswith(("/organizer", "/jury", "/door", "/account", "/host"))


def csrf_token() -> str:
    """A token bound to the signed-in session; empty for visitors, who need none."""
    secret = request.cookies.get(SESSION_COOKIE, "")
    if not secret:
        return ""
    key = settings.current().secret_key.encode()
    return hmac.new(key, b"csrf:" + secret.encode(), sha256).hexdigest()


def current_session() -> SignInSession | None:
    if "sign_in_session" not in g:
        secret = request.cookies.get(SESSION_COOKIE)
        g.sign_in_session = sign_in.find_session(secret) if secret else None
    return g.sign_in_session


def current_account() -> Account | None:
    """The signed-in account. Public pages do not ask, so they make no query for it."""
    if not needs_token() and not request.path.endswith("/sign-in"):
        return None
    session = current_session()
    return session.account if session is not None else None


def current_signed_in() -> SignInSession:
    session = current_session()
    if session is None:
        raise Forbidden(action="sign_in")
    return session


def signed_in_account() -> Account:
    account = current_account()
    if account is None:
        raise Forbidden(action="sign_in")
    return account


def actor() -> str:
    """How the audit log names whoever is asking."""
    account = current_account()
    return f"account:{account.id}" if account else "visitor"


def may(permission: str, place: Place | None = None) -> bool:
    """Whether the signed-in account has a permission, somewhere or at ``place``."""
    account = current_account()
    if account is None:
        return False
    grants = people.grants_of(account)
    if place is None:
        return any(permission in permissions.BY_ROLE[grant.role] for grant in grants)
    return permissions.allowed(grants, permission, place)


def require(permission: str, place: Place) -> None:
    """Raises Forbidden unless the account may do this there."""
    if not may(permission, place):
        raise Forbidden(action=permission)


def signed_in(view: Callable[P, R]) -> Callable[P, Any]:
    """Ask for a sign-in first, and come back afterwards."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        if current_account() is None:
            back = request.full_path if request.method == "GET" else request.path
            return redirect(url_for("account.sign_in", lang=i18n.locale(), next=back))
        return view(*args, **kwargs)

    return guarded


def permission_required(permission: str) -> Callable[[Callable[P, R]], Callable[P, Any]]:
    """The account has this permission somewhere; the view narrows it with ``require``."""

    def decorate(view: Callable[P, R]) -> Callable[P, Any]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
            if not may(permission):
                raise Forbidden(action=permission)
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return signed_in(guarded)

    return decorate


def visitor_network() -> str | None:
    """``network``, where it tells one visitor from another; None where it cannot.

    Whoever comes from this machine itself, when no proxy is counted, is a proxy that the setting
    forgot, or somebody who tries the demo: a limit would be one for all visitors together.
    """
    here = network()
    if not settings.current().trusted_proxies and here.startswith(("127.", "::1/")):
        return None
    return here


def network() -> str:
    """The visitor's network for rate limits: an IPv4 address, or the /64 of an IPv6 one, which
    is what one house gets. Forwarded headers count only behind a proxy."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    if address.is_loopback:
        return "::1/128"
    return str(IPv6Network((address, 64), strict=False))


def bearer() -> str:
    """The key in ``Authorization: Bearer``, empty when there is none."""
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def known_device() -> str:
    """The mark of this browser, from its last sign-in."""
    return request.cookies.get(DEVICE_COOKIE, "")[:500]


def remember_device(response: Response, mark: str) -> Response:
    response.set_cookie(
        DEVICE_COOKIE,
        mark,
        max_age=int(sign_in.MARK_LENGTH.total_seconds()),
        httponly=True,
        secure=settings.current().secure_cookies,
        samesite="Lax",
    )
    return response


def remember_language(response: Response, lang: str) -> Response:
    """For pages whose address names no language: those of staff."""
    response.set_cookie(
        LANGUAGE_COOKIE,
        lang,
        max_age=LANGUAGE_KEPT_S,
        httponly=True,
        secure=settings.current().secure_cookies,
        samesite="Lax",
    )
    return response


def remember_session(response: Response, secret: str) -> Response:
    response.set_cookie(
        SESSION_COOKIE,
        secret,
        max_age=int(sign_in.SESSION_LENGTH.total_seconds()),
        httponly=True,
        secure=settings.current().secure_cookies,
        samesite="Lax",
    )
    return response


#: Refusals that somebody may have tried on purpose, by their code.
TRIED = {
    "forbidden": Kind.PERMISSION,
    "wrong_password": Kind.PASSWORD,
    "sign_in_link_used": Kind.LINK,
    "key_refused": Kind.KEY,
    "scope_missing": Kind.KEY,
    "wrong_origin": Kind.ORIGIN,
}


def note_stranger() -> None:
    """Somebody signed in asked for the desk of a series that is none of their business, or of none:
    for that house a stranger, and whether it exists is not told by the count either."""
    refused.note(Kind.PERMISSION, network=network())


def note_refusal(code: str) -> None:
    """Count what was refused to whoever asks, for the owner to see."""
    if code in TRIED:
        account = current_account()
        whom = account.id if account is not None else None
        refused.note(TRIED[code], network=network(), account_id=whom)


def forget_session() -> None:
    """Nobody is signed in from here on in this request."""
    g.sign_in_session = None


def without_session(page: str) -> Response:
    answer = Response(page)
    answer.delete_cookie(SESSION_COOKIE)
    return answer


def safe_next(target: str | None, fallback: str) -> str:
    """A path of this site to go on to; anything else becomes ``fallback``."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return fallback
    if any(ord(character) < 32 for character in target) or "\\" in target:
        return fallback
    return target.rstrip("?")
