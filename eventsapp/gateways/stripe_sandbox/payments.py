"""What happens to a session when somebody pays, fails, waits or comes late."""

from collections.abc import Mapping
from typing import Any

from eventsapp.gateways.stripe_sandbox.store import Doc, Store, new_id
from eventsapp.gateways.stripe_sandbox.webhooks import announce
from eventsapp.kernel import clock

# A European card: 1.5 % and 25 cents, rounded to the cent.
FEE_BP, FEE_FIXED_CENTS = 150, 25
SEPA_SETTLES_AFTER_S = 60


def epoch() -> int:
    return int(clock.now().timestamp())


def pay(store: Store, session_id: str, *, even_expired: bool = False) -> Doc | None:
    """Money arrives. Returns the session, or None when it cannot be paid any more."""
    with store.writing():
        session = _moved_on(store, session_id)
        if session is None or session["status"] == "complete":
            return session
        if session["status"] == "expired" and not even_expired:
            return None
        intent = _intent_of(store, session)
        charge, booked = new_charge(intent, at=epoch())
        intent |= {
            "status": "succeeded",
            "amount_received": intent["amount"],
            "latest_charge": charge["id"],
            "last_payment_error": None,
        }
        session |= {
            "status": "complete",
            "payment_status": "paid",
            "payment_intent": intent["id"],
            "url": None,
        }
        for doc in (booked, charge, intent, session):
            store.put(doc)
        announce(store, "payment_intent.succeeded", intent)
        announce(store, "charge.succeeded", charge)
        announce(store, "checkout.session.completed", session)
        return session


def decline(store: Store, session_id: str, code: str = "card_declined") -> Doc | None:
    """The bank says no. The session stays open: the buyer tries again on the same page."""
    with store.writing():
        session = _moved_on(store, session_id)
        if session is None or session["status"] != "open":
            return session
        intent = _intent_of(store, session)
        intent |= {
            "status": "requires_payment_method",
            "last_payment_error": {"code": code, "type": "card_error"},
        }
        session |= {"payment_intent": intent["id"]}
        store.put(intent)
        store.put(session, due=session["expires_at"])
        announce(store, "payment_intent.payment_failed", intent)
        return session


def start_debit(store: Store, session_id: str, *, will_succeed: bool) -> Doc | None:
    """A SEPA debit: the session is complete, the money is days away (here, a minute)."""
    with store.writing():
        session = _moved_on(store, session_id)
        if session is None or session["status"] != "open":
            return session
        intent = _intent_of(store, session)
        intent |= {"status": "processing"}
        session |= {
            "status": "complete",
            "payment_status": "unpaid",
            "payment_intent": intent["id"],
            "url": None,
            "_settles": will_succeed,
        }
        store.put(intent)
        store.put(session, due=epoch() + SEPA_SETTLES_AFTER_S)
        announce(store, "checkout.session.completed", session)
        return session


def expire(store: Store, session_id: str) -> Doc | None:
    with store.writing():
        session = _moved_on(store, session_id)
        if session is not None and session["status"] == "open":
            session |= {"status": "expired", "url": None}
            store.put(session)
            announce(store, "checkout.session.expired", session)
        return session


def settle_due(store: Store) -> int:
    """Move on what time moves: open sessions expire, debits settle."""
    moved = 0
    for session in store.due(epoch()):
        if session["status"] == "open":
            expire(store, session["id"])
        else:
            _settle_debit(store, session["id"])
        moved += 1
    return moved


def _settle_debit(store: Store, session_id: str) -> None:
    with store.writing():
        session = store.get(session_id, "checkout.session")
        if session is None or "_settles" not in session:
            return
        intent = _intent_of(store, session)
        if session.pop("_settles"):
            charge, booked = new_charge(intent, at=epoch())
            intent |= {
                "status": "succeeded",
                "amount_received": intent["amount"],
                "latest_charge": charge["id"],
            }
            session |= {"payment_status": "paid"}
            store.put(booked)
            store.put(charge)
            outcome = "checkout.session.async_payment_succeeded"
        else:
            intent |= {"status": "requires_payment_method"}
            outcome = "checkout.session.async_payment_failed"
        store.put(intent)
        store.put(session)
        announce(store, outcome, session)


def _moved_on(store: Store, session_id: str) -> Doc | None:
    """The session, expired first if its time is over."""
    session = store.get(session_id, "checkout.session")
    if session and session["status"] == "open" and session["expires_at"] <= epoch():
        session |= {"status": "expired", "url": None}
        store.put(session)
        announce(store, "checkout.session.expired", session)
    return session


def _intent_of(store: Store, session: Mapping[str, Any]) -> Doc:
    if session["payment_intent"]:
        intent = store.get(session["payment_intent"])
        if intent is not None:
            return intent
    return new_intent(
        new_id("pi_"),
        amount=session["amount_total"],
        currency=session["currency"],
        metadata=session["_intent"].get("metadata", {}),
        at=epoch(),
    )


def new_intent(
    intent_id: str, *, amount: int, currency: str, metadata: Mapping[str, str], at: int
) -> Doc:
    return {
        "id": intent_id,
        "object": "payment_intent",
        "amount": amount,
        "amount_received": 0,
        "currency": currency,
        "created": at,
        "livemode": False,
        "latest_charge": None,
        "last_payment_error": None,
        "metadata": dict(metadata),
        "status": "requires_payment_method",
    }


def new_charge(
    intent: Mapping[str, Any], *, at: int, charge_id: str | None = None
) -> tuple[Doc, Doc]:
    """The charge of a succeeded payment and its line in the account's books."""
    charge_id = charge_id or new_id("ch_")
    fee = (intent["amount"] * FEE_BP + 5000) // 10000 + FEE_FIXED_CENTS
    booked = {
        "id": "txn_" + charge_id.removeprefix("ch_"),
        "object": "balance_transaction",
        "amount": intent["amount"],
        "fee": fee,
        "net": intent["amount"] - fee,
        "currency": intent["currency"],
        "created": at,
        "source": charge_id,
        "status": "available",
        "type": "charge",
    }
    charge = {
        "id": charge_id,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"],
        "amount_refunded": 0,
        "balance_transaction": booked["id"],
        "captured": True,
        "created": at,
        "currency": intent["currency"],
        "disputed": False,
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "paid": True,
        "payment_intent": intent["id"],
        "refunded": False,
        "status": "succeeded",
    }
    return charge, booked
