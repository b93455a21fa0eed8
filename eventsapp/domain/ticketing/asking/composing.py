"""Writing the questions of a series, its events and its tariffs.

Once somebody has answered, what the answers mean stands: kind, class, to whom, with what, and the
choices that were given. Another wording of a consent is a new version, and what people consented to
before stays as they read it.
"""

from collections.abc import Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from eventsapp.domain.programme.models import Event, Series
from eventsapp.domain.programme.naming import free_slug
from eventsapp.domain.questions import choices
from eventsapp.domain.questions.fields import Problem
from eventsapp.domain.ticketing.asking import answering, drafts, queries
from eventsapp.domain.ticketing.asking.drafts import AskedDraft, Scope
from eventsapp.domain.ticketing.asking.errors import (
    QuestionAnswered,
    QuestionLeant,
    QuestionMalformed,
)
from eventsapp.domain.ticketing.asking.models import AskedQuestion, AskedWording, Kind
from eventsapp.domain.ticketing.catalogue.models import Product
from eventsapp.kernel import audit, clock
from eventsapp.kernel.errors import EditedMeanwhile, NotFound
from eventsapp.kernel.transaction import lock, transaction

#: Of what names a question in files and to programs.
LONGEST_KEY = 40
_WORDS = ("label_fr", "label_en", "hint_fr", "hint_en")


def add(series_id: int, draft: AskedDraft, *, actor: str) -> AskedQuestion:
    """Ask one question more, after the others of its kind of scope.

    Raises:
        NotFound: its event or its tariff is none of this series.
        QuestionMalformed: with the problems.
    """
    with transaction() as session:
        series = lock(Series, series_id)
        standing = queries.of_series(series_id)
        if len(standing) >= drafts.MOST_QUESTIONS:
            most = {"most": drafts.MOST_QUESTIONS}
            raise QuestionMalformed(problems=[Problem("label_fr", "many_questions", most)])
        _check(session, series_id, draft, standing)
        question = AskedQuestion(
            organisation_id=series.organisation_id,
            series_id=series_id,
            key=free_slug(
                draft.label_fr[:LONGEST_KEY], {one.key for one in standing}, fallback="question"
            ),
            position=max((one.position for one in standing), default=0) + 1,
            kind=draft.kind,
            wording=1,
            version=0,
            terms={},
            created_at=clock.now(),
        )
        session.add(question)
        _fill(question, draft)
        session.flush()
        _keep_wording(session, question)
        _note("question.asked", question, actor)
    answering.speak()
    return question


def change(question_id: int, version: int, draft: AskedDraft, *, actor: str) -> AskedQuestion:
    """Change a question; its kind stays what it was made as.

    Args:
        version: as read by who changes it.

    Raises:
        EditedMeanwhile: somebody saved first.
        QuestionAnswered: what the answers mean would change.
        QuestionLeant: a choice goes under which another question is asked.
        NotFound, QuestionMalformed.
    """
    with transaction() as session:
        question = _open(question_id, version)
        standing = queries.of_series(question.series_id)
        _check(session, question.series_id, draft, standing, question)
        terms = drafts.terms_of(draft, question.terms)
        _refuse_answered(question, draft, terms.get("choices", ()))
        offered = {one["id"] for one in terms.get("choices", ())}
        shape = (draft.per_order, draft.scope) == (
            question.per_order,
            Scope(question.event_id, question.product_id),
        )
        for other in standing:
            if other.when_id != question_id or other.closed_at is not None:
                continue
            if not shape or not offered.issuperset(other.when_choices or ()):
                raise QuestionLeant(question=other.label_fr)
        reworded = any(getattr(question, name) != _words(draft)[name] for name in _WORDS)
        _fill(question, draft)
        if question.kind is Kind.CONSENT and reworded:
            question.wording += 1
            _keep_wording(session, question)
        session.flush()
        _note("question.changed", question, actor)
        return question


