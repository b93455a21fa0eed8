"""Rights are rows: every route and method, asked by everybody there is.

``ROUTES`` says which row a route stands in, ``ROWS`` who comes in there. A route that is new has
no row and fails. The rows are written out here and not taken from the table of the program.
"""

import pytest

from eventsapp.domain.accounts import api_keys, people, sign_in
from eventsapp.domain.accounts.models import RoleName
from eventsapp.web.organizer.jobs import TITLES
from tests import make
from tests.web import rooms as house

# Rights do not depend on the database.
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

PERSONS = (
    "owner",
    "organizer",
    "organizer of one event",
    "contributor of one event",
    "door of one event",
    "juror",
    "accountant",
    "care",
    "owner of another house",
    "host",
    "nobody",
)
OWNER = {"owner"}
RUN = OWNER | {"organizer"}
BOOKS = RUN | {"accountant"}
EVENT = RUN | {"organizer of one event", "contributor of one event"}
DESK = EVENT | {"accountant", "care"}
SIGNED_IN = set(PERSONS) - {"nobody"}
#: Row -> who comes in. "public", "secret": whoever knows the address.
ROWS: dict[str, set[str]] = {
    "public": set(PERSONS),
    "secret": set(PERSONS),
    "own account": SIGNED_IN,
    "any desk": DESK | {"owner of another house"},
    "desk": DESK,
    "own job": OWNER,  # who asked for it, and nobody else whatever the role
    "programme": DESK,
    "edit an event": EVENT,
    "edit another event": RUN,
    "new event": RUN,
    "publish": RUN,
    "venues": RUN,
    "series": OWNER,
    "new series": OWNER | {"owner of another house"},
    "box office": RUN,
    "orders": BOOKS,
    "refunds": RUN,
    "needs": OWNER | {"care"},
    "calls": RUN,
    "decide": RUN,
    "door": RUN,
    "evening": RUN | {"organizer of one event", "door of one event"},
    "scan at the gate": RUN | {"organizer of one event", "door of one event"},
    "host": {"host"},
    "team": OWNER,
    "keys": RUN,
    "journal": OWNER,
    "messages": RUN,
    "write to people": RUN,
    "any jury": {"juror"},
    "own jury": {"juror"},
    "phone": set(),  # the secret of a paired phone, which none of them holds
    "program": set(),  # a key: test_a_key_opens_what_its_scopes_say
    "signature": set(),  # Stripe's
}
#: Endpoint (or endpoint and method) -> row.
ROUTES: dict[str, str] = {
    "static": "public", "assets.plain": "public", "assets.versioned": "public",
    "health.alive": "public", "health.arrival": "public",
    "health.ready": "public", "health.metrics": "public",
    "health.security_txt": "public", "health.robots": "public",
    "public_programme.home": "public", "public_programme.home_in": "public",
    "public_programme.programme": "public", "public_programme.event": "public",
    "public_programme.venue": "public", "public_programme.person": "public",
    "organizer_details.edit": "edit an event", "organizer_details.tags": "publish",
    "public_pictures.picture": "public",
    "organizer_pictures.of_event": "edit an event",
    "organizer_pictures.of_speaker": "venues", "organizer_pictures.of_partner": "team",
    "public_feeds.ical": "public", "public_feeds.frab": "public", "public_feeds.c3voc": "public",
    "public_feeds.event_ical": "public", "public_legal.page": "public",
    "public_calls.calls": "public", "public_calls.page": "public", "public_calls.begin": "public",
    "public_calls.eligibility_now": "public",
    "public_tickets.choose": "public", "public_tickets.hold": "public",
    "public_tickets.details": "secret", "public_tickets.apply_code": "secret",
    "public_tickets.extend": "secret", "public_tickets.remove": "secret",
    "public_orders.find": "public", "public_orders.accepted_terms": "public",
    "public_orders.show": "secret", "public_orders.ical": "secret", "public_orders.pdf": "secret",
    "public_orders.note": "secret", "public_orders.pay": "secret",
    "public_orders.rename": "secret", "public_orders.answer": "secret",
    "public_orders.send_again": "secret",
    "public_applications.form": "secret", "public_applications.save": "secret",
    "public_applications.submit": "secret", "public_applications.withdraw": "secret",
    "public_applications.confirm": "secret", "public_applications.download": "secret",
    "account.sign_in": "public", "account.link_sent": "public", "account.with_link": "secret",
    "account.sign_out": "own account", "account.profile": "own account",
    "account.revoke": "own account", "account.set_password": "own account",
    "account_invitations.show": "secret", "account_invitations.accept": "secret",
    "account_closing.ask": "own account", "account_closing.close": "own account",
    "organizer_dashboard.home": "any desk", "organizer_dashboard.series": "desk",
    "host.organisations": "host", "host.add": "host", "host.ask_owner": "host",
    "host.ask_again": "host", "host.withdraw": "host",
    "organizer_jobs.show": "own job", "organizer_jobs.stop": "own job",
    "organizer_jobs.download": "own job",
    "organizer_programme.planning": "programme",
    "organizer_programme.releases_page": "publish",
    "organizer_events.edit": "edit an event", "organizer_events.new": "new event",
    "organizer_events.new_session": "edit an event",
    "organizer_events.edit_session": "edit an event",
    **dict.fromkeys([f"organizer_guests.{one}" for one in (
        "guests_of", "export", "make_file", "send_waiting", "guest", "send_again", "withdraw",
        "change_places",
    )], "box office"),
    "public_guests.show": "secret",
    "organizer_texts.edit": "edit an event",
    "organizer_coming.page": "edit an event", "organizer_coming.declare": "edit an event",
    "public_elsewhere.go": "public",
    "organizer_slots.slots": "edit an event", "organizer_slots.edit": "edit an event",
    "organizer_venues.venues": "programme", "organizer_venues.new": "venues",
    "organizer_venues.edit": "venues", "organizer_speakers.speakers": "programme",
    "organizer_speakers.edit": "venues",
    "organizer_series.settings": "series", "organizer_series.new": "new series",
    "organizer_catalogue.products": "box office", "organizer_catalogue.resize": "box office",
    "organizer_catalogue.limit": "box office", "organizer_tariffs.new": "box office",
    "organizer_tariffs.edit": "box office", "organizer_tariffs.place": "box office",
    "organizer_tariffs.sale": "box office", "organizer_tariffs.archive": "box office",
    "organizer_tariffs.remove": "box office", "organizer_passes.new": "box office",
    "organizer_passes.edit": "box office",
    "organizer_asked.questions": "box office", "organizer_asked.arrange": "box office",
    "organizer_asked.add": "box office", "organizer_asked.edit": "box office",
    "organizer_asked.close": "box office", "organizer_asked.remove": "box office",
    "organizer_discounts.codes": "box office", "organizer_discounts.add": "box office",
    "organizer_discounts.end": "box office", "organizer_discounts.export": "box office",
    "organizer_needs.needs": "needs", "organizer_needs.export": "needs",
    "organizer_needs.make_file": "needs", "organizer_needs.answers": "orders",
    "organizer_needs.export_answers": "orders", "organizer_needs.make_answers_file": "orders",
    "organizer_search.find": "orders",
    "organizer_selling.choose": "refunds", "organizer_selling.details": "refunds",
    "organizer_orders.orders": "orders", "organizer_orders.order": "orders",
    "organizer_orders.pdf": "orders",
    "organizer_orders.export": "orders", "organizer_orders.refund": "refunds",
    "organizer_orders.decide": "refunds", "organizer_orders.settle": "refunds",
    "organizer_orders.send_again": "refunds",
    "organizer_changing.change": "refunds",
    "organizer_transfers.receive": "refunds", "organizer_transfers.remind": "refunds",
    "organizer_transfers.ask_rest": "refunds",
    "organizer_transfers.give_back_excess": "refunds",
    "organizer_orders.cancel": "refunds",
    "organizer_orders.accept_money": "refunds", "organizer_orders.make_file": "orders",
    "organizer_orders.attendees": "orders", "organizer_orders.export_attendees": "orders",
    "organizer_orders.make_attendees_file": "orders",
    "organizer_selection.calls": "calls", "organizer_selection.applications": "calls",
    "organizer_selection.application": "calls", "organizer_selection.export": "calls",
    "organizer_selection.declare": "calls", "organizer_selection.download": "calls",
    "organizer_selection.progress": "calls", "organizer_selection.stop": "calls",
    "organizer_selection.assign": "calls", "organizer_selection.make_file": "calls",
    "organizer_selection.add_reading": "calls",
    "organizer_selection.pin": "decide",
    "organizer_selection.waive": "decide", "organizer_calls.new": "calls",
    "organizer_calls.edit": "calls", "organizer_selection_ranking.page": "calls",
    "organizer_grid.edit": "calls", "organizer_questions.questions": "calls",
    "organizer_questions.arrange": "calls", "organizer_questions.add": "calls",
    "organizer_questions.edit": "calls",
    "organizer_selection_ranking.decided": "calls", "organizer_selection_ranking.letter": "calls",
    "organizer_selection_ranking.prepare": "decide",
    "organizer_selection_ranking.publish": "decide",
    "organizer_door.gates": "door", "organizer_door.attendance": "evening",
    "organizer_door.badges_pdf": "evening", "organizer_door.printed_list": "evening",
    "organizer_door.offer_pairing": "door", "organizer_door.set_rehearsal": "door",
    "organizer_door.clear_rehearsal": "door", "organizer_door.hold_doors": "door",
    "organizer_door.revoke_device": "door", "organizer_door.departure": "door",
    "organizer_door.ask_to_hand_over": "door", "organizer_door.cut_off_device": "door",
    "organizer_door_scans.scans": "door", "organizer_door_scans.export": "door",
    "organizer_door_scans.make_file": "door",
    "organizer_people.team": "team", "organizer_people.invite": "team",
    "organizer_people.remove": "team", "organizer_people.close": "team",
    "organizer_partners.partners": "team", "organizer_partners.invite": "team",
    "organizer_partners.change": "team", "organizer_partners.ask": "team",
    "organizer_partners.end": "team",
    "organizer_people.invite_again": "team", "organizer_people.withdraw": "team",
    "organizer_people.journal": "journal",
    "organizer_keys.keys": "keys", "organizer_keys.add": "keys", "organizer_keys.revoke": "keys",
    "organizer_messages.failed": "messages", "organizer_messages.again": "messages",
    **dict.fromkeys([f"organizer_campaigns.{one}" for one in (
        "campaigns", "new", "show", "edit", "try_on", "send", "stop", "remove", "try_again",
        "see_failures", "people",
    )], "write to people"),
    "organizer_automatic.page": "write to people",
    "organizer_automatic.turn": "write to people",
    "organizer_notices.notices": "write to people",
    "organizer_notices.withdraw": "write to people",
    "public_unsubscribing.show": "secret", "public_unsubscribing.leave": "secret",
    "public_unsubscribing.come_back": "secret",
    "jury.home": "any jury", "jury.tasks": "own jury", "jury.conflicts": "own jury",
    "jury.application": "own jury", "jury.conflict": "own jury", "jury.save": "own jury",
    "jury.download": "own jury",
    "door.worker": "public", "door.pair": "secret", "door.pair_here": "scan at the gate",
    "door.scan_page": "scan page", "door.state": "phone", "door.create_scan": "phone",
    "door.create_scans": "phone", "door.create_handover": "phone", "door.create_annulment": "phone",
    "door.list_companions": "phone", "door.admit_companions": "phone",
    "api.openapi": "public", "api.list_series": "public", "api.list_events": "public",
    "api.list_questions": "public",
    "api.read_order": "program", "api.create_order": "program", "api.create_refund": "program",
    "api_scans.create_scan": "program", "api_scans.create_scans": "program",
    "api_attendees.list_attendees": "program",
    "stripe_webhook.receive": "signature",
}  # fmt: skip
ROWS["scan page"] = ROWS["scan at the gate"] | {"nobody"}  # who is told how to pair a phone
# Nothing of the kind is there, or not for a closed series: nobody can be shown to come in.
EMPTY = {"organizer_jobs.download", "jury.download", "organizer_selection.download",
         "organizer_selection_ranking.letter", "public_applications.download", "health.ready",
         "public_orders.accepted_terms"}  # fmt: skip
