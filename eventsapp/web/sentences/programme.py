"""What refusals of the programme say: code -> (status, title, sentence)."""

from eventsapp.kernel.i18n import _n

SENTENCES: dict[str, tuple[int, str, str]] = {
    "not_a_partner": (
        422,
        _n("Pas un partenaire"),
        _n(
            "Un événement est proposé par l’organisation de la série ou par un partenaire qui a "
            "accepté. Invitez-le d’abord, depuis l’équipe."
        ),
    ),
    "picture_undescribed": (
        422,
        _n("Description à écrire"),
        _n(
            "Dites ce que montre l’image en français et en anglais : c’est ce que lit qui ne la "
            "voit pas. Rien n’est enregistré."
        ),
    ),
    "picture_unreadable": (
        415,
        _n("Image illisible"),
        _n(
            "Ce fichier n’est pas une image JPEG, PNG ou WebP, quel que soit son nom, ou il est "
            "abîmé. Exportez-la de nouveau, puis envoyez-la."
        ),
    ),
    "picture_size": (
        422,
        _n("Taille d’image refusée"),
        _n(
            "Une image a au moins {least} pixels de côté et au plus {most} millions de pixels en "
            "tout. Changez sa taille, puis envoyez-la."
        ),
    ),
    "partner_known": (
        409,
        _n("Déjà partenaire"),
        _n("{name} est déjà partenaire de cette série. Invitez une autre personne dans sa ligne."),
    ),
    "edited_meanwhile": (
        409,
        _n("Modifié entre-temps"),
        _n(
            "Quelqu’un a enregistré une autre version pendant que vous écriviez. Comparez les deux."
        ),
    ),
    "nonexistent_time": (
        422,
        _n("Heure inexistante"),
        _n(
            "Cette heure n’existe pas : les horloges avancent cette nuit-là. Choisissez-en une autre."
        ),
    ),
    "ambiguous_time": (
        422,
        _n("Heure double"),
        _n(
            "Cette heure existe deux fois cette nuit-là. Précisez l’heure d’été ou l’heure d’hiver."
        ),
    ),
    "nothing_to_release": (
        409,
        _n("Rien à publier"),
        _n("Le public lit déjà ce programme. Modifiez un événement, puis publiez."),
    ),
    "slug_taken": (
        409,
        _n("Nom déjà pris"),
        _n("Un autre élément de la série porte ce nom. Choisissez-en un autre."),
    ),
    "still_used": (
        409,
        _n("Encore utilisé"),
        _n("Des événements s’y tiennent encore. Déplacez-les d’abord."),
    ),
    "conflicts_stand": (
        422,
        _n("Conflits à régler"),
        _n("Le planning contient des conflits. Réglez-les, ou dites pourquoi ils sont acceptés."),
    ),
    "somebody_touched": (
        422,
        _n("Des personnes sont concernées"),
        _n(
            "Ce changement touche {holders} billet(s) et {talks} session(s). Lisez la liste, puis "
            "enregistrez."
        ),
    ),
    "slot_sold": (
        409,
        _n("Des billets sont vendus"),
        _n(
            "{holders} billet(s) donnent accès à la séance que vous retirez. Déplacez-la, ou "
            "remboursez ces billets d’abord ; rien n’est enregistré."
        ),
    ),
    "slot_not_chosen": (
        409,
        _n("On n’y choisit pas sa séance"),
        _n(
            "Les billets de cet événement valent pour toutes ses séances : on n’en ferme pas une "
            "seule. Faites d’abord un tarif « par séance »."
        ),
    ),
    "batch_malformed": (
        422,
        _n("Ces séances ne se font pas"),
        _n(
            "Donnez un début qu’aucune séance n’a déjà, un intervalle, une durée, des places, et "
            "soit un nombre, soit une heure de fin."
        ),
    ),
    "too_many_slots": (
        422,
        _n("Trop de séances"),
        _n("Cela ferait {wanted} séances, {most} au plus. Vérifiez l’intervalle et la fin."),
    ),
    "zone_changes": (
        422,
        _n("Le fuseau change"),
        _n(
            "Passer de {before} à {after} déplace {slots} séance(s). Lisez ce qui change, puis "
            "enregistrez."
        ),
    ),
}
