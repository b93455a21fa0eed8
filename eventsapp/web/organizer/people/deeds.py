"""The journal in words: what was done, and by whom."""

from collections.abc import Iterable, Mapping

from eventsapp.kernel.i18n import _, _n

DEEDS: Mapping[str, str] = {
    "account.created": _n("compte créé"),
    "account.closed": _n("compte fermé"),
    "account.reopened": _n("compte rouvert"),
    "account.made_host": _n("compte chargé de l’installation"),
    "account.password_set": _n("mot de passe choisi"),
    "account.sessions_revoked": _n("sessions fermées"),
    "account.signed_in": _n("connexion"),
    "answers.exported": _n("réponses exportées"),
    "answers.forgotten": _n("réponses sensibles effacées"),
    "buyers.forgotten": _n("acheteurs et porteurs de billets effacés"),
    "api_key.created": _n("clé de programme créée"),
    "api_key.revoked": _n("clé de programme révoquée"),
    "application.anonymised": _n("candidature anonymisée"),
    "application.submitted": _n("candidature déposée"),
    "application.withdrawn": _n("candidature retirée"),
    "applications.exported": _n("candidatures exportées"),
    "call.changed": _n("appel modifié"),
    "call.grid_changed": _n("critères d’un appel modifiés"),
    "call.questions_changed": _n("questions d’un appel modifiées"),
    "call.opened": _n("appel créé"),
    "campaign.changed": _n("message modifié"),
    "campaign.failures_seen": _n("échecs d’un message vus"),
    "campaign.removed": _n("brouillon de message supprimé"),
    "campaign.retried": _n("courriels refusés remis à l’envoi"),
    "campaign.sent": _n("message envoyé"),
    "campaign.stopped": _n("envoi d’un message arrêté"),
    "campaign.turned_off": _n("message automatique éteint"),
    "campaign.turned_on": _n("message automatique activé"),
    "campaign.written": _n("message écrit"),
    "decisions.prepared": _n("décisions préparées"),
    "decisions.published": _n("décisions publiées"),
    "device.cut_off": _n("téléphone coupé"),
    "device.handing_over": _n("téléphone prié de transmettre ses scans"),
    "device.paired": _n("téléphone appairé"),
    "device.revoked": _n("téléphone révoqué"),
    "discount.created": _n("code créé"),
    "discount.ended": _n("code clos"),
    "eligibility.waived": _n("éligibilité revue"),
    "event.attendance_declared": _n("affluence déclarée"),
    "event.changed": _n("événement modifié"),
    "event.details_changed": _n("détails de l’événement modifiés"),
    "series.tags_changed": _n("thèmes de la série modifiés"),
    "event.texts_changed": _n("textes de l’événement modifiés"),
    "event.created": _n("événement créé"),
    "gate.created": _n("porte créée"),
    "gate.rehearsal_cleared": _n("répétition effacée"),
    "gate.rehearsal_ended": _n("répétition finie"),
    "gate.rehearsal_started": _n("répétition commencée"),
    "gates.held": _n("portes tenues"),
    "gates.released": _n("portes rouvertes"),
    "guest.changed": _n("places d’un invité changées"),
    "guest.invited": _n("invités ajoutés à une liste"),
    "guest.sent": _n("lettres d’invitation parties"),
    "guest.withdrawn": _n("invité retiré d’une liste"),
    "guests.exported": _n("liste d’invités exportée"),
    "invitation.accepted": _n("invitation acceptée"),
    "invitation.made": _n("invitation écrite"),
    "invitation.sent_again": _n("invitation renvoyée"),
    "invitation.withdrawn": _n("invitation retirée"),
    "juror.declared": _n("conflit déclaré par un juré"),
    "juror.invited": _n("juré invité"),
    "juror.stopped": _n("juré retiré"),
    "jury.assigned": _n("fiches réparties"),
    "jury.reading_added": _n("lecture ajoutée à un juré"),
    "message.retried": _n("message renvoyé"),
    "needs.exported": _n("besoins d’accueil exportés"),
    "offer.confirmed": _n("place confirmée"),
    "offer.expired": _n("place non confirmée à temps"),
    "offer.refused": _n("place refusée"),
    "news.back": _n("actualités redemandées"),
    "news.left": _n("actualités refusées par leur lecteur"),
    "notice.put_up": _n("annonce urgente affichée"),
    "notice.withdrawn": _n("annonce urgente retirée"),
    "order.made": _n("commande faite au guichet"),
    "order.transfer_received": _n("virement reçu"),
    "order.reminded": _n("acheteur relancé pour un virement"),
    "order.rest_asked": _n("reste d’un virement demandé"),
    "order.answers_changed": _n("réponses d’une commande modifiées"),
    "order.approved": _n("demande acceptée"),
    "order.cancelled": _n("commande annulée"),
    "order.looked_at": _n("paiement regardé"),
    "order.money_accepted": _n("paiement accepté, billets émis"),
    "order.mailed": _n("billets renvoyés"),
    "order.seated_late": _n("paiement tardif, place rendue"),
    "attendees.exported": _n("participants exportés"),
    "scans.exported": _n("passages exportés"),
    "orders.exported": _n("commandes exportées"),
    "organisation.founded": _n("organisation créée"),
    "organisation.changed": _n("identité du vendeur modifiée"),
    "organizer.declared": _n("conflit déclaré par l’organisation"),
    "partner.invited": _n("partenaire invité"),
    "partner.changed": _n("partenaire modifié"),
    "partner.ended": _n("partenaire retiré"),
    "payment.confirmed": _n("paiement reçu"),
    "picture.described": _n("image décrite ou recadrée"),
    "picture.put_on": _n("image posée"),
    "picture.taken_off": _n("image retirée"),
    "person.changed": _n("intervenant modifié"),
    "product.added": _n("tarif créé"),
    "product.archived": _n("tarif archivé"),
    "product.brought_back": _n("tarif remis dans les listes"),
    "product.closed": _n("vente d’un tarif fermée"),
    "product.opened": _n("vente d’un tarif rouverte"),
    "product.removed": _n("tarif supprimé"),
    "product.changed": _n("tarif modifié"),
    "programme.released": _n("programme publié"),
    "quota.resized": _n("nombre de places changé"),
    "event.person_limit": _n("limite par personne changée"),
    "question.asked": _n("question aux acheteurs ajoutée"),
    "question.changed": _n("question aux acheteurs modifiée"),
    "question.closed": _n("question aux acheteurs close"),
    "question.opened": _n("question aux acheteurs rouverte"),
    "question.removed": _n("question aux acheteurs supprimée"),
    "refund.requested": _n("remboursement demandé"),
    "reserve.promoted": _n("place proposée à la réserve"),
    "reserve.skipped": _n("réserve sautée"),
    "role.granted": _n("rôle donné"),
    "role.taken_back": _n("rôle retiré"),
    "selection.pinned": _n("choix imposé ou écarté"),
    "series.changed": _n("série modifiée"),
    "series.zone_changed": _n("fuseau corrigé"),
    "series.created": _n("série créée"),
    "session.changed": _n("séance modifiée"),
    "session.created": _n("séance créée"),
    "session.removed": _n("séance retirée"),
    "ticket.exchanged": _n("billet échangé"),
    "ticket.renamed": _n("nom d’un billet changé"),
    "tickets.refunded": _n("billets remboursés"),
    "venue.changed": _n("lieu modifié"),
    "venue.created": _n("lieu créé"),
}


def deed(action: str) -> str:
    """A deed that has no words here yet stands under its own name."""
    known = DEEDS.get(action)
    return _(known) if known else action


def account_ids(actors: Iterable[str]) -> set[int]:
    """The accounts among the actors of some rows."""
    found = (actor.removeprefix("account:") for actor in actors if actor.startswith("account:"))
    return {int(one) for one in found if one.isdigit()}


def who(actor: str, names: Mapping[int, str]) -> str:
    """The actor of a row: a name, a program, or the application itself."""
    kind, _colon, key = actor.partition(":")
    if kind == "account" and key.isdigit():
        return names.get(int(key), actor)
    if kind == "api-key":
        return _("un programme ({key})", key=actor)
    if kind == "order":
        return _("l’acheteur de {code}", code=key)
    if kind == "visitor":
        return _("une personne sans compte")
    plain = {
        "system": _("l’application"),
        "stripe": _("Stripe"),
        "applicant": _("le candidat"),
        "invited": _("la personne invitée"),
        "buyer": _("l’acheteur"),
        "reader": _("qui lit le courriel"),
    }
    return plain.get(kind, actor)
