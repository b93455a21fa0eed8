"""Numbers and tokens that are none: every form, query and interface says no, and none breaks."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from eventsapp.domain.accounts import people
from eventsapp.domain.accounts.models import RoleName
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
BYTES = [one.encode("utf-8", "surrogatepass") for one in WALKED]
TOKENS = ["é", "²" * 64, "١" * 64, "", "\ud800", "a\0b", "9" * 6000]
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
                found.setdefault((address.partition("?")[0], names), fields)
    return [(address, fields) for (address, _names), fields in found.items()]


def test_no_number_of_a_form_is_an_error_of_ours(app, client, rooms):
    """Each form as its page offers it, one field after the other made hostile, then all at once."""
    broken = []

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
        for value in BYTES:
            tried(path, dict.fromkeys(mine, value))

    assert broken == []


def test_every_post_refuses_fields_that_are_no_numbers(app, client, rooms):
    names = names_read("form") | {"qty-1", "qty-١", "qty-1-" + "9" * 12, "price-1", "slot0-row"}
    broken = []
    for rule in routes(app, "POST"):
        if rule.endpoint in ENDS:
            continue
        for value in BYTES:
            answer = sent(
                client,
                rooms.address(rule),
                dict.fromkeys(names - {"csrf_token"}, value),
                rooms.token,
            )
            if answer.status_code >= 500:
                broken.append(f"{rule.rule} {value[:20]!r}: {answer.status_code}")
    assert broken == []


def test_no_query_is_an_error_of_ours(app, client, rooms):
    names = names_read("args") | {"page", "sort", "day"}
    broken = []
    for rule in routes(app, "GET"):
        for value in BYTES:
            asked = "&".join(
                f"{name}=" + "".join(f"%{byte:02x}" for byte in value) for name in names
            )
            answer = client.get(
                f"{rooms.address(rule)}?{asked}", headers={"Authorization": f"Bearer {rooms.key}"}
            )
            if answer.status_code >= 500 and rule.endpoint != "health.ready":
                broken.append(f"{rule.rule} {value[:20]!r}: {answer.status_code}")
    assert broken == []


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_that_is_no_token_is_refused_everywhere(app, client, rooms, token):
    heard = []
    raw = token.encode("utf-8", "surrogatepass")
    for rule in routes(app, "POST"):
        if not rule.rule.startswith(("/organizer", "/jury", "/account")):
            continue
        answers = [sent(client, rooms.address(rule), {"csrf_token": raw}, "")]
        if "\0" not in token:
            header = raw.decode("latin-1").replace("\n", "")
            answers.append(client.post(rooms.address(rule), headers={"X-CSRF-Token": header}))
        for answer in answers:
            if answer.status_code not in (400, 403):
                heard.append(f"{rule.rule}: {answer.status_code}")
    assert heard == []


@pytest.mark.parametrize("cookie", ["session", "door", "hold", "known-device", "lang"])
@pytest.mark.parametrize("token", ["é", "²" * 64, "\udcff", "9" * 6000])
def test_a_cookie_that_is_no_secret_is_nobodys(app, client, rooms, cookie, token):
    raw = f"{cookie}={token.encode('utf-8', 'surrogatepass').decode('latin-1')}"
    for path in ("/organizer/", "/door/state", "/fr/essai/checkout", "/fr/sign-in", "/account/"):
        client.delete_cookie(cookie)
        answer = client.get(path, headers={"Cookie": raw})
        assert answer.status_code < 500, path


@pytest.mark.parametrize(
    "value", ['"²"', "1e400", "-0", "9" * 400, "NaN", "null", '"\\ud800"', '"\\u0000"', "[]", "{}"]
)
def test_no_number_of_a_program_is_an_error_of_ours(app, client, rooms, value):
    fields = ("event", "product", "quantity", "count", "kind", "uuid", "token", "amount_cents",
              "scanned_at", "gate", "lines", "scans", "tickets", "companions", "scan")  # fmt: skip
    bodies = ["{" + ",".join(f'"{name}":{value}' for name in fields) + "}", value]
    bodies += [f'{{"{name}":[{{{",".join(f"{chr(34)}{f}{chr(34)}:{value}" for f in fields)}}}]}}'
               for name in ("lines", "scans")]  # fmt: skip
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
