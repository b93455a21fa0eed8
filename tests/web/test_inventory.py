"""Every route: nothing opens without its key, nothing changes from another site, and no route
escapes this inventory because it is new.
"""

import re

import pytest

from eventsapp.domain.accounts import sign_in
from tests import make

# Open to everybody by design; each for a reason.
PUBLIC = {
    "health.alive",
    "health.arrival",
    "health.ready",
    "health.metrics",  # refuses everything but the loopback itself
    "health.security_txt",
    "health.robots",
    "account.sign_in",
    "account.link_sent",
    "account.with_link",  # the link is the credential
    "account.sign_out",
    "account_invitations.show",  # the link is the credential
    "account_invitations.accept",
    "stripe_webhook.receive",  # the signature is the credential
    "static",
}
PUBLIC_BLUEPRINTS = {"public_programme", "public_elsewhere", "public_guests",
                     "public_unsubscribing",  # the link of a letter is the credential
                     "public_feeds", "public_legal", "public_pictures", "public_tickets",
                     "public_orders", "public_calls", "public_applications", "assets"}  # fmt: skip
STAFF = ("/organizer", "/jury", "/account", "/host")
VALUES = {"lang": "fr", "series": "essai", "slug": "x", "call": "x", "page": "cgv", "code": "X",
          "secret": "x" * 32, "name": "x", "path": "x", "digest": "x", "version": "~x",
          "question": "deck", "filename": "x.css"}  # fmt: skip


def address(rule) -> str:
    def fill(found: re.Match) -> str:
        kind, _, name = found[1].rpartition(":")
        return "1" if kind.startswith("int") else VALUES.get(name, "x")

    return re.sub(r"<([^>]+)>", fill, rule.rule)


def rules(app):
    return sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)


def test_staff_pages_ask_a_visitor_to_sign_in(app, client):
    open_ones = []
    for rule in rules(app):
        if not rule.rule.startswith(STAFF) or rule.endpoint in PUBLIC:
            continue
        for method in rule.methods & {"GET", "POST"}:
            answer = client.open(address(rule), method=method)
            if answer.status_code not in (302, 303, 401, 403, 404) or (
                answer.status_code in (302, 303) and "/sign-in" not in answer.location
            ):
                open_ones.append(f"{method} {rule.rule}: {answer.status_code}")
    assert open_ones == []


def test_staff_pages_of_one_series_are_closed_to_another(app, client):
    make.series(slug="essai")
    stranger = make.account("owner", in_series=make.series(slug="autre"))
    token = make.signed_in(client, stranger)
    open_ones = []
    for rule in rules(app):
        if not rule.rule.startswith(("/organizer/<series>", "/jury/")) or "<" not in rule.rule:
            continue
        for method in rule.methods & {"GET", "POST"}:
            answer = client.open(address(rule), method=method, data={"csrf_token": token})
            if answer.status_code not in (403, 404):
                open_ones.append(f"{method} {rule.rule}: {answer.status_code}")
    assert open_ones == []


def test_no_post_is_heard_from_another_site(app, client):
    make.series(slug="essai")
    heard = []
    for rule in rules(app):
        # Programs, and mail programs with the link of a letter (RFC 8058).
        own = ("/api/v1/", "/webhooks/", "/unsubscribe/")
        if "POST" not in rule.methods or rule.rule.startswith(own):
            continue
        for origin in ("https://evil.example", "null"):
            answer = client.post(address(rule), headers={"Origin": origin})
            if answer.status_code != 403:
                heard.append(f"{rule.rule} from {origin}: {answer.status_code}")
    assert heard == []


@pytest.mark.parametrize(
    ("headers", "heard"),
    [
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "null", "Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, False),
        ({"Origin": "null", "Sec-Fetch-Site": "none"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}, False),
        ({"Origin": ""}, False),
    ],
)
def test_a_browser_asked_for_no_referrer_is_heard(app, client, headers, heard):
    answer = client.post("/fr/sign-in", headers=headers)

    assert (answer.status_code != 403) is heard


