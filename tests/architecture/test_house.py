"""The house rules that a machine can check."""

import ast
import re
from pathlib import Path

from eventsapp import app  # noqa: F401 - imports every module that defines a refusal
from eventsapp.kernel.errors import Refusal
from eventsapp.web.refusals import SENTENCES

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [p for p in (ROOT / "eventsapp").rglob("*.py") if "_bundle" not in p.parts]


def occurrences(pattern: str, *, allowed: set[str]) -> list[str]:
    found = re.compile(pattern)
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in SOURCES
        if str(path.relative_to(ROOT)) not in allowed
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if found.search(line)
    ]


def test_files_stay_under_400_lines():
    long = {
        str(path.relative_to(ROOT)): count
        for path in SOURCES
        if (count := len(path.read_text().splitlines())) > 400
    }
    assert long == {}


def test_functions_stay_under_60_lines():
    long = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > 60:
                long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert long == []


def test_only_the_transaction_commits():
    pattern = r"session\.commit\("
    assert occurrences(pattern, allowed={"eventsapp/kernel/transaction.py"}) == []


def test_only_the_clock_tells_the_time():
    pattern = r"datetime\.(now|utcnow|today)\(|date\.today\(|\btime\.time\("
    assert occurrences(pattern, allowed={"eventsapp/kernel/clock.py"}) == []


def test_one_module_says_how_text_is_kept_and_compared():
    pattern = r"\bunicodedata\b|email_validator|\.casefold\(|isprintable\("
    assert occurrences(pattern, allowed={"eventsapp/kernel/spelling.py"}) == []
    scripts = (ROOT / "static/js").rglob("*.js")
    folding = [path.name for path in scripts if re.search(r"\.normalize\(", path.read_text())]
    assert folding == ["fold.js"]


def test_calls_that_leave_the_machine_go_through_one_place():
    """``gateways/outward`` bounds how many requests wait; a new gateway has to use it."""
    outside = r"smtplib|socket|stripe|requests|dns|httpx|http\.client|urllib\.request"
    pattern = rf"^\s*(import|from) ({outside})\b"
    bounded = {
        f"eventsapp/gateways/{name}.py" for name in ("stripe", "mail", "arrival", "sender_records")
    }
    # The sandbox answers inside the process; its news are sent by the worker alone.
    sandbox = {
        "eventsapp/gateways/stripe_sandbox/client.py",
        "eventsapp/gateways/stripe_sandbox/webhooks.py",
    }
    # Our own address, without a packet; and the server, which is called and does not call.
    inward = {"eventsapp/settings.py", "eventsapp/cli/patient.py"}
    assert occurrences(pattern, allowed=bounded | sandbox | inward) == []
    for path in bounded:
        assert "outward.call()" in (ROOT / path).read_text()


def test_every_setting_is_documented():
    names = set(re.findall(r"EVENTSAPP_[A-Z_]+", (ROOT / "eventsapp/settings.py").read_text()))
    documented = (ROOT / "README.md").read_text()
    assert [name for name in sorted(names) if name not in documented] == []


def test_every_refusal_has_a_sentence():
    def family(kind):
        return [kind, *(below for child in kind.__subclasses__() for below in family(child))]

    codes = {kind.code for kind in family(Refusal) if kind.__module__.startswith("eventsapp")}
    assert sorted(codes - set(SENTENCES)) == []


def test_views_ask_the_domain_and_not_the_database():
    """Read, act, answer: queries and transactions have names, in the area they belong to."""
    pattern = r"\bdb\.session\b|\bselect\(|\btransaction\(\)"
    allowed = {"eventsapp/web/pages.py"}  # gives up the session of a request that failed
    found = occurrences(pattern, allowed=allowed)
    assert [place for place in found if place.startswith("eventsapp/web/")] == []
