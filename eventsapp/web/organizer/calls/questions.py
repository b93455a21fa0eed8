"""The questionnaire of a call: its list, one question, and the form as an applicant sees it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from eventsapp.domain.questions import fields
from eventsapp.domain.selection.calls import asked, calls, questionnaire
from eventsapp.domain.selection.calls.errors import (
    CallAnswered,
    CallIncomplete,
    QuestionNeeded,
)
from eventsapp.domain.selection.calls.models import Call
from eventsapp.kernel.errors import EditedMeanwhile, NotFound, Refusal
from eventsapp.kernel.i18n import _
from eventsapp.web import access, refusals
from eventsapp.web.forms import asked as shown
from eventsapp.web.organizer.calls import question_form
from eventsapp.web.organizer.calls.question_form import QuestionForm
from eventsapp.web.organizer.calls.selection import call_for, frame

blueprint = Blueprint("organizer_questions", __name__, url_prefix="/organizer/<series>/calls")


@blueprint.get("/<slug>/questions")
@access.permission_required("selection.edit")
def questions(series: str, slug: str) -> Any:
    return _list(call_for("selection.edit", series, slug))


@blueprint.post("/<slug>/questions")
@access.permission_required("selection.edit")
def arrange(series: str, slug: str) -> Any:
    """Move a question up or down, or ask it no more: ``press`` is ``up-<id>`` and so on."""
    call = call_for("selection.edit", series, slug)
    deed, _dash, name = request.form.get("press", "").partition("-")
    read, actor = request.form.get("version", ""), access.actor()
    try:
        if deed in ("up", "down"):
            by = 1 if deed == "down" else -1
            questionnaire.move(call.id, read, name, by, actor=actor)
        elif deed == "remove":
            questionnaire.remove(call.id, read, name, actor=actor)
        else:
            return _list(call)
    except EditedMeanwhile:
        return _list(
            call, refused=_("Le questionnaire a changé : le voici. Rien n’a été fait.")
        ), 409
    except (CallAnswered, QuestionNeeded) as refusal:
        return _list(call, refused=refusals.sentence(refusal)), 409
    return redirect(url_for(".questions", series=series, slug=slug, done="questions"))


@blueprint.route("/<slug>/questions/new", methods=["GET", "POST"])
@access.permission_required("selection.edit")
def add(series: str, slug: str) -> Any:
    """``kind``: one of ``asked.kinds_left``; a text when none is named."""
    call = call_for("selection.edit", series, slug)
    kind, form = request.values.get("kind", "text"), questionnaire.form_of(call)
    if kind not in asked.kinds_left(form):
        raise NotFound(what="question", reference=kind[:40])
    made: dict[str, Any] = {"id": kind, "type": asked.KNOWN.get(kind, kind), "label": {}}
    empty = asked.draft_of(made | _first(kind, call))

    def save(read: str, draft: asked.QuestionDraft) -> None:
        questionnaire.add(call.id, read, kind, draft, actor=access.actor())

    return _edit(call, made, form, empty, save)


@blueprint.route("/<slug>/questions/<question>", methods=["GET", "POST"])
@access.permission_required("selection.edit")
def edit(series: str, slug: str, question: str) -> Any:
    call = call_for("selection.edit", series, slug)
    form = questionnaire.form_of(call)
    place = next((n for n, one in enumerate(form) if one["id"] == question), None)
    if place is None:
        raise NotFound(what="question", reference=question[:40])

    def save(read: str, draft: asked.QuestionDraft) -> None:
        questionnaire.change(call.id, read, question, draft, actor=access.actor())

    return _edit(call, form[place], form[:place], asked.draft_of(form[place]), save)


def _edit(
    call: Call,
    question: Mapping[str, Any],
    before: Sequence[Mapping[str, Any]],
    standing: asked.QuestionDraft,
    save: Callable[[str, asked.QuestionDraft], None],
) -> Any:
    data = question_form.values(standing, standing.when)
    form = QuestionForm(
        before=fields.read(before), data=data | {"version": questionnaire.fingerprint(call)}
    )
    refused = ""
    if request.method == "POST":
        form.validate()
        try:
            if form.errors:
                raise CallIncomplete(problems=[])
            save(form.version.data or "", form.draft())
        except CallIncomplete as refusal:
            form.tell(refusal.facts["problems"])
        except EditedMeanwhile:
            # What is typed stays on the page, and can be saved over what the other one wrote.
            refused = _(
                "Le questionnaire a changé pendant que vous écriviez. Rien n’est enregistré : "
                "« Enregistrer » garde votre version de cette question."
            )
            form.version.data = questionnaire.fingerprint(call)
        except Refusal as refusal:
            refused = refusals.sentence(refusal)
        else:
            there = url_for(".questions", series=call.series.slug, slug=call.slug, done="question")
            return redirect(there)
    page = render_template(
        "organizer/calls/question.html",
        **frame(call, "questions"),
        form=form,
        question=question,
        parts=question_form.parts(question),
        kind=kind_name(question),
        needed=asked.needed(call, question["id"]),
        refused=refused,
        frozen=call.last_number > 0,
    )
    return page, 409 if refused else 422 if form.errors else 200


def _list(call: Call, refused: str = "") -> str:
    form = questionnaire.form_of(call)
    read = fields.read(form)
    return render_template(
        "organizer/calls/questions.html",
        **frame(call, "questions"),
        rows=[
            (one, kind_name(kept), asked.needed(call, one.id))
            for one, kept in zip(read, form, strict=True)
        ],
        kinds=[(kind, KINDS[kind]()) for kind in asked.kinds_left(form)],
        preview=shown.laid_out(read, {}),
        values={},
        early={},
        version=questionnaire.fingerprint(call),
        refused=refused,
        frozen=call.last_number > 0,
    )


def kind_name(question: Mapping[str, Any]) -> str:
    """What kind of question it is, to an organizer."""
    name = question["id"] if asked.KNOWN.get(question["id"]) == question["type"] else None
    return KINDS[name or question["type"]]() if (name or question["type"]) in KINDS else ""


def _first(kind: str, call: Call) -> dict[str, Any]:
    """A question that the house knows starts with its usual words, in both languages."""
    if kind not in FIRST:
        return {"max_chars": 200} if kind == "text" else {}
    french, english = FIRST[kind]
    limits = {"founded": {"max": calls.conditions(call).closing_year}}
    if asked.KNOWN[kind] == "text":
        limits[kind] = {"max_chars": 120}
    usual = {"label": {"fr": french, "en": english}, "required": kind != "siren"}
    return usual | limits.get(kind, {})


KINDS: Mapping[str, Callable[[], str]] = {
    "company": lambda: _("Nom de l’entreprise"),
    "siren": lambda: _("Numéro SIREN, chiffres vérifiés"),
    "founded": lambda: _("Année de création, lue par les conditions"),
    "city": lambda: _("Ville, montrée dans la liste"),
    "postcode": lambda: _("Code postal, lu par les conditions"),
    "domain": lambda: _("Domaine de la série, lu par la règle"),
    "contact": lambda: _("Personne à joindre : nom, adresse, téléphone"),
    "text": lambda: _("Texte"),
    "integer": lambda: _("Nombre"),
    "year": lambda: _("Année"),
    "choice": lambda: _("Choix dans une liste"),
    "date": lambda: _("Date"),
    "consent": lambda: _("Consentement, une case à cocher"),
    "file": lambda: _("Document PDF"),
    "person": lambda: _("Personne : nom, adresse, téléphone"),
}
FIRST = {
    "company": ("Nom de l’entreprise", "Company name"),
    "siren": ("Numéro SIREN", "SIREN number"),
    "founded": ("Année de création", "Year of foundation"),
    "city": ("Ville", "City"),
    "postcode": ("Code postal", "Postcode"),
    "domain": ("Domaine", "Domain"),
    "contact": ("Personne à joindre", "Person to contact"),
}
