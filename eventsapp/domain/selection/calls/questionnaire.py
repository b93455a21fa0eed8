"""The questionnaire of a call, written one question at a time until somebody has applied."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from eventsapp.domain.programme.naming import free_slug
from eventsapp.domain.questions.fields import Problem
from eventsapp.domain.selection.calls import asked, frozen
from eventsapp.domain.selection.calls.asked import KNOWN, QuestionDraft
from eventsapp.domain.selection.calls.errors import CallIncomplete, QuestionNeeded
from eventsapp.domain.selection.calls.models import Call
from eventsapp.kernel import audit
from eventsapp.kernel.errors import EditedMeanwhile, NotFound
from eventsapp.kernel.transaction import lock, transaction


def form_of(call: Call) -> list[dict[str, Any]]:
    """The questions as they are stored, in order; a copy."""
    return [dict(one) for one in call.question_set.questions]


def fingerprint(call: Call) -> str:
    """Names what an editor has read; it changes with every change of it."""
    read = json.dumps(call.question_set.questions, sort_keys=True)
    return hashlib.sha256(read.encode()).hexdigest()[:32]


def add(call_id: int, read: str, kind: str, draft: QuestionDraft, *, actor: str) -> str:
    """Ask one question more, at the end; returns its id.

    Args:
        read: ``fingerprint`` of what the page showed.
        kind: an id of ``asked.KNOWN``, or a type of ``asked.OWN``.

    Raises:
        NotFound: this kind cannot be added.
        CallAnswered, EditedMeanwhile.
        CallIncomplete: with the problems.
    """
    with transaction():
        call, form = _open(call_id, read)
        if kind not in asked.kinds_left(form):
            raise NotFound(what="question", reference=kind[:40])
        taken = {one["id"] for one in form} | set(KNOWN)
        name = kind if kind in KNOWN else free_slug(draft.label_fr, taken, fallback="question")
        made = {"id": name, "type": KNOWN.get(kind, kind)}
        _refuse(asked.problems_of(draft, made, call, form))
        _ask(call, [*form, asked.stored(made, draft, call)], actor)
        return name


def change(call_id: int, read: str, name: str, draft: QuestionDraft, *, actor: str) -> None:
    """Change a question; its type stays.

    Raises:
        NotFound: no such question.
        CallAnswered, EditedMeanwhile.
        CallIncomplete: with the problems.
    """
    with transaction():
        call, form = _open(call_id, read)
        place = _place(form, name)
        before = form[:place]
        _refuse(asked.problems_of(draft, form[place], call, before))
        form[place] = asked.stored(form[place], draft, call)
        broken = [one for one in form[place + 1 :] if not asked.can_be_asked(one, form)]
        if broken:
            raise QuestionNeeded(question=name, why="asked_by")
        _ask(call, form, actor)


def move(call_id: int, read: str, name: str, by: int, *, actor: str) -> None:
    """Move a question ``by`` places, -1 for one up.

    Raises:
        QuestionNeeded: a question would be asked before the answer it depends on.
        NotFound, CallAnswered, EditedMeanwhile.
    """
    with transaction():
        call, form = _open(call_id, read)
        place = _place(form, name)
        moved = form.pop(place)
        form.insert(max(0, place + by), moved)
        if any(not asked.can_be_asked(one, form) for one in form):
            raise QuestionNeeded(question=name, why="asked_by")
        _ask(call, form, actor)


def remove(call_id: int, read: str, name: str, *, actor: str) -> None:
    """Ask it no more.

    Raises:
        QuestionNeeded: the call's conditions, or another question, depend on it.
        NotFound, CallAnswered, EditedMeanwhile.
    """
    with transaction():
        call, form = _open(call_id, read)
        place = _place(form, name)
        why = asked.needed(call, name)
        if why:
            raise QuestionNeeded(question=name, why=why)
        del form[place]
        if any(not asked.can_be_asked(one, form) for one in form):
            raise QuestionNeeded(question=name, why="asked_by")
        _ask(call, form, actor)


def _open(call_id: int, read: str) -> tuple[Call, list[dict[str, Any]]]:
    call = lock(Call, call_id)
    frozen.refuse_answered(call)
    if fingerprint(call) != read:
        raise EditedMeanwhile(what="call")
    return call, form_of(call)


def _ask(call: Call, form: list[dict[str, Any]], actor: str) -> None:
    with transaction():
        frozen.ask_instead(call, form)
        audit.note(
            "call.questions_changed", f"call:{call.id}", actor=actor, series_id=call.series_id
        )


def _place(form: Sequence[Mapping[str, Any]], name: str) -> int:
    for place, one in enumerate(form):
        if one["id"] == name:
            return place
    raise NotFound(what="question", reference=name[:40])


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise CallIncomplete(problems=problems)
