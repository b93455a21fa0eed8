"""Roles in words: what each is called, and what it lets somebody do. For pages and for letters."""

from collections.abc import Mapping

from eventsapp.domain.accounts.models import RoleName
from eventsapp.kernel.i18n import _, _n

NAMES: Mapping[RoleName, str] = {
    RoleName.OWNER: _n("propriétaire"),
    RoleName.ORGANIZER: _n("organisation"),
    RoleName.CONTRIBUTOR: _n("contribution"),
    RoleName.JUROR: _n("jury"),
    RoleName.DOOR: _n("équipe de porte"),
    RoleName.ACCOUNTANT: _n("comptabilité"),
    RoleName.CARE: _n("accueil des besoins"),
}
# What permissions.TABLE gives, read aloud; tests/domain/accounts/test_words.py compares.
GIVES: Mapping[RoleName, str] = {
    RoleName.OWNER: _n(
        "Tout faire dans l’organisation : séries, programme, billetterie, appels, porte, réglages, "
        "et inviter l’équipe."
    ),
    RoleName.ORGANIZER: _n(
        "Préparer et publier le programme, vendre et rembourser, mener les appels et tenir la "
        "porte de cette série."
    ),
    RoleName.CONTRIBUTOR: _n(
        "Proposer et modifier les événements de votre organisme dans cette série ; "
        "l’organisation les publie."
    ),
    RoleName.JUROR: _n("Lire et noter les candidatures de votre liste."),
    RoleName.DOOR: _n("Contrôler les billets et suivre les entrées de cette série."),
    RoleName.ACCOUNTANT: _n("Lire les commandes et les montants de cette série, et les exporter."),
    RoleName.CARE: _n(
        "Lire les réponses sensibles des participants de cette série (repas, accès), effacées "
        "30 jours après leur événement."
    ),
}
GIVES_AT_ONE_EVENT: Mapping[RoleName, str] = {
    RoleName.ORGANIZER: _n(
        "Modifier et publier cet événement, contrôler ses billets, et lire le reste du programme."
    ),
    RoleName.CONTRIBUTOR: _n(
        "Modifier cet événement et lire le reste du programme ; l’organisation le publie."
    ),
    RoleName.DOOR: _n("Contrôler les billets et suivre les entrées de cet événement."),
}


def name(role: RoleName) -> str:
    """What a role is called."""
    return _(NAMES[role])


def gives(role: RoleName, *, one_event: bool) -> str:
    """What somebody may do with it, as a sentence."""
    return _((GIVES_AT_ONE_EVENT if one_event else GIVES)[role])
