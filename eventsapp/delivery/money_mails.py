"""Mails about the money of an order: on its way, not as asked for, failed, given back."""

from typing import Any

from sqlalchemy import select

from eventsapp.delivery.errors import Never
from eventsapp.delivery.letters import Letter, post
from eventsapp.delivery.order_mails import key_of, order_address, order_of
from eventsapp.domain.billing.money.models import Payment, PaymentMethod, Refund, RefundStatus
from eventsapp.domain.programme.releases import ReleasedSeries
from eventsapp.domain.ticketing.sales import codes, money
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus, TicketStatus
from eventsapp.kernel import i18n, words
from eventsapp.kernel.db import db
from eventsapp.kernel.i18n import _, ngettext


def debit_under_way(payload: dict[str, Any]) -> None:
    """A debit takes days: its buyer knows that it is on its way, and pays nothing else."""
    payment, order, shown = _of_payment(payload)
    if not payment.under_way or order.status is not OrderStatus.AWAITING_PAYMENT:
        return  # arrived or failed since: that letter says more
    with i18n.use_locale(order.locale):
        letter = Letter(
            subject=_("Votre prélèvement pour la commande {code}", code=order.code),
            title=_("Votre prélèvement est en route"),
            paragraphs=[
                _("Il lui faut quelques jours. Vos places restent gardées d’ici là."),
                _("Ne payez pas une seconde fois : vos billets partent dès qu’il est arrivé."),
            ],
            facts=_facts(order, payment.amount_cents),
            action=(_("Ouvrir ma commande"), order_address(order, shown)),
            signature=shown.organizer_name,
            reply_to=shown.contact_email or None,
        )
    post(letter, to=order.email, key=key_of("debit", payment.id, payload), locale=order.locale)


def debit_failed(payload: dict[str, Any]) -> None:
    """The bank said no, days later: what that means for the places."""
    payment, order, shown = _of_payment(payload)
    if order.status is OrderStatus.PAID:
        return  # another payment came
    with i18n.use_locale(order.locale):
        letter = Letter(
            subject=_("Votre prélèvement pour la commande {code} n’a pas abouti", code=order.code),
            title=_("Votre prélèvement n’a pas abouti"),
            paragraphs=[_("Votre banque l’a refusé : l’argent n’est pas arrivé."), _left(order)],
            facts=_facts(order, payment.amount_cents),
            action=(_("Ouvrir ma commande"), order_address(order, shown)),
            signature=shown.organizer_name,
            reply_to=shown.contact_email or None,
        )
    key = key_of("debit-failed", payment.id, payload)
    post(letter, to=order.email, key=key, locale=order.locale)


def _left(order: Order) -> str:
    if order.status is OrderStatus.AWAITING_PAYMENT:
        return _("Vos places sont encore gardées : vous pouvez payer autrement depuis votre page.")
    if order.status is OrderStatus.EXPIRED:
        return _("Vos places ont été remises en vente. S’il en reste, vous pouvez les reprendre.")
    return _("Cette commande est annulée : il n’y a rien d’autre à faire.")


def _facts(order: Order, cents: int) -> list[tuple[str, str]]:
    return [(_("Commande"), order.code), (_("Montant"), words.money(cents, order.currency))]


def _of_payment(payload: dict[str, Any]) -> tuple[Payment, Order, ReleasedSeries]:
    payment = db.session.get(Payment, payload["payment_id"], populate_existing=True)
    if payment is None:
        raise Never("no such payment")
    order_id = db.session.scalar(select(Order.id).where(Order.bill_id == payment.bill_id))
    return payment, *order_of({"order_id": order_id})


def order_in_review(payload: dict[str, Any]) -> None:
    """Money came that is not what was asked for, and no ticket leaves: its buyer is told."""
    order, shown = order_of(payload)
    if money.of(order) is not money.Money.REVIEW:
        return  # decided meanwhile, which has a letter of its own
    with i18n.use_locale(order.locale):
        kept = order.status is not OrderStatus.EXPIRED
        letter = Letter(
            subject=_("Votre paiement pour la commande {code}", code=order.code),
            title=_("Votre paiement demande une vérification"),
            paragraphs=[
                _("Le montant reçu n’est pas celui de la commande : vos billets attendent."),
                *([_("Vos places restent gardées.")] if kept else []),
                _("Ne payez pas une seconde fois. L’équipe regarde ce paiement et vous écrit."),
            ],
            facts=[
                (_("Commande"), order.code),
                (_("Reçu"), words.money(money.received_cents(order), order.currency)),
                (_("Total, TVA comprise"), words.money(order.total_cents, order.currency)),
            ],
            action=(_("Ouvrir ma commande"), order_address(order, shown)),
            signature=shown.organizer_name,
            reply_to=shown.contact_email or None,
        )
    post(letter, to=order.email, key=key_of("review", order.id, payload), locale=order.locale)


