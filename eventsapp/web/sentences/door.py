"""What refusals at the door say: code -> (status, title, sentence)."""

from eventsapp.kernel.i18n import _n

SENTENCES: dict[str, tuple[int, str, str]] = {
    "unknown_gate": (
        404,
        _n("Porte inconnue"),
        _n("La porte « {gate} » n’existe pas dans cette série. Vérifiez son nom."),
    ),
    "gate_held": (
        409,
        _n("Portes tenues"),
        _n("Les entrées sont suspendues à toutes les portes. Attendez la consigne du responsable."),
    ),
    "scan_uuid_taken": (
        409,
        _n("Identifiant déjà pris"),
        _n("Un autre scan porte cet identifiant (uuid). Envoyez celui-ci sous un nouveau."),
    ),
    "gate_name_taken": (
        409,
        _n("Nom déjà pris"),
        _n("Une porte de la série s’appelle déjà « {name} ». Choisissez un autre nom."),
    ),
    "no_event_at_gate": (
        422,
        _n("Aucun événement"),
        _n("Une porte contrôle les billets d’au moins un événement. Choisissez-le."),
    ),
    "pairing_code_used": (
        410,
        _n("Code déjà utilisé"),
        _n(
            "Ce code a déjà servi ou a plus de dix minutes. Demandez-en un nouveau à l’organisateur."
        ),
    ),
    "device_revoked": (
        401,
        _n("Téléphone non appairé"),
        _n("Ce téléphone n’est pas appairé, ou ne l’est plus. Demandez un code à l’organisateur."),
    ),
    "not_paired": (
        401,
        _n("Téléphone non appairé"),
        _n("Ce téléphone n’est pas appairé, ou ne l’est plus. Demandez un code à l’organisateur."),
    ),
    "device_handing_over": (
        409,
        _n("Téléphone retiré"),
        _n("Ce téléphone ne contrôle plus de billets. Envoyez la personne à un autre."),
    ),
    "device_holds_scans": (
        409,
        _n("Scans à transmettre"),
        _n("Le téléphone {name} garde {queued} scan(s) : choisissez comment il quitte la porte."),
    ),
    "nothing_to_undo": (
        409,
        _n("Rien à annuler"),
        _n("Ce passage ne peut plus être annulé d’ici. Envoyez la personne au guichet."),
    ),
    "not_in_rehearsal": (
        409,
        _n("Pas en répétition"),
        _n("La porte {gate} n’est pas en répétition : ses passages réels ne s’effacent pas."),
    ),
}
