"""From a hold to an order, and from an order to its payment page.

Command, gateway, command: the page at Stripe is opened between two transactions.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from eventsapp import settings
from eventsapp.domain.billing.money import attempts, payments
from eventsapp.domain.programme.models import Series
from eventsapp.domain.ticketing.asking import answering
from eventsapp.domain.ticketing.asking.answering import NOTHING, Given, Typed
from eventsapp.domain.ticketing.catalogue import limits
from eventsapp.domain.ticketing.catalogue.limits import Line, Offer
from eventsapp.domain.ticketing.catalogue.sale import Way
from eventsapp.domain.ticketing.sales import (
    asked,
    deadlines,
    desk,
    free_orders,
    gone,
    holds,
    issuing,
    money,
    orders,
    persons,
)
from eventsapp.domain.ticketing.sales.deals import Deal
from eventsapp.domain.ticketing.sales.errors import (
    HoldGone,
    MoneyReceived,
    NamesMissing,
    NotFree,
    NotPayable,
    PaymentsClosed,
    PaymentTimeOver,
    PriceChanged,
)
from eventsapp.domain.ticketing.sales.facts import OrderPaid, OrderPlaced, TransferAwaited
from eventsapp.domain.ticketing.sales.holds import SeriesRef
from eventsapp.domain.ticketing.sales.lines import as_line
from eventsapp.domain.ticketing.sales.models import Hold, Order, OrderStatus
from eventsapp.domain.ticketing.sales.orders import Attendee, Buyer, Draft, Written
from eventsapp.kernel import clock, facts, secrets
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import lock, transaction


def place_order(
    hold_secret: str,
    buyer: Buyer,
    attendees: Sequence[Sequence[Attendee]],
    *,
    shown_total_cents: int,
    terms_digest: str | None,
    answers: Typed = NOTHING,
    deal: Deal | None = None,
    notify: bool = True,
    actor: str = "",
) -> Order:
    """Turn a hold into an order, without touching a counter: its places are counted already.

    The same hold sent twice (double click, two tabs) gives the same order.

    Args:
        attendees: names per line of the hold, as many as its tickets; may be empty names.
        shown_total_cents: what the page said; another total asks the buyer again.
        terms_digest: of the words the buyer accepted.
        deal: what the organizers agreed on (``sales.desk``), by ``actor``; None for buyers.

    Raises:
        DealMalformed, NoBankAccount, TooMany: at the desk alone.
        HoldGone: it ended meanwhile; its places may be gone.
        AddOnAlone, TooFew: what its lines need was taken out of the basket.
        EventCancelled, EventNotReleased, EventOver: since the places were kept.
        PriceChanged, NamesMissing, PaymentsClosed, OverPersonLimit, TooManyFreeOrders.
        AnswersMissing: a question is left open, or answered with what it cannot take.
    """
    with transaction() as session:
        taken = _claim(session, hold_secret)
        if taken is None:
            return order_of(hold_secret)
        hold = holds.whole(session, taken)
        lines = [as_line(line) for line in hold.lines]
        offers = holds.offers_for(lines)
        limits.check_whole(lines, offers, clock.now())
        lines = _within_limits(session, hold, buyer.email, lines, offers, deal)
        draft = Draft(
            series_id=hold.series_id,
            organisation_id=hold.organisation_id,
            hold_id=hold.id,
            lines=lines,
            offers=offers,
            buyer=buyer,
            attendees=attendees,
            channel="web" if deal is None else "desk",
            notify=notify,
            terms_digest=terms_digest,
        )
        if draft.total_cents != shown_total_cents:
            raise PriceChanged(shown_cents=shown_total_cents, total_cents=draft.total_cents)
        given = _given(session, draft, answers)
        if draft.total_cents == 0 and deal is None:
            free_orders.check(session, buyer.email, hold.network)
        line_ids = [line.id for line in hold.lines]
        written = _place(session, draft, line_ids, deal, actor)
        answering.write(session, written.order_id, line_ids, given)
        return written.row


def _within_limits(
    session: Session,
    hold: Hold,
    email: str,
    lines: list[Line],
    offers: dict[int, Offer],
    deal: Deal | None,
) -> list[Line]:
    """The lines as they are sold: what a person may have, or what the desk has agreed on."""
    if deal is None:
        persons.check(session, email, lines, offers)
        return lines
    desk.check_person(session, email, lines, offers, deal)
    return desk.agreed(session, hold, lines, offers, deal)


def sell(
    series: Series | SeriesRef,
    lines: Sequence[Line],
    buyer: Buyer,
    attendees: Sequence[Sequence[Attendee]],
    *,
    payment: str,
    notify: bool = True,
    channel: str = "api",
    reference: str | None = None,
    code: str | None = None,
    answers: Typed = NOTHING,
) -> Written:
    """Hold and order in one transaction, for programs.

    Args:
        payment: ``free``, ``offline`` (paid to the organizer already), ``stripe`` or
            ``transfer``.
        code: see ``holds.make``; ``answers``: as in ``place_order``.

    Raises:
        NotFree: ``free`` for something that costs.
        SoldOut and the other refusals of ``holds.make``; NamesMissing, AnswersMissing,
        PaymentsClosed.
    """
    lines = [line for line in lines if line.quantity]
    # Read before the transaction expires the row: one statement less in the hot path.
    series_id, organisation_id = series.id, series.organisation_id
    with transaction() as session:
        offers = holds.offers_for(lines)
        holds.refuse_foreign(series_id, offers)
        way = Way.ORGANIZER if payment == "offline" else Way.PROGRAM
        lines = holds.priced(series_id, lines, offers, code, way=way)
        if way is not Way.ORGANIZER:
            persons.check(session, buyer.email, lines, offers)
        hold_id = holds.write_hold(
            session, series_id, organisation_id, secrets.new_secret(), ordered=True
        )
        line_ids = holds.write_lines(session, hold_id, lines, offers)
        draft = Draft(
            series_id=series_id,
            organisation_id=organisation_id,
            hold_id=hold_id,
            lines=lines,
            offers=offers,
            buyer=buyer,
            attendees=attendees,
            channel=channel,
            notify=notify,
            reference=reference,
        )
        given = _given(session, draft, answers)
        written = _sell(draft, payment)
        answering.write(session, written.order_id, line_ids, given)
        if written.status is OrderStatus.PAID:
            written = replace(written, tickets=issuing.issue(draft, written, line_ids))
        # The quota last, after the reactions: the hot rows are held for the shortest time.
        facts.react()
        holds.take_places(session, lines, offers)
    return written


def start_payment(order_id: int, *, return_url: str, cancel_url: str | None = None) -> str:
    """The address of the payment page of an order that waits for money.

    Who gives up comes back to ``cancel_url``, where no payment is awaited.

    Raises:
        NotPayable: it is paid, expired or cancelled.
        MoneyReceived: money came for it and waits for a person to decide.
        PaymentTimeOver: a page more would keep the places longer than ``deadlines`` allows.
        EventCancelled, EventNotReleased, EventOver: what it is for is not given any more.
        PaymentUnavailable, PaymentRefused: see ``billing.payments.open_page``.
    """
    bill_id, locale, series_id, status = db.session.execute(
        select(Order.bill_id, Order.locale, Order.series_id, Order.status).where(
            Order.id == order_id
        )
    ).one()
    if status is not OrderStatus.AWAITING_PAYMENT:
        raise NotPayable(status=status.value)
    _refuse_closed(series_id)
    payments.close_ending(bill_id)
    with transaction():
        # Bill, then order, as when money comes: the sweeper sees the attempt, or it ended first.
        payment_id = payments.prepare(
            bill_id,
            return_url=return_url,
            cancel_url=cancel_url or return_url,
            locale=locale,
        )
        order = lock(Order, order_id)
        if order.status is not OrderStatus.AWAITING_PAYMENT:
            raise NotPayable(status=order.status.value)
        gone.refuse_now(order)
        if money.keeps(order_id):
            raise MoneyReceived
        first, closes = attempts.first_and_last(bill_id)
        deadline = deadlines.moved(order.deadline, first, closes)
        if deadline is None:
            raise PaymentTimeOver  # the attempt that was prepared is undone with this
        order.deadline = deadline
    return payments.open_page(payment_id)


def _claim(session: Session, hold_secret: str) -> int | None:
    """Make a living hold an order's; None when it is one already, or has ended."""
    return session.scalar(
        update(Hold)
        .where(
            Hold.digest == secrets.digest(hold_secret),
            Hold.ordered.is_(False),
            Hold.released_at.is_(None),
            Hold.expires_at > clock.now(),
        )
        .values(ordered=True)
        .returning(Hold.id)
    )