def refund_settled(payload: dict[str, Any]) -> None:
    refund = db.session.get(Refund, payload["refund_id"])
    if refund is None or refund.status is not RefundStatus.SUCCEEDED:
        return
    bill = refund.payment.bill
    order_id = db.session.scalar(select(Order.id).where(Order.bill_id == bill.id))
    if order_id is None:
        return
    order, shown = order_of({"order_id": order_id})
    by_hand = refund.payment.method is not PaymentMethod.STRIPE
    with i18n.use_locale(order.locale):
        amount = words.money(refund.amount_cents, order.currency)
        letter = Letter(
            subject=_("Remboursement de {amount}", amount=amount),
            title=_("Nous vous remboursons {amount}", amount=amount),
            paragraphs=[_refund_reason(refund.origin, by_hand=by_hand), *_tickets_left(order)],
            facts=[(_("Commande"), order.code), (_("Montant"), amount), *_void(order)],
            action=(_("Ouvrir ma commande"), order_address(order, shown)),
            after=[]
            if by_hand
            else [_("Le montant revient sur le moyen de paiement utilisé, sous dix jours.")],
            signature=shown.organizer_name,
            reply_to=shown.contact_email or None,
        )
    post(letter, to=order.email, key=key_of("refund", refund.id, payload), locale=order.locale)


def _void(order: Order) -> list[tuple[str, str]]:
    """Which tickets no longer open the door, so that nobody comes with them."""
    void = [
        ticket.name or codes.short(ticket)
        for ticket in order.tickets
        if ticket.status is TicketStatus.VOID
    ]
    return [(_("Billets annulés"), ", ".join(void))] if void else []


def _tickets_left(order: Order) -> list[str]:
    """What a refund leaves of the tickets; nothing of an order that never had one."""
    valid = sum(ticket.status is TicketStatus.VALID for ticket in order.tickets)
    void = len(order.tickets) - valid
    if not order.tickets:
        return []
    if not void:
        return [ngettext("Votre billet reste valable.", "Vos billets restent valables.", valid)]
    if not valid:
        return [
            ngettext(
                "Votre billet est annulé : il n’ouvre plus aucune porte.",
                "Vos billets sont annulés : ils n’ouvrent plus aucune porte.",
                void,
            )
        ]
    cancelled = ngettext("{n} billet est annulé", "{n} billets sont annulés", void)
    left = ngettext("{n} reste valable", "{n} restent valables", valid)
    return [f"{cancelled}, {left}."]


def _refund_reason(origin: str, *, by_hand: bool) -> str:
    if by_hand and origin == "overpaid":
        return _("Vous aviez payé plus que le total : l’organisateur vous rend la différence.")
    if by_hand:
        return _(
            "L’organisateur vous rend ce montant lui-même : votre paiement n’a pas été fait par "
            "carte sur ce site."
        )
    return {
        "late": _(
            "Votre paiement est arrivé après la fin de la réservation, et il ne restait plus de "
            "place. Nous vous rendons la totalité."
        ),
        "duplicate": _(
            "Votre commande avait déjà été payée : nous vous rendons ce second paiement."
        ),
        "withdrawn": _(
            "Votre paiement est arrivé alors que l’événement n’était plus en vente : annulé, "
            "retiré ou terminé. Nous vous rendons la totalité."
        ),
        "exchange": _("Votre billet a été échangé contre un moins cher : voici la différence."),
        "overpaid": _("Vous aviez payé plus que le total : nous vous rendons la différence."),
        "cancelled": _("La commande avait été annulée : nous vous rendons votre paiement."),
    }.get(origin, _("Votre remboursement est parti."))
