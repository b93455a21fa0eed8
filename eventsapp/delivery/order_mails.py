"""Mails about an order: its tickets, its link, an answer; and the sign-in link."""

from datetime import timedelta
from typing import Any

from eventsapp import settings
from eventsapp.delivery.errors import Never
from eventsapp.delivery.letters import Letter, post
from eventsapp.domain.accounts import sign_in
from eventsapp.domain.accounts.models import Account
from eventsapp.domain.billing.money import bills
from eventsapp.domain.billing.papers import terms
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Series
from eventsapp.domain.programme.releases import ReleasedSeries
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus, Ticket, TicketStatus
from eventsapp.domain.ticketing.sales.papers import paper_of, tickets_paper
from eventsapp.gateways.mail import Attachment
from eventsapp.gateways.paper import TicketPaper
from eventsapp.kernel import i18n, secrets, words
from eventsapp.kernel.db import db
from eventsapp.kernel.i18n import _, ngettext
from eventsapp.kernel.words import defuse

LINK_LENGTH = timedelta(minutes=30)


def order_paid(payload: dict[str, Any]) -> None:
    """The one mail of a paid order: its tickets as a PDF, the words that were accepted. A program
    may have asked for none (``notify``); a copy was asked for by a person."""
    order, shown = order_of(payload)
    if order.status is not OrderStatus.PAID or not (order.notify or payload.get("copy")):
        return
    valid = [ticket for ticket in order.tickets if ticket.status is TicketStatus.VALID]
    with i18n.use_locale(order.locale):
        letter = _paid_letter(order, shown, valid)
    post(letter, to=order.email, key=key_of("paid", order.id, payload), locale=order.locale)


def order_link(payload: dict[str, Any]) -> None:
    """The link of an order, asked for by its buyer."""
    order, shown = order_of(payload)
    with i18n.use_locale(order.locale):
        letter = Letter(
            subject=_("Votre commande {code}", code=order.code),
            title=_("Votre commande {code}", code=order.code),
            paragraphs=[_("Vous avez demandé le lien de votre commande. Le voici.")],
            action=(_("Ouvrir ma commande"), order_address(order, shown)),
            after=[_("Ce lien vaut clé : ne le publiez pas.")],
            signature=shown.organizer_name,
            reply_to=shown.contact_email or None,
        )
    post(letter, to=order.email, key=key_of("link", order.id, payload), locale=order.locale)


def order_accepted(payload: dict[str, Any]) -> None:
    """A request was accepted: what is to be paid, and until when."""
    order, shown = order_of(payload)
    if order.status is not OrderStatus.AWAITING_PAYMENT or order.deadline is None:
        return
    with i18n.use_locale(order.locale):
        letter = Letter(
            subject=_("Votre demande {code} est acceptée", code=order.code),
            title=_("Votre demande est acceptée"),
            paragraphs=[
                _("Vos places sont gardées. Réglez votre commande pour recevoir vos billets.")
            ],
            facts=[
                (_("Commande"), order.code),
                (_("Total, TVA comprise"), words.money(order.total_cents, order.currency)),
                (_("À régler avant"), words.moment(order.deadline, shown.timezone, year=True)),
            ],
            action=(_("Ouvrir ma commande"), order_address(order, shown)),
            after=[_("Ce lien vaut clé : ne le publiez pas.")],
            signature=shown.organizer_name,
            reply_to=shown.contact_email or None,
        )
    post(letter, to=order.email, key=key_of("accepted", order.id, payload), locale=order.locale)


def order_refused(payload: dict[str, Any]) -> None:
    """A request was refused, with the organizer's own words if he gave some."""
    order, shown = order_of(payload)
    reason = defuse(payload.get("reason", ""))
    with i18n.use_locale(order.locale):
        letter = Letter(
            subject=_("Votre demande {code} n’est pas retenue", code=order.code),
            title=_("Votre demande n’est pas retenue"),
            paragraphs=[
                _("Nous ne pouvons pas vous donner les places demandées. Rien ne vous est débité."),
            ],
            facts=[(_("Commande"), order.code)] + ([(_("Motif"), reason)] if reason else []),
            action=(_("Ouvrir ma commande"), order_address(order, shown)),
            signature=shown.organizer_name,
            reply_to=shown.contact_email or None,
        )
    post(letter, to=order.email, key=key_of("refused", order.id, payload), locale=order.locale)


def order_cancelled(payload: dict[str, Any]) -> None:
    """An unpaid order was ended before its time: what is said about money is what the bill says."""
    order, shown = order_of(payload)
    reason = defuse(payload.get("reason", ""))
    owed = bills.kept_cents(order.bill_id) > 0 or bills.received_cents(order.bill_id) > 0
    with i18n.use_locale(order.locale):
        why = _why_ended(payload)
        money = (
            _("Votre paiement vous est rendu : un courriel vous le dira.")
            if owed
            else _("Nous n’avons reçu aucun paiement pour elle : ne la payez plus.")
        )
        letter = Letter(
            subject=_("Votre commande {code} est annulée", code=order.code),
            title=_("Votre commande est annulée"),
            paragraphs=[why, money],
            facts=[(_("Commande"), order.code)] + ([(_("Motif"), reason)] if reason else []),
            action=(_("Ouvrir ma commande"), order_address(order, shown)),
            signature=shown.organizer_name,
            reply_to=shown.contact_email or None,
        )
    post(letter, to=order.email, key=key_of("cancelled", order.id, payload), locale=order.locale)