def test_staff_posts_need_the_token_of_their_session(app, client):
    make.signed_in(client, make.account("owner", in_series=make.series(slug="essai")))
    heard = []
    for rule in rules(app):
        if "POST" in rule.methods and rule.rule.startswith(STAFF):
            answer = client.post(address(rule), data={"csrf_token": "x"})
            if answer.status_code != 403:
                heard.append(f"{rule.rule}: {answer.status_code}")
    assert heard == []


def test_programs_need_a_key_but_for_the_public_programme(app, client):
    open_ones = {
        rule.rule
        for rule in rules(app)
        if rule.rule.startswith("/api/v1/")
        for method in rule.methods & {"GET", "POST"}
        if client.open(address(rule), method=method).status_code not in (401,)
    }
    assert open_ones == {
        "/api/v1/openapi.json",
        "/api/v1/series",
        "/api/v1/series/<series>/events",
        "/api/v1/series/<series>/questions",  # asked of everybody who buys
    }


def test_every_route_is_public_by_name_or_staff(app):
    unknown = [
        f"{rule.endpoint} {rule.rule}"
        for rule in rules(app)
        if rule.endpoint not in PUBLIC
        and rule.endpoint.partition(".")[0] not in PUBLIC_BLUEPRINTS
        and not rule.rule.startswith((*STAFF, "/door", "/api/v1/"))
    ]
    assert unknown == []


@pytest.mark.parametrize("path", ["/", "/fr/essai/", "/fr/sign-in", "/organizer/", "/nowhere"])
def test_headers_stand_on_every_answer(app, client, path):
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'") and "unsafe-inline" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_signed_in_pages_are_never_stored(app, client):
    make.signed_in(client, make.account("owner", in_series=make.series(slug="essai")))
    assert client.get("/account/").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/ok\r\nX: y",
        "javascript:alert(1)",
    ],
)
def test_signing_in_leads_to_no_other_site(app, client, target):
    make.account("owner", email="ada@example.org", password="a long password here")
    form = {"email": "ada@example.org", "password": "a long password here", "next": target}
    answer = client.post("/fr/sign-in", data=form | {"way": "password"})
    assert answer.status_code == 302 and answer.location.startswith("/organizer/")


def test_guessing_a_password_stops_at_ten_and_forged_headers_do_not_help(app, client):
    make.account("owner", email="ada@example.org", password="a long password here")
    statuses = [
        client.post(
            "/fr/sign-in",
            data={"email": "ada@example.org", "password": f"wrong {n}", "way": "password"},
            headers={"X-Forwarded-For": f"10.0.0.{n}"},
        ).text
        for n in range(12)
    ]
    assert sum("Trop d’essais" in text for text in statuses) == 2


def test_known_and_unknown_addresses_read_the_same(app, client):
    make.account("owner", email="ada@example.org", password="a long password here")
    pages = [
        client.post("/fr/sign-in", data={"email": email, "password": "wrong", "way": "password"})
        for email in ("ada@example.org", "nobody@example.org")
    ]
    texts = [page.text.replace("nobody@", "ada@") for page in pages]
    assert texts[0] == texts[1] and {page.status_code for page in pages} == {422}


def test_a_link_works_once_and_only_by_its_button(app, client):
    account = make.account("owner")
    secret = sign_in.new_link(account.id)
    assert client.get(f"/fr/sign-in/{secret}").status_code == 200
    assert client.post(f"/fr/sign-in/{secret}").status_code == 302
    assert client.post(f"/fr/sign-in/{secret}").status_code == 410


def test_a_revoked_session_is_over(app, client):
    account = make.account("owner", in_series=make.series(slug="essai"))
    token = make.signed_in(client, account)
    assert client.get("/account/").status_code == 200
    client.post("/account/sign-out", data={"csrf_token": token})
    assert client.get("/account/").status_code == 302
