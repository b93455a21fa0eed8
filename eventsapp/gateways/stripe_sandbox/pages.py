"""The buyer's page at the sandbox, as a WSGI application."""

import re
from collections.abc import Callable, Iterable
from html import escape
from typing import Any
from urllib.parse import parse_qs, urlsplit

from eventsapp.gateways.stripe_sandbox import payments
from eventsapp.gateways.stripe_sandbox.store import Doc, Store
from eventsapp.gateways.stripe_sandbox.words import amount, words

StartResponse = Callable[..., Any]
Answer = tuple[str, list[tuple[str, str]], str]

_HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Robots-Tag", "noindex"),
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self';"
        " form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
]
_CHOICES = ("card", "declined", "3ds", "sepa", "sepa_fail", "close", "late", "cancel")
_STYLES = ("tokens", "base", "components", "sandbox")


class PaymentPages:
    """GET shows the page of a session, POST makes one choice happen."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        status, headers, body = self._answer(environ)
        start_response(status, [*_HEADERS, *headers])
        return [body.encode()]

    def _answer(self, environ: dict[str, Any]) -> Answer:
        found = re.fullmatch(r"/pay/(cs_test_\w+)", environ.get("PATH_INFO", ""))
        session = self._store.get(found[1], "checkout.session") if found else None
        if session is None:
            say = words(_browser_language(environ))
            return _page("404 Not Found", say, f"<h1>{say['unknown']}</h1>")
        if environ["REQUEST_METHOD"] != "POST":
            return _show(session)
        if not _same_site(environ):
            say = words(session["locale"])
            return _page("403 Forbidden", say, f"<h1>{say['elsewhere']}</h1>")
        return self._choose(session, _posted_choice(environ))

    def _choose(self, session: Doc, choice: str) -> Answer:
        store, session_id = self._store, session["id"]
        if choice == "cancel":
            return _redirect(session["cancel_url"], session)
        if choice == "3ds":
            return _show_bank(session)
        if choice in ("declined", "bank_refuse"):
            code = "card_declined" if choice == "declined" else "authentication_required"
            return _show(payments.decline(store, session_id, code) or session, declined=True)
        if choice == "late":
            return _show(payments.expire(store, session_id) or session)
        if choice in ("sepa", "sepa_fail"):
            after = payments.start_debit(store, session_id, will_succeed=choice == "sepa")
        elif choice in ("card", "bank_accept", "close"):
            after = payments.pay(store, session_id)
        elif choice == "arrive":
            after = payments.pay(store, session_id, even_expired=True)
        else:
            return _show(session)
        if after is None or after["status"] != "complete":
            return _show(store.get(session_id) or session)
        return _show_closed(after) if choice == "close" else _redirect(after["success_url"], after)


def _browser_language(environ: dict[str, Any]) -> str:
    return str(environ.get("HTTP_ACCEPT_LANGUAGE", "fr"))[:2]


def _same_site(environ: dict[str, Any]) -> bool:
    origin = environ.get("HTTP_ORIGIN")
    return origin is None or urlsplit(origin).netloc == environ.get("HTTP_HOST")


def _posted_choice(environ: dict[str, Any]) -> str:
    length = min(int(environ.get("CONTENT_LENGTH") or 0), 4096)
    form = parse_qs(environ["wsgi.input"].read(length).decode("utf-8", "replace"))
    return form.get("choice", [""])[0]


def _redirect(address: str | None, session: Doc) -> Answer:
    if not address:
        return _show(session)
    # Stripe fills in this placeholder of the success address.
    target = address.replace("{CHECKOUT_SESSION_ID}", session["id"])
    return "303 See Other", [("Location", target)], ""


def _show(session: Doc, *, declined: bool = False) -> Answer:
    say = words(session["locale"])
    if session["status"] == "complete":
        back = escape(
            (session["success_url"] or "/").replace("{CHECKOUT_SESSION_ID}", session["id"])
        )
        return _page(
            "200 OK", say, f'<h1>{say["already"]}</h1><p><a href="{back}">{say["back"]}</a></p>'
        )
    if session["status"] == "expired":
        cancel = escape(session["cancel_url"] or "/")
        body = (
            f"<h1>{say['expired']}</h1><p>{say['expired_explain']}</p>"
            + _form(say, [("arrive", "btn")])
            + f'<p><a href="{cancel}">{say["back"]}</a></p>'
        )
        return _page("200 OK", say, body)
    alert = f'<p class="note is-bad" role="alert">{say["was_declined"]}</p>' if declined else ""
    choices = [(name, "btn btn-buy" if name == "card" else "btn") for name in _CHOICES]
    body = f"<h1>{say['title']}</h1><p>{say['explain']}</p>{alert}" + _bill(session, say)
    return _page("402 Payment Required" if declined else "200 OK", say, body + _form(say, choices))


def _show_bank(session: Doc) -> Answer:
    say = words(session["locale"])
    body = f"<h1>{say['bank']}</h1><p>{say['bank_explain']}</p>" + _bill(session, say)
    return _page(
        "200 OK", say, body + _form(say, [("bank_accept", "btn btn-buy"), ("bank_refuse", "btn")])
    )


def _show_closed(session: Doc) -> Answer:
    say = words(session["locale"])
    return _page("200 OK", say, f"<h1>{say['closed']}</h1><p>{say['closed_explain']}</p>")


def _bill(session: Doc, say: dict[str, str]) -> str:
    locale, currency = session["locale"], session["currency"]
    rows = "".join(
        f'<tr><th scope="row">{line["quantity"]} × {escape(line["name"])}</th>'
        f"<td>{amount(line['cents'] * line['quantity'], currency, locale)}</td></tr>"
        for line in session["_lines"]
    )
    total = amount(session["amount_total"], currency, locale)
    return (
        f'<table class="lines"><tbody>{rows}</tbody><tfoot><tr class="total">'
        f'<th scope="row">{say["to_pay"]}</th><td>{total}</td></tr></tfoot></table>'
    )


def _form(say: dict[str, str], choices: list[tuple[str, str]]) -> str:
    buttons = "".join(
        f'<li><button class="{look}" name="choice" value="{name}">{escape(say[name])}</button></li>'
        for name, look in choices
    )
    # Without an action the form posts to the page's own address, wherever it is mounted.
    return f'<form method="post"><ul class="choices">{buttons}</ul></form>'


def _page(status: str, say: dict[str, str], body: str) -> Answer:
    language = "en" if say["title"].startswith("Pretend") else "fr"
    icon = '<link rel="icon" href="/static/img/mark.svg" type="image/svg+xml">'
    links = icon + "".join(
        f'<link rel="stylesheet" href="/static/css/{name}.css">' for name in _STYLES
    )
    page = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{say['title']} – {say['no_money']}</title>{links}</head>"
        f'<body class="pretend"><main><p class="banner"><strong>{say["no_money"]}</strong></p>'
        f"{body}</main></body></html>"
    )
    return status, [], page
