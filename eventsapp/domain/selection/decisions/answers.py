"""What a letter says was decided, and by whom: the jury where its order decided, else who did."""

from datetime import datetime

from eventsapp.domain.selection.calls.models import Application, ApplicationState
from eventsapp.domain.selection.decisions import words
from eventsapp.domain.selection.decisions.models import Decision, Grounds, OfferState, Outcome
from eventsapp.domain.selection.decisions.queries import Feedback
from eventsapp.kernel.i18n import _, ngettext
from eventsapp.kernel.words import moment

BY_PEOPLE = (Grounds.HAND, Grounds.DISPLACED)


def sentences(
    made: Decision,
    application: Application,
    expires_at: datetime | None,
    found: Feedback,
    *,
    state: OfferState | None = None,
) -> list[str]:
    """The paragraphs of the answer to an applicant.

    Args:
        state: what became of the place that was offered, when the letter leaves; None for a letter
            that is only looked at before.
    """
    if application.state is ApplicationState.WITHDRAWN:
        return [
            _(
                "Vous avez retiré la candidature de {company} : "
                "elle ne compte plus dans cet appel.",
                company=_company(application),
            )
        ]
    if made.outcome is Outcome.INELIGIBLE:
        return _ineligible(made, application)
    first = {
        Outcome.ACCEPTED: _accepted,
        Outcome.RESERVE: _reserve,
        Outcome.DECLINED: _declined,
    }[made.outcome](made, application)
    said = [first, *_why(made), *_told(made)]
    if made.outcome is Outcome.ACCEPTED:
        until = moment(
            expires_at or application.call.confirm_until, application.call.series.timezone
        )
        return [*said, _place(state, until, application)]
    if made.outcome is Outcome.RESERVE:
        said.append(
            _(
                "Si une place se libère, la règle de l’appel dit à qui elle va. "
                "Nous vous écrivons alors."
            )
        )
    return [*said, *_reading(made, found)]


def _place(state: OfferState | None, until: str, application: Application) -> str:
    if state is OfferState.CONFIRMED:
        return _("Vous avez confirmé votre place.")
    if state is OfferState.REFUSED:
        return _("Vous avez laissé cette place.")
    if state is OfferState.EXPIRED:
        return _("Elle était à confirmer avant {moment} : elle n’est plus gardée.", moment=until)
    if application.call.waitlist:
        return _(
            "Confirmez votre place avant {moment}. Sans réponse, elle va à la réserve.",
            moment=until,
        )
    return _(
        "Confirmez votre place avant {moment}. Sans réponse, elle n’est plus gardée.", moment=until
    )


def _accepted(made: Decision, application: Application) -> str:
    company = _company(application)
    if made.grounds is Grounds.JURY:
        return _("Bonne nouvelle : {company} est retenue par le jury.", company=company)
    if made.grounds is Grounds.HAND:
        return _("Bonne nouvelle : les organisateurs retiennent {company}.", company=company)
    if made.grounds is Grounds.FREED:
        return _("Une place s’est libérée, et elle revient à {company}.", company=company)
    return _("Bonne nouvelle : {company} est retenue.", company=company)


def _reserve(made: Decision, application: Application) -> str:
    return _(
        "{company} est en réserve, au rang {rank}.", company=_company(application), rank=made.rank
    )


def _declined(made: Decision, application: Application) -> str:
    company = _company(application)
    if made.grounds is Grounds.JURY:
        return _("Le jury n’a pas retenu {company} cette année.", company=company)
    if made.grounds is Grounds.HAND:
        return _("Les organisateurs n’ont pas retenu {company} cette année.", company=company)
    return _("{company} n’est pas retenue cette année.", company=company)


def _why(made: Decision) -> list[str]:
    if made.grounds is Grounds.DISPLACED:
        return [
            _("Cette réponse tient à une décision des organisateurs sur une autre candidature.")
        ]
    if made.grounds is Grounds.RULE:
        return [
            _(
                "Au seul ordre des notes, la réponse serait une autre : "
                "elle tient à la règle de l’appel."
            )
        ]
    if made.grounds is Grounds.UNREAD:
        return [
            _("Personne n’a pu lire cette candidature : elle n’a pas été notée."),
            _("Pour en parler avec les organisateurs, répondez à ce courriel."),
        ]
    if made.grounds is Grounds.APART:
        return [
            _(
                "Ses lecteurs n’ont rien lu en commun avec le reste du jury : ses notes ne se "
                "comparent pas aux autres, et elle n’a pas été classée."
            ),
            _("Pour en parler avec les organisateurs, répondez à ce courriel."),
        ]
    return []


def _told(made: Decision) -> list[str]:
    """The reason that the organizers wrote for the applicant, or how to ask for it."""
    if made.grounds not in BY_PEOPLE:
        return []
    if made.told:
        return [_("Leur motif : {reason}", reason=words.plain(made.told))]
    return [_("Pour en demander le motif, répondez à ce courriel.")]


def _reading(made: Decision, found: Feedback) -> list[str]:
    """How many read it, and the notes, when they follow."""
    said = []
    if made.readers:
        said.append(
            ngettext(
                "{n} juré a lu cette candidature.",
                "{n} jurés ont lu cette candidature.",
                made.readers,
            )
        )
        if not made.batch.snapshot["calibrated"]:
            said.append(
                _("Les notes n’ont pas pu être corrigées de la sévérité propre à chaque juré.")
            )
    if made.outcome is Outcome.DECLINED and found.criteria:
        said.append(_("Voici ce que le jury a noté, pour la suite."))
    return said


def _ineligible(made: Decision, application: Application) -> list[str]:
    return [
        _(
            "La candidature de {company} ne remplit pas les conditions de l’appel.",
            company=_company(application),
        ),
        *(words.reason(found["code"], found["facts"]) for found in made.reasons),
        _("Une erreur ? Répondez à ce courriel : une personne relit le dossier."),
    ]


def _company(application: Application) -> str:
    return words.plain(application.company, 120)
