"""The words of the sandbox's payment page. They belong to no page of the product."""

FRENCH = {
    "title": "Paiement factice",
    "no_money": "Aucun argent ne circule",
    "explain": "Cette page joue le rôle de Stripe pour la démonstration. Ne saisissez aucune "
    "carte : choisissez ce qui doit arriver.",
    "to_pay": "À payer",
    "card": "Payer : carte acceptée",
    "declined": "Carte refusée",
    "3ds": "Carte avec vérification de la banque (3-D Secure)",
    "sepa": "Prélèvement SEPA : accepté dans une minute",
    "sepa_fail": "Prélèvement SEPA : rejeté dans une minute",
    "close": "Payer puis fermer l’onglet",
    "late": "Payer trop tard, après la fin de la réservation",
    "cancel": "Annuler et revenir à la boutique",
    "was_declined": "La banque a refusé la carte. Rien n’a été débité. Vous pouvez réessayer.",
    "bank": "Votre banque demande une confirmation",
    "bank_explain": "Votre vraie banque n’est pas contactée.",
    "bank_accept": "Confirmer le paiement",
    "bank_refuse": "Refuser",
    "expired": "Cette page de paiement a expiré",
    "expired_explain": "La boutique a été prévenue. Dans la vraie vie, un paiement parti juste "
    "avant peut encore arriver.",
    "arrive": "Faire arriver le paiement maintenant",
    "closed": "Paiement accepté",
    "closed_explain": "Vous pouvez fermer cet onglet : les billets arriveront par courriel.",
    "already": "Cette commande est déjà réglée",
    "back": "Revenir à la boutique",
    "unknown": "Page de paiement inconnue",
    "elsewhere": "Demande refusée : elle vient d’un autre site.",
}

ENGLISH = {
    "title": "Pretend payment",
    "no_money": "No money moves",
    "explain": "This page plays the part of Stripe for the demonstration. Do not type any card: "
    "choose what is to happen.",
    "to_pay": "To pay",
    "card": "Pay: card accepted",
    "declined": "Card declined",
    "3ds": "Card checked by the bank (3-D Secure)",
    "sepa": "SEPA debit: accepted in a minute",
    "sepa_fail": "SEPA debit: rejected in a minute",
    "close": "Pay, then close the tab",
    "late": "Pay too late, after the reservation has ended",
    "cancel": "Cancel and go back to the shop",
    "was_declined": "The bank declined the card. Nothing was charged. You can try again.",
    "bank": "Your bank asks you to confirm",
    "bank_explain": "Your real bank is not contacted.",
    "bank_accept": "Confirm the payment",
    "bank_refuse": "Refuse",
    "expired": "This payment page has expired",
    "expired_explain": "The shop has been told. In real life, a payment that left just before can "
    "still arrive.",
    "arrive": "Let the payment arrive now",
    "closed": "Payment accepted",
    "closed_explain": "You can close this tab: the tickets will come by e-mail.",
    "already": "This order is already paid",
    "back": "Back to the shop",
    "unknown": "Unknown payment page",
    "elsewhere": "Refused: this request comes from another site.",
}


def words(locale: str | None) -> dict[str, str]:
    return ENGLISH if (locale or "fr").startswith("en") else FRENCH


def amount(cents: int, currency: str, locale: str | None) -> str:
    """19,00 € in French, €19.00 in English."""
    figures = f"{cents // 100:,}.{cents % 100:02d}"
    sign = {"eur": "€"}.get(currency, currency.upper())
    if (locale or "fr").startswith("en"):
        return sign + figures if len(sign) == 1 else f"{sign} {figures}"
    return figures.replace(",", "\u202f").replace(".", ",") + "\u00a0" + sign
