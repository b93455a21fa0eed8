"""Letters of the selection: outbox kind -> who gets what, in the reader's language."""

from typing import Any

from flask import current_app

from eventsapp import settings
from eventsapp.delivery.errors import Never
from eventsapp.domain.accounts.models import Organisation
from eventsapp.domain.selection.calls.models import Application, ApplicationState
from eventsapp.domain.selection.decisions import letters, queries
from eventsapp.domain.selection.decisions.letters import Letter
from eventsapp.domain.selection.decisions.models import Decision, Offer, OfferState
from eventsapp.domain.selection.jury import reviews
from eventsapp.domain.selection.jury.models import Juror
from eventsapp.gateways import mail
from eventsapp.kernel import clock
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
    if application.state is ApplicationState.WITHDRAWN:
        return  # nothing is read and nothing answered
    with use_locale(application.locale):
        _send(
            application.email,
            letters.receipt(application),
            f"receipt-{application.id}",
            application.organisation_id,
        )


def juror_invited(payload: dict[str, Any]) -> None:
    juror = db.session.get_one(Juror, payload["juror_id"])
    if juror.stopped_at is not None:
        return
    with use_locale(juror.account.locale):
        _send(
            juror.account.email,
            letters.invitation(juror),
            f"juror-{juror.id}",
            juror.organisation_id,
        )


def list_made(payload: dict[str, Any]) -> None:
    """What waits when it leaves: nothing is said to who has left, has read all, or may not write
    any more."""
    juror = db.session.get_one(Juror, payload["juror_id"])
    waiting = reviews.left_to_read(juror, at=clock.now())
    if not waiting:
        return
    with use_locale(juror.account.locale):
        _send(
            juror.account.email,
            letters.list_made(juror, waiting, clock.now()),
            f"list-{juror.id}-{payload.get('latest', payload.get('total'))}",
            juror.organisation_id,
        )


def decided(payload: dict[str, Any]) -> None:
    """The answer to one applicant; the key holds the version of the decision."""
    made = db.session.get_one(Decision, payload["decision_id"])
    if made.batch.published_at is None:
        raise Never("the decision is not published")
    if made.version != payload["version"]:
        return  # promoted since: the letter of the offer says so
    application = made.application
    offer = queries.offer_of(application.id)
    with use_locale(application.locale):
        letter = letters.decision(
            made,
            application,
            offer.expires_at if offer else None,
            state=_standing(offer) if offer else None,
        )
        _send(
            application.email,
            letter,
            f"decision-{application.id}-{payload['version']}",
            application.organisation_id,
        )


def place_offered(payload: dict[str, Any]) -> None:
    offer = db.session.get_one(Offer, payload["offer_id"])
    application = db.session.get_one(Application, offer.application_id)
    state = _standing(offer)
    if state in (OfferState.CONFIRMED, OfferState.REFUSED):
        return  # they know, and have answered
    with use_locale(application.locale):
        _send(
            application.email,
            letters.offered(offer, application, over=state is OfferState.EXPIRED),
            f"offer-{offer.id}",
            application.organisation_id,
        )


def place_confirmed(payload: dict[str, Any]) -> None:
    application = db.session.get_one(Application, payload["application_id"])
    offer = queries.offer_of(application.id)
    if offer is None or offer.state is not OfferState.CONFIRMED:
        return  # given back since
    with use_locale(application.locale):
        _send(
            application.email,
            letters.confirmed(application),
            f"confirmed-{application.id}",
            application.organisation_id,
        )


def _standing(offer: Offer) -> OfferState:
    """What an offer is at this moment, also before the worker has ended it."""
    over = offer.state is OfferState.OFFERED and clock.now() > offer.expires_at
    return OfferState.EXPIRED if over else offer.state


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
