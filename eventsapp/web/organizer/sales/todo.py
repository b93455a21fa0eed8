"""How the lines of money and sales read in *À traiter*."""

from flask import url_for

from eventsapp.domain.programme.models import Series
from eventsapp.kernel import words
from eventsapp.kernel.i18n import _, ngettext
from eventsapp.kernel.todo import Waiting
from eventsapp.web.organizer.lines import Line, Lines


def _key_refused(one: Waiting, series: Series) -> Line:
    return Line(
        words.moment(one.at, series.timezone) if one.at else "",
        _("Stripe refuse notre clé : paiements et remboursements attendent"),
        _(
            "Réponse de Stripe : {code}. Donnez une clé valable à l’installation ; tout repart "
            "alors de soi-même.",
            code=one.about["code"],
        ),
        _("Voir les commandes"),
        url_for("organizer_orders.orders", series=series.slug, status="awaiting_payment"),
    )


def _attention(one: Waiting, series: Series) -> Line:
    return Line(
        _("Aujourd’hui"),
        ngettext("{n} paiement à regarder", "{n} paiements à regarder", one.count),
        _("Montant inattendu, remboursement échoué ou paiement tardif."),
        _("Ouvrir"),
        url_for("organizer_orders.orders", series=series.slug, attention=1),
    )


def _approval(one: Waiting, series: Series) -> Line:
    return Line(
        _("Cette semaine"),
        ngettext("{n} demande attend une réponse", "{n} demandes attendent une réponse", one.count),
        _("Les places sont gardées jusqu’à votre décision."),
        _("Répondre"),
        url_for("organizer_orders.orders", series=series.slug, status="awaiting_approval"),
    )


LINES: Lines = {
    "money.key_refused": _key_refused,
    "money.attention": _attention,
    "sales.approval": _approval,
}
