"""A list is whole, or says that it is not: every limit on what is read has its reason here."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "eventsapp"

#: Function -> why it may stop early. ``batch``: work goes on where it stopped; ``page``: the page
#: leads to the next; ``said``: the page counts the whole beside what it shows; ``few``: by its
#: nature a look at the first ones.
REASONS = {
    "kernel/jobs.py:forget_old": "batch",
    "kernel/lists.py:_page": "page",
    "kernel/audit.py:journal": "page",
    "kernel/audit.py:seal": "batch",
    "kernel/audit.py:broken_seals": "batch",
    "kernel/outbox.py:claim": "batch",
    "kernel/outbox.py:failed": "said",
    "domain/checkin/presence.py:disagreements": "batch",
    "domain/checkin/scanning.py:_elsewhere": "few",
    "domain/checkin/strays.py:of_event": "said",
    "domain/checkin/queries.py:attendees": "page",
    "domain/checkin/queries.py:last_scans": "few",
    "domain/checkin/companions.py:waiting": "few",
    "domain/checkin/incidents.py:of_event": "said",
    "domain/billing/money/payments.py:sweep": "batch",
    "domain/ticketing/catalogue/discounts.py:listed": "said",
    "domain/ticketing/catalogue/guests.py:_forget_some": "batch",
    "domain/ticketing/sales/queries.py:orders_of_email": "said",
    "domain/ticketing/sales/forgetting.py:_forget_some": "batch",
    "domain/ticketing/sales/retention.py:_forget_people": "batch",
    "domain/ticketing/sales/retention.py:_forget_bills": "batch",
    "domain/ticketing/sales/withdrawal.py:withdraw_due": "batch",
    "domain/ticketing/sales/holds.py:release_expired": "batch",
    "domain/ticketing/sales/token_ends.py:fill": "batch",
    "domain/ticketing/sales/ways_out.py:remind_due": "batch",
    "domain/ticketing/sales/orders.py:expire_due": "batch",
    "domain/messages/recipients.py:_forget_some": "batch",
    "domain/messages/segments.py:portion": "batch",
    "domain/selection/calls/retention.py:_drafts_due": "batch",
    "domain/selection/calls/retention.py:_persons_due": "batch",
}


def limits() -> set[str]:
    """Where ``.limit(…)`` is called with anything but 1, as file:function."""
    found = set()
    for path in ROOT.rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            for node in ast.walk(function):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr == "limit"
                    and ast.unparse(node.args[0]) != "1"
                ):
                    found.add(f"{path.relative_to(ROOT)}:{function.name}")
    return found


def test_every_limit_has_its_reason():
    assert limits() == REASONS.keys()
