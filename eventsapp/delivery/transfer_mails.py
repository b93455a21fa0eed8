"""Mails about an order that is paid by transfer: how much, where to, until when."""

from typing import Any

from eventsapp.delivery.letters import Letter, post
from eventsapp.delivery.order_mails import key_of, order_address, order_of
from eventsapp.domain.accounts import organisations
from eventsapp.domain.billing.money import bills
from eventsapp.domain.programme.releases import ReleasedSeries
from eventsapp.domain.ticketing.sales import money
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus
from eventsapp.kernel import i18n, words
from eventsapp.kernel.i18n import _


def to_pay(payload: dict[str, Any]) -> None:
    """What is to be paid, to which account, and under which reference. A program may have asked
    for no letters (``notify``); a reminder was asked for by a person."""
    order, shown = order_of(payload)
    if order.status is not OrderStatus.AWAITING_TRANSFER or order.deadline is None:
        return
    if not (order.notify or payload.get("copy")):
        return
    if money.of(order) is money.Money.REVIEW:
        return  # what came waits for a person, who writes
    part = money.of(order) is money.Money.REST
    with i18n.use_locale(order.locale):
        letter = Letter(
            subject=_("Reste à virer pour votre commande {code}", code=order.code)
            if part
            else _("À virer pour votre commande {code}", code=order.code),
            title=_("Il manque une partie de votre virement")
            if part
            else _("Vos places sont gardées jusqu’à votre virement"),
            paragraphs=_paragraphs(order, shown),
            facts=facts_of(order, shown),
            action=(_("Ouvrir ma commande"), order_address(order, shown)),
            after=[_("Ce lien vaut clé : ne le publiez pas.")],
            signature=shown.organizer_name,
            reply_to=shown.contact_email or None,
        )
    post(letter, to=order.email, key=key_of("transfer", order.id, payload), locale=order.locale)


def _paragraphs(order: Order, shown: ReleasedSeries) -> list[str]:
    told = [_("Les billets partent à cette adresse dès que le virement est arrivé.")]
    if organisations.bank_account(order.seller_id) is None:
        told.append(_("Demandez les coordonnées bancaires en répondant à ce message."))
    else:
        told.append(_("Indiquez bien la référence : c’est par elle que nous le reconnaissons."))
    return told


def facts_of(order: Order, shown: ReleasedSeries) -> list[tuple[str, str]]:
    """The rows of the letter: what a bank's form asks for, in its order."""
    account = organisations.bank_account(order.seller_id)
    kept = bills.kept_cents(order.bill_id)
    rest = words.money(order.total_cents - kept, order.currency)
    found = [(_("Déjà reçu"), words.money(kept, order.currency))] if kept else []
    found.append((_("Reste à virer") if kept else _("À virer, TVA comprise"), rest))
    if account is not None:
        found += [(_("Bénéficiaire"), account.holder), (_("IBAN"), account.iban)]
        found += [(_("BIC"), account.bic)] if account.bic else []
    found.append((_("Référence"), order.code))
    if order.deadline is not None:
        found.append((_("Avant le"), words.moment(order.deadline, shown.timezone, year=True)))
    numbers = order.bill.buyer
    for label, key in (
        (_("Service"), "service"),
        (_("Numéro d’engagement"), "engagement"),
    ):
        if numbers.get(key):
            found.append((label, words.defuse(numbers[key])))
    return found
