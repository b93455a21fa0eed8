"""What refusals to programs say: code -> (status, title, sentence)."""

from eventsapp.kernel.i18n import _n

SENTENCES: dict[str, tuple[int, str, str]] = {
    "unknown_scope": (
        422,
        _n("Droit inconnu"),
        _n("Droit inconnu : {scope}. Les droits sont : {known}."),
    ),
    "idempotency_key_reused": (
        422,
        _n("Clé d’idempotence réutilisée"),
        _n("Cette clé d’idempotence a servi pour une autre demande. Prenez-en une nouvelle."),
    ),
    "key_refused": (
        401,
        _n("Clé refusée"),
        _n("Il faut une clé valable : Authorization: Bearer CLÉ."),
    ),
    "scope_missing": (403, _n("Droit manquant"), _n("Cette clé n’a pas le droit {scope}.")),
    "invalid_request": (
        422,
        _n("Demande mal formée"),
        _n("Le corps de la demande n’est pas celui de la documentation (/api/v1/openapi.json)."),
    ),
}
