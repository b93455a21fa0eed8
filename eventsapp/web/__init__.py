"""The web: one folder an audience. ``register`` knows every blueprint and its prefix."""

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
from eventsapp.web.organizer.messages import campaigns as organizer_campaigns
from eventsapp.web.organizer.messages import messages as organizer_messages
from eventsapp.web.organizer.messages import notices as organizer_notices
from eventsapp.web.organizer.people import keys as organizer_keys
from eventsapp.web.organizer.people import partners as organizer_partners
from eventsapp.web.organizer.people import people as organizer_people
from eventsapp.web.organizer.programme import coming as organizer_coming
from eventsapp.web.organizer.programme import events as organizer_events
from eventsapp.web.organizer.programme import pictures as organizer_pictures
from eventsapp.web.organizer.programme import programme as organizer_programme
from eventsapp.web.organizer.programme import slots as organizer_slots
from eventsapp.web.organizer.programme import speakers as organizer_speakers
from eventsapp.web.organizer.programme import texts as organizer_texts
from eventsapp.web.organizer.programme import venues as organizer_venues
from eventsapp.web.organizer.sales import asked as organizer_asked
from eventsapp.web.organizer.sales import catalogue as organizer_catalogue
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


def register(app: Flask) -> None:
    journal.init_app(app)
    hostile.init_app(app)
    access.init_app(app)
    pages.init_app(app)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(sign_in.blueprint)
    app.register_blueprint(closing.blueprint)
    app.register_blueprint(invitations.blueprint)
    app.register_blueprint(host_organisations.blueprint)
    app.register_blueprint(organizer_dashboard.blueprint)
    app.register_blueprint(organizer_orders.blueprint)
    app.register_blueprint(organizer_search.blueprint)
    app.register_blueprint(organizer_selling.blueprint)
    app.register_blueprint(organizer_transfers.blueprint)
    app.register_blueprint(organizer_needs.blueprint)
    app.register_blueprint(organizer_catalogue.blueprint)
    app.register_blueprint(organizer_asked.blueprint)
    app.register_blueprint(organizer_tariffs.blueprint)
    app.register_blueprint(organizer_passes.blueprint)
    app.register_blueprint(organizer_discounts.blueprint)
    app.register_blueprint(organizer_guests.blueprint)
    app.register_blueprint(organizer_people.blueprint)
    app.register_blueprint(organizer_partners.blueprint)
    app.register_blueprint(organizer_keys.blueprint)
    app.register_blueprint(organizer_messages.blueprint)
    app.register_blueprint(organizer_campaigns.blueprint)
    app.register_blueprint(organizer_notices.blueprint)
    app.register_blueprint(organizer_jobs.blueprint)
    app.register_blueprint(organizer_programme.blueprint)
    app.register_blueprint(organizer_events.blueprint)
    app.register_blueprint(organizer_slots.blueprint)
    app.register_blueprint(organizer_coming.blueprint)
    app.register_blueprint(organizer_texts.blueprint)
    app.register_blueprint(organizer_pictures.blueprint)
    app.register_blueprint(organizer_venues.blueprint)
    app.register_blueprint(organizer_series.blueprint)
    app.register_blueprint(organizer_speakers.blueprint)
    app.register_blueprint(organizer_door.blueprint)
    app.register_blueprint(organizer_door_scans.blueprint)
    app.register_blueprint(door_scanner.blueprint)
    app.register_blueprint(api_scans.blueprint)
    app.register_blueprint(api_attendees.blueprint)
    app.register_blueprint(programme.blueprint)
    app.register_blueprint(feeds.blueprint)
    app.register_blueprint(pictures.blueprint)
    app.register_blueprint(elsewhere.blueprint)
    app.register_blueprint(guests.blueprint)
    app.register_blueprint(unsubscribing.blueprint)
    app.register_blueprint(legal.blueprint)
    app.register_blueprint(tickets.blueprint)
    app.register_blueprint(orders.blueprint)
    app.register_blueprint(stripe_webhook.blueprint)
    app.register_blueprint(api_resources.blueprint)
    app.register_blueprint(calls.blueprint)
    app.register_blueprint(applications.blueprint)
    app.register_blueprint(jury_review.blueprint)
    app.register_blueprint(organizer_selection.blueprint)
    app.register_blueprint(organizer_ranking.blueprint)
    app.register_blueprint(organizer_calls.blueprint)
    app.register_blueprint(organizer_grid.blueprint)
    app.register_blueprint(organizer_questions.blueprint)
    mount_sandbox(app)
    app.wsgi_app = HeadAsGet(app.wsgi_app)  # type: ignore[method-assign]


def mount_sandbox(app: Flask) -> None:
    """The demo's payment pages. With a Stripe key, and in production, there are none."""
    if settings.current().sandbox_stripe:
        pages_of_sandbox = {MOUNTED_AT: sandbox().pages}
        app.wsgi_app = DispatcherMiddleware(app.wsgi_app, pages_of_sandbox)  # type: ignore[method-assign]
