"""What a message says to one person: their name, the event as released, the link that is theirs."""

from dataclasses import dataclass

from sqlalchemy import select

from eventsapp import settings
from eventsapp.domain.messages import segments, sources, writing
from eventsapp.domain.messages.models import Audience, Campaign, Purpose
from eventsapp.domain.messages.segments import Person
from eventsapp.domain.messages.writing import Mark, Rich, Written
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Series
from eventsapp.domain.programme.releases import ReleasedEvent, ReleasedSeries
from eventsapp.domain.selection.calls.models import Application
from eventsapp.domain.ticketing.catalogue import guest_links
from eventsapp.domain.ticketing.catalogue.models import Guest
from eventsapp.domain.ticketing.sales.models import Admission, Order, Ticket
from eventsapp.kernel import i18n, words
from eventsapp.kernel.db import db
from eventsapp.kernel.i18n import _

#: These may know an address that the public page keeps back.
INSIDE = frozenset({Audience.HOLDERS, Audience.TEAM, Audience.PARTNERS})


@dataclass(frozen=True)
class Sender:
    """In whose name it leaves, and where answers go."""

    series: Series
    shown: ReleasedSeries | None

    @property
    def name(self) -> str:
        if self.shown is not None:
            return self.shown.organizer_name
        return i18n.pick(self.series.title_fr, self.series.title_en)

    @property
    def title(self) -> str:
        return words.typo(i18n.pick(self.series.title_fr, self.series.title_en))

    @property
    def reply_to(self) -> str | None:
        return (self.shown.contact_email or None) if self.shown is not None else None


def sender_of(series_id: int) -> Sender:
    series = db.session.get_one(Series, series_id)
    return Sender(series, releases.find(series.slug))


def written_for(
    campaign: Campaign, sender: Sender, person: Person, *, link: str | None = None
) -> Written:
    """The message to one person, in the language that is spoken now.

    Args:
        person: a row of ``segments``.
        link: stands for their own, where somebody else reads (preview, test).
    """
    subject, body = writing.chosen(
        campaign.subject_fr, campaign.subject_en, campaign.body_fr, campaign.body_en
    )
    values = {Mark.FIRST_NAME: person.first_name, **_of_event(campaign, sender, person)}
    values[Mark.LINK] = link_of(campaign, sender, person) if link is None else link
    return writing.write(subject, body, values)


def event_of(campaign: Campaign, sender: Sender) -> ReleasedEvent | None:
    """The event that the words may name, as the public reads it."""
    if campaign.event_id is None or sender.shown is None:
        return None
    return sender.shown.event_by_id(campaign.event_id)


def _of_event(campaign: Campaign, sender: Sender, person: Person) -> dict[Mark, str]:
    event = event_of(campaign, sender)
    if event is None:
        return {}
    slots = event.slots_of(_slot_of(campaign, person.source_id))
    spans = [(slot.starts_at, slot.ends_at) for slot in slots]
    return {
        Mark.EVENT: words.typo(event.title),
        Mark.DATE: words.times(spans, event.zone) if spans else "",
        Mark.PLACE: _place(event, inside=campaign.audience in INSIDE),
    }


def _slot_of(campaign: Campaign, source_id: int) -> int | None:
    """The visit that a ticket is for; None for all others."""
    if campaign.audience is not Audience.HOLDERS:
        return None
    return db.session.scalar(
        select(Admission.slot_id).where(
            Admission.ticket_id == source_id, Admission.event_id == campaign.event_id
        )
    )


def _place(event: ReleasedEvent, *, inside: bool) -> str:
    if event.address_hidden and not inside:
        return event.city
    place = event.secret_venue or event.venue
    if place is None:
        return ""
    address = ", ".join(part for part in (place.street, f"{place.postcode} {place.city}") if part)
    return f"{words.typo(place.name)}, {address.strip()}"


def link_of(campaign: Campaign, sender: Sender, person: Person) -> str:
    """The page that is theirs: order, invitation, application, jury or desk. The event's page for
    who holds a ticket that somebody else bought."""
    base = settings.current().base_url
    public = f"{base}/{i18n.locale()}/{sender.series.slug}"
    match campaign.audience:
        case Audience.HOLDERS:
            ticket = db.session.get_one(Ticket, person.source_id)
            order = ticket.order
            if ticket.email in ("", order.email):
                return _order_page(public, order)
            event = event_of(campaign, sender)
            return f"{public}/events/{event.slug}" if event else f"{public}/"
        case Audience.BUYERS:
            return _order_page(public, db.session.get_one(Order, person.source_id))
        case Audience.GUESTS:
            guest = db.session.get_one(Guest, person.source_id)
            return f"{public}/invited/{guest_links.link_of(guest)}"
        case Audience.APPLICANTS:
            secret = db.session.get_one(Application, person.source_id).secret
            return f"{public}/applications/{secret}"
        case Audience.JURORS:
            return f"{base}/jury/"
        case Audience.TEAM | Audience.PARTNERS:
            return f"{base}/organizer/{sender.series.slug}/"


def _order_page(public: str, order: Order) -> str:
    return f"{public}/orders/{order.code}/{order.secret}"


def why_written(campaign: Campaign, sender: Sender) -> str:
    """Why somebody gets this, at the foot of the letter."""
    said = {
        Audience.HOLDERS: _("Vous recevez ce courriel parce que vous avez un billet : {series}."),
        Audience.BUYERS: _("Vous recevez ce courriel à cause de votre commande : {series}."),
        Audience.GUESTS: _("Vous recevez ce courriel parce que vous êtes invité : {series}."),
        Audience.APPLICANTS: _("Vous recevez ce courriel à cause de votre candidature : {series}."),
        Audience.JURORS: _("Vous recevez ce courriel parce que vous êtes du jury : {series}."),
        Audience.TEAM: _("Vous recevez ce courriel parce que vous êtes de l’équipe : {series}."),
        Audience.PARTNERS: _("Vous recevez ce courriel comme partenaire : {series}."),
    }
    return said[campaign.audience].format_map({"series": sender.title})


def foot_of(campaign: Campaign, sender: Sender, *, leaving: str) -> Rich | str:
    """The end of a letter: why it came; of news, how one gets no more of it.

    Args:
        leaving: the address where one leaves the news.
    """
    if campaign.purpose is Purpose.SERVICE:
        return why_written(campaign, sender)
    said = _("Vous avez accepté les actualités de cette série : {series}.", series=sender.title)
    return writing.ending_in_link(said, _("Ne plus en recevoir"), leaving)


def somebody(campaign: Campaign, sender: Sender) -> Person | None:
    """A real person of the audience, for the preview."""
    return segments.person(sender.series, sources.segment_of(campaign))
