"""The demo's calls: stands of the opening night in the jury's hands, and an open pitch contest."""

import json
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from eventsapp.demo.accounts import PASSWORD
from eventsapp.demo.story import ZONE, Story
from eventsapp.domain.accounts import changing
from eventsapp.domain.accounts.models import Account, RoleName
from eventsapp.domain.accounts.people import create_account, grant_role
from eventsapp.domain.programme.models import Series
from eventsapp.domain.questions import answers
from eventsapp.domain.selection.calls import calls
from eventsapp.domain.selection.calls.models import Application, ApplicationState, Call
from eventsapp.domain.selection.jury.facts import JurorInvited
from eventsapp.domain.selection.jury.models import (
    Assignment,
    ConflictOfInterest,
    Juror,
    Review,
    ReviewRevision,
)
from eventsapp.kernel import clock, facts, secrets, spelling
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction

FOLDER = Path(__file__).parent / "ftw2015"
SERIES = "ftw2015"
# Invited this morning: conflicts first, then the reviews that are still missing.
NEWCOMER = ("julie.marquet@jury.example", "Julie Marquet", "directrice de l’innovation")
NOT_ANSWERS = ("id", "contact", "submitted_at", "late", "status")


@cache
def _read(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def load(story: Story) -> None:
    """Write both calls, with everything that has happened up to the story's moment."""
    with transaction() as session:
        series = session.scalars(select(Series).where(Series.slug == SERIES)).one()
        call = _stands(story, series)
        applications = _applications(story, call)
        jurors = _jurors(story, call)
        _conflicts(call, jurors, applications)
        _assignments(call, jurors, applications)
        _reviews(story, call, jurors, applications)
        _newcomer(story, call)
        _pitch(story, series)


def _stands(story: Story, series: Series) -> Call:
    data = _read("call")
    return calls.open_call(
        series.id,
        series.organisation_id,
        calls.Words(
            data["title_fr"],
            data["title_en"],
            data["summary_fr"],
            data["summary_en"],
            slug=data["id"],
        ),
        calls.Calendar(
            opens_at=story.instant(data["opens"]),
            closes_at=story.instant(data["closes"]),
            review_from=story.instant(data["review_from"]),
            review_until=story.instant(data["review_until"]),
            deliberation_at=story.instant(data["deliberation"]),
            notified_at=story.instant(data["notified"]),
            confirm_until=story.instant(data["confirm_until"]),
            offers_until=story.instant(data["offers_until"]),
            grace=timedelta(minutes=data["grace_minutes"]),
        ),
        terms=_terms(data),
        form=_form(data, closing_year=story.year(2015)),
        actor="system",
    )


def _terms(data: Mapping[str, Any]) -> calls.Terms:
    shared = _read("call")
    return calls.Terms(
        places=data["places"],
        waitlist=data["waitlist"],
        reviews_each=data["reviews_per_application"],
        criteria=shared["criteria"],
        rule={key: value for key, value in data["rule"].items() if value},
        conditions=shared["conditions"],
    )


def _form(data: Mapping[str, Any], *, closing_year: int) -> list[Any]:
    return [
        {**question, "max": closing_year} if question["id"] == "founded" else question
        for question in data["form"]
    ]


def _applications(story: Story, call: Call) -> dict[str, Application]:
    found = {}
    with transaction() as session:
        for data in _read("applications"):
            if not story.happened(data["submitted_at"]):
                continue
            values = {k: v for k, v in data.items() if k not in NOT_ANSWERS and v is not None}
            values["founded"] = story.year(data["founded"])
            values["contact"] = data["contact"]
            submitted_at = story.past_instant(data["submitted_at"])
            number = int(data["id"].removeprefix("APP-"))
            application = Application(
                organisation_id=call.organisation_id,
                call=call,
                sheet=answers.new_sheet(call.question_set, values),
                number=number,
                reference=data["id"],
                secret=secrets.new_secret(),
                email=data["contact"]["email"],
                state=ApplicationState.SUBMITTED,
                company=data["company"],
                company_folded=spelling.fold(data["company"]),
                domain=data["domain"],
                created_at=submitted_at - timedelta(days=2),
                submitted_at=submitted_at,
            )
            session.add(application)
            found[data["id"]] = application
            call.last_number = max(call.last_number, number)
        session.flush()
    return found


def _jurors(story: Story, call: Call) -> dict[str, Juror]:
    found = {}
    with transaction() as session:
        for data in _read("jurors")["jurors"]:
            name = f"{data['first_name']} {data['last_name']}"
            account = _account(call, data["email"], name)
            juror = Juror(
                organisation_id=call.organisation_id,
                call=call,
                account=account,
                reference=data["id"],
                title=data["role"],
                invited_at=min(call.review_from, story.loaded_at) - timedelta(days=7),
                declared_at=min(call.review_from, story.loaded_at),
            )
            session.add(juror)
            found[data["id"]] = juror
        session.flush()
    return found


def _newcomer(story: Story, call: Call) -> None:
    email, name, title = NEWCOMER
    with transaction() as session:
        juror = Juror(
            organisation_id=call.organisation_id,
            call=call,
            account=_account(call, email, name),
            title=title,
            invited_at=story.loaded_at - timedelta(hours=4),
        )
        session.add(juror)
        session.flush()
        # She has not come yet: her invitation is in the post, as everybody's.
        facts.record(JurorInvited(juror.id, call.series_id))


def _account(call: Call, email: str, name: str) -> Account:
    account = create_account(email, name, is_demo=True)
    grant_role(
        account.id,
        RoleName.JUROR,
        organisation_id=call.organisation_id,
        series_id=call.series_id,
    )
    changing.set_password(account.id, PASSWORD, actor="system")
    return account


def _conflicts(
    call: Call, jurors: Mapping[str, Juror], applications: Mapping[str, Application]
) -> None:
    with transaction() as session:
        for data in _read("jurors")["conflicts"]:
            if data["application"] not in applications:
                continue
            juror = jurors[data["juror"]]
            session.add(
                ConflictOfInterest(
                    organisation_id=call.organisation_id,
                    call_id=call.id,
                    application_id=applications[data["application"]].id,
                    account_id=juror.account.id,
                    reason=data["reason"],
                    declared_at=juror.declared_at,
                )
            )


def _assignments(
    call: Call, jurors: Mapping[str, Juror], applications: Mapping[str, Application]
) -> None:
    rows = [
        {
            "organisation_id": call.organisation_id,
            "call_id": call.id,
            "juror_id": jurors[data["juror"]].id,
            "application_id": applications[data["application"]].id,
            "position": data["order"],
        }
        for data in _read("assignments")
        if data["application"] in applications
    ]
    if rows:
        db.session.execute(insert(Assignment), rows)


def _reviews(
    story: Story,
    call: Call,
    jurors: Mapping[str, Juror],
    applications: Mapping[str, Application],
) -> None:
    names = [criterion["id"] for criterion in call.criteria]
    with transaction() as session:
        reviews = []
        for data in _read("scores"):
            if data["application"] not in applications:
                continue
            at = _reviewed_at(story, call, data["order"])
            review = Review(
                organisation_id=call.organisation_id,
                call_id=call.id,
                juror_id=jurors[data["juror"]].id,
                application_id=applications[data["application"]].id,
                scores={name: data[name] for name in names},
                comment=data["comment"],
                # Comments of the reference may be passed on; their authors say so.
                shareable=bool(data["comment"]),
                revision=1,
                updated_at=at,
                submitted_at=at,
            )
            session.add(review)
            reviews.append(review)
        session.flush()
        if reviews:
            session.execute(insert(ReviewRevision), [_revision(review) for review in reviews])


def _revision(review: Review) -> dict[str, Any]:
    return {
        "review_id": review.id,
        "number": 1,
        "scores": review.scores,
        "comment": review.comment,
        "shareable": review.shareable,
        "submitted": True,
        "at": review.updated_at,
    }


def _reviewed_at(story: Story, call: Call, order: int) -> datetime:
    """The data has no instants of reviews: six hours apart, never in the future."""
    at = call.review_from + timedelta(hours=6 * order)
    return min(at, call.review_until, story.loaded_at)


def _pitch(story: Story, series: Series) -> Call:
    data = _read("call")["pitch"]
    today = clock.local_day(story.loaded_at, ZONE)

    def at(days: int, hour: int) -> datetime:
        return clock.from_local(datetime.combine(today + timedelta(days=days), time(hour)), ZONE)

    closes_at = clock.end_of_day(today + timedelta(days=21), ZONE) - timedelta(seconds=1)
    return calls.open_call(
        series.id,
        series.organisation_id,
        calls.Words(
            data["title_fr"],
            data["title_en"],
            data["summary_fr"],
            data["summary_en"],
            slug=data["id"],
        ),
        calls.Calendar(
            opens_at=at(-10, 9),
            closes_at=closes_at,
            review_from=at(22, 9),
            review_until=at(27, 18),
            deliberation_at=at(28, 14),
            notified_at=at(29, 10),
            confirm_until=at(32, 18),
            offers_until=at(34, 18),
        ),
        terms=_terms(data),
        form=_form(_read("call"), closing_year=clock.local(closes_at, ZONE).year),
        actor="system",
    )
