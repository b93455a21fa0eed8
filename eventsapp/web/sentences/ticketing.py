"""What refusals of ticketing and billing say: code -> (status, title, sentence)."""

from eventsapp.kernel.i18n import _n

SENTENCES: dict[str, tuple[int, str, str]] = {
    "empty_basket": (
        422,
        _n("Rien de choisi"),
        _n("Choisissez au moins un billet."),
    ),
    "unknown_product": (
        404,
        _n("Tarif inconnu"),
        _n("Ce tarif n’existe pas ici. Rechargez la page de l’événement."),
    ),
    "not_for_sale": (
        403,
        _n("Sur invitation"),
        _n("« {product} » n’est pas en vente libre : il faut une invitation ou un code."),
    ),
    "sales_closed": (
        409,
        _n("Vente fermée"),
        _n("« {product} » n’est pas en vente en ce moment. Choisissez un autre tarif."),
    ),
    "event_cancelled": (
        409,
        _n("Événement annulé"),
        _n("« {product} » n’est plus en vente : l’événement est annulé."),
    ),
    "event_not_released": (
        409,
        _n("Pas en vente"),
        _n("« {product} » n’est pas en vente : l’événement n’est pas au programme publié."),
    ),
    "event_over": (
        409,
        _n("Événement terminé"),
        _n("« {product} » n’est plus en vente : l’événement est terminé."),
    ),
    "slot_closed": (
        409,
        _n("Séance fermée"),
        _n("« {product} » : cette séance ne prend plus personne. Choisissez-en une autre."),
    ),
    "sold_elsewhere": (
        409,
        _n("Inscription ailleurs"),
        _n("« {product} » ne se prend pas ici : voyez la page de l’événement."),
    ),
    "sold_out": (
        409,
        _n("Complet"),
        _n("« {product} » : il ne reste que {left} place(s). Prenez-en moins, ou un autre tarif."),
    ),
    "too_many_free_orders": (
        429,
        _n("Trop d’inscriptions gratuites"),
        _n(
            "Trop d’inscriptions gratuites pour cette adresse ou depuis ce réseau : réessayez plus tard, ou écrivez à l’organisateur. Une seule commande peut réunir plusieurs événements."
        ),
    ),
    "network_full": (
        429,
        _n("Trop de places gardées"),
        _n(
            "« {product} » : beaucoup de places sont gardées sans être payées depuis votre réseau. Réessayez dans quelques minutes : chaque commande payée en libère."
        ),
    ),
    "over_person_limit": (
        422,
        _n("Limite par personne"),
        _n("« {product} » : {most} place(s) au plus par personne pour cet événement."),
    ),
    "too_few": (
        422,
        _n("Pas assez de billets"),
        _n("« {product} » se prend par {least} au moins."),
    ),
    "too_many": (
        422,
        _n("Trop de billets"),
        _n(
            "« {product} » : {most} au plus par commande. Faites une seconde commande, ou écrivez-nous."
        ),
    ),
    "add_on_alone": (
        422,
        _n("Option seule"),
        _n("« {product} » accompagne une entrée du même événement : ajoutez l’entrée d’abord."),
    ),
    "bad_price": (
        422,
        _n("Prix hors limites"),
        _n("« {product} » : choisissez 0 €, ou un prix permis (au moins 0,50 €)."),
    ),
    "slot_missing": (
        422,
        _n("Horaire à choisir"),
        _n("« {product} » : choisissez un horaire."),
    ),
    "two_sellers": (
        409,
        _n("Deux vendeurs"),
        _n(
            "Ces billets ont deux vendeurs : la loi demande deux commandes. Terminez la première, puis faites la seconde."
        ),
    ),
    "hold_gone": (
        410,
        _n("Places libérées"),
        _n(
            "Vos places ne sont plus gardées. Choisissez-les de nouveau : s’il en reste, elles sont à vous."
        ),
    ),
    "no_more_time": (
        409,
        _n("Plus de prolongation"),
        _n("Vos places ont déjà été prolongées trois fois. Terminez la commande, ou recommencez."),
    ),
    "price_changed": (
        409,
        _n("Le total a changé"),
        _n("Le total n’est plus celui que la page montrait. Vérifiez-le, puis commandez."),
    ),
    "question_malformed": (
        422,
        _n("Question à compléter"),
        _n("Quelque chose manque à cette question ou est à corriger. Rien n’a été enregistré."),
    ),
    "question_answered": (
        409,
        _n("Des réponses sont là"),
        _n(
            "Quelqu’un a déjà répondu, et sa réponse aurait un autre sens. Fermez cette question et faites-en une autre. Rien n’a été enregistré."
        ),
    ),
    "question_leant": (
        409,
        _n("Une autre question en dépend"),
        _n(
            "« {question} » dépend de cette question, ou celle-ci d’elle. Changez d’abord sa condition. Rien n’a été enregistré."
        ),
    ),
    "answers_missing": (
        422,
        _n("Réponses à compléter"),
        _n("Des réponses manquent ou sont à corriger ({questions}). Rien n’a été enregistré."),
    ),
    "answers_over": (
        409,
        _n("Trop tard"),
        _n(
            "L’événement a commencé : les réponses ne changent plus. Dites-le à l’équipe sur place, ou écrivez à l’organisateur."
        ),
    ),
    "names_missing": (
        422,
        _n("Noms des participants"),
        _n("Le nombre de noms ne correspond pas aux billets ({wanted})."),
    ),
    "not_free": (
        422,
        _n("Commande payante"),
        _n("Cette commande n’est pas gratuite : choisissez un moyen de paiement."),
    ),
    "payments_closed": (
        409,
        _n("Paiement fermé"),
        _n(
            "Le paiement en ligne n’est pas encore ouvert. Les inscriptions gratuites restent possibles."
        ),
    ),
    "not_payable": (
        409,
        _n("Rien à payer"),
        _n("Cette commande n’attend pas de paiement."),
    ),
    "money_received": (
        409,
        _n("Paiement reçu"),
        _n(
            "Nous avons déjà reçu un paiement pour cette commande. Ne payez pas une seconde fois : l’équipe vous écrit."
        ),
    ),
    "money_undecided": (
        409,
        _n("À décider"),
        _n("De l’argent est là sans billet : acceptez-le ou rendez-le."),
    ),
    "places_gone": (
        409,
        _n("Places parties"),
        _n("Les places de cette commande ont été revendues. Rendez l’argent à l’acheteur."),
    ),
    "payment_time_over": (
        409,
        _n("Le temps pour payer est passé"),
        _n(
            "Vos places ont été gardées deux heures depuis la première page de paiement : aucune autre ne s’ouvre. S’il reste des places, recommencez la commande."
        ),
    ),
    "already_decided": (
        409,
        _n("Déjà décidé"),
        _n("Quelqu’un a déjà décidé de cette commande. Rechargez la page."),
    ),
    "nothing_to_refund": (
        409,
        _n("Rien à rembourser"),
        _n("Il n’y a rien à rembourser sur cette commande, ou c’est déjà demandé."),
    ),
    "discount_unknown": (
        422,
        _n("Code inconnu"),
        _n("Le code « {discount} » n’est pas connu, ou n’est plus valable."),
    ),
    "payment_unavailable": (
        503,
        _n("Le paiement est lent en ce moment"),
        _n(
            "Notre prestataire de paiement tarde à répondre. Vos places restent gardées : réessayez depuis la page de votre commande dans un instant."
        ),
    ),
    "payment_refused": (
        502,
        _n("Paiement refusé"),
        _n(
            "Le prestataire de paiement refuse d’ouvrir la page. L’équipe est prévenue ; réessayez ou écrivez-nous."
        ),
    ),
    "product_malformed": (
        422,
        _n("Tarif impossible"),
        _n("Vérifiez ce champ : « {field} »."),
    ),
    "product_fixed": (
        409,
        _n("Ne change plus"),
        _n(
            "Des places ont été gardées ou vendues avec ce tarif : ceci ne change plus. Faites un nouveau tarif."
        ),
    ),
    "product_used": (
        409,
        _n("Ne se supprime pas"),
        _n("Des places ont été gardées ou vendues avec « {product} ». Archivez ce tarif."),
    ),
    "still_required": (
        409,
        _n("Encore demandé"),
        _n("« {other} » se prend avec « {product} » : changez d’abord ce tarif-là."),
    ),
    "code_taken": (
        422,
        _n("Code déjà pris"),
        _n("L’événement a déjà un tarif « {code} ». Choisissez un autre code."),
    ),
    "ticket_fixed": (
        409,
        _n("Ce billet ne se change plus ainsi"),
        _n(
            "Il est annulé ou déjà entré, ou l’un des deux tarifs se vend par groupe, en option ou par un autre vendeur. Remboursez-le et faites une nouvelle commande."
        ),
    ),
    "transfer_known": (
        409,
        _n("Virement déjà enregistré"),
        _n("Le virement « {reference} » est déjà enregistré sur cette commande."),
    ),
    "deal_malformed": (
        422,
        _n("À compléter"),
        _n("Ce que vous avez convenu avec l’acheteur n’est pas complet : voyez le champ marqué."),
    ),
    "no_bank_account": (
        409,
        _n("Pas de compte bancaire"),
        _n(
            "Un virement demande un IBAN : écrivez-le dans les réglages de la série, puis refaites la commande."
        ),
    ),
    "not_paid": (
        409,
        _n("Pas encore de billets"),
        _n("Les billets partent quand la commande est payée. Payez-la d’abord depuis sa page."),
    ),
    "discount_used_up": (
        409,
        _n("Code épuisé"),
        _n(
            "« {discount} » ne vaut plus que pour {left} billet(s). Prenez-en moins, ou ôtez le code."
        ),
    ),
    "guest_full": (
        409,
        _n("Invitation déjà prise"),
        _n("Votre invitation ne donne plus que {left} place(s). Prenez-en moins."),
    ),
    "guest_over": (
        410,
        _n("Invitation passée"),
        _n(
            "Ce lien n’ouvre plus rien : une lettre plus récente est partie, ou l’invitation a été "
            "retirée. Cherchez votre dernier courriel, ou écrivez à l’organisateur."
        ),
    ),
    "guest_malformed": (
        422,
        _n("Cette liste ne convient pas"),
        _n("Donnez une adresse par ligne, 2000 au plus, un nombre de places et un tarif à ouvrir."),
    ),
    "guest_places_taken": (
        409,
        _n("Places déjà prises"),
        _n("{taken} place(s) sont prises par ce lien : donnez-en au moins autant."),
    ),
    "discount_useless": (
        422,
        _n("Code sans effet"),
        _n("« {discount} » ne vaut pour aucun des billets choisis. Voyez les billets qu’il ouvre."),
    ),
    "discount_code_taken": (
        422,
        _n("Code déjà pris"),
        _n("La série a déjà un code « {discount} ». Choisissez-en un autre."),
    ),
    "discount_malformed": (
        422,
        _n("Code impossible"),
        _n("Vérifiez ce champ : « {field} »."),
    ),
    "refund_too_large": (
        409,
        _n("Remboursement trop élevé"),
        _n("Il reste {left_cents} centimes à rembourser au plus."),
    ),
    "not_paid_yet": (
        409,
        _n("Pas encore payé"),
        _n("Aucun paiement n’a été reçu pour cette commande."),
    ),
}

# Code -> the sentence when nothing at all is left: "only 0 places" is no way to say it.
NOTHING_LEFT: dict[str, str] = {
    "sold_out": _n("« {product} » : il ne reste plus de place. Choisissez un autre tarif."),
    "guest_full": _n("Les places de votre invitation sont déjà prises."),
    "discount_used_up": _n("Le code « {discount} » a servi autant qu’il pouvait : ôtez-le."),
}
