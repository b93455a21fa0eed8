"""What a message of the outbox is for, in words."""

from collections.abc import Mapping

from eventsapp.kernel.i18n import _, _n

#: Every kind that the worker hands over.
TITLES: Mapping[str, str] = {
    "mail.order_paid": _n("Billets d’une commande"),
    "mail.order_link": _n("Lien d’une commande"),
    "mail.order_accepted": _n("Réponse à une demande : acceptée"),
    "mail.order_transfer": _n("Somme à virer et coordonnées bancaires"),
    "mail.order_refused": _n("Réponse à une demande : refusée"),
    "mail.order_cancelled": _n("Annulation d’une commande"),
    "mail.debit_under_way": _n("Prélèvement en route"),
    "mail.debit_failed": _n("Prélèvement refusé"),
    "mail.order_review": _n("Montant reçu à vérifier"),
    "mail.refund": _n("Annonce d’un remboursement"),
    "mail.campaign": _n("Message de l’organisateur"),
    "mail.campaign_trial": _n("Essai d’un message"),
    "mail.guest": _n("Invitation à un événement"),
    "mail.invitation": _n("Invitation à l’équipe"),
    "mail.sign_in_link": _n("Lien de connexion"),
    "money.refund": _n("Remboursement demandé à Stripe"),
    "ticketing.fulfil": _n("Émission des billets d’une commande"),
    "selection.draft": _n("Lien d’un brouillon de candidature"),
    "selection.receipt": _n("Reçu d’une candidature"),
    "selection.juror": _n("Invitation d’un juré"),
    "selection.list": _n("Liste d’un juré"),
    "selection.decision": _n("Réponse à une candidature"),
    "selection.offer": _n("Place proposée à la réserve"),
    "selection.confirmed": _n("Place confirmée"),
}


def title(kind: str) -> str:
    return _(TITLES[kind]) if kind in TITLES else kind
