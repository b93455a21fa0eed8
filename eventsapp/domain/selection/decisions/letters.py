"""What the letters of a call say. The same words are previewed by organizers and sent by mail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from eventsapp.domain.selection.calls.models import Application, ApplicationState, Call
from eventsapp.domain.selection.decisions import answers, queries, words
from eventsapp.domain.selection.decisions.feedback import CriterionFeedback
from eventsapp.domain.selection.decisions.models import Decision, Offer, OfferState, Outcome
from eventsapp.domain.selection.jury.models import Juror
from eventsapp.kernel.i18n import _, locale, ngettext, pick
from eventsapp.kernel.words import decimal, defuse, moment


@dataclass(frozen=True)
class Letter:
    """A letter without an address. ``action`` is (label, path on our site)."""

    subject: str
    title: str
    paragraphs: list[str]
    action: tuple[str, str] | None = None
    after: list[str] = field(default_factory=list)
    feedback: list[CriterionFeedback] = field(default_factory=list)
    scale_most: int = 5
    labels: Mapping[str, str] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)


def resume(application: Application) -> Letter:
    call = application.call
    return Letter(
        subject=_("Votre candidature : {call}", call=_title(call)),
        title=_("Votre brouillon vous attend"),
        paragraphs=[
            _("Vous avez commencé une candidature : {call}.", call=_title(call)),
            _(
                "Ce lien est le vôtre : il ouvre votre brouillon sans mot de passe. "
                "Envoyez-le avant {moment}.",
                moment=_when(call, call.closes_at),
            ),
        ],
        action=(_("Reprendre ma candidature"), _page(application)),
        after=[_("Vous n’avez rien demandé ? Ignorez ce courriel, il ne se passera rien.")],
    )


def receipt(application: Application) -> Letter:
    call = application.call
    at = application.submitted_at or application.created_at
    return Letter(
        subject=_(
            "Candidature {reference} reçue : {call}",
            reference=application.reference,
            call=_title(call),
        ),
        title=_("Candidature reçue"),
        paragraphs=[
            _(
                "La candidature de {company} porte le numéro {reference}. "
                "Nous l’avons reçue {moment}.",
                company=words.plain(application.company, 120),
                reference=application.reference,
                moment=_when(call, at),
            ),
            _(
                "Le jury lit toutes les candidatures. Réponse {moment}.",
                moment=_when(call, call.notified_at),
            ),
        ],
        action=(_("Suivre ma candidature"), _page(application)),
    )


def invitation(juror: Juror) -> Letter:
    call = juror.call
    return Letter(
        subject=_("Vous êtes invité au jury : {call}", call=_title(call)),
        title=_("Votre place au jury"),
        paragraphs=[
            *_inviter(juror),
            _("Vous lisez une partie des candidatures de : {call}.", call=_title(call)),
            _(
                "Déclarez d’abord vos conflits d’intérêts ; votre liste s’ouvre ensuite. "
                "Notes à rendre avant {moment}.",
                moment=_when(call, call.review_until),
            ),
            _("Connectez-vous avec cette adresse : un lien vous est envoyé, sans mot de passe."),
        ],
        action=(_("Ouvrir la salle du jury"), "/jury/"),
    )


def _inviter(juror: Juror) -> list[str]:
    who, series = juror.invited_by, juror.call.series
    if who is None:
        return []
    return [
        _(
            "{name} ({email}) vous invite au jury, pour {series}.",
            name=defuse(who.name),
            email=defuse(who.email),
            series=pick(series.title_fr, series.title_en),
        )
    ]


def list_made(juror: Juror, waiting: int, at: datetime) -> Letter:
    """``waiting``: what is still to be read when the letter leaves, at ``at``."""
    call = juror.call
    return Letter(
        subject=_("Vos candidatures à lire : {call}", call=_title(call)),
        title=_("Votre liste est prête"),
        paragraphs=[
            ngettext(
                "{n} candidature vous attend.",
                "{n} candidatures vous attendent.",
                waiting,
            ),
            *(
                [_("Elle s’ouvre {moment}.", moment=_when(call, call.review_from))]
                if at < call.review_from
                else []
            ),
            _(
                "Notes à rendre avant {moment}. Tout reste modifiable jusque-là.",
                moment=_when(call, call.review_until),
            ),
        ],
        action=(_("Ouvrir la salle du jury"), "/jury/"),
    )


def decision(
    made: Decision,
    application: Application,
    expires_at: datetime | None,
    *,
    state: OfferState | None = None,
) -> Letter:
    """The answer to an applicant; ``expires_at`` is the last moment to confirm a place, ``state``
    what became of it."""
    call = application.call
    withdrawn = application.state is ApplicationState.WITHDRAWN
    found = queries.Feedback([], []) if withdrawn else queries.feedback_for(application)
    return Letter(
        subject=_(
            "Réponse à la candidature {reference} : {call}",
            reference=application.reference,
            call=_title(call),
        ),
        title=words.state(application.state) if withdrawn else words.outcome(made.outcome),
        paragraphs=answers.sentences(made, application, expires_at, found, state=state),
        action=_action(made, application, state),
        feedback=found.criteria,
        scale_most=call.scale_most,
        labels={c["id"]: words.both(c["label"]) for c in call.criteria},
        comments=[words.plain(comment) for comment in found.comments],
    )


def offered(offer: Offer, application: Application, *, over: bool = False) -> Letter:
    """A freed place goes to an application of the reserve; ``over``: its date has passed before the
    letter could leave."""
    call = application.call
    when = _when(call, offer.expires_at)
    if over:
        said = _("La réponse était attendue avant {moment} : elle n’est plus gardée.", moment=when)
    else:
        said = _("Confirmez-la avant {moment} ; sans réponse, elle n’est plus gardée.", moment=when)
    return Letter(
        subject=_("Une place s’est libérée : {call}", call=_title(call)),
        title=_("Une place s’est libérée") if over else _("Une place pour vous"),
        paragraphs=[
            _(
                "Une place s’est libérée, et elle revient à {company}.",
                company=words.plain(application.company, 120),
            ),
            said,
        ],
        action=(_("Voir ma candidature") if over else _("Répondre"), _page(application)),
    )


def confirmed(application: Application) -> Letter:
    return Letter(
        subject=_("Place confirmée : {call}", call=_title(application.call)),
        title=_("Place confirmée"),
        paragraphs=[
            _(
                "La place de {company} est confirmée.",
                company=words.plain(application.company, 120),
            ),
            _("Une question sur l’installation ou l’électricité ? Répondez à ce courriel."),
        ],
        action=(_("Voir ma candidature"), _page(application)),
    )


def _action(
    made: Decision, application: Application, state: OfferState | None
) -> tuple[str, str] | None:
    if application.state is ApplicationState.WITHDRAWN:
        return None
    asked = state in (None, OfferState.OFFERED)
    return {
        Outcome.ACCEPTED: (
            _("Confirmer ma place") if asked else _("Voir ma candidature"),
            _page(application),
        ),
        Outcome.RESERVE: (_("Suivre ma candidature"), _page(application)),
    }.get(made.outcome)


def _title(call: Call) -> str:
    return pick(call.title_fr, call.title_en)


def _when(call: Call, at: datetime) -> str:
    return moment(at, call.series.timezone)


def _page(application: Application) -> str:
    return f"/{locale()}/{application.call.series.slug}/applications/{application.secret}"


def quartiles(line: CriterionFeedback, most: int) -> str:
    """One line of the feedback as a sentence, for mails without tables."""
    return _(
        "{own} sur {most} ; la moitié des candidatures est entre {low} et {high}, "
        "la médiane à {middle}.",
        own=decimal(line.own),
        most=most,
        low=decimal(line.low),
        high=decimal(line.high),
        middle=decimal(line.middle),
    )
