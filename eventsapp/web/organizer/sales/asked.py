"""What buyers and attendees are asked: the list, one question, and the form as they see it."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from eventsapp.domain.programme import queries as programme
from eventsapp.domain.programme.models import Series
from eventsapp.domain.ticketing.asking import composing, drafts, queries
from eventsapp.domain.ticketing.asking.drafts import AskedDraft, Scope
from eventsapp.domain.ticketing.asking.errors import (
    QuestionAnswered,
    QuestionLeant,
    QuestionMalformed,
)
from eventsapp.domain.ticketing.asking.models import AskedQuestion, Class, Kind
from eventsapp.domain.ticketing.catalogue import products
from eventsapp.domain.ticketing.catalogue.models import Product
from eventsapp.kernel import words
from eventsapp.kernel.errors import EditedMeanwhile, Refusal
from eventsapp.kernel.i18n import _, pick
from eventsapp.web import access, refusals
from eventsapp.web.forms import asked as shown
from eventsapp.web.organizer import desk
from eventsapp.web.organizer.sales import asked_form, counted
from eventsapp.web.organizer.sales.asked_form import AskedForm

blueprint = Blueprint("organizer_asked", __name__, url_prefix="/organizer/<series>/catalogue")


@blueprint.get("/questions")
@access.permission_required("catalogue.edit")
def questions(series: str) -> Any:
    return _list(desk.series_for(series, "catalogue.edit"))


@blueprint.post("/questions")
@access.permission_required("catalogue.edit")
def arrange(series: str) -> Any:
    """One question up or down: ``press`` is ``up-<id>`` or ``down-<id>``."""
    row = desk.series_for(series, "catalogue.edit")
    deed, _dash, number = request.form.get("press", "").partition("-")
    if deed not in ("up", "down") or not number.isascii() or not number.isdigit():
        return _list(row)
    question = queries.question_of(row.id, int(number[:18]))
    try:
        composing.move(question.id, up=deed == "up", actor=access.actor())
    except QuestionLeant as refusal:
        return _list(row, refused=refusals.sentence(refusal)), 409
    return redirect(url_for(".questions", series=series, done="questions"))


@blueprint.route("/questions/new", methods=["GET", "POST"])
@access.permission_required("catalogue.edit")
def add(series: str) -> Any:
    """``kind``: one of ``Kind``, a line of text when none is named; ``scope``: with what."""
    row = desk.series_for(series, "catalogue.edit")
    named = request.values.get("kind", "")
    kind = Kind(named) if named in set(Kind) else Kind.LINE
    scope = asked_form.scope_of(request.values.get("scope", ""))
    form = _form(row, kind, AskedDraft(kind, scope, ""), None)
    if request.method == "POST" and form.validate():
        try:
            composing.add(row.id, form.draft(), actor=access.actor())
        except QuestionMalformed as refusal:
            form.tell(refusal.facts["problems"])
        else:
            return redirect(url_for(".questions", series=series, done="question"))
    return _page(row, form, None), 422 if form.errors else 200


@blueprint.route("/questions/<int:question_id>", methods=["GET", "POST"])
@access.permission_required("catalogue.edit")
def edit(series: str, question_id: int) -> Any:
    row = desk.series_for(series, "catalogue.edit")
    question = queries.question_of(row.id, question_id)
    form = _form(row, question.kind, drafts.draft_of(question), question)
    refused = ""
    if request.method == "POST" and form.validate():
        try:
            composing.change(question_id, form.version_read, form.draft(), actor=access.actor())
        except QuestionMalformed as refusal:
            form.tell(refusal.facts["problems"])
        except EditedMeanwhile:
            # What is typed stays on the page, and can be saved over what the other one wrote.
            refused = _(
                "Cette question a changé pendant que vous écriviez. Rien n’est enregistré : "
                "« Enregistrer » garde votre version."
            )
            form.version.data = str(queries.question_of(row.id, question_id).version)
        except (QuestionAnswered, QuestionLeant) as refusal:
            refused = said(refusal)
        else:
            return redirect(url_for(".questions", series=series, done="question"))
    page = _page(row, form, queries.question_of(row.id, question_id), refused)
    return page, 409 if refused else 422 if form.errors else 200


@blueprint.post("/questions/<int:question_id>/closing")
@access.permission_required("catalogue.edit")
def close(series: str, question_id: int) -> Any:
    """Ask it no more, or ask it again."""
    row = desk.series_for(series, "catalogue.edit")
    queries.question_of(row.id, question_id)
    try:
        if request.form.get("to") == "open":
            composing.open_again(question_id, actor=access.actor())
            return redirect(url_for(".questions", series=series, done="question_opened"))
        composing.close(question_id, actor=access.actor())
    except QuestionLeant as refusal:
        return _list(row, refused=said(refusal)), 409
    return redirect(url_for(".questions", series=series, done="question_closed"))


@blueprint.post("/questions/<int:question_id>/removal")
@access.permission_required("catalogue.edit")
def remove(series: str, question_id: int) -> Any:
    """For good; nobody has answered it."""
    row = desk.series_for(series, "catalogue.edit")
    queries.question_of(row.id, question_id)
    try:
        composing.remove(question_id, actor=access.actor())
    except (QuestionAnswered, QuestionLeant) as refusal:
        return _list(row, refused=said(refusal)), 409
    return redirect(url_for(".questions", series=series, done="question_gone"))


def said(refusal: Refusal) -> str:
    """What stands, why, and what to do now."""
    if not isinstance(refusal, QuestionAnswered):
        return refusals.sentence(refusal)
    what = {
        "category": _("Sa classe ne change plus."),
        "per_order": _("Qui répond ne change plus."),
        "scope": _("Ce avec quoi elle est demandée ne change plus."),
        "choices": _("Le choix « {choice} » a été donné : il reste tel quel."),
        "question": _("Elle ne se supprime plus."),
    }[refusal.facts["what"]].format_map(refusal.facts)
    return f"{what} {refusals.sentence(refusal)}"


def _form(
    row: Series, kind: Kind, standing: AskedDraft, question: AskedQuestion | None
) -> AskedForm:
    known = queries.of_series(row.id)
    tariffs = products.products_of(row.id)
    # What it may depend on follows from what is being typed.
    scope = asked_form.scope_of(request.form.get("scope", asked_form.key_of(standing.scope)))
    once = request.form.get("asked_of") == asked_form.ONCE if request.form else standing.per_order
    before = drafts.asked_before(
        known, scope, {one.id: one.event_id for one in tariffs}, per_order=once, until=question
    )
    return AskedForm(
        kind=kind,
        before=before,
        scopes=_scopes(row, tariffs, standing.scope),
        data=asked_form.values(standing) | {"version": str(question.version if question else 0)},
    )


def _scopes(row: Series, tariffs: Sequence[Product], now: Scope) -> list[tuple[str, str]]:
    """Everything of the series, each event, and each of its tariffs below it."""
    found = [(asked_form.SERIES, _("Toute la série"))]
    listed: dict[int | None, list[Product]] = {}
    for one in tariffs:
        if one.archived_at is None or one.id == now.product_id:
            listed.setdefault(one.event_id, []).append(one)
    for event in programme.numbered_events(row.id):
        title = words.typo(pick(event.title_fr, event.title_en))
        found.append((asked_form.key_of(Scope(event_id=event.id)), title))
        found += [_tariff(one, title) for one in listed.get(event.id, ())]
    return found + [_tariff(one, _("Pass")) for one in listed.get(None, ())]


def _tariff(product: Product, of: str) -> tuple[str, str]:
    label = words.typo(pick(product.label_fr, product.label_en))
    return asked_form.key_of(Scope(product_id=product.id)), f"{of} · {label}"


def _page(row: Series, form: AskedForm, question: AskedQuestion | None, refused: str = "") -> str:
    return render_template(
        "organizer/sales/question.html",
        series_row=row,
        form=form,
        question=question,
        kind=asked_form.KINDS[form.kind](),
        parts=asked_form.parts(form.kind),
        answered=question is not None and queries.answered(question.id),
        counted=counted.of([question]) if question is not None and _open_to_all(question) else [],
        refused=refused,
    )


def _open_to_all(question: AskedQuestion) -> bool:
    """Whether whoever writes questions may know how it was answered."""
    return question.category is not Class.SENSITIVE


def _list(row: Series, refused: str = "") -> str:
    known = queries.of_series(row.id)
    counts = queries.counts([one.id for one in known])
    scopes = dict(_scopes(row, products.products_of(row.id), Scope()))
    groups: dict[str, list[AskedQuestion]] = {}
    for one in known:
        if one.closed_at is None:
            groups.setdefault(asked_form.key_of(Scope(one.event_id, one.product_id)), []).append(
                one
            )
    fields = {one.id: drafts.as_field(one) for one in known}
    earlier = [fields[one.id] for one in known]
    return render_template(
        "organizer/sales/questions.html",
        series_row=row,
        groups=[(scopes.get(key, _("Tarif archivé")), listed) for key, listed in groups.items()],
        closed=[one for one in known if one.closed_at is not None],
        counts=counts,
        kinds=[(kind.value, name()) for kind, name in asked_form.KINDS.items()],
        kind_words=asked_form.KINDS,
        scopes=list(scopes.items()),
        preview=[
            (
                scopes.get(key, ""),
                shown.laid_out([fields[one.id] for one in listed], {}, earlier=earlier).groups,
            )
            for key, listed in groups.items()
        ],
        refused=refused,
    )
