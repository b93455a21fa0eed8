"""The letter of a guest: who asks, to what, when and where, with how many, and the link."""

from typing import Any

from eventsapp import settings
from eventsapp.delivery.errors import Never
from eventsapp.delivery.letters import Letter, post
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Series
from eventsapp.domain.programme.releases import ReleasedEvent, ReleasedSeries
from eventsapp.domain.ticketing.catalogue import guest_links
from eventsapp.domain.ticketing.catalogue.models import Guest
from eventsapp.kernel import i18n, words
from eventsapp.kernel.db import db
from eventsapp.kernel.i18n import _, ngettext
from eventsapp.kernel.words import defuse


def guest(payload: dict[str, Any]) -> None:
    """Nothing is written to who was withdrawn or forgotten, who gets a later letter, or whose event
    is not given any more."""
    row = db.session.get(Guest, payload["guest_id"])
    if row is None:
        raise Never("no such guest")
    if row.withdrawn_at or row.email is None or row.letter != payload["letter"]:
        return
    shown = releases.find(db.session.get_one(Series, row.series_id).slug)
    event = shown.event_by_id(row.event_id) if shown is not None else None
    if shown is None or event is None or event.cancelled:
        return
    with i18n.use_locale(row.locale):
        letter = _letter(row, shown, event)
    post(letter, to=row.email, key=f"guest-{row.id}-{row.letter}", locale=row.locale)


def _letter(row: Guest, shown: ReleasedSeries, event: ReleasedEvent) -> Letter:
    title = words.typo(event.title)
    spans = [(slot.starts_at, slot.ends_at) for slot in event.slots]
    facts = [(_("Quand"), words.times(spans, event.zone, year=True))] if spans else []
    if event.address_hidden:
        facts.append((_("Où"), _("{city}, adresse donnée avec le billet", city=event.city)))
    elif event.venue is not None:
        facts.append((_("Où"), f"{words.typo(event.venue.name)}, {event.venue.city}"))
    places = row.discount.most_uses or 1
    facts.append((_("Vos places"), str(places)))
    name = defuse(row.name)
    about = ngettext(
        "Ce lien vous ouvre {n} place, tant qu’il en reste : prenez-la pour recevoir votre billet.",
        "Ce lien vous ouvre {n} places, la vôtre comprise, tant qu’il en reste : prenez-les pour "
        "recevoir vos billets.",
        places,
    )
    return Letter(
        subject=_("Invitation : {event}", event=title),
        title=_("{name}, vous êtes invité", name=name) if name else _("Vous êtes invité"),
        paragraphs=[
            _("{organizer} vous invite : {event}.", organizer=defuse(event.organizer_name),
              event=defuse(title)),
            about,
        ],
        facts=facts,
        action=(
            _("Prendre mes places"),
            f"{settings.current().base_url}/{row.locale}/{shown.slug}/invited/"
            f"{guest_links.link_of(row)}",
        ),
        after=[
            _("Ce lien est le vôtre : qui l’a prend vos places. Ne le publiez pas."),
            _("Vous ne viendrez pas ? Ne faites rien : aucune place n’est prise pour vous."),
        ],
        signature=defuse(shown.organizer_name),
        reply_to=shown.contact_email or None,
    )  # fmt: skip
