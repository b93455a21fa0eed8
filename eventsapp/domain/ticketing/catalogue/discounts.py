"""Codes: making and ending them, finding one, and counting its uses as places are counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.orm import Session, selectinload

from eventsapp.domain.programme.models import Series
from eventsapp.domain.ticketing.catalogue import guest_links
from eventsapp.domain.ticketing.catalogue.errors import (
    DiscountCodeTaken,
    DiscountMalformed,
    DiscountUnknown,
    DiscountUsedUp,
    GuestFull,
    GuestOver,
)
from eventsapp.domain.ticketing.catalogue.models import (
    PERSONAL,
    Discount,
    DiscountEffect,
    Product,
)
from eventsapp.domain.ticketing.catalogue.pricing import Reduction
from eventsapp.kernel import audit, clock, secrets
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.transaction import lock, transaction

LONGEST_CODE = 40
#: Codes made in one go, and the random signs at the end of each.
MOST_AT_ONCE, END = 500, 6
#: Rows of the page of codes; its search and its file have them all.
MOST_SHOWN = 100

_discount = Discount.__table__
# The wall, as for a quota: a conditional UPDATE, with the CHECK behind it.
_take = (
    update(_discount)
    .where(
        _discount.c.id == bindparam("discount"),
        or_(
            _discount.c.most_uses.is_(None),
            _discount.c.used + bindparam("tickets") <= _discount.c.most_uses,
        ),
    )
    .values(used=_discount.c.used + bindparam("tickets"))
)
_give_back = (
    update(_discount)
    .where(_discount.c.id == bindparam("discount"))
    .values(used=_discount.c.used - bindparam("tickets"))
)


@dataclass(frozen=True)
class NewDiscount:
    """A code as an organizer describes it.

    ``value``: per cent for ``percent``, cents off each unit for ``fixed``, else 0.
    ``most_uses`` counts tickets; None is without end.
    """

    code: str
    effect: DiscountEffect
    value: int
    product_ids: Sequence[int]
    most_uses: int | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None


def fold(code: str) -> str:
    """A code as it is stored and compared: capitals, no spaces."""
    return "".join(code.split()).upper()


def create(series_id: int, new: NewDiscount, *, actor: str) -> Discount:
    """Make a code.

    Raises:
        DiscountMalformed: code, value, products or period make no sense.
        DiscountCodeTaken: the series has it already.
    """
    folded = fold(new.code)
    with transaction() as session:
        series = lock(Series, series_id)
        products = _products_of(session, series_id, new.product_ids)
        _refuse_malformed(folded, new, products)
        if session.scalar(_of_code(series_id, folded)) is not None:
            raise DiscountCodeTaken(discount=folded)
        made = _row(series, folded, new, products)
        session.add(made)
        session.flush()
        audit.note("discount.created", f"discount:{folded}", actor=actor, series_id=series_id)
    return made


def create_many(series_id: int, new: NewDiscount, count: int, *, actor: str) -> list[str]:
    """Make ``count`` codes that begin with ``new.code`` and end at random, each used up by itself.

    Returns:
        The codes, as they are stored. Their ends are six signs without look-alikes, one of 200
        million: who knows some of 500 guesses no other.

    Raises:
        DiscountMalformed: as ``create``; ``count`` outside 1 to ``MOST_AT_ONCE``.
    """
    folded = fold(new.code)
    if not 1 <= count <= MOST_AT_ONCE:
        raise DiscountMalformed(field="copies")
    with transaction() as session:
        series = lock(Series, series_id)
        products = _products_of(session, series_id, new.product_ids)
        _refuse_malformed(f"{folded}-{'A' * END}", new, products)
        known = set(session.scalars(select(Discount.code).where(Discount.series_id == series_id)))
        codes: list[str] = []
        while len(codes) < count:
            code = f"{folded}-{secrets.human_code(END)}"
            if code not in known:
                known.add(code)
                codes.append(code)
        session.add_all(_row(series, code, new, products) for code in codes)
        session.flush()
        audit.note(
            "discount.created",
            f"discount:{folded}",
            actor=actor,
            series_id=series_id,
            detail={"count": count},
        )
    return codes


def _row(series: Series, folded: str, new: NewDiscount, products: Sequence[Product]) -> Discount:
    return Discount(
        organisation_id=series.organisation_id,
        series_id=series.id,
        code=folded,
        effect=new.effect,
        value=new.value,
        most_uses=new.most_uses,
        used=0,
        valid_from=new.valid_from,
        valid_until=new.valid_until,
        created_at=clock.now(),
        products=list(products),
    )


def end(series_id: int, discount_id: int, *, actor: str) -> None:
    """No basket takes it from now on; those that have it keep their price.

    Raises:
        NotFound: no such code in this series.
    """
    with transaction():
        found = lock(Discount, discount_id)
        if found.series_id != series_id:
            raise NotFound(what="discount", reference=discount_id)
        found.valid_until = clock.now()
        audit.note("discount.ended", f"discount:{found.code}", actor=actor, series_id=series_id)


def listed(series_id: int, beginning: str = "", *, most: int | None = None) -> list[Discount]:
    """The codes of a series that begin so, with their products, in alphabetical order.

    Args:
        most: for a page, which says how many there are (``count``).
    """
    statement = (
        select(Discount)
        .where(*_beginning(series_id, beginning))
        .options(selectinload(Discount.products).joinedload(Product.event))
        .order_by(Discount.code)
        .limit(most)
    )
    return list(db.session.scalars(statement, execution_options=_FRESH))


def count(series_id: int, beginning: str = "") -> int:
    """How many codes of the series begin so."""
    wanted = select(func.count(Discount.id)).where(*_beginning(series_id, beginning))
    return int(db.session.scalar(wanted) or 0)


def _beginning(series_id: int, beginning: str) -> list[Any]:
    starts = Discount.code.startswith(fold(beginning)[:LONGEST_CODE], autoescape=True)
    # Those of guests are in the list of their event.
    typed = ~Discount.code.startswith(PERSONAL, autoescape=True)
    return [Discount.series_id == series_id, starts, typed]


def find(series_id: int, code: str) -> Reduction:
    """The code that somebody typed, or the link of a guest, if it can be used now.

    Raises:
        DiscountUnknown: there is none, it has ended, or has not begun.
        GuestOver: a link that opens nothing any more.
    """
    folded = fold(code)
    # The link of a guest stands for a code that nobody can type.
    personal = guest_links.code_of(series_id, code.strip())
    if personal is None and guest_links.looks_like(code):
        raise GuestOver
    if personal is None and folded.startswith(PERSONAL):
        raise DiscountUnknown(discount=folded[:LONGEST_CODE])
    found = db.session.scalars(
        _of_code(series_id, personal or folded), execution_options=_FRESH
    ).first()
    if found is None:
        raise DiscountUnknown(discount=folded[:LONGEST_CODE])
    return usable(found)


def usable(found: Discount) -> Reduction:
    """What a code gives now.

    Raises:
        DiscountUnknown: it has ended, or has not begun.
    """
    if not _valid(found, clock.now()):
        raise DiscountUnknown(discount="" if found.personal else found.code)
    return Reduction(
        discount_id=found.id,
        code=found.code,
        effect=found.effect.value,
        value=found.value,
        products=frozenset(product.id for product in found.products),
        personal=found.personal,
        left=None if found.most_uses is None else found.most_uses - found.used,
    )


def take(session: Session, uses: Mapping[int, int]) -> None:
    """Count tickets on their codes, in the order of ids, before any quota.

    Raises:
        DiscountUsedUp: too few uses are left (the transaction must be undone); of a guest's link
            it is ``GuestFull``.
    """
    for discount_id in sorted(uses):
        counted: Any = session.execute(
            _take, {"discount": discount_id, "tickets": uses[discount_id]}
        )
        if counted.rowcount == 0:
            row = session.execute(
                select(Discount.code, Discount.most_uses, Discount.used).where(
                    Discount.id == discount_id
                )
            ).one()
            # Less than was asked for, whatever came back since the refusal.
            left = max(0, min((row.most_uses or 0) - row.used, uses[discount_id] - 1))
            if row.code.startswith(PERSONAL):
                raise GuestFull(discount="", wanted=uses[discount_id], left=left)
            raise DiscountUsedUp(discount=row.code, wanted=uses[discount_id], left=left)


def give_back(session: Session, uses: Mapping[int, int]) -> None:
    for discount_id in sorted(uses):
        session.execute(_give_back, {"discount": discount_id, "tickets": uses[discount_id]})


def change(session: Session, before: Mapping[int, int], after: Mapping[int, int]) -> None:
    """From one count of uses to another, still in the order of ids.

    Raises:
        DiscountUsedUp.
    """
    for discount_id in sorted({*before, *after}):
        more = after.get(discount_id, 0) - before.get(discount_id, 0)
        if more > 0:
            take(session, {discount_id: more})
        elif more < 0:
            give_back(session, {discount_id: -more})


_FRESH = {"populate_existing": True}


def _of_code(series_id: int, folded: str) -> Any:
    return (
        select(Discount)
        .where(Discount.series_id == series_id, Discount.code == folded)
        .options(selectinload(Discount.products))
    )


def _valid(found: Discount, at: datetime) -> bool:
    begun = found.valid_from is None or found.valid_from <= at
    return begun and (found.valid_until is None or at < found.valid_until)


def _products_of(session: Session, series_id: int, ids: Sequence[int]) -> list[Product]:
    found = session.scalars(
        select(Product)
        .where(Product.id.in_(list(ids)), Product.series_id == series_id)
        .order_by(Product.id)
    )
    return list(found)


def _refuse_malformed(folded: str, new: NewDiscount, products: Sequence[Product]) -> None:
    plain = folded.replace("-", "").replace("_", "")
    if not (plain.isascii() and plain.isalnum()) or not 3 <= len(folded) <= LONGEST_CODE:
        raise DiscountMalformed(field="code")
    if len(products) != len(set(new.product_ids)) or not products:
        raise DiscountMalformed(field="products")
    most = {DiscountEffect.PERCENT: 100, DiscountEffect.FIXED: 10_000_00}.get(new.effect, 0)
    if not (1 if most else 0) <= new.value <= most:
        raise DiscountMalformed(field="value")
    if new.most_uses is not None and not 1 <= new.most_uses <= 1_000_000:
        raise DiscountMalformed(field="most_uses")
    if new.valid_from and new.valid_until and new.valid_from >= new.valid_until:
        raise DiscountMalformed(field="valid_until")
