"""What refusals of messages say: code -> (status, title, sentence)."""

from eventsapp.kernel.i18n import _n

SENTENCES: dict[str, tuple[int, str, str]] = {
    "campaign_malformed": (
        422,
        _n("Message à revoir"),
        _n("Un champ du message ne convient pas : revoyez-le, rien n’est enregistré."),
    ),
    "campaign_sent": (
        409,
        _n("Déjà parti"),
        _n("Ce message est envoyé ou arrêté : il ne change plus. Écrivez-en un autre."),
    ),
    "nobody_to_write_to": (
        409,
        _n("Personne"),
        _n("Personne ne le recevrait. Choisissez d’autres destinataires, puis envoyez."),
    ),
    "event_not_public": (
        409,
        _n("Événement pas public"),
        _n(
            "Le message nomme un événement que le public ne voit pas. Publiez-le d’abord, ou retirez "
            "ces mots du message."
        ),
    ),
    "notice_malformed": (
        422,
        _n("Annonce à revoir"),
        _n("Un champ de l’annonce ne convient pas : revoyez-le, rien n’est affiché."),
    ),
    "nothing_to_stop": (
        409,
        _n("Rien à arrêter"),
        _n("Ce message n’est pas en cours d’envoi : il n’y a rien à arrêter."),
    ),
}
