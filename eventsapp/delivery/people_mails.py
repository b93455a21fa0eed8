"""Letters to people who sign in: an invitation to a role."""

from typing import Any

from eventsapp import settings
from eventsapp.delivery.errors import Never
from eventsapp.delivery.letters import Letter, post
from eventsapp.domain.accounts import inviting, words
from eventsapp.domain.accounts.models import Invitation
from eventsapp.domain.programme import queries
from eventsapp.kernel import clock, i18n
from eventsapp.kernel import words as spoken
from eventsapp.kernel.db import db
from eventsapp.kernel.i18n import _
from eventsapp.kernel.words import defuse


def invitation(payload: dict[str, Any]) -> None:
    """Who invites, to what, as what, what can be done there, until when; nothing is asked of who
    has accepted, whose invitation was withdrawn, or who gets a later letter."""
    row = db.session.get(Invitation, payload["invitation_id"])
    if row is None:
        raise Never("no such invitation")
    over = row.accepted_at or row.withdrawn_at or row.expires_at <= clock.now()
    if over or row.letter != payload["letter"]:
        return
    with i18n.use_locale(row.locale):
        letter = _letter(row)
    post(letter, to=row.email, key=f"invitation-{row.id}-{row.letter}", locale=row.locale)


def _letter(row: Invitation) -> Letter:
    plain = queries.place_name(row.organisation_id, row.series_id, row.event_id)
    to = defuse(plain)
    who = row.made_by
    zone = queries.zone_of(row.series_id or row.desk_series_id)
    until = spoken.moment(row.expires_at, zone)
    facts = [
        (_("Rôle"), words.name(row.role)),
        (_("Ce que vous pourrez faire"), words.gives(row.role, one_event=row.event_id is not None)),
        (_("À accepter avant"), until),
    ]
    if row.organisation_id != row.desk_organisation_id:
        facts.insert(0, (_("Pour le compte de"), defuse(row.organisation.name)))
    if who is not None:
        facts.insert(0, (_("Invitation de"), defuse(f"{who.name} ({who.email})")))
    return Letter(
        subject=_("Invitation : {role}, {place}", role=words.name(row.role), place=plain),
        title=_("Vous êtes invité : {place}", place=to),
        paragraphs=[
            _(
                "{name} vous propose un rôle : {place}.",
                name=defuse(who.name if who else row.desk_organisation.name),
                place=to,
            )
        ],
        facts=facts,
        action=(
            _("Voir l’invitation"),
            f"{settings.current().base_url}/{row.locale}/invitations/{inviting.link_of(row)}",
        ),
        after=[
            _("Rien n’est accepté avant que vous le disiez sur cette page."),
            _("Le lien vaut pour {email} seulement : ne le transférez pas.", email=row.email),
            _("Vous n’attendiez rien ? Ignorez ce message : l’invitation s’éteint d’elle-même."),
        ],
        signature=defuse(row.desk_organisation.name),
        reply_to=who.email if who else None,
    )