# They end what the walk stands on: asked last, in this order.
LAST = (
    "organizer_campaigns.remove",
    "organizer_people.withdraw", "organizer_partners.end",
    "organizer_selection.declare", "jury.conflict", "organizer_selection.stop",
    "organizer_people.remove", "organizer_people.close", "door.pair_here", "door.pair",
    "account.set_password", "account_closing.close", "account.revoke", "account.sign_out",
    "account.with_link", "account_invitations.accept",
)  # fmt: skip


def sorted_routes(app):
    def place(pair):
        rule, method = pair
        last = LAST.index(rule.endpoint) + 1 if rule.endpoint in LAST and method == "POST" else 0
        return (last, method == "POST", rule.rule)

    pairs = [
        (rule, method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods & {"GET", "POST", "PUT", "PATCH", "DELETE"}
        if rule.endpoint not in house.FILES
    ]
    return sorted(pairs, key=place)


def test_every_route_stands_in_a_row_and_no_row_is_left_over(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}

    assert (sorted(endpoints - set(ROUTES)), sorted(set(ROUTES) - endpoints)) == ([], [])
    assert set(ROUTES.values()) - set(ROWS) == set()


@pytest.fixture
def world(app, client, monkeypatch):
    monkeypatch.setitem(TITLES, "count", "Compter")
    series = make.series(slug="essai")
    made = house.furnish(series)
    made.other = make.event(series)
    return made


def person(name, rooms):
    """The account of this person, with the one role its name says; None for nobody."""
    series, event = rooms.series, rooms.event
    whole = {"organisation_id": series.organisation_id, "series_id": series.id}
    if name == "nobody":
        return None
    if name == "juror":
        return rooms.juror.account
    if name == "owner of another house":
        return make.account("owner", in_series=make.series(slug="autre"))
    account = make.account()
    if name == "host":
        people.make_host(account.id, actor="test")
    elif name == "owner":
        people.grant_role(account.id, RoleName.OWNER, organisation_id=series.organisation_id)
    elif name.endswith("of one event"):
        role = RoleName(name.split()[0])
        people.grant_role(account.id, role, event_id=event.id, **whole)
    else:
        people.grant_role(account.id, RoleName(name), **whole)
    return account


def came_in(answer):
    """Whether an answer is that of a room, and not of its closed door."""
    if answer.status_code in (401, 403, 404):
        return False
    return not (answer.status_code in (302, 303) and "/sign-in" in answer.location)


@pytest.mark.parametrize("name", PERSONS)
def test_everybody_comes_in_where_the_rows_say_and_nowhere_else(app, client, world, name):
    account = person(name, world)
    token = make.signed_in(client, account) if account else ""
    client.set_cookie("hold", world.hold)
    more = {"job": own_job(world, account)} if name == "owner" else {}
    wrong = []
    for rule, method in sorted_routes(app):
        row = ROUTES[rule.endpoint]
        path = world.address(rule, **more)
        answer = client.open(path, method=method, data={"csrf_token": token} if token else {})
        expected = name in ROWS[row]
        if row in ("public", "secret"):
            # Somebody has taken it, or it is not there: but nobody is asked who he is.
            fine = answer.status_code not in (401, 403)
        elif rule.endpoint in EMPTY and expected:
            fine = answer.status_code == 404
        elif row == "own account":
            # A refusal for want of a password or of a fresh link is one of the room itself.
            away = answer.status_code == 302 and "/sign-in" in answer.location
            fine = rule.endpoint == "account.sign_out" or away is not expected
        elif row in ("phone", "program", "signature"):
            fine = answer.status_code in (400, 401, 403)
        else:
            fine = came_in(answer) is expected
        if not fine:
            wrong.append(f"{method} {rule.rule} ({row}): {answer.status_code}")
    assert wrong == [], "\n".join(wrong)


def test_another_house_is_told_of_no_series(app, client, world):
    """The same answer whether a series exists or not, on every route of the desk."""
    token = make.signed_in(client, person("owner of another house", world))
    told = []
    for rule, method in sorted_routes(app):
        if not rule.rule.startswith("/organizer/<series>"):
            continue
        path, form = world.address(rule), {"csrf_token": token}
        answers = [
            client.open(where, method=method, data=form).status_code
            for where in (path, path.replace("/essai", "/aucune", 1))
        ]
        if answers != [404, 404]:
            told.append(f"{method} {rule.rule}: {answers}")
    assert told == []


def own_job(world, account):
    return house.jobs.ask(
        "count", "own", {}, actor=f"account:{account.id}", locale="fr",
        organisation_id=world.series.organisation_id, series_id=world.series.id,
    )  # fmt: skip


@pytest.mark.parametrize("name", [one for one in PERSONS if one.endswith("of one event")])
def test_a_role_of_one_event_does_not_open_the_other(app, client, world, name):
    token = make.signed_in(client, person(name, world))
    opened = []
    for rule, method in sorted_routes(app):
        if "<int:event_id>" not in rule.rule:
            continue
        path = world.address(rule, event_id=world.other.id)
        answer = client.open(path, method=method, data={"csrf_token": token})
        if came_in(answer):
            opened.append(f"{method} {rule.rule}: {answer.status_code}")
    assert opened == []


def test_nobody_closes_or_reads_the_sessions_of_another(app, client, world):
    victim = make.account("door", in_series=world.series)
    secret = sign_in.open_session(victim.id, device="x")
    theirs = sign_in.find_session(secret).id
    token = make.signed_in(client, person("owner", world))

    client.post(f"/account/sessions/{theirs}/revocations", data={"csrf_token": token})

    assert sign_in.find_session(secret) is not None


def test_a_key_opens_what_its_scopes_say(app, client, world):
    whose = {
        "series_id": world.series.id, "organisation_id": world.series.organisation_id,
    }  # fmt: skip
    keys = {scope: api_keys.create(scope, scopes=[scope], **whose) for scope in api_keys.SCOPES}
    wrong = []
    for rule, method in sorted_routes(app):
        if ROUTES[rule.endpoint] != "program":
            continue
        needed = app.view_functions[rule.endpoint].scopes
        assert needed, rule.rule
        for scope, key in keys.items():
            answer = client.open(
                world.address(rule),
                method=method,
                json={} if method == "POST" else None,
                headers={"Authorization": f"Bearer {key}"},
            )
            if (answer.status_code not in (401, 403)) is not (needed == (scope,)):
                wrong.append(f"{method} {rule.rule} with {scope}: {answer.status_code}")
    assert wrong == []


def test_a_key_opens_no_other_series(app, client, world):
    other = make.series(slug="autre")
    key = api_keys.create(
        "theirs", scopes=list(api_keys.SCOPES), series_id=other.id,
        organisation_id=other.organisation_id,
    )  # fmt: skip
    opened = []
    for rule, method in sorted_routes(app):
        if ROUTES[rule.endpoint] == "program" and "<" in rule.rule:
            answer = client.open(
                world.address(rule),
                method=method,
                json={"lines": []} if method == "POST" else None,
                headers={"Authorization": f"Bearer {key}"},
            )
            if answer.status_code < 400:
                opened.append(f"{method} {rule.rule}: {answer.status_code}")
    assert opened == []
