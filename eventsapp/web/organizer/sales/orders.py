"""Orders: search, view, decide, refund, export."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from eventsapp.domain.accounts import organisations
from eventsapp.domain.billing.money import bills
from eventsapp.domain.checkin.listing import ATTENDEES
from eventsapp.domain.programme import queries as programme
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Series
from eventsapp.domain.ticketing.aftersale import refunding, review
from eventsapp.domain.ticketing.sales import codes, copies, money, queries, telling, ways_out
from eventsapp.domain.ticketing.sales import orders as rules
from eventsapp.domain.ticketing.sales.listing import ORDERS
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus, TicketStatus
from eventsapp.domain.ticketing.sales.papers import tickets_paper
from eventsapp.kernel import clock
from eventsapp.kernel.errors import NotFound, Refusal
from eventsapp.kernel.i18n import _
from eventsapp.web import access, lists, refusals
from eventsapp.web.organizer import desk, exporting

blueprint = Blueprint("organizer_orders", __name__)


@blueprint.get("/organizer/<series>/orders")
@access.permission_required("orders.view")
def orders(series: str) -> Any:
    shown = desk.series_for(series, "orders.view")
    found = lists.show(
        ORDERS.listing(shown.id), ORDERS.titles(shown.id), numbers=("total_cents", "tickets")
    )
    return render_template(
        "organizer/sales/orders.html",
        series_row=shown,
        found=found,
        words=request.args.get("q", ""),
        status=request.args.get("status", ""),
        statuses=status_words(),
        review=money.in_review(row.row_id for row in found.slice.rows),
        list_url=lists.same_list,
        may_export=access.may("orders.export", desk.place_of(shown)),
    )


@blueprint.get("/organizer/<series>/orders.csv")
@access.permission_required("orders.export")
def export(series: str) -> Any:
    return exporting.csv(ORDERS, desk.series_for(series, "orders.export"))


@blueprint.post("/organizer/<series>/orders/files")
@access.permission_required("orders.export")
def make_file(series: str) -> Any:
    shown = desk.series_for(series, "orders.export")
    return exporting.begin(ORDERS, shown, back=url_for(".orders", series=series))


@blueprint.get("/organizer/<series>/attendees")
@access.permission_required("orders.export")
def attendees(series: str) -> Any:
    """Everybody who is expected somewhere in the series, one row a ticket and event."""
    shown = desk.series_for(series, "orders.export")
    return render_template(
        "organizer/sales/attendees.html",
        series_row=shown,
        found=lists.show(ATTENDEES.listing(shown.id), ATTENDEES.titles(shown.id)),
        told=ATTENDEES.computed(shown.id),
        events=programme.numbered_events(shown.id),
        list_url=lists.same_list,
        short=codes.short_of,
    )


@blueprint.get("/organizer/<series>/attendees.csv")
@access.permission_required("orders.export")
def export_attendees(series: str) -> Any:
    return exporting.csv(ATTENDEES, desk.series_for(series, "orders.export"))


@blueprint.post("/organizer/<series>/attendees/files")
@access.permission_required("orders.export")
def make_attendees_file(series: str) -> Any:
    shown = desk.series_for(series, "orders.export")
    return exporting.begin(ATTENDEES, shown, back=url_for(".attendees", series=series))


@blueprint.get("/organizer/<series>/orders/<code>")
@access.permission_required("orders.view")
def order(series: str, code: str) -> Any:
    shown = desk.series_for(series, "orders.view")
    return page(shown, queries.order_by_code(shown.id, code), "", 200)


@blueprint.get("/organizer/<series>/orders/<code>/tickets.pdf")
@access.permission_required("orders.view")
def pdf(series: str, code: str) -> Any:
    """The valid tickets, for who stands at the desk without a phone or an address."""
    shown = desk.series_for(series, "orders.view")
    found = queries.order_by_code(shown.id, code)
    valid = [one for one in found.tickets if one.status is TicketStatus.VALID]
    if not valid:
        raise NotFound(what="tickets", reference=code)
    body = tickets_paper(valid, releases.current(shown.slug), found.locale)
    answer = Response(body, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="billets-{found.code}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/organizer/<series>/orders/<code>/refunds")
@access.permission_required("orders.refund")
def refund(series: str, code: str) -> Any:
    shown = desk.series_for(series, "orders.refund")
    found = queries.order_by_code(shown.id, code)
    reason = request.form.get("reason", "").strip()
    given: dict[str, Any] = {"reason": reason, "actor": access.actor()}
    chosen = request.form.getlist("ticket")
    try:
        if not reason:
            return page(shown, found, _("Donnez un motif : il est gardé au journal."), 422)
        if request.form.get("what") == "tickets":
            if not chosen:
                return page(shown, found, _("Cochez les billets à annuler."), 422)
            refunding.refund_tickets(found.id, chosen, **given)
        elif request.form.get("what") == "gesture":
            refunding.refund_order(found.id, keep_tickets=True, **given)
        else:
            refunding.refund_order(found.id, **given)
    except Refusal as refusal:
        words = refusals.answer(refusal)
        return page(shown, queries.order_by_code(shown.id, code), words.sentence, words.status)
    return redirect(url_for(".order", series=series, code=code, done="refund"))


@blueprint.post("/organizer/<series>/orders/<code>/decision")
@access.permission_required("orders.refund")
def decide(series: str, code: str) -> Any:
    shown = desk.series_for(series, "orders.refund")
    found = queries.order_by_code(shown.id, code)
    if request.form.get("answer") == "yes":
        rules.approve(found.id, actor=access.actor())
    else:
        rules.refuse(found.id, actor=access.actor(), reason=request.form.get("reason", ""))
    return redirect(url_for(".order", series=series, code=code, done="order"))


@blueprint.post("/organizer/<series>/orders/<code>/cancellations")
@access.permission_required("orders.refund")
def cancel(series: str, code: str) -> Any:
    """Give up an order that is not paid."""
    shown = desk.series_for(series, "orders.refund")
    found = queries.order_by_code(shown.id, code)
    reason = request.form.get("reason", "").strip()
    ways_out.cancel_waiting(found.id, actor=access.actor(), reason=reason)
    return redirect(url_for(".order", series=series, code=code, done="order"))


@blueprint.post("/organizer/<series>/orders/<code>/mails")
@access.permission_required("orders.refund")
def send_again(series: str, code: str) -> Any:
    shown = desk.series_for(series, "orders.refund")
    found = queries.order_by_code(shown.id, code)
    copies.send_tickets_again(found.id, actor=access.actor())
    return redirect(url_for(".order", series=series, code=code, done="mail"))


@blueprint.post("/organizer/<series>/orders/<code>/attention")
@access.permission_required("orders.refund")
def settle(series: str, code: str) -> Any:
    """A person has looked: the line leaves *À traiter*."""
    shown = desk.series_for(series, "orders.refund")
    found = queries.order_by_code(shown.id, code)
    rules.looked_at(found.id, actor=access.actor())
    return redirect(url_for(".order", series=series, code=code, done="settled"))


@blueprint.post("/organizer/<series>/orders/<code>/acceptance")
@access.permission_required("orders.refund")
def accept_money(series: str, code: str) -> Any:
    """Money that is not what was asked for is enough: the tickets leave."""
    shown = desk.series_for(series, "orders.refund")
    found = queries.order_by_code(shown.id, code)
    try:
        review.accept(found.id, actor=access.actor())
    except Refusal as refusal:
        words = refusals.answer(refusal)
        return page(shown, queries.order_by_code(shown.id, code), words.sentence, words.status)
    return redirect(url_for(".order", series=series, code=code, done="order"))


def status_words() -> dict[str, str]:
    return {
        "awaiting_payment": _("attend le paiement"),
        "awaiting_transfer": _("attend le virement"),
        "awaiting_approval": _("attend une réponse"),
        "paid": _("payée"),
        "expired": _("expirée"),
        "cancelled": _("annulée"),
    }


def attention_words() -> dict[str, str]:
    return {
        "amount_mismatch": _("Le montant reçu n’est pas celui de la commande : aucun billet émis."),
        "fulfilment_failed": _("L’argent est là, l’émission des billets a échoué : on réessaie."),
        "overpaid": _("Il est arrivé plus que le total : rendez ce qui est en trop."),
        "late_transfer": _("Le virement est venu après l’échéance, les places sont parties."),
        "refund_failed": _("Un remboursement a échoué : rendez l’argent par un autre moyen."),
        "refund_by_hand": _("Argent reçu hors de Stripe : rendez-le par le même chemin."),
        "external_refund": _("Remboursé depuis Stripe : garder ou annuler les billets ?"),
        "stripe_refused": _("Stripe a refusé d’ouvrir la page de paiement : voyez ses réglages."),
        "stripe_differs": _("Les livres et Stripe ne disent pas la même chose : comparez."),
        "refunded_late": _("Payé trop tard et complet : remboursé automatiquement."),
        "refunded_duplicate": _("Payé deux fois : le second paiement est remboursé."),
        "refunded_withdrawn": _("Payé pour un événement qui n’est plus en vente : remboursé."),
        "refunded_cancelled": _("Payé après annulation : remboursé automatiquement."),
    }


def why(attention: str | None) -> str:
    """Words for what a bill is flagged with; after a colon stands what only a log reads."""
    return attention_words()[attention.partition(":")[0]] if attention else ""


def page(shown: Series, found: Order, error: str, status: int) -> Any:
    """The page of an order, with what was refused if anything was."""
    drawn = render_template(
        "organizer/sales/order.html",
        series_row=shown,
        order=found,
        error=error,
        typed=request.form,
        statuses=status_words(),
        attention=why(found.bill.attention),
        kept_cents=bills.kept_cents(found.bill_id),
        excess_cents=review.excess_cents(found),
        rest=money.of(found) is money.Money.REST,
        due_day=clock.local_day(found.deadline, shown.timezone) if found.deadline else None,
        bank=organisations.bank_account(found.seller_id),
        may_refund=access.may("orders.refund", desk.place_of(shown)),
        review=money.of(found) is money.Money.REVIEW,
        waiting=found.status is OrderStatus.AWAITING_APPROVAL,
        told=telling.of_order(
            found, sensitive=access.may("answers.sensitive", desk.place_of(shown))
        ),
    )
    return drawn, status
