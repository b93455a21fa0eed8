"""Error pages, problem+json for programs, and the headers of every answer."""

import logging
from typing import Any

from flask import Flask, Response, g, jsonify, render_template, request
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError
from werkzeug.exceptions import HTTPException

from eventsapp import settings
from eventsapp.kernel import log as words
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import Refusal
from eventsapp.kernel.i18n import _
from eventsapp.web import access, refusals
from eventsapp.web.access import SESSION_COOKIE, WrongOrigin

log = logging.getLogger(__name__)

#: Files that are the same for everybody, signed in or not.
OPEN_FILES = ("/static/", "/pictures/")
CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def init_app(app: Flask) -> None:
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(WrongOrigin, wrong_origin)
    app.register_error_handler(HTTPException, http_error)
    for error in (OperationalError, InterfaceError, TimeoutError):
        app.register_error_handler(error, database_down)
    app.register_error_handler(Exception, broken)
    app.after_request(secure)


def refused(refusal: Refusal) -> Any:
    access.note_refusal(refusal.code)
    words = refusals.answer(refusal)
    answer = _answer(words.status, words.title, words.sentence, refusals.problem(refusal))
    if words.status == 503:
        answer.headers["Retry-After"] = str(refusals.RETRY_AFTER_S)
    return answer


def wrong_origin(_error: WrongOrigin) -> Any:
    access.note_refusal("wrong_origin")
    return _answer(
        403,
        _("Formulaire refusé"),
        _("Ce formulaire ne vient pas de cette page, ou elle a trop vieilli. Rechargez-la."),
        {"code": "wrong_origin"},
    )


def http_error(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    title, sentence = {
        404: (_("Introuvable"), _("Cette page n’existe pas. Vérifiez l’adresse.")),
        405: (_("Méthode refusée"), _("Cette adresse ne se demande pas ainsi.")),
        413: (_("Trop lourd"), _("L’envoi est trop lourd : 12 Mo au plus.")),
    }.get(error.code, (_("Demande refusée"), _("La demande n’est pas comprise.")))
    answer = _answer(error.code, title, sentence, {"code": f"http_{error.code}"})
    for name, value in error.get_headers() if error.code == 405 else ():
        if name == "Allow":
            answer.headers[name] = value
    return answer


def database_down(error: Exception) -> Any:
    log.error("database: %s", error.__class__.__name__, exc_info=error)
    _give_up_session()
    answer = _answer(
        503,
        _("Un instant"),
        _("Le service reprend son souffle. Rien n’a été perdu : réessayez dans quelques secondes."),
        {"code": "database_unavailable"},
    )
    answer.headers["Retry-After"] = "3"
    return answer


def broken(error: Exception) -> Any:
    log.error("unexpected error: %s", type(error).__name__, exc_info=error)
    _give_up_session()
    return _answer(
        500,
        _("Une erreur de notre côté"),
        _(
            "L’erreur est notée ; réessayez dans un instant. Si vous veniez d’envoyer un "
            "formulaire, regardez d’abord s’il est arrivé."
        ),
        {"code": "internal_error"},
    )


def may_lead_to_payment() -> None:
    """Forms of this answer lead on to the payment page; browsers check where a redirect ends."""
    g.csp = {"form-action": " ".join(("'self'", *settings.current().payment_pages))}


def _give_up_session() -> None:
    try:
        db.session.remove()
    except Exception:  # the connection is gone; the error page needs none
        log.debug("closing the session failed", exc_info=True)


def _answer(status: int, title: str, sentence: str, problem: dict[str, Any]) -> Response:
    if wants_json():
        body = {"type": "about:blank", "title": title, "status": status, "detail": sentence}
        if status >= 500:
            body["request"] = words.now()
        answer = jsonify({**body, **problem})
        answer.mimetype = "application/problem+json"
    else:
        answer = Response(
            render_template(
                "errors/error.html",
                status=status,
                title=title,
                sentence=sentence,
                number=words.now() if status >= 500 else "",
            ),
            mimetype="text/html",
        )
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer


def wants_json() -> bool:
    if request.path.startswith(("/api/", "/webhooks/", "/door/scans")):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" and request.accept_mimetypes["text/html"] == 0


def secure(response: Response) -> Response:
    """Headers of every answer. ``g.csp`` lets a page open one directive further."""
    headers = response.headers
    directives = {**CSP, **g.get("csp", {})}
    headers.setdefault(
        "Content-Security-Policy", "; ".join(f"{key} {value}" for key, value in directives.items())
    )
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault(
        "Permissions-Policy",
        g.get("permissions_policy", "camera=(), microphone=(), geolocation=()"),
    )
    if settings.current().secure_cookies:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    private = SESSION_COOKIE in request.cookies and not request.path.startswith(OPEN_FILES)
    if private or "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    return response
