"""The desk: what needs attention, orders, box office, team. Each role sees its own rooms."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from eventsapp.domain.accounts import inviting
from eventsapp.domain.accounts.models import Invitation, Role, RoleName
from eventsapp.domain.billing.money import bills
from eventsapp.domain.billing.money.models import Bill
from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus, Ticket
from eventsapp.kernel import outbox
from eventsapp.kernel.audit import AuditEntry
from eventsapp.kernel.db import db
from eventsapp.kernel.outbox import OutboxMessage
from eventsapp.kernel.transaction import transaction
from eventsapp.web.organizer.people.deeds import DEEDS
from eventsapp.web.organizer.sales.orders import attention_words
from tests import make

ROOT = Path(__file__).resolve().parents[3] / "eventsapp"


class Desk:
    def __init__(self, client, series, role="owner"):
        self.client, self.slug = client, series.slug
        self.account = make.account(role, in_series=series)
        self.token = make.signed_in(client, self.account)

    def get(self, path=""):
        return self.client.get(f"/organizer/{self.slug}/{path}")

    def post(self, path, **form):
        return self.client.post(
            f"/organizer/{self.slug}/{path}", data={"csrf_token": self.token, **form}
        )


@pytest.fixture
def sold(app):
    """A released event with one order of two tickets; returns (series, product, written)."""
    product = make.product(make.event(slug="ouverture"), label_fr="Entrée", code="STD")
    releases.publish(product.series_id, actor="test")
    return product.event.series, product, make.paid_order(product, 2)


def order_row(written) -> Order:
    return db.session.get(Order, written.order_id, populate_existing=True)


def test_the_first_page_shows_sales_and_what_waits(sold, client):
    series, _product, written = sold
    bills.flag(written.bill_id, "amount_mismatch")
    outbox.later("mail.x", "k", {})
    db.session.expire_all()
    message = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mail.x")).one()
    outbox.fail(message.id, "refused")
    page = Desk(client, series).get().text
    assert "1 paiement à regarder" in page and "1 message n’est pas parti" in page
    assert "38,00" in page and "Ventes par jour" in page


def test_orders_are_found_by_holder_and_code(sold, client):
    series, _product, written = sold
    desk = Desk(client, series)
    assert written.code in desk.get("orders?q=byron").text
    assert written.code in desk.get(f"orders?q={written.code.lower()}").text
    assert written.code not in desk.get("orders?q=nobody").text
    assert written.code not in desk.get("orders?status=cancelled").text


def test_the_export_makes_no_formula(sold, client):
    series, product, _written = sold
    make.paid_order(product, 1, email="x@example.org")
    with_formula = db.session.scalars(select(Order).order_by(Order.id.desc())).first()
    with transaction() as session:
        session.get(Order, with_formula.id).last_name = "=SUM(A1:A9)"
    text = Desk(client, series).get("orders.csv").text
    assert "'=SUM(A1:A9)" in text and ",=SUM" not in text
    assert db.session.scalars(select(AuditEntry.action)).all().count("orders.exported") == 1


def test_refunding_a_ticket_needs_a_reason_and_is_shown(sold, client):
    series, _product, written = sold
    desk = Desk(client, series)
    ticket = db.session.scalars(select(Ticket).order_by(Ticket.id)).first()
    path = f"orders/{written.code}/refunds"
    assert desk.post(path, what="tickets", ticket=ticket.public_id, reason="").status_code == 422
    answer = desk.post(path, what="tickets", ticket=ticket.public_id, reason="malade")
    assert answer.status_code == 302
    assert bills.kept_cents(written.bill_id) == 1900
    again = desk.post(path, what="tickets", ticket=ticket.public_id, reason="malade")
    assert again.status_code == 409 and "rien à rembourser" in again.text


def test_a_gesture_gives_the_money_back_and_keeps_the_tickets(sold, client):
    series, _product, written = sold
    desk = Desk(client, series)
    desk.post(f"orders/{written.code}/refunds", what="gesture", reason="retard")
    assert bills.kept_cents(written.bill_id) == 0
    assert order_row(written).status is OrderStatus.PAID


def test_a_request_is_accepted_or_refused(app, client):
    product = make.product(price_cents=0, approval=True)
    yes, no = make.web_order(product), make.web_order(product, email="b@example.org")
    desk = Desk(client, product.event.series)
    desk.post(f"orders/{yes.code}/decision", answer="yes")
    desk.post(f"orders/{no.code}/decision", answer="no", reason="complet")
    statuses = [db.session.get(Order, one.id, populate_existing=True).status for one in (yes, no)]
    assert statuses == [OrderStatus.PAID, OrderStatus.CANCELLED]


def test_what_was_looked_at_leaves_the_list(sold, client):
    series, _product, written = sold
    bills.flag(written.bill_id, "refund_failed")
    Desk(client, series).post(f"orders/{written.code}/attention")
    assert db.session.get(Bill, written.bill_id, populate_existing=True).attention is None


def test_somebody_is_invited_and_the_last_owner_stays(sold, client):
    series, _product, _written = sold
    desk = Desk(client, series)
    desk.post("team", email="lina@example.org", name="Lina", role="door")
    door = select(Role).where(Role.name == RoleName.DOOR)
    assert db.session.scalars(door).all() == []  # asked, and not given before they accept
    asked = db.session.scalars(select(Invitation)).one()
    inviting.accept(inviting.link_of(asked), device="test", locale="fr")
    role = db.session.scalars(door).one()
    assert role.series_id == series.id
    owner = db.session.scalars(select(Role).where(Role.name == RoleName.OWNER)).one()
    refused = desk.post(f"team/{owner.id}/removal")
    assert refused.status_code == 409 and "au moins un propriétaire" in refused.text
    assert desk.post(f"team/{role.id}/removal").status_code == 302
    assert "rôle donné" in desk.get("journal").text


def test_a_failed_message_is_sent_again(sold, client):
    series, _product, _written = sold
    outbox.later("mail.x", "k", {})
    message = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mail.x")).one()
    outbox.fail(message.id, "550 no such user")
    desk = Desk(client, series)
    assert "550 no such user" in desk.get("messages").text
    desk.post(f"messages/{message.id}/retries")
    assert db.session.get(OutboxMessage, message.id, populate_existing=True).ended is False


ROOMS = ("", "orders", "orders.csv", "catalogue", "team", "journal", "messages")


def test_a_desk_sees_the_failed_messages_of_its_own_series_only(sold, client):
    """Addresses stand in them; those of no series are for who answers for the house."""
    series, _product, _written = sold
    other = make.series(slug="ailleurs")
    ids = {}
    for name, series_id in (("own", series.id), ("other", other.id), ("link", None)):
        outbox.later("mail.x", name, {}, series_id=series_id)
        ids[name] = db.session.scalar(select(OutboxMessage.id).where(OutboxMessage.key == name))
        outbox.fail(ids[name], f"refused: {name}@example.org")

    organizer = Desk(client, series, "organizer")
    page = organizer.get("messages").text
    assert [name for name in ids if f"{name}@example.org" in page] == ["own"]
    assert organizer.post(f"messages/{ids['other']}/retries").status_code == 404
    assert organizer.post(f"messages/{ids['link']}/retries").status_code == 404
    assert organizer.post(f"messages/{ids['own']}/retries").status_code == 302

    page = Desk(client, series, "owner").get("messages").text
    assert [name for name in ids if f"{name}@example.org" in page] == ["link"]


def test_every_reason_to_look_at_a_bill_has_its_words(app):
    sources = [path.read_text() for path in ROOT.rglob("*.py")]
    flags = {
        flag
        for source in sources
        for flag in re.findall(r'bills\.flag\([^"]*?f?"(\w+)', source)
        if flag != "refunded_"  # followed by who decided: late, duplicate, cancelled
    }
    assert "stripe_refused" in flags and flags <= set(attention_words())


def test_every_deed_of_the_journal_has_its_words():
    sources = [path.read_text() for path in ROOT.rglob("*.py")]
    called = (
        r"""(?:audit\.note|_note)\(\s*"(\w+\.\w+)"|action = "(\w+\.\w+)" if on else "(\w+\.\w+)\""""
    )
    noted = {name for source in sources for found in re.findall(called, source) for name in found}
    assert "order.cancelled" in noted and noted - {""} <= set(DEEDS)


