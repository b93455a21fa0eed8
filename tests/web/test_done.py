"""What a page says after a deed: every deed that redirects has its sentence."""

import ast
from pathlib import Path

import pytest

from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.kernel.db import db
from eventsapp.web import done
from tests import make

WEB = Path(__file__).resolve().parents[2] / "eventsapp/web"
#: The door's page names the gate in its sentences, and has its own table.
OWN_WORDS = ("organizer/door/door.py",)


def keys() -> set[str]:
    """Each ``done=`` that a view of the desk gives to its redirect."""
    found = set()
    for path in [*(WEB / "organizer").rglob("*.py"), *(WEB / "host").rglob("*.py")]:
        if str(path.relative_to(WEB)) in OWN_WORDS:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "done":
                assert isinstance(node.value, ast.Constant), path
                found.add(str(node.value.value))
            if isinstance(node, ast.Constant) and str(node.value).startswith("?done="):
                found.add(str(node.value).removeprefix("?done="))
    return found


def test_every_deed_of_the_desk_has_its_sentence():
    assert keys() == set(done.WORDS)


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("tickets", "Billets et remboursements se lisent ci-dessous."),
        ("gesture", "Billets et remboursements se lisent ci-dessous."),
    ],
)
def test_a_refund_at_the_desk_says_that_it_is_asked_for(client, what, sentence):
    post, order = _paid_order(client)

    answer = post(what=what, reason="Empêchement", ticket=[order.tickets[0].public_id])

    assert sentence in client.get(answer.location).text


def test_a_refund_of_no_ticket_asks_for_the_tickets(client):
    post, _order = _paid_order(client)

    answer = post(what="tickets", reason="Empêchement")

    assert answer.status_code == 422
    assert "Cochez les billets à annuler." in answer.text


def _paid_order(client):
    series = make.series(slug="essai")
    token = make.signed_in(client, make.account("owner", in_series=series))
    written = make.paid_order(make.product(make.event(series, free=False), places=5))
    order = db.session.get(Order, written.order_id)
    address = f"/organizer/essai/orders/{order.code}/refunds"
    return (lambda **form: client.post(address, data=form | {"csrf_token": token})), order
