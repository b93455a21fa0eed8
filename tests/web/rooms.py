"""One thing of each kind in one series, and the address of every route that leads to it."""

import re
from dataclasses import dataclass
from typing import Any

from eventsapp.domain.accounts import api_keys, inviting, sign_in
from eventsapp.domain.accounts.models import ApiKey
from eventsapp.domain.checkin import devices, scanning
from eventsapp.domain.programme import releases
from eventsapp.domain.selection.jury import dealing, jury
from eventsapp.domain.ticketing.catalogue import discounts, guest_links
from eventsapp.domain.ticketing.catalogue.discounts import NewDiscount
from eventsapp.domain.ticketing.catalogue.models import DiscountEffect, Quota
from eventsapp.domain.ticketing.sales import holds, queries
from eventsapp.kernel import clock, jobs, outbox
from eventsapp.kernel.db import db
from eventsapp.kernel.outbox import OutboxMessage
from eventsapp.kernel.transaction import transaction
from tests import make
from tests.domain.checkin import world
from tests.web.test_safe_methods import a_pass, spoken

#: Files by name; no view of ours.
FILES = {"static", "assets.plain", "assets.versioned"}


@dataclass
class Rooms:
    series: Any
    event: Any
    juror: Any
    key: str
    phone: str
    hold: str
    values: dict[str, Any]
    own: dict[str, dict[str, Any]]
    call_slug: str

    def address(self, rule: Any, **more: Any) -> str:
        """Raises KeyError for a route whose part nobody has named here."""
        given = self.values | self.own.get(rule.endpoint, {})
        if "/calls/" in rule.rule:
            given |= {"slug": self.call_slug}
        given |= more
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(given[found[1]]), rule.rule)


def furnish(series: Any, *, juror_account: Any = None) -> Rooms:
    """Fill a series; ``juror_account`` (or a new one) reads its applications."""
    event = make.event(series, venue_id=make.venue(series).id)
    talk, speaker = spoken(event)
    product = make.product(event)
    releases.publish(series.id, actor="test")
    order = queries.order_by_code(series.id, make.paid_order(product, 1).code)
    call = make.call(series)
    draft, sent = make.draft(call), make.application(call)
    juror = make.juror(call, email="jure@demo.example", declared=False)
    for other in range(2):  # an application is read by several
        make.juror(call, email=f"autre-{other}@demo.example")
    jury.declare(juror.id, {}, actor="test")
    dealing.assign_missing(call.id, actor="test")
    gate = world.gate(event)
    device, phone = devices.pair(devices.offer_pairing(gate.id, actor="account:1"), "Nora")
    scan = scanning.scan(world.code(gate, "X", uuid="11111111-1111", source=f"device:{device.id}"))
    code = discounts.create(
        series.id,
        NewDiscount("REMISE", DiscountEffect.PERCENT, 10, [product.id]),
        actor="test",
    )
    with transaction() as session:
        outbox.later("mail.order_paid", "rooms", {"order_id": order.id}, series_id=series.id)
        message = session.query(OutboxMessage).filter_by(key="rooms").one()
        message.ended, message.failed_at = True, clock.now()
    whose = {"organisation_id": series.organisation_id, "series_id": series.id}
    job = jobs.ask("count", "k", {}, actor=f"account:{juror.account_id}", locale="fr", **whose)
    owner = make.account("owner", in_series=series, email="une-autre@demo.example")
    leaving = make.account("door", in_series=series)
    asked = make.invitation(series)
    partner = make.partner(series, make.organisation().id)
    first = make.first_owner_asked()
    key = api_keys.create("all", scopes=list(api_keys.SCOPES), **whose)
    key_id = db.session.query(ApiKey.id).filter_by(series_id=series.id).scalar()
    guest = make.guest(event, product)
    letter = make.campaign(series, event)
    values = {
        "campaign_id": letter.id,
        "occasion": "before",
        "notice_id": make.notice(series).id,
        "job": job, "lang": "fr", "series": series.slug, "code": order.code,
        "secret": order.secret, "event_id": event.id, "venue_id": event.venue_id,
        "application_id": sent.id, "juror_id": juror.id, "uuid": scan.uuid,
        "person_id": speaker.id, "slot_id": event.slots[0].id,
        "guest_id": guest.id,
        "session_id": talk.id, "decision_id": 1, "question": "deck",
        "key": "a" * 32, "width": 480, "ending": "webp",
        "digest": "0" * 64, "page": "cgv", "product_id": product.id,
        "quota_id": db.session.query(Quota.id).limit(1).scalar(), "discount_id": code.id,
        "device_id": device.id, "gate_id": gate.id, "message_id": message.id,
        "role_id": owner.roles[0].id, "line_id": 1, "key_id": key_id, "account_id": leaving.id,
        "invitation_id": asked.id, "partner_id": partner.id,
        "question_id": make.question(series).id, "ticket_code": order.tickets[0].public_id,
    }  # fmt: skip
    own = {
        "public_programme.event": {"slug": event.slug},
        "public_feeds.event_ical": {"slug": event.slug},
        "public_elsewhere.go": {"slug": event.slug},
        "public_guests.show": {"secret": guest_links.link_of(guest)},
        **{
            f"public_unsubscribing.{name}": {"secret": make.news_link(series)}
            for name in ("show", "leave", "come_back")
        },
        "public_programme.venue": {"slug": event.venue.slug},
        "public_programme.person": {"slug": speaker.slug},
        "account.with_link": {"secret": sign_in.new_link(owner.id)},
        "organizer_passes.edit": {"product_id": a_pass(event).id},
        "organizer_selling.details": {"secret": holds.make(series, [make.line(product)])},
        **{
            f"host.{name}": {"invitation_id": first.id, "organisation_id": first.organisation_id}
            for name in ("ask_owner", "ask_again", "withdraw")
        },
        "account_invitations.show": {"secret": inviting.link_of(asked)},
        "account_invitations.accept": {"secret": inviting.link_of(asked)},
        "door.pair": {"code": devices.offer_pairing(gate.id, actor="account:1")},
    } | {
        f"public_applications.{name}": {"secret": draft.secret}
        for name in ("form", "download", "save", "submit", "withdraw", "confirm")
    }
    hold = holds.make(series, [make.line(product)])
    return Rooms(series, event, juror, key, phone, hold, values, own, call.slug)
