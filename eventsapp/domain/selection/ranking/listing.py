"""The list of a call's applications: what it shows, how it is narrowed, what its file holds."""

from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, func, null, or_, select

from eventsapp.domain.questions.fields import Question
from eventsapp.domain.questions.models import Answer
from eventsapp.domain.selection.calls import queries
from eventsapp.domain.selection.calls.models import Application, ApplicationState, Call
from eventsapp.domain.selection.jury.models import ConflictOfInterest
from eventsapp.domain.selection.ranking import ranking
from eventsapp.kernel import spelling
from eventsapp.kernel.db import db
from eventsapp.kernel.i18n import _, pick
from eventsapp.kernel.lists import Column, Computed, Kind, Listing

# Files are downloaded one by one, and a person is several answers: neither is a cell.
NO_CELL = ("file", "person")
# Answers that an application repeats: they are columns of its own.
REPEATED = ("company", "domain")
# The answers that the page shows without being asked.
SHOWN = ("city",)


def applications(call_id: int) -> Listing:
    """Every application of a call, by number; drafts, which have none, last.

    ``ineligible`` and ``reviews`` are computed from the case of the call.
    """
    answers = [
        Column(
            _key(question),
            _answer(question.id),
            sortable=False,
            shown=question.id in SHOWN,
            named=question.id,
        )
        for question in _asked(call_id)
    ]
    return Listing(
        source=select(Application.id).where(Application.call_id == call_id),
        row_id=Application.id,
        columns=(
            Column("reference", Application.reference, sorted_by=Application.number),
            Column(
                "company",
                Application.company,
                sorted_by=func.nullif(Application.company_folded, ""),
            ),
            Column("domain", Application.domain),
            Column("submitted_at", Application.submitted_at),
            Column("reviews", null(), sortable=False),
            Column("state", Application.state),
            Column("email", Application.email, shown=False),
            Column("ineligible", null(), sortable=False, shown=False),
            *answers,
        ),
        order="reference",
        filters={"q": _of_words, "domain": _of_domain, "state": _of_state},
    )


def open_to(call_id: int, account_id: int) -> Listing:
    """What a file may hold for one reader: nothing of whom they declared a conflict with."""
    whole = applications(call_id)
    conflicts = select(ConflictOfInterest.application_id).where(
        ConflictOfInterest.call_id == call_id, ConflictOfInterest.account_id == account_id
    )
    return Listing(
        source=whole.source.where(Application.id.not_in(conflicts)),
        row_id=whole.row_id,
        columns=whole.columns,
        order=whole.order,
        filters=whole.filters,
    )


def titles(call_id: int, _account_id: int = 0) -> dict[str, str]:
    return {
        "reference": _("N°"),
        "company": _("Entreprise"),
        "domain": _("Domaine"),
        "submitted_at": _("Envoyée"),
        "reviews": _("Notes"),
        "state": _("État"),
        "email": _("Adresse électronique"),
        "ineligible": _("Motifs d’inéligibilité"),
        **{
            _key(question): pick(question.label["fr"], question.label["en"])
            for question in _asked(call_id)
        },
    }


def computed(call_id: int, _account_id: int) -> Computed:
    case = ranking.gather(db.session.get_one(Call, call_id))
    counts = case.readings

    def ineligible(row: Row[Any]) -> str:
        return ", ".join(reason.code for reason in case.reasons.get(row.row_id, []))

    return {"ineligible": ineligible, "reviews": lambda row: counts.get(row.row_id, 0)}


APPLICATIONS = Kind("applications", open_to, titles, "selection.view", computed)


def _asked(call_id: int) -> list[Question]:
    call = db.session.get_one(Call, call_id)
    return [
        one
        for one in queries.questions_of(call)
        if one.type not in NO_CELL and one.id not in REPEATED
    ]


def _key(question: Question) -> str:
    """Apart from the list's own columns, whatever a question is called."""
    return f"answer_{question.id}"


def _answer(question: str) -> ScalarSelect[Any]:
    return (
        select(Answer.value["is"])
        .where(Answer.sheet_id == Application.sheet_id, Answer.question == question)
        .correlate(Application)
        .scalar_subquery()
    )


def _of_words(typed: str) -> ColumnElement[bool]:
    plain = spelling.line(typed).lower()
    return or_(
        Application.company_folded.contains(spelling.fold(typed), autoescape=True),
        func.lower(Application.reference) == plain,
        Application.email.contains(plain, autoescape=True),
    )


def _of_domain(typed: str) -> ColumnElement[bool]:
    return Application.domain == typed


def _of_state(typed: str) -> ColumnElement[bool] | None:
    known = {member.value for member in ApplicationState}
    return Application.state == ApplicationState(typed) if typed in known else None
