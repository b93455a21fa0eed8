"""The web: one folder an audience. ``register`` knows every blueprint and its prefix."""

from typing import Any

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from eventsapp import settings
from eventsapp.gateways.stripe_account import sandbox
from eventsapp.gateways.stripe_sandbox.sandbox import MOUNTED_AT
from eventsapp.web import access, health, hostile, journal, pages
from eventsapp.web.account import closing, invitations, sign_in
from eventsapp.web.api import attendees as api_attendees
from eventsapp.web.api import resources as api_resources
from eventsapp.web.api import scans as api_scans
from eventsapp.web.door import scanner as door_scanner
from eventsapp.web.heads import HeadAsGet
from eventsapp.web.host import organisations as host_organisations
from eventsapp.web.jury import review as jury_review
from eventsapp.web.organizer import jobs as organizer_jobs
from eventsapp.web.organizer.calls import calls as organizer_calls
from eventsapp.web.organizer.calls import grid as organizer_grid
from eventsapp.web.organizer.calls import questions as organizer_questions
from eventsapp.web.organizer.calls import ranking as organizer_ranking
from eventsapp.web.organizer.calls import selection as organizer_selection
from eventsapp.web.organizer.door import door as organizer_door
from eventsapp.web.organizer.door import scans as organizer_door_scans
from eventsapp.web.organizer.messages import automatic as organizer_automatic
from eventsapp.web.organizer.messages import campaigns as organizer_campaigns
from eventsapp.web.organizer.messages import messages as organizer_messages
from eventsapp.web.organizer.messages import notices as organizer_notices
from eventsapp.web.organizer.people import keys as organizer_keys
from eventsapp.web.organizer.people import partners as organizer_partners
from eventsapp.web.organizer.people import people as organizer_people
from eventsapp.web.organizer.programme import coming as organizer_coming
from eventsapp.web.organizer.programme import details as organizer_details
from eventsapp.web.organizer.programme import events as organizer_events
from eventsapp.web.organizer.programme import pictures as organizer_pictures
from eventsapp.web.organizer.programme import programme as organizer_programme
from eventsapp.web.organizer.programme import slots as organizer_slots
from eventsapp.web.organizer.programme import speakers as organizer_speakers
from eventsapp.web.organizer.programme import texts as organizer_texts
from eventsapp.web.organizer.programme import venues as organizer_venues
from eventsapp.web.organizer.sales import asked as organizer_asked
from eventsapp.web.organizer.sales import catalogue as organizer_catalogue
from eventsapp.web.organizer.sales import changing as organizer_changing
from eventsapp.web.organizer.sales import discounts as organizer_discounts
from eventsapp.web.organizer.sales import guests as organizer_guests
from eventsapp.web.organizer.sales import needs as organizer_needs
from eventsapp.web.organizer.sales import orders as organizer_orders
from eventsapp.web.organizer.sales import passes as organizer_passes
from eventsapp.web.organizer.sales import search as organizer_search
from eventsapp.web.organizer.sales import selling as organizer_selling
from eventsapp.web.organizer.sales import tariffs as organizer_tariffs
from eventsapp.web.organizer.sales import transfers as organizer_transfers
from eventsapp.web.organizer.series import dashboard as organizer_dashboard
from eventsapp.web.organizer.series import series as organizer_series
from eventsapp.web.public import (
    applications,
    calls,
    elsewhere,
    feeds,
    guests,
    legal,
    orders,
    pictures,
    programme,
    stripe_webhook,
    tickets,
    unsubscribing,
)

#: Each with the blueprint of its pages.
ROOMS: tuple[Any, ...] = (
    health,
    sign_in,
    closing,
    invitations,
    host_organisations,
    organizer_dashboard,
    organizer_orders,
    organizer_search,
    organizer_selling,
    organizer_transfers,
    organizer_changing,
    organizer_needs,
    organizer_catalogue,
    organizer_asked,
    organizer_tariffs,
    organizer_passes,
    organizer_discounts,
    organizer_guests,
    organizer_people,
    organizer_partners,
    organizer_keys,
    organizer_messages,
    organizer_campaigns,
    organizer_notices,
    organizer_automatic,
    organizer_jobs,
    organizer_programme,
    organizer_events,
    organizer_slots,
    organizer_coming,
    organizer_texts,
    organizer_details,
    organizer_pictures,
    organizer_venues,
    organizer_series,
    organizer_speakers,
    organizer_door,
    organizer_door_scans,
    door_scanner,
    api_scans,
    api_attendees,
    programme,
    feeds,
    pictures,
    elsewhere,
    guests,
    unsubscribing,
    legal,
    tickets,
    orders,
    stripe_webhook,
    api_resources,
    calls,
    applications,
    jury_review,
    organizer_selection,
    organizer_ranking,
    organizer_calls,
    organizer_grid,
    organizer_questions,
)


def register(app: Flask) -> None:
    journal.init_app(app)
    hostile.init_app(app)
    access.init_app(app)
    pages.init_app(app)
    for room in ROOMS:
        app.register_blueprint(room.blueprint)
    mount_sandbox(app)
    app.wsgi_app = HeadAsGet(app.wsgi_app)  # type: ignore[method-assign]


def mount_sandbox(app: Flask) -> None:
    """The demo's payment pages. With a Stripe key, and in production, there are none."""
    if settings.current().sandbox_stripe:
        pages_of_sandbox = {MOUNTED_AT: sandbox().pages}
        app.wsgi_app = DispatcherMiddleware(app.wsgi_app, pages_of_sandbox)  # type: ignore[method-assign]
