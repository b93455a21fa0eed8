"""What a page of the desk says after a deed, by the ``done`` of the address it leads to.

Each sentence says only what is so whatever becomes of the letters and payments that follow.
"""

from collections.abc import Callable

from flask import request

from eventsapp.kernel.i18n import _

WORDS: dict[str, Callable[[], str]] = {
    "grid": lambda: _("Les critères sont enregistrés ; la page publique les montre aussitôt."),
    "question": lambda: _("La question est enregistrée."),
    "question_closed": lambda: _("La question n’est plus posée ; ses réponses restent."),
    "question_opened": lambda: _("La question est posée de nouveau."),
    "question_gone": lambda: _("La question est supprimée."),
    "questions": lambda: _("Le questionnaire est enregistré."),
    "call": lambda: _("L’appel est enregistré ; sa page publique suit aussitôt."),
    "saved": lambda: _("C’est enregistré. Le public le verra à la prochaine publication."),
    "picture_off": lambda: _(
        "L’image est retirée du brouillon ; le public la voit jusqu’à la prochaine publication."
    ),
    "slots": lambda: _("Les séances sont faites. Le public les verra à la prochaine publication."),
    "slot_closed": lambda: _(
        "C’est enregistré. La page publique le dira à la prochaine publication ; les billets de "
        "cette séance restent valables."
    ),
    "slot_opened": lambda: _("La séance rouvre : elle se réserve à la prochaine publication."),
    "attendance": lambda: _("C’est noté."),
    "guests": lambda: _("La liste est enregistrée : voyez qui attend encore sa lettre."),
    "guests_sent": lambda: _("Les lettres partent par courriel."),
    "guest": lambda: _("Le nombre de places est enregistré."),
    "guest_sent": lambda: _("Une nouvelle lettre part ; le lien d’avant n’ouvre plus rien."),
    "guest_withdrawn": lambda: _(
        "L’invitation est retirée : son lien n’ouvre plus rien, les billets pris restent valables."
    ),
    "venue": lambda: _("Le lieu est enregistré."),
    "code": lambda: _("Le code est prêt : donnez-le à qui de droit."),
    "codes": lambda: _("Les codes sont prêts : prenez leur fichier et donnez-les un par un."),
    "code_ended": lambda: _("Le code est clos ; les commandes faites gardent leur prix."),
    "product": lambda: _("Le tarif est enregistré."),
    "closed": lambda: _("La vente est fermée. Ce qui est dans un panier peut encore se payer."),
    "opened": lambda: _("La vente est rouverte, aux dates du tarif."),
    "archived": lambda: _("C’est archivé : les commandes le gardent, les listes non."),
    "brought_back": lambda: _("Le tarif est de retour dans les listes."),
    "gone": lambda: _("Le tarif est supprimé."),
    "pass": lambda: _("Le pass est enregistré."),
    "quota": lambda: _("Le nombre de places est enregistré."),
    "limit": lambda: _("La limite par personne est enregistrée."),
    "transfer": lambda: _("Le virement est enregistré ; voyez l’état de la commande."),
    "reminded": lambda: _("Un courriel part : la somme, le compte, la référence et la date."),
    "renamed": lambda: _("Le nom est changé ; le code du billet reste le même."),
    "exchanged": lambda: _("Le billet est échangé ; l’ancien code n’ouvre plus rien."),
    "sold": lambda: _("C’est fait : voici la commande."),
    "order": lambda: _("C’est enregistré ; l’acheteur l’apprend par courriel."),
    "refund": lambda: _("C’est enregistré. Billets et remboursements se lisent ci-dessous."),
    "settled": lambda: _("C’est réglé : la commande n’est plus à traiter."),
    "mail": lambda: _("Les billets repartent par courriel."),
    "again": lambda: _("Le message est remis à l’envoi."),
    "removed": lambda: _("C’est retiré du brouillon."),
    "released": lambda: _("Le programme est publié : le public le lit dès maintenant."),
    "waiver": lambda: _("L’éligibilité est revue ; le journal garde le motif."),
    "pin": lambda: _("C’est noté ; le journal garde le motif."),
    "conflict": lambda: _("Cette candidature et ses notes ne vous sont plus montrées."),
    "juror": lambda: _("L’invitation part par courriel."),
    "juror_known": lambda: _("Cette personne est déjà du jury : rien n’est parti."),
    "juror_back": lambda: _("Cette personne est de nouveau du jury : complétez les affectations."),
    "reading": lambda: _("La lecture est sur sa liste ; un courriel l’en prévient."),
    "key_revoked": lambda: _("La clé est révoquée : dans dix secondes, elle n’ouvre plus rien."),
    "invited": lambda: _(
        "L’invitation part par courriel ; le rôle est donné quand elle est acceptée."
    ),
    "partner": lambda: _(
        "L’invitation part par courriel ; le partenaire propose ses événements quand il accepte."
    ),
    "partner_saved": lambda: _("C’est enregistré. Le public le verra à la prochaine publication."),
    "partner_ended": lambda: _(
        "Ce partenaire ne propose plus rien ici ; ses événements gardent son nom."
    ),
    "founded": lambda: _(
        "L’organisation est créée ; une invitation part à son premier propriétaire."
    ),
    "owner_asked": lambda: _("L’invitation part par courriel."),
    "invited_again": lambda: _(
        "Une nouvelle invitation part par courriel ; le lien d’avant n’ouvre plus rien."
    ),
    "invitation_withdrawn": lambda: _("L’invitation est retirée : son lien n’ouvre plus rien."),
    "role": lambda: _("Le rôle est retiré."),
    "trial": lambda: _("L’essai part à votre adresse."),
    "campaign_sent": lambda: _("L’envoi commence. Cette page dit où il en est."),
    "campaign_stopped": lambda: _("L’envoi est arrêté : rien de plus ne part."),
    "campaign_gone": lambda: _("Le brouillon est supprimé."),
    "campaign_again": lambda: _("Ces courriels sont remis à l’envoi."),
    "campaign_seen": lambda: _("C’est noté : ce message n’est plus à traiter."),
    "notice": lambda: _("L’annonce est affichée."),
    "notice_withdrawn": lambda: _("L’annonce est retirée."),
    "automatic": lambda: _("C’est enregistré."),
    "account_closed": lambda: _("Le compte est fermé, avec ses connexions, ses rôles et ses clés."),
    "left": lambda: _("Ses notes restent ; ses fiches à lire sont libres."),
}


def words() -> str:
    """The sentence for this request; empty when nothing was just done."""
    known = WORDS.get(request.args.get("done", ""))
    return known() if known else ""