def move(question_id: int, *, up: bool, actor: str) -> None:
    """Change places with the question above or below it in the same group.

    Raises:
        QuestionLeant: a question would be asked before the answer it depends on.
        NotFound.
    """
    with transaction() as session:
        question = _found(session, question_id)
        # One at a time: two who move would each count from the order that they saw.
        lock(Series, question.series_id)
        beside = [
            one
            for one in queries.of_series(question.series_id)
            if (one.event_id, one.product_id) == (question.event_id, question.product_id)
            and (one.closed_at is None) == (question.closed_at is None)
        ]
        here = next(place for place, one in enumerate(beside) if one.id == question_id)
        there = here - 1 if up else here + 1
        if not 0 <= there < len(beside):
            return
        first, second = sorted((beside[here], beside[there]), key=lambda one: beside.index(one))
        if second.when_id == first.id:
            raise QuestionLeant(question=second.label_fr)
        first.position, second.position = second.position, first.position
        _note("question.changed", question, actor)


def close(question_id: int, *, actor: str) -> None:
    """Ask it no more; its answers stay where they are read.

    Raises:
        QuestionLeant: an open question is asked under an answer to it.
        NotFound.
    """
    with transaction() as session:
        question = lock(AskedQuestion, question_id)
        _refuse_leant(session, question)
        if question.closed_at is None:
            question.closed_at = clock.now()
            question.version += 1
            _note("question.closed", question, actor)


def open_again(question_id: int, *, actor: str) -> None:
    """Ask it again.

    Raises:
        QuestionLeant: the question that it depends on is closed.
        NotFound.
    """
    with transaction() as session:
        question = lock(AskedQuestion, question_id)
        if question.when_id is not None:
            under = session.get_one(AskedQuestion, question.when_id)
            if under.closed_at is not None:
                raise QuestionLeant(question=under.label_fr)
        if question.closed_at is not None:
            question.closed_at = None
            question.version += 1
            _note("question.opened", question, actor)
    answering.speak()


def remove(question_id: int, *, actor: str) -> None:
    """Take a question away that nobody has answered.

    Raises:
        QuestionAnswered, QuestionLeant, NotFound.
    """
    with transaction() as session:
        question = lock(AskedQuestion, question_id)
        if queries.answered(question_id):
            raise QuestionAnswered(what="question", choice="")
        _refuse_leant(session, question, closed_too=True)
        _note("question.removed", question, actor)
        session.execute(delete(AskedWording).where(AskedWording.question_id == question_id))
        session.delete(question)


def let_go(product_id: int) -> list[int]:
    """Take the questions of a tariff off its row, which is about to be made anew, inside the open
    transaction; ``give`` puts them on the new one."""
    with transaction() as session:
        ids = select(AskedQuestion.id).where(AskedQuestion.product_id == product_id)
        found = list(session.scalars(ids.order_by(AskedQuestion.id)))
        give(found, None)
        return found


def give(question_ids: Sequence[int], product_id: int | None) -> None:
    """Put questions that were let go on a tariff."""
    if question_ids:
        with transaction() as session:
            session.execute(
                update(AskedQuestion)
                .where(AskedQuestion.id.in_(question_ids))
                .values(product_id=product_id)
            )


def remove_of(product_id: int) -> None:
    """The questions of a tariff go with it: nobody ever had it, so nobody has answered."""
    with transaction() as session:
        ids = select(AskedQuestion.id).where(AskedQuestion.product_id == product_id)
        session.execute(delete(AskedWording).where(AskedWording.question_id.in_(ids)))
        # Each may be asked under an answer to another.
        session.execute(
            update(AskedQuestion).where(AskedQuestion.product_id == product_id).values(when_id=None)
        )
        session.execute(delete(AskedQuestion).where(AskedQuestion.product_id == product_id))