def _place(
    session: Session, draft: Draft, line_ids: Sequence[int], deal: Deal | None, actor: str
) -> Written:
    if deal is not None:
        return desk.place(session, draft, deal, line_ids, actor=actor)
    total = draft.total_cents
    with transaction():
        if draft.needs_approval:
            deadline = clock.now() + orders.APPROVAL_TIME
            written = orders.write(session, draft, OrderStatus.AWAITING_APPROVAL, deadline)
        elif total == 0:
            written = orders.write(session, draft, OrderStatus.PAID, None)
            issuing.issue(draft, written, line_ids)
            facts.record(OrderPaid(written.order_id, draft.series_id))
        else:
            _refuse_without_till(draft)
            deadline = clock.now() + orders.PAYMENT_TIME
            written = orders.write(session, draft, OrderStatus.AWAITING_PAYMENT, deadline)
        facts.record(OrderPlaced(written.order_id))
        return written


def _sell(draft: Draft, payment: str) -> Written:
    total = draft.total_cents
    if payment == "free" and total:
        raise NotFree(total_cents=total)
    with transaction() as session:
        if payment == "offline" or (total == 0 and not draft.needs_approval):
            written = orders.write(session, draft, OrderStatus.PAID, None)
            if total:
                payments.book_offline(written.bill_id, amount_cents=total, currency=draft.currency)
            facts.record(OrderPaid(written.order_id, draft.series_id))
            return written
        now = clock.now()
        if draft.needs_approval:
            status, deadline = OrderStatus.AWAITING_APPROVAL, now + orders.APPROVAL_TIME
        elif payment == "transfer":
            status, deadline = OrderStatus.AWAITING_TRANSFER, now + orders.TRANSFER_TIME
        else:
            _refuse_without_till(draft)
            status, deadline = OrderStatus.AWAITING_PAYMENT, now + orders.PAYMENT_TIME
        written = orders.write(session, draft, status, deadline)
        if status is OrderStatus.AWAITING_TRANSFER:
            facts.record(TransferAwaited(written.order_id, draft.series_id))
        facts.record(OrderPlaced(written.order_id))
        return written