def _why_ended(payload: dict[str, Any]) -> str:
    if payload.get("withdrawn"):
        return _("Un événement de votre commande n’a pas lieu, ou n’est plus en vente.")
    if payload.get("expired") == OrderStatus.AWAITING_TRANSFER:
        return _("Le virement n’est pas arrivé à temps. Vos places ne sont plus gardées.")
    if payload.get("expired"):
        return _("Votre demande est restée sans réponse. Vos places ne sont plus gardées.")
    return _("L’organisateur a annulé votre commande. Vos places ne sont plus gardées.")


def sign_in_link(payload: dict[str, Any]) -> None:
    """A one-time link. Its secret is made here: no credential lies in the outbox."""
    account = db.session.get(Account, payload["account_id"])
    if account is None or account.disabled_at:
        raise Never("no such account")
    locale = payload.get("locale") or account.locale
    secret = sign_in.link_for(payload, length=LINK_LENGTH)
    if secret is None:  # a new password was chosen since: this link would undo it
        return
    with i18n.use_locale(locale):
        letter = Letter(
            subject=_("Votre lien de connexion"),
            title=_("Votre lien de connexion"),
            paragraphs=[
                _("Il sert une fois, pendant 30 minutes, pour {email}.", email=account.email)
            ],
            action=(_("Me connecter"), f"{settings.current().base_url}/{locale}/sign-in/{secret}"),
            after=[_("Vous n’avez rien demandé ? Ignorez ce message : personne n’est connecté.")],
            signature="eventsapp",
        )
    post(letter, to=account.email, key=f"signin-{secrets.digest(secret)[:24]}", locale=locale)


def order_address(order: Order, shown: ReleasedSeries) -> str:
    base = settings.current().base_url
    return f"{base}/{order.locale}/{shown.slug}/orders/{order.code}/{order.secret}"


def _paid_letter(order: Order, shown: ReleasedSeries, valid: list[Ticket]) -> Letter:
    count = len(valid)
    papers = [paper_of(ticket, shown) for ticket in valid]
    facts = [(_("Commande"), order.code)]
    for event in dict.fromkeys((paper.event, paper.when, paper.where) for paper in papers):
        facts.append((event[0], ", ".join(part for part in event[1:] if part)))
    total = words.money(order.total_cents, order.currency) if order.total_cents else _("Gratuit")
    facts.append((_("Total, TVA comprise"), total))
    after = [_("Ce lien vaut clé : ne le publiez pas.")]
    if order.total_cents:
        after.insert(
            0,
            _(
                "Événement à date fixe : le droit de rétractation ne s’applique pas "
                "(article L. 221-28, 12° du Code de la consommation)."
            ),
        )
    return Letter(
        subject=ngettext(
            "Votre billet : {event}", "Vos {n} billets : {event}", count, event=_named(papers)
        ),
        title=ngettext("Votre billet est là", "Vos {n} billets sont là", count),
        paragraphs=[
            _("Bonjour {name},", name=defuse(order.first_name))
            if order.first_name
            else _("Bonjour,"),
            _("Votre commande est confirmée. Les billets sont en pièce jointe et sur votre page."),
        ],
        facts=facts,
        action=(_("Ouvrir ma commande"), order_address(order, shown)),
        after=_practical(shown, valid) + after,
        signature=shown.organizer_name,
        attachments=_attachments(order, shown, valid),
        reply_to=shown.contact_email or None,
    )


def _practical(shown: ReleasedSeries, valid: list[Ticket]) -> list[str]:
    """What to know before coming, event by event, a paragraph a line."""
    said: list[str] = []
    for event_id in dict.fromkeys(ticket.event_id for ticket in valid):
        event = shown.event_by_id(event_id) if event_id else None
        lines = [line for line in event.practical.split("\n") if line] if event else []
        if event and lines:
            said.append(_("Informations pratiques : {event}", event=words.typo(event.title)))
            said += [words.typo(defuse(line)) for line in lines]
    return said


def _named(papers: list[TicketPaper]) -> str:
    """The first event of some tickets, and how many others there are."""
    first, *others = dict.fromkeys(paper.event for paper in papers)
    if not others:
        return first
    return ngettext(
        "{event} et {n} autre événement", "{event} et {n} autres événements", len(others),
        event=first,
    )  # fmt: skip


def _attachments(order: Order, shown: ReleasedSeries, valid: list[Ticket]) -> list[Attachment]:
    files = [
        Attachment(
            f"billets-{order.code}.pdf",
            "application/pdf",
            tickets_paper(valid, shown, order.locale),
        )
    ]
    if order.terms_digest:
        kept = terms.read(order.terms_digest)
        name = "conditions-de-vente.html" if kept.lang == "fr" else "conditions-of-sale.html"
        page = f'<!doctype html><html lang="{kept.lang}"><meta charset="utf-8">{kept.body}</html>'
        files.append(Attachment(name, "text/html", page.encode()))
    return files


def order_of(payload: dict[str, Any]) -> tuple[Order, ReleasedSeries]:
    order = db.session.get(Order, payload["order_id"], populate_existing=True)
    series = db.session.get(Series, order.series_id) if order is not None else None
    if order is None or series is None:
        raise Never("no such order")
    return order, releases.current(series.slug)


def key_of(kind: str, identifier: int, payload: dict[str, Any]) -> str:
    """Unguessable, the same at every attempt, another for every copy."""
    named = f"{settings.current().secret_key}:{kind}:{identifier}:{payload.get('copy', '')}"
    return f"{kind}-{secrets.digest(named)[:24]}"
