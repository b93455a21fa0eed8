"""Closing one's own account."""

from typing import Any

from flask import Blueprint, render_template, request

from eventsapp.domain.accounts import changing
from eventsapp.domain.accounts import closing as rules
from eventsapp.kernel.errors import Refusal
from eventsapp.web import access, refusals

blueprint = Blueprint("account_closing", __name__)


@blueprint.get("/account/closing")
@access.signed_in
def ask() -> Any:
    return _page("", 200)


@blueprint.post("/account/closing")
@access.signed_in
def close() -> Any:
    try:
        rules.close_own(access.current_signed_in(), request.form.get("present", ""))
    except Refusal as refusal:
        access.note_refusal(refusal.code)
        words = refusals.answer(refusal)
        return _page(words.sentence, words.status)
    access.forget_session()
    return access.without_session(render_template("account/closed.html"))


def _page(error: str, status: int) -> Any:
    current = access.current_signed_in()
    page = render_template(
        "account/closing.html",
        person=current.account,
        asks_present=changing.knows_password(current, current.account),
        error=error,
    )
    return page, status
