"""Money the whole way: the shop's pages, Stripe's sandbox and its webhooks, the worker, letters."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from sqlalchemy import select

from eventsapp.delivery import worker
from eventsapp.domain.billing.money.models import Bill, Payment, Refund
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Series
from eventsapp.domain.ticketing.catalogue.models import Product, Quota
from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.gateways import mail
from eventsapp.gateways.stripe_account import sandbox, stripe_account
from eventsapp.kernel.db import db
from tests import make


@dataclass(frozen=True)
class Ordered:
    """What a buyer keeps of an order; rows go with the worker's sessions."""

    id: int
    bill_id: int
    code: str
    secret: str
    locale: str
    email: str


@dataclass
class Street:
    """A shop with one event at 19 euros, its buyers, Stripe and the postman."""

    client: FlaskClient
    slug: str
    product_id: int

    def order(self, *, email: str = "ada@example.org", quantity: int = 1) -> Ordered:
        """Order in the shop and arrive at the payment page."""
        lang, slug, product = "fr", self.slug, self.product
        self.client.post(f"/{lang}/{slug}/hold", data={f"qty-{product.id}": str(quantity)})
        form = {
            "email": email,
            "terms": "y",
            "shown_total": str(product.price_cents * quantity),
        }
        answer = self.client.post(f"/{lang}/{slug}/checkout", data=form)
        assert answer.status_code == 303, answer.text
        made = db.session.scalars(select(Order).order_by(Order.id.desc()).limit(1)).one()
        return Ordered(made.id, made.bill_id, made.code, made.secret, made.locale, made.email)

    @property
    def product(self) -> Product:
        return db.session.get(Product, self.product_id, populate_existing=True)

    def page(self, order: Ordered, *, back: bool = False) -> str:
        """The order's own page, in plain spaces."""
        answer = self.client.get(self.address(order) + ("?retour=1" if back else ""))
        assert answer.status_code == 200
        return plain(answer.text)

    def address(self, order: Ordered, rest: str = "") -> str:
        return f"/{order.locale}/{self.slug}/orders/{order.code}/{order.secret}{rest}"

    def payment(self, order: Ordered) -> Payment:
        """Its latest payment, as it is now."""
        statement = (
            select(Payment).where(Payment.bill_id == order.bill_id).order_by(Payment.id.desc())
        )
        return db.session.scalars(statement, execution_options={"populate_existing": True}).first()

    def pays(self, order: Ordered, *, late: bool = False) -> None:
        sandbox().pay(self.payment(order).session_id, even_expired=late)

    def news(self) -> None:
        """Stripe's webhooks arrive over HTTP."""

        def post(url, body, headers) -> int:
            return self.client.post(urlsplit(url).path, data=body, headers=headers).status_code

        while sandbox().deliver_webhooks(post):
            pass

    def settle(self) -> list[mail.Message]:
        """News arrive, the worker works; returns the letters that left."""
        before = len(mail.memory().sent)
        self.news()
        worker.drain()
        self.news()
        worker.drain()
        return mail.memory().sent[before:]

    def at_stripe(self, order: Ordered) -> list[int]:
        """Cents of each refund that Stripe made of this order's money."""
        return [
            one.amount_cents
            for payment in db.session.scalars(
                select(Payment).where(
                    Payment.bill_id == order.bill_id, Payment.payment_intent.is_not(None)
                )
            )
            for one in stripe_account().refunds_of(payment.payment_intent)
        ]

    def taken(self) -> set[int]:
        ids = [draw.quota_id for draw in self.product.quotas]
        return set(db.session.scalars(select(Quota.taken).where(Quota.id.in_(ids))))


def desk_of(street: Street, client):
    series = db.session.scalars(select(Series).where(Series.slug == street.slug)).one()
    token = make.signed_in(client, make.account("owner", in_series=series))

    def call(path: str, **form):
        address = f"/organizer/{street.slug}/{path}"
        if not form:
            return client.get(address)
        return client.post(address, data={"csrf_token": token, **form})

    return call


def plain(html: str) -> str:
    """Text as a test writes it: no typographic spaces, no runs of white space."""
    return re.sub(r"[\s\u00a0\u202f]+", " ", html)


def fresh(order: Ordered) -> Order:
    return db.session.get(Order, order.id, populate_existing=True)


def flag_of(order: Ordered) -> str | None:
    return db.session.get(Bill, order.bill_id, populate_existing=True).attention


def refunds_of(order: Ordered) -> list[Refund]:
    statement = (
        select(Refund)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Payment.bill_id == order.bill_id)
        .order_by(Refund.id)
    )
    return list(db.session.scalars(statement, execution_options={"populate_existing": True}))


def open_street(client: FlaskClient, *, places: int = 10, slug: str = "essai") -> Street:
    series = make.series(slug=slug)
    event = make.event(series, title_fr="Ouverture", slug="ouverture", free=False)
    product = make.product(event, places=places, label_fr="Entrée", price_cents=1900)
    releases.publish(series.id, actor="test")
    return Street(client, slug, product.id)
