"""What refusals of calls, jury and decisions say: code -> (status, title, sentence)."""

from eventsapp.kernel.i18n import _n

SENTENCES: dict[str, tuple[int, str, str]] = {
    "call_closed": (
        409,
        _n("Appel fermé"),
        _n("Cet appel ne reçoit pas de candidature en ce moment. Rien n’a été enregistré."),
    ),
    "call_incomplete": (
        422,
        _n("Appel à compléter"),
        _n("Des réglages de l’appel manquent ou sont à corriger. Rien n’a été enregistré."),
    ),
    "call_answered": (
        409,
        _n("Candidatures reçues"),
        _n(
            "Une candidature est déjà envoyée : critères, barème et questions ne changent plus, "
            "pour que toutes soient jugées de même. Rien n’a été enregistré."
        ),
    ),
    "question_needed": (
        409,
        _n("Question nécessaire"),
        _n(
            "Une condition de l’appel, sa règle, ou une autre question dépend de celle-ci. Changez "
            "d’abord ce qui en dépend. Rien n’a été enregistré."
        ),
    ),
    "application_closed": (
        409,
        _n("Candidature déjà envoyée"),
        _n("Cette candidature n’est plus un brouillon : elle ne peut plus être modifiée."),
    ),
    "application_incomplete": (
        422,
        _n("Candidature à compléter"),
        _n("Des réponses manquent ou sont à corriger. Rien n’a été enregistré."),
    ),
    "file_too_big": (
        413,
        _n("Fichier trop lourd"),
        _n("Le fichier dépasse {limit} Mo. Réduisez-le et envoyez-le de nouveau."),
    ),
    "wrong_file_type": (
        415,
        _n("Type de fichier refusé"),
        _n(
            "Ce fichier n’est pas un PDF, quel que soit son nom. Exportez votre présentation en PDF."
        ),
    ),
    "declare_first": (
        403,
        _n("Conflits d’intérêts d’abord"),
        _n("Déclarez vos conflits d’intérêts avant de lire une candidature."),
    ),
    "review_closed": (
        409,
        _n("Notation fermée"),
        _n("La phase du jury n’est pas ouverte : les notes ne changent pas maintenant."),
    ),
    "not_assigned": (
        404,
        _n("Introuvable"),
        _n("Cette candidature n’est pas sur votre liste."),
    ),
    "too_few_criteria": (
        422,
        _n("Fiche à compléter"),
        _n("Notez au moins 80 % du poids des critères ; vous en êtes à {percent} %."),
    ),
    "bad_score": (
        422,
        _n("Note refusée"),
        _n("Une note est hors de l’échelle. Rechargez la page et recommencez."),
    ),
    "assignment_impossible": (
        409,
        _n("Affectation impossible"),
        _n(
            "{applications} : lectures nécessaires, {needed} ; possibles, {possible}. "
            "Jurés sans conflit : {free} sur {jurors}. Invités qui ont encore à déclarer leurs "
            "conflits : {undeclared}. Attendez leur déclaration, ou invitez un juré de plus."
        ),
    ),
    "already_published": (
        409,
        _n("Décisions publiées"),
        _n("Les décisions de cet appel sont publiées : elles ne changent plus ici."),
    ),
    "nothing_decided": (
        409,
        _n("Rien à publier"),
        _n("Aucune décision n’est préparée. Appliquez d’abord la règle de l’appel."),
    ),
    "call_still_open": (
        409,
        _n("L’appel est ouvert"),
        _n("L’appel reçoit encore des candidatures. Publiez les décisions après sa clôture."),
    ),
    "still_judging": (
        409,
        _n("Le jury travaille encore"),
        _n("Il manque {missing} notes et la phase du jury court. Cochez sa clôture pour publier."),
    ),
    "proposal_outdated": (
        409,
        _n("Décisions à préparer de nouveau"),
        _n("Des notes ou des candidatures ont changé depuis. Appliquez de nouveau la règle."),
    ),
    "publication_doubtful": (
        409,
        _n("Des lectures manquent"),
        _n(
            "Sans lecture : {unread} ; moins que promis : {short} ; à part : {apart} ; groupes du "
            "jury sans lecture commune : {groups}. Cochez que vous publiez malgré cela."
        ),
    ),
    "bad_weights": (
        422,
        _n("Poids impossibles"),
        _n("Chaque critère demande un poids au-dessus de zéro ({criteria})."),
    ),
    "too_many_pinned": (
        409,
        _n("Trop de choix imposés"),
        _n("{pinned} candidatures sont imposées pour {places} places. Retirez-en."),
    ),
    "not_eligible": (
        409,
        _n("Non éligible"),
        _n("{reference} n’est pas éligible : écartez d’abord le motif, puis imposez-la."),
    ),
    "reason_needed": (
        422,
        _n("Motif à donner"),
        _n("Une dérogation à la règle s’accompagne d’un motif, gardé au journal."),
    ),
    "reading_impossible": (
        409,
        _n("Lecture impossible"),
        _n("Ce juré ne peut pas la lire : conflit, départ, ou conflits pas encore déclarés."),
    ),
    "own_conflict": (
        403,
        _n("Conflit d’intérêts"),
        _n("Vous avez déclaré un conflit sur cette candidature : une autre personne décide."),
    ),
    "no_offer": (
        404,
        _n("Aucune place proposée"),
        _n("Aucune place n’est proposée à cette candidature."),
    ),
    "offer_over": (
        410,
        _n("Réponse close"),
        _n("Le délai est passé, ou la réponse a déjà été donnée."),
    ),
}
