"""A call made from an earlier one, and what may still change."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from eventsapp.domain.questions import answers
from eventsapp.domain.selection.calls import calls, editing, queries
from eventsapp.domain.selection.calls.errors import AlreadyPublished, BadWeights, CallIncomplete
from eventsapp.domain.selection.decisions import decisions
from eventsapp.kernel import clock
from eventsapp.kernel.errors import EditedMeanwhile, NotFound
from eventsapp.kernel.transaction import lock, transaction
from tests import make

DAY = timedelta(days=1)


def dates(start, **given):
    days = dict(zip(editing.DATES, (0, 10, 11, 20, 21, 22, 30, 40), strict=True))
    return {name: start + n * DAY for name, n in days.items()} | given


def draft(**given):
    plain = {
        "title_fr": "Stands du printemps",
        "title_en": "Spring stands",
        "summary_fr": "",
        "summary_en": "",
        "dates": given.pop("dates", dates(clock.now() + DAY)),
        "places": 4,
        "waitlist": 2,
        "reviews_each": 3,
        "best_of_each": True,
        "at_most": 2,
        "younger_than_years": 5,
        "departments": ("13", "84"),
    }
    return editing.CallDraft(**plain | given)


def problems(refusal):
    return [(found.field, found.code) for found in refusal.value.facts["problems"]]


def change(call, **given):
    shown = editing.draft_of(call)
    wanted = replace(shown, dates={**shown.dates, **given.pop("dates", {})}, **given)
    return editing.update(call.id, editing.fingerprint(call), wanted, actor="test")


def test_a_call_takes_criteria_and_questions_from_an_earlier_one(app):
    earlier = make.call(stage="deliberation", slug="stands-du-printemps")

    made = editing.create(earlier.series_id, earlier.id, draft(), actor="test")

    assert made.slug == "stands-du-printemps-2"
    assert (made.criteria, made.scale_most) == (earlier.criteria, earlier.scale_most)
    assert [q.id for q in queries.questions_of(made)] == [
        q.id for q in queries.questions_of(earlier)
    ]
    rule = calls.rule(made)
    assert (rule.places, rule.best_of_each, rule.limits[0].at_most) == (4, "domain", 2)
    assert calls.conditions(made).departments == ("13", "84")
    assert calls.phase(made, clock.now()) is calls.Phase.SOON
    assert editing.draft_of(made) == draft()


def test_a_call_of_another_organisation_is_no_template(app):
    stranger = make.call()

    with pytest.raises(NotFound):
        editing.create(make.series().id, stranger.id, draft(), actor="test")


def test_a_call_of_another_series_brings_the_domains_of_this_one(app):
    earlier = make.call()
    series = make.series(organisation_id=earlier.organisation_id)
    make.domain(series, slug="ocean", name_fr="Océan", name_en="Ocean")

    made = editing.create(series.id, earlier.id, draft(), actor="test")

    [domain] = [q for q in queries.questions_of(made) if q.id == "domain"]
    assert domain.choices == (("ocean", {"fr": "Océan", "en": "Ocean"}),)


def test_a_first_call_needs_no_earlier_one_and_no_domains(app):
    series = make.series()
    anything = replace(draft(), best_of_each=False, at_most=None)

    made = editing.create(series.id, None, anything, actor="test")

    questions = {q.id: q for q in queries.questions_of(made)}
    assert "domain" not in questions
    assert questions["founded"].most == clock.local(made.closes_at, "Europe/Paris").year
    application = make.application(made, city="Aix", pitch="Un projet.", headcount="2")
    assert application.reference == "APP-001"


def test_a_rule_reads_only_what_the_questions_ask(app):
    """Without domains nobody could say theirs, and all would be of one."""
    series = make.series()
    with pytest.raises(CallIncomplete) as refused:
        editing.create(series.id, None, draft(), actor="test")

    found = {(one.field, one.code) for one in refused.value.facts["problems"]}
    assert found == {("best_of_each", "question_missing"), ("at_most", "question_missing")}

    make.domain(series)
    assert editing.create(series.id, None, draft(), actor="test").places == draft().places


def test_dates_still_move_where_applicants_were_not_asked_what_the_rule_reads(app):
    """Rule and questions stand by then: what can be changed is not refused for what cannot."""
    call = make.call(rule={"limits": [{"attribute": "domain", "at_most": 1}]})
    with transaction():
        call.question_set = answers.create_set(
            call.organisation_id,
            [{**q, "required": q["id"] != "domain" and bool(q.get("required"))} for q in make.FORM],
        )
    make.application(call)
    wanted = editing.draft_of(call)
    later = wanted.dates | {"closes_at": wanted.dates["closes_at"] + timedelta(hours=1)}

    editing.update(call.id, editing.fingerprint(call), replace(wanted, dates=later), actor="test")

    assert call.closes_at == later["closes_at"]


def test_a_first_draft_is_complete_but_for_its_title(app):
    series = make.series()

    found = editing.problems_of(editing.first_draft(series, at=clock.now()), None, at=clock.now())

    assert [(one.field, one.code) for one in found] == [("title_fr", "required")]


def test_a_hint_that_repeats_a_condition_goes_when_the_condition_changes(app):
    earlier = make.call()
    with transaction():
        lock(type(earlier), earlier.id)
        form = [
            {**q, "hint": {"fr": "Moins de huit ans.", "en": "Under eight."}}
            if q["id"] in ("founded", "postcode")
            else q
            for q in earlier.question_set.questions
        ]
        earlier.question_set = answers.create_set(earlier.organisation_id, form)
    years = calls.conditions(earlier).younger_than_years

    made = editing.create(
        earlier.series_id, earlier.id, draft(younger_than_years=years), actor="test"
    )

    hints = {q.id: q.hint for q in queries.questions_of(made)}
    assert hints["founded"] and not hints["postcode"]


def test_a_call_opens_only_when_it_is_complete(app):
    earlier = make.call()
    wrong = draft(
        title_fr="",
        places=0,
        waitlist=None,
        at_most=0,
        departments=("1", "84"),
        dates=dates(clock.now() + DAY, notified_at=None),
    )

    with pytest.raises(CallIncomplete) as refusal:
        editing.create(earlier.series_id, earlier.id, wrong, actor="test")

    assert problems(refusal) == [
        ("title_fr", "required"),
        ("places", "too_small"),
        ("waitlist", "required"),
        ("at_most", "too_small"),
        ("departments", "not_a_department"),
        ("notified_at", "required"),
    ]
    assert len(queries.calls_of(earlier.series_id)) == 1


@pytest.mark.parametrize("name", editing.DATES[1:])
def test_the_dates_follow_one_another(app, name):
    earlier = make.call()
    start = clock.now() + DAY
    before = dates(start)[editing.DATES[editing.DATES.index(name) - 1]]

    with pytest.raises(CallIncomplete) as refusal:
        wrong = draft(dates=dates(start, **{name: before - timedelta(minutes=1)}))
        editing.create(earlier.series_id, earlier.id, wrong, actor="test")

    assert (name, "date_order") in problems(refusal)


def test_a_call_that_is_over_is_not_made(app):
    earlier = make.call()

    with pytest.raises(CallIncomplete) as refusal:
        past = draft(dates=dates(clock.now() - 11 * DAY))
        editing.create(earlier.series_id, earlier.id, past, actor="test")

    assert problems(refusal) == [("closes_at", "date_passed")]


def test_before_the_first_application_everything_may_change(app):
    call = make.call(stage="open")
    with transaction():
        lock(type(call), call.id).accepts_until += timedelta(minutes=5)

    later = call.closes_at + DAY
    change(
        call,
        title_fr="Autre titre",
        places=1,
        at_most=1,
        departments=(),
        dates={"closes_at": later, "review_from": later + DAY},
    )

    assert (call.title_fr, call.places, call.closes_at) == ("Autre titre", 1, later)
    assert call.accepts_until == later + timedelta(minutes=5)
    assert calls.rule(call).limits[0].at_most == 1


def test_rules_stand_once_somebody_applied_under_them(app):
    call = make.call(rule={"limits": [{"attribute": "domain", "at_most": 2}]})
    make.application(call)
    clock.freeze(clock.now() + DAY)

    with pytest.raises(CallIncomplete) as refusal:
        change(
            call,
            places=1,
            best_of_each=True,
            at_most=3,
            younger_than_years=None,
            departments=("84",),
            one_per_company=False,
            dates={"closes_at": call.closes_at - timedelta(minutes=1)},
        )

    assert sorted(problems(refusal)) == [
        ("at_most", "rule_fixed"),
        ("best_of_each", "rule_fixed"),
        ("closes_at", "date_earlier"),
        ("departments", "rule_fixed"),
        ("one_per_company", "rule_fixed"),
        ("places", "too_small"),
        ("younger_than_years", "rule_fixed"),
    ]
    change(call, places=3, waitlist=5, summary_fr="Plus de places.")
    assert call.places == 3


def test_a_date_that_has_passed_is_not_rewritten_and_the_jury_may_get_more_time(app):
    call = make.call(stage="judging")

    for name in ("opens_at", "closes_at", "review_from"):
        with pytest.raises(CallIncomplete) as refusal:
            change(call, dates={name: getattr(call, name) + timedelta(minutes=1)})
        assert (name, "date_fixed") in problems(refusal)
    with pytest.raises(CallIncomplete) as refusal:
        change(call, dates={"review_until": clock.now()})
    assert problems(refusal) == [("review_until", "date_passed")]
    change(call, dates={"review_until": call.review_until + timedelta(hours=6)})

    assert calls.phase(call, clock.now()) is calls.Phase.JUDGING


def test_nothing_changes_once_the_decisions_are_out(app):
    call = make.call(stage="deliberation", places=1)
    make.application(call)
    decisions.prepare(call.id, actor="test")
    decisions.publish(call.id, actor="test", despite_doubts=True)

    with pytest.raises(AlreadyPublished):
        change(call, title_fr="Trop tard")


def test_the_second_of_two_editors_is_told(app):
    call = make.call()
    read, shown = editing.fingerprint(call), editing.draft_of(call)
    change(call, title_fr="Le premier")

    with pytest.raises(EditedMeanwhile):
        editing.update(call.id, read, replace(shown, title_fr="Le second"), actor="test")

    assert call.title_fr == "Le premier"


def test_the_next_calendar_keeps_weekdays_and_wall_clock_hours(app):
    earlier = make.call(stage="deliberation")
    at = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)  # after the change of the clocks

    moved = editing.next_dates(earlier, at=at)

    assert at <= moved["opens_at"] < at + timedelta(weeks=1)
    for name in editing.DATES:
        was = clock.local(getattr(earlier, name), "Europe/Paris")
        will = clock.local(moved[name], "Europe/Paris")
        assert (was.weekday(), was.hour, was.minute) == (will.weekday(), will.hour, will.minute)


@pytest.mark.parametrize("weight", [0, -5])
def test_a_call_whose_scores_would_be_divided_by_nothing_is_neither_made_nor_changed(app, weight):
    refused_with(weight)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # PostgreSQL's JSON knows neither
@pytest.mark.parametrize("weight", [float("nan"), float("inf")])
def test_a_weight_that_is_no_number_is_refused_as_well(app, weight):
    refused_with(weight)


def refused_with(weight):
    earlier = make.call()
    with transaction():
        call = lock(type(earlier), earlier.id)
        call.criteria = [{**call.criteria[0], "weight": weight}, *call.criteria[1:]]

    for attempt in (
        lambda: editing.create(earlier.series_id, earlier.id, draft(), actor="test"),
        lambda: change(earlier, places=9),
    ):
        with pytest.raises(BadWeights) as refusal:
            attempt()
        assert refusal.value.facts == {"criteria": earlier.criteria[0]["id"]}
