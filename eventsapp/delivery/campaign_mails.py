"""Messages of organizers: their list as a job, their letters one by one, the letter to try."""

from typing import Any

from eventsapp import settings
from eventsapp.delivery.errors import Never
from eventsapp.delivery.letters import Letter, post
from eventsapp.delivery.step import Step
from eventsapp.domain.accounts.models import Account
from eventsapp.domain.messages import filling, gathering, recipients, unsubscribing
from eventsapp.domain.messages.filling import Sender
from eventsapp.domain.messages.models import Campaign, Purpose
from eventsapp.domain.messages.segments import Person
from eventsapp.domain.messages.writing import Written
from eventsapp.kernel import i18n
from eventsapp.kernel.db import db
from eventsapp.kernel.i18n import _
from eventsapp.kernel.words import defuse


def gather(step: Step) -> dict[str, Any]:
    """Make the list of a campaign, from where it was left."""

    def saved(done: int, total: int, after: int) -> None:
        step(done, total, after=after)

    people = gathering.gather(
        step.payload["campaign_id"],
        after=step.cursor.get("after", 0),
        done=step.held.done,
        saved=saved,
    )
    return {"people": people}


def campaign(payload: dict[str, Any]) -> None:
    """One letter, to who is still to get it. Sent again after a crash it bears the same
    Message-ID."""
    found = recipients.due(payload["recipient_id"])
    if found is None:
        return
    recipient, person = found
    row = db.session.get_one(Campaign, recipient.campaign_id)
    sender = filling.sender_of(row.series_id)
    secret = unsubscribing.link_of(recipient.id) if row.purpose is Purpose.NEWS else ""
    with i18n.use_locale(recipient.locale):
        written = filling.written_for(row, sender, person)
        letter = _letter(row, sender, written, unsubscribe=leaving_address(secret))
    key = f"campaign-{row.id}-{recipient.id}"
    post(letter, to=person.email, key=key, locale=recipient.locale)
    recipients.sent(recipient.id)


def given_up(payload: dict[str, Any], error: str) -> None:
    """A letter will not be tried again: its recipient is counted among those not reached."""
    recipients.gave_up(payload["recipient_id"], error)


def trial(payload: dict[str, Any]) -> None:
    """The message as it stands, to its own writer, in each language it is written in."""
    row = db.session.get(Campaign, payload["campaign_id"])
    account = db.session.get(Account, payload["account_id"])
    if row is None or account is None or account.disabled_at:
        raise Never("the message or the account is gone")
    sender = filling.sender_of(row.series_id)
    reader = Person(0, account.email, account.locale, account.name)
    for locale, subject in (("fr", row.subject_fr), ("en", row.subject_en)):
        if not subject:
            continue
        with i18n.use_locale(locale):
            written = filling.written_for(row, sender, reader, link=public_of(sender))
            letter = _letter(row, sender, written, trial=True)
        key = f"trial-{row.id}-{payload['copy']}-{locale}"
        post(letter, to=account.email, key=key, locale=locale)


def leaving_address(secret: str) -> str:
    """Where one leaves the news: no language in it, mail programs post to it too."""
    return f"{settings.current().base_url}/unsubscribe/{secret}" if secret else ""


def public_of(sender: Sender) -> str:
    """The public page of a series: what stands for a reader's own link where others read."""
    return f"{settings.current().base_url}/{i18n.locale()}/{sender.series.slug}/"


def _letter(
    row: Campaign, sender: Sender, written: Written, *, unsubscribe: str = "", trial: bool = False
) -> Letter:
    after: list[str] = [filling.foot_of(row, sender, leaving=unsubscribe or public_of(sender))]
    if trial:
        after.append(_("Ceci est un essai : personne d’autre ne l’a reçu."))
    subject = _("[Essai] {subject}", subject=written.subject) if trial else written.subject
    return Letter(
        subject=subject,
        title=written.subject,
        paragraphs=written.paragraphs,
        after=after,
        signature=defuse(sender.name),
        reply_to=sender.reply_to,
        unsubscribe=unsubscribe,
    )
