"""Signing in and out, and the list of one's own sessions."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import Length, Optional

from eventsapp.domain.accounts import changing
from eventsapp.domain.accounts import sign_in as rules
from eventsapp.domain.accounts.models import Account
from eventsapp.domain.accounts.people import grants_of
from eventsapp.kernel import i18n
from eventsapp.kernel.errors import Refusal
from eventsapp.kernel.i18n import _
from eventsapp.web import access, refusals
from eventsapp.web.account import devices
from eventsapp.web.forms.spoken import SpokenForm

blueprint = Blueprint("account", __name__)


# Twice what a password may have: letters typed apart come as two.
LONGEST_READ = 4000


ABOUT_PRESENT = ("wrong_password", "too_many_attempts", "fresh_link_needed")


class SignInForm(SpokenForm):
    class Meta:
        csrf = False  # nobody is signed in yet: the Origin check guards (web/access.py)

    email = StringField(validators=[Optional(), Length(max=254)])
    password = PasswordField(validators=[Optional(), Length(max=LONGEST_READ)])
    next = HiddenField(validators=[Optional(), Length(max=2000)])


@blueprint.route("/<lang>/sign-in", methods=["GET", "POST"])
def sign_in(lang: str) -> Any:
    form = SignInForm()
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
    errors: list[str] = []
    if form.validate_on_submit():
        try:
            if request.form.get("way") == "link":
                rules.ask_for_link(form.email.data or "", network=access.network(), locale=lang)
                return redirect(url_for(".link_sent", lang=lang))
            secret = rules.with_password(
                form.email.data or "",
                form.password.data or "",
                network=access.network(),
                device=own_device(),
                mark=access.known_device(),
                locale=lang,
            )
        except Refusal as refusal:
            errors.append(refusals.sentence(refusal))
        else:
            return welcome(secret, form.next.data)
    elif form.is_submitted():
        errors.append(_("Vérifiez l’adresse et le mot de passe."))
    page = render_template("account/sign_in.html", form=form, errors=errors)
    return page, 422 if errors else 200


@blueprint.get("/<lang>/sign-in/link-sent")
def link_sent(lang: str) -> Any:
    return render_template("account/link_sent.html")


@blueprint.route("/<lang>/sign-in/<secret>", methods=["GET", "POST"])
def with_link(lang: str, secret: str) -> Any:
    """A button, not the visit, uses the link: mail scanners follow links too."""
    if request.method == "GET":
        return render_template("account/use_link.html", secret=secret)
    return welcome(
        rules.with_link(secret, device=own_device(), locale=lang), request.args.get("next")
    )


@blueprint.post("/account/sign-out")
def sign_out() -> Any:
    session = access.current_session()
    if session is not None:
        rules.revoke_session(session.id, session.account_id)
    answer = redirect(url_for(".sign_in", lang=i18n.locale()))
    answer.delete_cookie(access.SESSION_COOKIE)
    return answer


@blueprint.get("/account/")
@access.signed_in
def profile() -> Any:
    return _profile({}, 200)


@blueprint.post("/account/sessions/<int:session_id>/revocations")
@access.signed_in
def revoke(session_id: int) -> Any:
    rules.revoke_session(session_id, access.signed_in_account().id)
    return redirect(url_for(".profile"))


@blueprint.post("/account/password")
@access.signed_in
def set_password() -> Any:
    """Ask for the present one (or a link of just now), end all else, and stay here."""
    typed = request.form
    try:
        secret = changing.change_password(
            access.current_signed_in(),
            typed.get("present", ""),
            typed.get("password", ""),
            device=own_device(),
        )
    except Refusal as refusal:
        access.note_refusal(refusal.code)
        words = refusals.answer(refusal)
        beside = "present" if refusal.code in ABOUT_PRESENT else "password"
        return _profile({beside: words.sentence}, words.status)
    return access.remember_session(redirect(url_for(".profile", done="password")), secret)


def _profile(errors: dict[str, str], status: int) -> Any:
    current = access.current_signed_in()
    page = render_template(
        "account/profile.html",
        person=current.account,
        room=home_of(current.account),
        sessions=rules.live_sessions(current.account_id),
        current_id=current.id,
        device_words=devices.words,
        asks_present=changing.knows_password(current, current.account),
        errors=errors,
        done=done_words().get(request.args.get("done", ""), ""),
    )
    return page, status


def done_words() -> dict[str, str]:
    return {
        "password": _(
            "Votre mot de passe est enregistré. Vos autres connexions et les liens demandés avant "
            "sont fermés ; vous restez connecté ici."
        )
    }


def home_of(account: Account) -> str:
    """The room where this person works."""
    roles = {grant.role for grant in grants_of(account)}
    if roles & {"owner", "organizer", "accountant", "contributor", "care"}:
        return "/organizer/"
    if "host" in roles and not roles & {"juror", "door"}:
        return "/host/"
    if "juror" in roles:
        return "/jury/"
    return "/door/" if "door" in roles else "/account/"


def welcome(secret: str, target: str | None) -> Any:
    """Hand the session to the browser and lead to where its person works."""
    session = rules.find_session(secret)
    fallback = home_of(session.account) if session else "/"
    answer = access.remember_session(redirect(access.safe_next(target, fallback)), secret)
    access.remember_language(answer, i18n.locale())
    if session is not None:
        access.remember_device(answer, rules.device_mark(session.account_id))
    return answer


def own_device() -> str:
    """How the list of sessions names this browser."""
    return (request.user_agent.string or "?")[:200]