def test_the_journal_names_people_and_deeds(sold, client):
    series, _product, written = sold
    desk = Desk(client, series)
    desk.post(f"orders/{written.code}/mails")
    page = desk.get("journal").text
    assert "billets renvoyés" in page and desk.account.name in page
    assert "order.mailed" not in page


def test_the_journal_of_a_series_tells_of_its_money(sold, client):
    series, _product, written = sold
    desk = Desk(client, series)
    desk.post(f"orders/{written.code}/refunds", what="all", reason="fermé")
    actions = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.series_id == series.id)
    ).all()
    assert "refund.requested" in actions


@pytest.mark.parametrize(
    ("role", "open_rooms"),
    [
        ("owner", set(ROOMS)),
        ("organizer", {"", "orders", "orders.csv", "catalogue", "messages"}),
        ("contributor", {""}),
        ("accountant", {"", "orders", "orders.csv"}),
        ("care", {""}),
        ("door", set()),
        ("juror", set()),
    ],
)
def test_each_role_enters_its_own_rooms(sold, client, role, open_rooms):
    series, _product, written = sold
    desk = Desk(client, series, role)
    entered = {room for room in ROOMS if desk.get(room).status_code == 200}
    assert entered == open_rooms
    if "orders" not in open_rooms:
        assert desk.get(f"orders/{written.code}").status_code in (403, 404)


