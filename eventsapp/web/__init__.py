"""The web: one folder an audience. ``register`` knows every blueprint and its prefix."""

from flask import Flask

from eventsapp.web import access, health, pages
from eventsapp.web.account import sign_in
from eventsapp.web.door import scanner as door_scanner
from eventsapp.web.organizer import door as organizer_door
from eventsapp.web.organizer import events as organizer_events
from eventsapp.web.organizer import programme as organizer_programme
from eventsapp.web.organizer import venues as organizer_venues
from eventsapp.web.public import feeds, legal, programme


def register(app: Flask) -> None:
    access.init_app(app)
    pages.init_app(app)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(sign_in.blueprint)
    app.register_blueprint(organizer_programme.blueprint)
    app.register_blueprint(organizer_events.blueprint)
    app.register_blueprint(organizer_venues.blueprint)
    app.register_blueprint(organizer_door.blueprint)
    app.register_blueprint(door_scanner.blueprint)
    app.register_blueprint(programme.blueprint)
    app.register_blueprint(feeds.blueprint)
    app.register_blueprint(legal.blueprint)
