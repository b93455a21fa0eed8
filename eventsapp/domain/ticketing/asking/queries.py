"""Questions and answers, read for pages."""

from collections import Counter
from collections.abc import Collection

from sqlalchemy import func, select

from eventsapp.domain.ticketing.asking import drafts, values
from eventsapp.domain.ticketing.asking.models import AskedQuestion, Class, GivenAnswer
from eventsapp.domain.ticketing.catalogue.models import Product
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.i18n import pick


def of_series(series_id: int) -> list[AskedQuestion]:
    """All questions of a series, closed ones too, as people are asked."""
    statement = select(AskedQuestion).where(AskedQuestion.series_id == series_id)
    return drafts.in_order(db.session.scalars(statement).all())


def listed(series_id: int, *, sensitive: bool) -> list[AskedQuestion]:
    """The questions whose answers a list shows, closed ones too: the sensitive, or all others."""
    wanted = AskedQuestion.category == Class.SENSITIVE
    statement = select(AskedQuestion).where(
        AskedQuestion.series_id == series_id, wanted if sensitive else ~wanted
    )
    return drafts.in_order(db.session.scalars(statement).all())


def question_of(series_id: int, question_id: int) -> AskedQuestion:
    """A question of this series.

    Raises:
        NotFound: there is none.
    """
    found = db.session.scalar(
        select(AskedQuestion).where(
            AskedQuestion.id == question_id, AskedQuestion.series_id == series_id
        )
    )
    if found is None:
        raise NotFound(what="question", reference=question_id)
    return found


def event_of_products(series_id: int) -> dict[int, int | None]:
    """Product id -> its event, None for a pass."""
    rows = db.session.execute(
        select(Product.id, Product.event_id).where(Product.series_id == series_id)
    )
    return {product_id: event_id for product_id, event_id in rows}


def answered(question_id: int) -> bool:
    found = select(GivenAnswer.id).where(GivenAnswer.question_id == question_id).limit(1)
    return db.session.scalar(found) is not None


def choices_given(question: AskedQuestion) -> set[str]:
    """The ids of the choices that somebody gave."""
    texts = db.session.scalars(
        select(GivenAnswer.value).where(GivenAnswer.question_id == question.id).distinct()
    )
    return {one for text in texts for one in values.choices_in(question.kind, text)}


def counts(question_ids: Collection[int]) -> Counter[int]:
    """Question id -> how many answers there are."""
    rows = db.session.execute(
        select(GivenAnswer.question_id, func.count())
        .where(GivenAnswer.question_id.in_(question_ids))
        .group_by(GivenAnswer.question_id)
    )
    return Counter({question_id: count for question_id, count in rows})


def names_of(question_ids: Collection[int]) -> dict[int, str]:
    """Question id -> what it asks, in the reader's language."""
    if not question_ids:
        return {}
    rows = db.session.execute(
        select(AskedQuestion.id, AskedQuestion.label_fr, AskedQuestion.label_en).where(
            AskedQuestion.id.in_(question_ids)
        )
    )
    return {row.id: pick(row.label_fr, row.label_en) for row in rows}
