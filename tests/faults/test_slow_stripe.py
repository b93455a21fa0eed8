"""Stripe takes eight seconds while twenty people pay at once: pages and doors go on as ever."""

import json
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from http.cookiejar import CookieJar

import pytest
from sqlalchemy import create_engine, text

from tests.conftest import new_database
from tests.faults.house import ROOT, House, post
from tests.faults.slow_stripe import SlowStripe

BUYERS = 20
# A page that waited for Stripe would take eight. Generous, for a machine that does much else;
# ``make bench`` measures the 20 % of the goal.
LONGEST_PAGE_S = 5.0


@pytest.fixture
def stripe(tmp_path):
    folder = tmp_path / "stripe"
    folder.mkdir()
    made = SlowStripe(folder, seconds=8)
    yield made
    made.close()


@pytest.fixture
def house(postgres_server, tmp_path, stripe):
    made = House(tmp_path, new_database(postgres_server))
    made.environment |= stripe.environment
    made.command("db", "upgrade")
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.seed_shop"],
        env=made.environment,
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        timeout=60,
    )
    made.seeded = json.loads(done.stdout.strip().splitlines()[-1])
    yield made
    made.close()


class Buyer:
    """A browser: keeps cookies, follows nothing."""

    def __init__(self, house: House) -> None:
        self.base = house.address
        keeper = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(keeper, _NoRedirect)

    def __call__(self, path: str, **form: str) -> tuple[int, dict[str, str], str]:
        data = urllib.parse.urlencode(form).encode() if form else None
        request = urllib.request.Request(self.base + path, data=data)
        request.add_header("Origin", self.base)
        try:
            with self._opener.open(request, timeout=60) as answer:
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read().decode()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_given):
        return None


def test_while_stripe_is_slow_pages_and_doors_answer(house, stripe):
    house.serve()
    buyers = [Buyer(house) for _ in range(BUYERS)]
    product = house.seeded["product"]
    for buyer in buyers:
        status, _headers, _text = buyer("/fr/essai/hold", **{f"qty-{product}": "1"})
        assert status == 303
    page(house), scan(house)  # warm
    answers: list[tuple[int, str, float]] = []

    def order(number: int) -> None:
        began = time.monotonic()
        form = {"email": f"n{number}@example.org", "terms": "y", "shown_total": "1900"}
        status, headers, _text = buyers[number]("/fr/essai/checkout", **form)
        answers.append((status, headers.get("Location", ""), time.monotonic() - began))

    threads = [threading.Thread(target=order, args=(number,)) for number in range(BUYERS)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    times: list[float] = []
    while any(thread.is_alive() for thread in threads) or time.monotonic() - began < 3:
        times += [page(house), scan(house)]
    for thread in threads:
        thread.join(60)

    assert stripe.asked > 0
    assert max(times) < LONGEST_PAGE_S, sorted(times)[-5:]
    # Two of the four threads of each of the two processes wait, and not for eight seconds.
    assert stripe.at_once <= 4
    assert max(seconds for _status, _url, seconds in answers) < 8
    assert len(answers) == BUYERS and {status for status, _url, _s in answers} == {303}
    told = [url for _status, url, _seconds in answers]
    assert all(url.endswith("?suspens=1") for url in told), told
    status, headers, words = buyers[0](urllib.parse.urlsplit(told[0]).path + "?suspens=1")
    assert (status, int(headers["Retry-After"]) > 0) == (503, True)
    assert "Le paiement est lent" in words and "places restent gardées" in words
    assert query(house, "SELECT count(*) FROM \"order\" WHERE status = 'awaiting_payment'") == 20
    assert query(house, "SELECT max(taken) FROM quota WHERE whole_event") >= BUYERS

    # The worker has patience: it opens a page, and the buyer who comes back finds it.
    house.start("worker")
    deadline = time.monotonic() + 60
    opened = "SELECT count(*) FROM payment WHERE session_url IS NOT NULL"
    while not query(house, opened) and time.monotonic() < deadline:
        time.sleep(0.5)
    assert query(house, opened) >= 1


def page(house) -> float:
    began = time.monotonic()
    with urllib.request.urlopen(f"{house.address}/fr/essai/", timeout=60) as answer:
        assert answer.status == 200
        answer.read()
    return time.monotonic() - began


def scan(house) -> float:
    body = {
        "uuid": str(uuid.uuid4()),
        "token": house.seeded["token"],
        "gate": "Porte Nord",
        "kind": "entry",
    }
    headers = {
        "Authorization": f"Bearer {house.seeded['key']}",
        "Content-Type": "application/json",
    }
    began = time.monotonic()
    status, answer = post(
        f"{house.address}/api/v1/scans", json.dumps(body).encode(), headers, timeout=60
    )
    assert status in (200, 201), answer[:300]
    return time.monotonic() - began


def query(house, statement: str) -> int:
    engine = create_engine(house.environment["EVENTSAPP_DATABASE_URL"])
    with engine.connect() as connection:
        value = connection.execute(text(statement)).scalar()
    engine.dispose()
    return value
