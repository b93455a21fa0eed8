"""What refusals of accounts say: code -> (status, title, sentence)."""

from eventsapp.kernel.i18n import _n

SENTENCES: dict[str, tuple[int, str, str]] = {
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