def _refuse_without_till(draft: Draft) -> None:
    """Money goes to the seller's own account, or nowhere: law.md L18. One Stripe account is
    set up, the series owner's; the sandbox moves no money and sells for everybody."""
    config = settings.current()
    own = draft.seller_id == draft.organisation_id or config.sandbox_stripe
    if not own:
        raise PaymentsClosed
    _refuse_closed(draft.series_id)


def _refuse_closed(series_id: int) -> None:
    """The row of the series is read only where the sandbox would sell: never in production."""
    config = settings.current()
    demo = config.sandbox_stripe and db.session.get_one(Series, series_id).is_demo
    if not config.takes_payments(demo_series=demo):
        raise PaymentsClosed


def _given(session: Session, draft: Draft, answers: Typed) -> list[Given]:
    """What was filled in of a whole order. Raises NamesMissing, AnswersMissing."""
    _check_names(draft)
    return asked.check(session, draft, answers)


def _check_names(draft: Draft) -> None:
    wanted = [
        line.quantity * draft.offers[line.product_id].tickets_per_unit for line in draft.lines
    ]
    given = [len(people) for people in draft.attendees]
    if len(given) != len(wanted) or any(
        count > most for count, most in zip(given, wanted, strict=True)
    ):
        raise NamesMissing(wanted=sum(wanted))


def order_of(hold_secret: str) -> Order:
    """The order that this hold became, for the second of two clicks.

    Raises:
        HoldGone: it became none.
    """
    order = db.session.scalar(
        select(Order)
        .join(Hold, Hold.id == Order.hold_id)
        .where(Hold.digest == secrets.digest(hold_secret))
    )
    if order is None:
        raise HoldGone
    return order
