"""The shared cases of the door in the phone's own code, and that Python says the same.

The modules are those of a page that is served, in a real Chromium.
"""

from datetime import datetime

import pytest

from eventsapp.domain.checkin import devices
from eventsapp.domain.checkin.verdicts import reason_to_refuse
from tests import make
from tests.domain.checkin import world
from tests.domain.checkin.test_verdicts import instant, said, since_of, situation
from tests.journeys.phones import NO_CAMERA, ask_module
from tests.vectors import DOOR

# Rules of a phone: the database is only there to serve the page.
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

RUN_CLOCK = """({ houseClock }, cases) => cases.map(({ steps }) => {
  let wall = 1e12, steady = 500, askedAt = 0;
  const kept = new Map();
  const storage = { getItem: (name) => kept.get(name) ?? null, setItem: (n, v) => kept.set(n, v) };
  const make = () => houseClock({ wall: () => wall, steady: () => steady, storage });
  let clock = make();
  for (const [what, ...given] of steps) {
    if (what === "pass") { wall += given[0]; steady += given[1]; }
    else if (what === "ask") askedAt = steady;
    else if (what === "heard") clock.heard(given[0], askedAt);
    else if (what === "reload") { steady = 3; clock = make(); }
    else clock[what](...given);
  }
  return clock.iso();
})"""
RUN_QUEUE = """async (queue, cases) => {
  const real = Date.now.bind(Date), answers = [];
  for (const { steps, reason } of cases) {
    let ahead = 0;
    Date.now = () => real() + ahead;
    await queue.remove((await queue.all()).map((scan) => scan.uuid));
    await Promise.all(["T1", "T2"].map(queue.forget));
    for (const [what, ...given] of steps) {
      if (what === "pass") ahead += given[0]; else await queue[what](...given);
    }
    const scans = (await queue.all()).map((scan) => scan.uuid);
    answers.push([scans, reason ? await queue.reasonOf(reason[0], reason[1]) : null]);
  }
  Date.now = real;
  return answers;
}"""


@pytest.fixture
def page(app, address, chromium):
    """The scanner of a paired phone."""
    gate = world.gate(make.event())
    _device, secret = devices.pair(devices.offer_pairing(gate.id, actor="account:1"), "Nora")
    context = chromium.new_context()
    context.add_cookies([{"name": "door", "value": secret, "url": f"{address}/door/"}])
    context.add_init_script(NO_CAMERA)
    page = context.new_page()
    page.goto(f"{address}/door/")
    return page


def test_both_languages_decide_every_case_alike(page):
    cases = DOOR["verdicts"]
    decide = "(verdict, all) => all.map((one) => verdict.reasonToRefuse(one.given))"

    phone = ask_module(page, "verdict", decide, cases)

    python = [reason_to_refuse(situation(case["given"])) for case in cases]
    assert named(cases, phone) == named(cases, python)
    assert named(cases, phone) == named(cases, [case["reason"] for case in cases])


def test_both_languages_read_every_token_alike(page):
    cases = DOOR["tokens"]
    read = "(token, [all, keys]) => Promise.all(all.map((one) => token.readToken(one.text, keys)))"

    phone = ask_module(page, "token", read, [cases, DOOR["keys"]])

    python = [said(case["text"]) for case in cases]
    assert named(cases, phone) == named(cases, python)
    assert named(cases, phone) == named(cases, [case["said"] for case in cases])


def test_a_browser_that_cannot_verify_says_so_and_still_refuses_what_is_no_token(page):
    page.evaluate("() => { crypto.subtle.importKey = () => Promise.reject(new Error('unknown')); }")
    good, short = DOOR["tokens"][0]["text"], DOOR["tokens"][0]["text"][1:]
    read = "(token, [texts, keys]) => Promise.all(texts.map((one) => token.readToken(one, keys)))"

    assert ask_module(page, "token", read, [[good, short], DOOR["keys"]]) == [
        {"unsure": True},
        None,
    ]


def test_the_clock_of_the_house(page):
    cases = DOOR["clock"]

    phone = ask_module(page, "clock", RUN_CLOCK, cases)

    assert named(cases, phone) == named(cases, [case["now"] for case in cases])


def test_the_queue_keeps_scans_and_what_was_learnt(page):
    cases = DOOR["queue"]

    phone = ask_module(page, "queue", RUN_QUEUE, cases)

    expected = [[case.get("scans", []), case.get("reason", [None])[-1]] for case in cases]
    assert named(cases, phone) == named(cases, expected)


def test_what_a_phone_knows_alone(page):
    cases = DOOR["alone"]
    decide = """(s, [all, start]) => all.map((one) => s.reasonAlone(one.kind, one.said, start,
      s.ruleOf(one.said, start, one.at || 0, Boolean(one.rehearsal)), one.seen))"""
    rehearse = "(s, all) => all.map((one) => s.rehearsing(one.state, one.at))"

    assert named(cases, ask_module(page, "snapshot", decide, [cases, DOOR["start"]])) == named(
        cases, [case["reason"] for case in cases]
    )
    rehearsals = DOOR["rehearsal"]
    assert named(rehearsals, ask_module(page, "snapshot", rehearse, rehearsals)) == named(
        rehearsals, [case["rehearsing"] for case in rehearsals]
    )


def test_both_languages_know_since_when_an_entry_counts(page):
    cases = DOOR["days"]
    asked = """(s, all) => all.map((one) =>
      s.ruleOf({ event: 1 }, { entry: { 1: one.rule } }, Date.parse(one.at), false).since)"""

    phone = ask_module(page, "snapshot", asked, cases)

    read = [datetime.fromisoformat(one) if one else None for one in phone]
    assert named(cases, read) == named(cases, [since_of(case) for case in cases])
    assert named(cases, read) == named(cases, [instant(case["since"]) for case in cases])


def named(cases, answers):
    return {case["name"]: answer for case, answer in zip(cases, answers, strict=True)}
