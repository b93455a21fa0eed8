"""Numbers and tokens that are none: every form, query and interface says no, and none breaks."""

import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from werkzeug.datastructures import ImmutableMultiDict

from eventsapp.domain.accounts import people
from eventsapp.domain.accounts.models import RoleName
from eventsapp.web import spelled
from eventsapp.web.forms import numbers
from eventsapp.web.organizer.jobs import TITLES
from tests import make
from tests.web import rooms as house

WEB = Path(__file__).resolve().parents[2] / "eventsapp" / "web"
HOSTILE = [
    "19,²", "²", "١٩", "1_000", "1" + "0" * 30, "9" * 6000, "9223372036854775808", "-1", "-0", "0",
    "NaN", "Infinity", "1e400", "0x10", "", " ", "a\0b", "\ud800", "½", "٣,٥",
]  # fmt: skip
# Each walk asks hundreds of addresses: it takes one of each sort.
WALKED = ["19,²", "²", "١٩", "1" + "0" * 30, "-0", "NaN", "1e400", "", "a\0b", "\ud800"]
NUL = b"a\0b"
BYTES = [one.encode("utf-8", "surrogatepass") for one in WALKED]
HEARD = [one for one in BYTES if one != NUL]
TOKENS = ["é", "²" * 64, "١" * 64, "", "\ud800", "a\0b", "9" * 6000]
HEADERS = [token for token in TOKENS if "\0" not in token]  # which no header can hold
# What asks of every page alike: the language, the token, links of the frame, what was just done.
EVERYWHERE = {f"eventsapp.web.{name}" for name in ("access", "done", "frame", "hostile")}
# What ends the walk itself, and asks for nothing but the token.
ENDS = {"account.sign_out", "account.revoke"}


