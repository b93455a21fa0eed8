"""Long work: one at a time for one thing, resumed where it stood, ended by a sentence."""

from datetime import timedelta

from eventsapp.delivery import jobs as runner
from eventsapp.domain.accounts.errors import BadAddress
from eventsapp.kernel import jobs
from eventsapp.kernel.db import db
from eventsapp.kernel.i18n import locale
from eventsapp.kernel.jobs import Job, JobState

OF = {"organisation_id": 1, "series_id": 1, "actor": "account:1", "locale": "en"}


def asked(key="k", **payload):
    return jobs.ask("count", key, payload, **OF)


def job(public_id) -> Job:
    return jobs.find(1, public_id)


class Counter:
    """Counts to ``payload["to"]``; the steps that ``breaks`` names fail, once each."""

    def __init__(self, *breaks, error=RuntimeError):
        self.breaks, self.error, self.counted, self.spoke = set(breaks), error, [], None

    def __call__(self, step):
        self.spoke = locale()
        for number in range(step.cursor.get("at", 0), step.payload["to"]):
            if number in self.breaks:
                self.breaks.remove(number)
                raise self.error("broken")
            self.counted.append(number)
            step(number + 1, step.payload["to"], at=number + 1)
        return {"counted": step.payload["to"]}


def test_a_job_says_how_far_it_is_and_what_it_made(app):
    public_id, counter = asked(to=3), Counter()

    assert runner.work_once({"count": counter}) is True

    done = job(public_id)
    assert (done.state, done.done, done.total, done.result) == (
        JobState.DONE,
        3,
        3,
        {"counted": 3},
    )
    assert counter.spoke == "en"
    assert runner.work_once({"count": counter}) is False


def test_asked_for_twice_while_it_lives_is_asked_once(app):
    first, second, other = asked(to=1), asked(to=1), asked("other", to=1)
    runner.drain({"count": Counter()})
    third = asked(to=1)

    assert first == second
    assert len({first, other, third}) == 3


def test_after_an_error_it_goes_on_from_the_last_step(app, now):
    public_id, counter = asked(to=4), Counter(2)
    runner.work_once({"count": counter})
    assert (job(public_id).state, job(public_id).done) == (JobState.WAITING, 2)

    now(minutes=1)
    runner.work_once({"count": counter})

    assert (job(public_id).state, counter.counted) == (JobState.DONE, [0, 1, 2, 3])


def test_what_fails_again_and_again_ends_loudly(app, now):
    public_id = asked(to=1)
    for _ in range(jobs.MOST_CLAIMS):
        assert runner.work_once({"count": Counter(0)}) is True
        now(minutes=10)

    assert (job(public_id).state, job(public_id).failure["code"]) == (
        JobState.FAILED,
        "unexpected",
    )
    assert runner.work_once({"count": Counter()}) is False


def test_a_refusal_ends_it_with_its_sentence(app):
    def refused(_step):
        raise BadAddress(address="x")

    public_id = asked(to=1)
    runner.work_once({"count": refused})

    assert job(public_id).failure == {"code": "bad_address", "facts": {"address": "x"}}


def test_a_kind_that_nobody_does_ends(app):
    public_id = asked(to=1)
    runner.work_once({})
    assert job(public_id).state is JobState.FAILED


def test_stopped_while_it_waits_it_never_begins(app):
    public_id, counter = asked(to=1), Counter()
    jobs.stop(job(public_id).id)

    assert runner.work_once({"count": counter}) is False
    assert (job(public_id).state, counter.counted) == (JobState.STOPPED, [])


def test_stopped_while_it_runs_it_ends_after_its_step(app):
    public_id = asked(to=5)

    def work(step):
        jobs.stop(job(public_id).id)
        step(1, 5, at=1)
        raise AssertionError("the step ends it")

    runner.work_once({"count": work})

    assert (job(public_id).state, job(public_id).done) == (JobState.STOPPED, 1)


def test_a_worker_that_slept_past_its_lease_changes_nothing(app, now):
    public_id, second = asked(to=2), Counter()

    def sleepy(step):
        step(1, 2, at=1)
        now(seconds=jobs.LEASE.total_seconds() + 1)
        runner.work_once({"count": second})
        step(2, 2, at=0)
        raise AssertionError("the lease is lost")

    runner.work_once({"count": sleepy})

    assert (job(public_id).state, second.counted) == (JobState.DONE, [1])
    assert job(public_id).cursor == {"at": 2}


def test_a_step_renews_the_lease(app, now):
    public_id = asked(to=3)

    def slow(step):
        for number in range(3):
            now(seconds=jobs.LEASE.total_seconds() - 5)
            step(number + 1, 3)
            assert jobs.claim() is None
        return {}

    runner.work_once({"count": slow})
    assert job(public_id).state is JobState.DONE


def test_old_ones_and_their_files_are_forgotten(app, now, monkeypatch):
    deleted = []
    monkeypatch.setattr(runner.files, "delete", deleted.append)
    asked(to=1)
    runner.work_once({"count": lambda _step: {"file": "abc"}})
    living = asked("other", to=1)

    now(jobs.clock.now() + jobs.KEPT + timedelta(minutes=1))
    runner.forget_old()

    assert deleted == ["abc"]
    assert [row.public_id for row in db.session.query(Job)] == [living]
