"""Badges of an event: who comes, with which role, as one PDF."""

from eventsapp.domain.checkin import queries
from eventsapp.domain.programme.models import Event
from eventsapp.domain.ticketing.catalogue.models import ProductKind
from eventsapp.domain.ticketing.sales import codes
from eventsapp.gateways import paper
from eventsapp.kernel import words
from eventsapp.kernel.i18n import _, pick, use_locale

# The band: colour, and ink that is read on it (contrast 4.5 and more).
_BANDS = {
    ProductKind.INVITATION: ("#17637a", "#ffffff"),
    ProductKind.EXHIBITOR: ("#e4572e", "#0a1020"),
    ProductKind.PRESS: ("#f2b134", "#14213d"),
}
_VISITOR = ("#14213d", "#ffffff")


#: Days that a badge still says one by one.
MOST_DAYS = 3


def badges_of(event: Event, *, lang: str) -> bytes:
    """All badges of the event's valid admissions, by family name."""
    rows = queries.attendees(event.series_id, event_id=event.id, valid_only=True)
    rows.sort(key=queries.by_name)
    with use_locale(lang):
        days = sorted(
            {words.local(one.starts_at, event.series.timezone).date() for one in event.slots}
        )
        date = words.listing([words.day_month(day) for day in days[:MOST_DAYS]])
        if len(days) > MOST_DAYS:
            date = words.period(days[0], days[-1])
        title = ", ".join(part for part in (pick(event.title_fr, event.title_en), date) if part)
        badges = [_badge(row) for row in rows] or [_blank()]
    return paper.badges_pdf(
        badges,
        lang=lang,
        organizer=event.series.title_fr,
        series=pick(event.series.title_fr, event.series.title_en),
        event=title,
    )


def _badge(row: queries.Attendee) -> paper.BadgePaper:
    colour, ink = _BANDS.get(ProductKind(row.product_kind), _VISITOR)
    return paper.BadgePaper(
        first_name=row.first_name or row.last_name,
        last_name=row.last_name if row.first_name else "",
        company=row.company,
        role=role_word(row.product_kind),
        colour=colour,
        ink=ink,
        note=codes.short_of(row.public_id),
        token=queries.token_of(row),
    )


def _blank() -> paper.BadgePaper:
    """Nobody yet: one empty badge shows the printer's owner that it works."""
    return paper.BadgePaper(first_name="", last_name="", role=_("Visiteur"))


def role_word(kind: str) -> str:
    return {
        ProductKind.INVITATION: _("Invité"),
        ProductKind.EXHIBITOR: _("Exposant"),
        ProductKind.PRESS: _("Presse"),
    }.get(ProductKind(kind), _("Visiteur"))
