"""Dealing the lists without a lock, and writing them under it."""

import contextlib

from eventsapp.delivery import assigning, jobs
from eventsapp.domain.selection.jury import dealing, jury
from eventsapp.domain.selection.jury import queries as jury_queries
from eventsapp.kernel import jobs as kernel
from tests import make


def ready():
    call = make.call(stage="judging", reviews_each=2)
    jurors = [make.juror(call) for _ in range(3)]
    entries = [make.application(call) for _ in range(6)]
    return call, jurors, entries


def lists(jurors):
    return {j.id: {task.application.id for task in jury_queries.tasks_of(j)} for j in jurors}


def test_a_conflict_declared_while_the_lists_are_thought_out_is_kept(app, monkeypatch):
    call, jurors, entries = ready()
    think, times = dealing._pairs, []

    def slowly(seen):
        times.append(seen)
        made = think(seen)
        if len(times) == 1:
            jury.declare(jurors[0].id, {e.id: "" for e in entries[:3]}, actor="test")
        return made

    monkeypatch.setattr(dealing, "_pairs", slowly)

    assert dealing.assign_missing(call.id, actor="test") == 12
    assert len(times) == 2
    assert not lists(jurors)[jurors[0].id] & {e.id for e in entries[:3]}


def test_who_never_stands_still_is_dealt_with_under_the_lock(app, monkeypatch):
    call, jurors, entries = ready()
    think, times = dealing._pairs, []

    def slowly(seen):
        times.append(seen)
        if len(times) <= dealing.MOST_ATTEMPTS:
            jury.invite(call.id, f"new-{len(times)}@jury.example", "N", actor="test")
            jury.declare(jury_queries.jurors_of(call.id)[-1].id, {}, actor="test")
        return think(seen)

    monkeypatch.setattr(dealing, "_pairs", slowly)

    assert dealing.assign_missing(call.id, actor="test") == 12
    assert len(times) == dealing.MOST_ATTEMPTS + 1


def test_a_job_that_dies_after_writing_says_again_what_it_did_and_adds_nothing(app, monkeypatch):
    call, jurors, _ = ready()
    public_id = kernel.ask(
        assigning.KIND,
        "k",
        {"call_id": call.id, "actor": "test"},
        organisation_id=call.organisation_id,
        series_id=call.series_id,
        actor="test",
        locale="en",
    )

    def dies(*_args):
        raise RuntimeError("the machine stopped")

    with monkeypatch.context() as broken:
        broken.setattr(jobs.jobs, "finish", dies)
        with contextlib.suppress(RuntimeError):
            jobs.work_once()
    before = lists(jurors)
    held = kernel.Claimed(
        kernel.find(call.series_id, public_id).id,
        assigning.KIND,
        {"call_id": call.id, "actor": "test"},
        kernel.find(call.series_id, public_id).cursor,
        2,
        1,
        "test",
        "en",
    )

    result = assigning.deal_lists(jobs.Step(held))

    assert result["added"] == 12
    assert lists(jurors) == before and sum(map(len, before.values())) == 12
