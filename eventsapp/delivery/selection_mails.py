"""Letters of the selection: outbox kind -> who gets what, in the reader's language."""

from typing import Any

from flask import current_app

from eventsapp import settings
from eventsapp.delivery.errors import Never
from eventsapp.domain.accounts.models import Organisation
from eventsapp.domain.selection.calls.models import Application
from eventsapp.domain.selection.decisions import letters, queries
from eventsapp.domain.selection.decisions.letters import Letter
from eventsapp.domain.selection.decisions.models import Decision, Offer
from eventsapp.domain.selection.jury.models import Juror
from eventsapp.gateways import mail
from eventsapp.kernel.db import db
from eventsapp.kernel.i18n import locale, use_locale


def application_started(payload: dict[str, Any]) -> None:
    application = db.session.get_one(Application, payload["application_id"])
    with use_locale(application.locale):
        _send(
            application.email,
            letters.resume(application),
            f"draft-{application.id}",
            application.organisation_id,
        )


def application_submitted(payload: dict[str, Any]) -> None:
    application = db.session.get_one(Application, payload["application_id"])
    with use_locale(application.locale):
        _send(
            application.email,
            letters.receipt(application),
            f"receipt-{application.id}",
            application.organisation_id,
        )


def juror_invited(payload: dict[str, Any]) -> None:
    juror = db.session.get_one(Juror, payload["juror_id"])
    with use_locale(juror.account.locale):
        _send(
            juror.account.email,
            letters.invitation(juror),
            f"juror-{juror.id}",
            juror.organisation_id,
        )


def list_made(payload: dict[str, Any]) -> None:
    juror = db.session.get_one(Juror, payload["juror_id"])
    with use_locale(juror.account.locale):
        letter = letters.list_made(juror, payload["total"])
        _send(
            juror.account.email,
            letter,
            f"list-{juror.id}-{payload['total']}",
            juror.organisation_id,
        )


def decided(payload: dict[str, Any]) -> None:
    """The answer to one applicant; the key holds the version of the decision."""
    made = db.session.get_one(Decision, payload["decision_id"])
    if made.batch.published_at is None:
        raise Never("the decision is not published")
    application = made.application
    offer = queries.offer_of(application.id)
    with use_locale(application.locale):
        letter = letters.decision(made, application, offer.expires_at if offer else None)
        _send(
            application.email,
            letter,
            f"decision-{application.id}-{payload['version']}",
            application.organisation_id,
        )


def place_offered(payload: dict[str, Any]) -> None:
    offer = db.session.get_one(Offer, payload["offer_id"])
    application = db.session.get_one(Application, offer.application_id)
    with use_locale(application.locale):
        _send(
            application.email,
            letters.offered(offer, application),
            f"offer-{offer.id}",
            application.organisation_id,
        )


def place_confirmed(payload: dict[str, Any]) -> None:
    application = db.session.get_one(Application, payload["application_id"])
    with use_locale(application.locale):
        _send(
            application.email,
            letters.confirmed(application),
            f"confirmed-{application.id}",
            application.organisation_id,
        )


def _send(to: str, letter: Letter, key: str, organisation_id: int) -> None:
    """Render and hand over. The Message-ID is stable, so that a repeated letter is recognised."""
    organisation = db.session.get_one(Organisation, organisation_id)
    current = settings.current()
    environment = current_app.jinja_env
    facts = {
        "letter": letter,
        "base": current.base_url,
        "lang": locale(),
        "quartiles": letters.quartiles,
    }
    host = current.base_url.split("//")[-1].split("/")[0].split(":")[0]
    message = mail.Message(
        to=to,
        subject=letter.subject,
        text=environment.get_template("email/selection/letter.txt").render(facts),
        html=environment.get_template("email/selection/letter.html").render(facts),
        from_=current.mail_from,
        message_id=f"<selection-{key}@{host}>",
        # "Answer this mail": to the people who run the call, not to the machine.
        reply_to=(organisation.legal or {}).get("email"),
    )
    try:
        mail.mailer(current.mail_url).send(message)
    except mail.MailRefused as refusal:
        raise Never(str(refusal)) from refusal


HANDLERS = {
    "selection.draft": application_started,
    "selection.receipt": application_submitted,
    "selection.juror": juror_invited,
    "selection.list": list_made,
    "selection.decision": decided,
    "selection.offer": place_offered,
    "selection.confirmed": place_confirmed,
}