def _open(question_id: int, version: int) -> AskedQuestion:
    """Held against editors, and against who answers: an answer refers to what it was given to."""
    question = lock(AskedQuestion, question_id)
    if question.version != version:
        raise EditedMeanwhile(what="question")
    return question


def _found(session: Session, question_id: int) -> AskedQuestion:
    question = session.get(AskedQuestion, question_id)
    if question is None:
        raise NotFound(what="question", reference=question_id)
    return question


def _check(
    session: Session,
    series_id: int,
    draft: AskedDraft,
    standing: Sequence[AskedQuestion],
    question: AskedQuestion | None = None,
) -> None:
    _refuse_foreign(session, series_id, draft.scope)
    before = drafts.asked_before(
        standing,
        draft.scope,
        queries.event_of_products(series_id),
        per_order=draft.per_order,
        until=question,
    )
    problems = drafts.problems_of(draft, before)
    if problems:
        raise QuestionMalformed(problems=problems)


def _refuse_foreign(session: Session, series_id: int, scope: Scope) -> None:
    for kind, key in ((Event, scope.event_id), (Product, scope.product_id)):
        if key is None:
            continue
        found = session.scalar(
            select(func.count())
            .select_from(kind)
            .where(kind.id == key, kind.series_id == series_id)
        )
        if not found:
            raise NotFound(what="scope", reference=key)


def _refuse_answered(
    question: AskedQuestion, draft: AskedDraft, offered: Sequence[dict[str, object]]
) -> None:
    """What the answers that are here mean does not change."""
    moved = {
        "kind": question.kind is not draft.kind,
        "category": question.category is not draft.category,
        "per_order": question.per_order is not draft.per_order,
        "scope": Scope(question.event_id, question.product_id) != draft.scope,
    }
    before = question.terms.get("choices", ())
    if not any(moved.values()) and before == list(offered):
        return
    if not queries.answered(question.id):
        return
    for what, so in moved.items():
        if so:
            raise QuestionAnswered(what=what, choice="")
    gone = choices.gone(before, offered, queries.choices_given(question))
    if gone:
        raise QuestionAnswered(what="choices", choice=gone[0])


def _refuse_leant(session: Session, question: AskedQuestion, *, closed_too: bool = False) -> None:
    leant = select(AskedQuestion.label_fr).where(AskedQuestion.when_id == question.id)
    if not closed_too:
        leant = leant.where(AskedQuestion.closed_at.is_(None))
    label = session.scalar(leant.order_by(AskedQuestion.position).limit(1))
    if label is not None:
        raise QuestionLeant(question=label)


def _words(draft: AskedDraft) -> dict[str, str]:
    """English that is not written is the French; a hint may be written in either."""
    hint_fr, hint_en = draft.hint_fr or draft.hint_en, draft.hint_en or draft.hint_fr
    return {
        "label_fr": draft.label_fr,
        "label_en": draft.label_en or draft.label_fr,
        "hint_fr": hint_fr,
        "hint_en": hint_en,
    }


def _fill(question: AskedQuestion, draft: AskedDraft) -> None:
    for name, text in _words(draft).items():
        setattr(question, name, text)
    question.kind, question.category = draft.kind, draft.category
    question.per_order, question.required = draft.per_order, draft.required
    question.at_door = draft.at_door
    question.event_id, question.product_id = draft.scope.event_id, draft.scope.product_id
    question.terms = drafts.terms_of(draft, question.terms)
    question.when_id = draft.when[0] if draft.when else None
    question.when_choices = [draft.when[1]] if draft.when else None
    question.version += 1


def _keep_wording(session: Session, question: AskedQuestion) -> None:
    if question.kind is Kind.CONSENT:
        session.add(
            AskedWording(
                question_id=question.id,
                number=question.wording,
                created_at=clock.now(),
                **{name: getattr(question, name) for name in _WORDS},
            )
        )


def _note(action: str, question: AskedQuestion, actor: str) -> None:
    audit.note(action, f"question:{question.id}", actor=actor, series_id=question.series_id)
