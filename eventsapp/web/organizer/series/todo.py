"""À traiter: what needs a person today, worst first. Each line leads to its rows."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import url_for

from eventsapp.domain.billing.money import bills, trouble
from eventsapp.domain.planning import saving
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Series
from eventsapp.domain.selection.calls import queries as calls_queries
from eventsapp.domain.selection.calls.models import Call
from eventsapp.domain.selection.decisions import queries as decisions_queries
from eventsapp.domain.selection.decisions.models import OfferState
from eventsapp.domain.selection.jury import queries as selection
from eventsapp.domain.ticketing.sales import queries as ticketing
from eventsapp.kernel import clock, outbox, words
from eventsapp.kernel.i18n import _, ngettext, pick
from eventsapp.web import access
from eventsapp.web.organizer import desk


@dataclass(frozen=True)
class Todo:
    """``urgency``: late, soon or far. ``due`` says when, ``title`` what, ``more`` why."""

    urgency: str
    due: str
    title: str
    more: str
    action: str
    url: str


def of(series: Series) -> list[Todo]:
    """The lines this account may act on."""
    place = desk.place_of(series)
    sources: tuple[tuple[str, Callable[[Series], list[Todo]]], ...] = (
        ("orders.view", _stripe),
        ("orders.view", _money),
        ("orders.refund", _approvals),
        ("messages.view", _failed_messages),
        ("programme.publish", _programme),
        ("selection.view", _calls),
    )
    found = [
        one
        for permission, source in sources
        if access.may(permission, place)
        for one in source(series)
    ]
    return sorted(found, key=lambda one: ("late", "soon", "far").index(one.urgency))


def _stripe(series: Series) -> list[Todo]:
    """Of the whole house: it has one account at Stripe."""
    return [
        Todo(
            "late",
            words.moment(one.since_at, series.timezone),
            _("Stripe refuse notre clé : paiements et remboursements attendent"),
            _(
                "Réponse de Stripe : {code}. Donnez une clé valable à l’installation ; tout repart "
                "alors de soi-même.",
                code=one.code,
            ),
            _("Voir les commandes"),
            url_for("organizer_orders.orders", series=series.slug, status="awaiting_payment"),
        )
        for one in trouble.current()
    ]


def _money(series: Series) -> list[Todo]:
    count = bills.count_in_attention(series.id)
    if not count:
        return []
    return [
        Todo(
            "late",
            _("Aujourd’hui"),
            ngettext("{n} paiement à regarder", "{n} paiements à regarder", count),
            _("Montant inattendu, remboursement échoué ou paiement tardif."),
            _("Ouvrir"),
            url_for("organizer_orders.orders", series=series.slug, attention=1),
        )
    ]


def _approvals(series: Series) -> list[Todo]:
    count = ticketing.count_waiting_for_approval(series.id)
    if not count:
        return []
    return [
        Todo(
            "soon",
            _("Cette semaine"),
            ngettext("{n} demande attend une réponse", "{n} demandes attendent une réponse", count),
            _("Les places sont gardées jusqu’à votre décision."),
            _("Répondre"),
            url_for("organizer_orders.orders", series=series.slug, status="awaiting_approval"),
        )
    ]


def _failed_messages(series: Series) -> list[Todo]:
    count = outbox.count_failed(series.id, homeless=desk.answers_for_the_house(series))
    if not count:
        return []
    return [
        Todo(
            "late",
            _("Aujourd’hui"),
            ngettext("{n} message n’est pas parti", "{n} messages ne sont pas partis", count),
            _("L’adresse a refusé, ou le serveur de courrier n’a jamais répondu."),
            _("Voir"),
            url_for("organizer_messages.failed", series=series.slug),
        )
    ]


def _programme(series: Series) -> list[Todo]:
    found = []
    report = saving.check_series(series.id)
    if report.grave:
        count = len(report.blocking) + len(report.to_waive)
        found.append(
            Todo(
                "soon",
                _("Avant publication"),
                ngettext("{n} conflit dans le brouillon", "{n} conflits dans le brouillon", count),
                _("Un lieu, une personne ou un trajet entre deux villes."),
                _("Voir le planning"),
                url_for("organizer_programme.planning", series=series.slug),
            )
        )
    if releases.has_changes(series.id):
        found.append(
            Todo(
                "far",
                _("Quand vous voulez"),
                _("Le brouillon a changé depuis la dernière publication"),
                _("Le public lit encore la version {n}.", n=series.release_number),
                _("Relire et publier"),
                url_for("organizer_programme.releases_page", series=series.slug),
            )
        )
    return found


def _calls(series: Series) -> list[Todo]:
    received = calls_queries.submitted_counts(series.id)
    out = decisions_queries.published_among(series.id)
    found = []
    for call in calls_queries.calls_of(series.id):
        if not received.get(call.id):
            continue
        found += _answers(call) if call.id in out else _selection(call)
    return found


def _selection(call: Call) -> list[Todo]:
    """From the close to the decisions: readers, then reviews, then the decisions themselves."""
    now = clock.now()
    if now <= call.closes_at:
        return []
    if now > call.review_until:
        title, page = _("Décisions à publier"), "organizer_selection_ranking.page"
        return [_todo(call, "late", _("Aujourd’hui"), title, _("Ouvrir le classement"), page)]
    page, until = (
        "organizer_selection.progress",
        words.moment(call.review_until, call.series.timezone),
    )
    lacking = selection.lacking_readers(call)
    missing = sum(max(one.asked - one.done, 0) for one in selection.progress(call.id))
    found = []
    if lacking:
        title = ngettext(
            "{n} candidature attend des lecteurs",
            "{n} candidatures attendent des lecteurs",
            lacking,
        )
        found.append(_todo(call, "soon", until, title, _("Voir le jury"), page))
    if missing and now >= call.review_from:
        title = ngettext("{n} fiche du jury manque", "{n} fiches du jury manquent", missing)
        found.append(_todo(call, "soon", until, title, _("Voir le jury"), page))
    return found


def _answers(call: Call) -> list[Todo]:
    waiting = [
        offer.expires_at
        for offer in decisions_queries.offers_of(call.id).values()
        if offer.state is OfferState.OFFERED
    ]
    if not waiting:
        return []
    title = ngettext(
        "{n} place attend une réponse", "{n} places attendent une réponse", len(waiting)
    )
    until = words.moment(min(waiting), call.series.timezone)
    page = "organizer_selection_ranking.decided"
    return [_todo(call, "soon", until, title, _("Voir les décisions"), page)]


def _todo(call: Call, urgency: str, due: str, title: str, action: str, page: str) -> Todo:
    address = url_for(page, series=call.series.slug, slug=call.slug)
    return Todo(
        urgency, due, title, words.typo(pick(call.title_fr, call.title_en)), action, address
    )