class Forms(HTMLParser):
    """The fields of every form of a page, with what they hold, by the form's address."""

    def __init__(self, page: str, path: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.page, self.open = path, False
        self.select = ""
        self.feed(page)

    def handle_starttag(self, tag, pairs):
        given = {name: value or "" for name, value in pairs}
        if tag == "form":
            self.open = given.get("method", "get").lower() == "post"
            if self.open:
                self.found.append((given.get("action") or self.page, {}))
        elif self.open and tag in ("input", "textarea", "select", "button") and "name" in given:
            fields = self.found[-1][1]
            fields.setdefault(given["name"], given.get("value", ""))
            self.select = given["name"] if tag == "select" else ""
        elif self.open and tag == "option" and self.select and "selected" in given:
            self.found[-1][1][self.select] = given.get("value", "")

    def handle_endtag(self, tag):
        self.open = self.open and tag != "form"


class Heard(ImmutableMultiDict):
    """Fields or a query that note which module asks for what is in them."""

    by: set[str] = set()


def noting(name):
    plain = getattr(ImmutableMultiDict, name)

    def read(self, *given, **named):
        caller = sys._getframe(1)
        # A template has no name; what it asks for is asked by its page.
        while (module := caller.f_globals.get("__name__", "")) == __name__ or "werkzeug." in module:
            caller = caller.f_back
        Heard.by.add(module)
        return plain(self, *given, **named)

    return read


for method in ("__contains__", "__getitem__", "__iter__", "__len__", "get", "getlist", "items",
               "keys", "lists", "listvalues", "to_dict", "values"):  # fmt: skip
    setattr(Heard, method, noting(method))


@pytest.fixture
def each_value(monkeypatch):
    """Returns ``each_value(turn, ask)``: ask once, then with every other value if it can matter.

    A page that asks for nothing of what was sent answers every value alike.
    """
    monkeypatch.setattr(spelled, "ImmutableMultiDict", Heard)
    heard = []

    def walk(turn, ask):
        ask(NUL)  # refused before any page
        first = HEARD[turn % len(HEARD)]
        Heard.by.clear()
        ask(first)
        heard.append(bool(Heard.by - EVERYWHERE))
        for value in HEARD if heard[-1] else ():
            if value != first:
                ask(value)

    yield walk
    assert any(heard)  # else it is deaf


@pytest.fixture
def rooms(app, client, monkeypatch):
    monkeypatch.setitem(TITLES, "count", "Compter")
    made = house.furnish(make.series(slug="essai"))
    # Owner and juror at once, so that every room opens.
    people.grant_role(
        made.juror.account_id, RoleName.OWNER, organisation_id=made.series.organisation_id
    )
    client.set_cookie("door", made.phone, path="/door")
    client.set_cookie("hold", made.hold)
    made.token = make.signed_in(client, made.juror.account)
    made.secret = client.get_cookie("session").value
    return made


def routes(app, method):
    return [
        rule
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
        if method in rule.methods and rule.endpoint not in house.FILES
    ]


def names_read(pattern: str) -> set[str]:
    """Names of fields that some view reads by name."""
    return {
        name
        for path in WEB.rglob("*.py")
        for name in re.findall(
            pattern + r"""(?:\.get(?:list)?\(|\[)["']([\w-]+)""", path.read_text()
        )
    }


def fields_read() -> set[str]:
    made_up = {"qty-1", "qty-١", "qty-1-" + "9" * 12, "price-1", "slot0-row"}
    return (names_read("form") | made_up) - {"csrf_token"}


def as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def as_latin(text: str) -> str:
    """As a header carries it."""
    return as_bytes(text).decode("latin-1")


def sent(client, path, fields, token):
    """As a browser would never send it: raw bytes, percent-encoded."""
    body = "&".join(
        f"{name}=" + "".join(f"%{byte:02x}" for byte in value)
        for name, value in {"csrf_token": token.encode(), **fields}.items()
    )
    return client.post(path, data=body, content_type="application/x-www-form-urlencoded")


def forms_of(app, client, rooms):
    found = {}
    for rule in routes(app, "GET"):
        path = rooms.address(rule)
        if rule.endpoint == "door.list_companions":
            continue
        page = client.get(path)
        if page.mimetype == "text/html":
            for address, fields in Forms(page.text, path).found:
                names = tuple(sorted(fields))
                found.setdefault((re.split("[?#]", address)[0], names), fields)
    return [(address, fields) for (address, _names), fields in found.items()]


def test_no_number_of_a_form_is_an_error_of_ours(app, client, rooms):
    """Each form as its page offers it, one field after the other made hostile.

    Then all at once, where a name of its own is among them: all the others go to every address in
    the next test.
    """
    broken, everywhere = [], fields_read()

    def tried(path, fields):
        answer = sent(client, path, fields, rooms.token)
        if answer.status_code >= 500 and answer.status_code != 503:
            broken.append(f"{path} {sorted(fields)}: {answer.status_code}")

    for turn, (path, fields) in enumerate(forms_of(app, client, rooms)):
        mine = {n: v.encode() for n, v in fields.items() if n not in ("csrf_token", "password")}
        if not mine or path.endswith("/sign-out"):
            continue
        # Of fields that differ by a number alone, one code reads all: the first stands for them.
        for place, name in enumerate(
            {re.sub("[0-9]+", "0", n): n for n in reversed(mine)}.values()
        ):
            for step in (0, 3):
                tried(path, mine | {name: BYTES[(turn + place + step) % len(BYTES)]})
        for value in BYTES if mine.keys() - everywhere else ():
            tried(path, dict.fromkeys(mine, value))

    assert broken == []


def test_every_post_refuses_fields_that_are_no_numbers(app, client, rooms, each_value):
    names, broken = fields_read(), []
    for turn, rule in enumerate(routes(app, "POST")):
        if rule.endpoint in ENDS:
            continue

        def tried(value, rule=rule):
            answer = sent(client, rooms.address(rule), dict.fromkeys(names, value), rooms.token)
            client.set_cookie("session", rooms.secret)  # a link of somebody else may have signed in
            if answer.status_code >= 500:
                broken.append(f"{rule.rule} {value[:20]!r}: {answer.status_code}")

        each_value(turn, tried)
    assert broken == []
    assert client.get("/account/").status_code == 200  # it was no stranger who asked


def test_no_query_is_an_error_of_ours(app, client, rooms, each_value):
    names = names_read("args") | {"page", "sort", "day"}
    broken = []
    for turn, rule in enumerate(routes(app, "GET")):

        def tried(value, rule=rule):
            asked = "&".join(
                f"{name}=" + "".join(f"%{byte:02x}" for byte in value) for name in names
            )
            answer = client.get(
                f"{rooms.address(rule)}?{asked}", headers={"Authorization": f"Bearer {rooms.key}"}
            )
            if answer.status_code >= 500 and rule.endpoint != "health.ready":
                broken.append(f"{rule.rule} {value[:20]!r}: {answer.status_code}")

        each_value(turn, tried)
    assert broken == []


def test_a_token_that_is_no_token_is_refused_everywhere(app, client, rooms):
    """One guard hears them all: every address gets one as its field and another as its header."""
    heard = []
    guarded = [
        rule
        for rule in routes(app, "POST")
        if rule.rule.startswith(("/organizer", "/jury", "/account"))
    ]
    assert len(guarded) > len(TOKENS)
    for turn, rule in enumerate(guarded):
        field, header = TOKENS[turn % len(TOKENS)], HEADERS[turn % len(HEADERS)]
        for token, answer in (
            (field, sent(client, rooms.address(rule), {"csrf_token": as_bytes(field)}, "")),
            (header, client.post(rooms.address(rule), headers={"X-CSRF-Token": as_latin(header)})),
        ):
            if answer.status_code not in (400, 403):
                heard.append(f"{rule.rule} {token[:5]!r}: {answer.status_code}")
    assert heard == []


@pytest.mark.parametrize("cookie", ["session", "door", "hold", "known-device", "lang"])
def test_a_cookie_that_is_no_secret_is_nobodys(app, client, rooms, cookie):
    broken = []
    for token in ("é", "²" * 64, "\udcff", "9" * 6000):
        raw = f"{cookie}={as_latin(token)}"
        for path in (
            "/organizer/",
            "/door/state",
            "/fr/essai/checkout",
            "/fr/sign-in",
            "/account/",
        ):
            client.delete_cookie(cookie)
            answer = client.get(path, headers={"Cookie": raw})
            if answer.status_code >= 500:
                broken.append(f"{path} {token[:5]!r}: {answer.status_code}")
    assert broken == []


def test_no_number_of_a_program_is_an_error_of_ours(app, client, rooms):
    fields = ("event", "product", "quantity", "count", "kind", "uuid", "token", "amount_cents",
              "scanned_at", "gate", "lines", "scans", "tickets", "companions", "scan")  # fmt: skip
    values = ('"²"', "1e400", "-0", "9" * 400, "NaN", "null", '"\\ud800"', '"\\u0000"', "[]", "{}")
    bodies = []
    for value in values:
        bodies += ["{" + ",".join(f'"{name}":{value}' for name in fields) + "}", value]
        item = ",".join(f'"{name}":{value}' for name in fields)
        bodies += [f'{{"{name}":[{{{item}}}]}}' for name in ("lines", "scans")]
    broken = []
    for rule in routes(app, "POST"):
        if not rule.rule.startswith(("/api/", "/door/", "/webhooks/")):
            continue
        for body in bodies:
            answer = client.post(
                rooms.address(rule),
                data=body,
                content_type="application/json",
                headers={"Authorization": f"Bearer {rooms.key}"},
            )
            if answer.status_code >= 500:
                broken.append(f"{rule.rule} {body[:60]}: {answer.status_code}")
    assert broken == []


def test_a_price_that_is_none_is_said_beside_the_field(client, rooms):
    product = rooms.values["product_id"]
    path = f"/organizer/essai/catalogue/tariffs/{product}"

    answer = sent(client, path, {"label_fr": b"Plein", "price": "19,²".encode()}, rooms.token)

    assert (answer.status_code, 'id="price-e"' in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("19", 1900), ("19,5", 1950), ("1 900,00 €", 190000), ("0", 0), ("9999999,99", 999999999)],
)
def test_prices_are_read_as_people_write_them(typed, cents):
    assert numbers.cents(typed) == cents


@pytest.mark.parametrize("typed", [one for one in HOSTILE if one != "0"])
def test_what_is_no_number_is_none(typed):
    for read in (numbers.cents, numbers.whole):
        with pytest.raises(ValueError, match="no such"):
            read(typed)


def test_the_largest_number_is_that_of_a_column():
    assert numbers.whole(str(2**63 - 1)) == 2**63 - 1
    assert json.loads(str(numbers.whole("007"))) == 7
