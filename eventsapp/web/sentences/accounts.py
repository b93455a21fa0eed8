"""What refusals of accounts say: code -> (status, title, sentence)."""

from eventsapp.kernel.i18n import _n

SENTENCES: dict[str, tuple[int, str, str]] = {
    "bad_link": (
        410,
        _n("Lien périmé"),
        _n("Ce lien n’est plus valable. Demandez-en un nouveau."),
    ),
    "too_many_attempts": (
        429,
        _n("Trop d’essais"),
        _n("Trop d’essais en peu de temps. Réessayez dans {wait_minutes} min."),
    ),
    "guessable_password": (
        422,
        _n("Mot de passe trop facile à deviner"),
        _n(
            "Ce mot de passe se devine vite : mot courant, répétition, suite de touches, ou votre "
            "nom. Prenez par exemple quatre mots sans rapport entre eux."
        ),
    ),
    "fresh_link_needed": (
        403,
        _n("Connectez-vous d’abord par un lien"),
        _n(
            "Un premier mot de passe se choisit dans les quinze minutes qui suivent une connexion "
            "par lien. Déconnectez-vous, demandez un lien, puis revenez ici."
        ),
    ),
    "account_elsewhere": (
        409,
        _n("Ce compte sert ailleurs"),
        _n(
            "Cette personne a des rôles dans une autre organisation : retirez son rôle ici, son "
            "compte reste le sien."
        ),
    ),
    "key_ends_before": (
        422,
        _n("Fin déjà passée"),
        _n("Choisissez un jour de fin à venir, ou laissez le champ vide."),
    ),
    "wrong_credentials": (
        422,
        _n("Connexion refusée"),
        _n(
            "L’adresse ou le mot de passe n’est pas le bon. Vous pouvez demander un lien par courriel."
        ),
    ),
    "sign_in_link_used": (
        410,
        _n("Lien déjà utilisé"),
        _n("Ce lien de connexion a déjà servi ou n’est plus valable. Demandez-en un nouveau."),
    ),
    "invitation_over": (
        410,
        _n("Invitation close"),
        _n(
            "Cette invitation a déjà servi, a été retirée ou remplacée, ou a plus de sept jours. Si "
            "vous l’avez acceptée, connectez-vous ; sinon, demandez-en une autre à qui vous invite."
        ),
    ),
    "has_owner": (
        409,
        _n("Cette organisation a un propriétaire"),
        _n("{name} a un propriétaire, qui invite lui-même les suivants."),
    ),
    "name_needed": (
        422,
        _n("Il manque le nom"),
        _n("Donnez un nom à l’organisation."),
    ),
    "already_in_team": (
        409,
        _n("Déjà dans l’équipe"),
        _n("{name} a déjà ce rôle ici : rien n’est parti."),
    ),
    "weak_password": (
        422,
        _n("Mot de passe trop court"),
        _n("Choisissez au moins {least} caractères."),
    ),
    "long_password": (
        422,
        _n("Mot de passe trop long"),
        _n("Choisissez {most} caractères au plus : au-delà, ils ne seraient pas tous lus."),
    ),
    "wrong_password": (
        422,
        _n("Mot de passe actuel incorrect"),
        _n(
            "Ce n’est pas votre mot de passe actuel. Si vous l’avez oublié, déconnectez-vous et "
            "demandez un lien de connexion."
        ),
    ),
    "bad_address": (
        422,
        _n("Adresse incorrecte"),
        _n("« {address} » n’est pas une adresse électronique. Vérifiez-la."),
    ),
    "owner_exists": (
        409,
        _n("Cette installation a déjà un propriétaire"),
        _n(
            "Pour une autre organisation, nommez-la : --organisation NOM. "
            "Pour rejoindre celle qui existe, demandez une invitation à son propriétaire."
        ),
    ),
    "last_owner": (
        409,
        _n("Dernier propriétaire"),
        _n("Il faut au moins un propriétaire. Nommez-en un autre d’abord."),
    ),
}