def test_another_organisation_sees_nothing(sold, client):
    series, _product, written = sold
    stranger = make.account("owner", in_series=make.series())
    make.signed_in(client, stranger)
    for room in (*ROOMS, f"orders/{written.code}"):
        assert client.get(f"/organizer/{series.slug}/{room}").status_code in (403, 404)


def test_a_form_without_its_token_is_refused(sold, client):
    series, _product, written = sold
    desk = Desk(client, series)
    answer = client.post(
        f"/organizer/{desk.slug}/orders/{written.code}/refunds",
        data={"what": "order", "reason": "x"},
    )
    assert answer.status_code == 403 and bills.kept_cents(written.bill_id) == 3800


def test_visitors_are_sent_to_sign_in_and_come_back(sold, client):
    series, _product, _written = sold
    answer = client.get(f"/organizer/{series.slug}/orders")
    assert answer.status_code == 302
    assert "/fr/sign-in?next=" in answer.location


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_whatever_their_rows(app, client, statements, count):
    product = make.product(make.event())
    for n in range(count):
        make.paid_order(product, 1, email=f"n{n}@example.org")
    desk = Desk(client, product.event.series)
    for path, most in (("orders", 6), ("catalogue", 9), ("team", 7)):
        del statements[:]
        assert desk.get(path).status_code == 200
        asked = [text for text in statements if text.startswith("SELECT")]
        assert len(asked) <= most, f"{path}: {len(asked)}\n" + "\n".join(t[:90] for t in asked)


def test_an_owner_does_not_read_what_did_not_reach_the_people_of_another_house(sold, client):
    """Addresses of their team stand in the answers of mail servers."""
    series, _product, _written = sold
    outbox.later("mail.sign_in_link", "theirs", {})
    message = db.session.scalars(
        select(OutboxMessage.id).where(OutboxMessage.key == "theirs")
    ).one()
    outbox.fail(message, "550 lea@maison.example")
    desk = Desk(client, series)
    assert "lea@maison.example" in desk.get("messages").text

    make.account("owner", in_series=make.series(slug="ailleurs"))

    assert "lea@maison.example" not in desk.get("messages").text
    assert desk.post(f"messages/{message}/retries").status_code == 404
    desk.post("team", email="max@maison.example", role="owner")
    own = db.session.scalars(
        select(OutboxMessage.id)
        .where(OutboxMessage.series_id == series.id)
        .order_by(OutboxMessage.id.desc())
    ).first()
    outbox.fail(own, "550 max@maison.example")
    assert "max@maison.example" in desk.get("messages").text
