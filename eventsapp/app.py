"""create_app: the composition root; the only file that knows every package."""

from flask import Flask
from jinja2 import StrictUndefined
from sqlalchemy.orm import configure_mappers

from eventsapp import bundle, settings, web, wiring
from eventsapp.gateways import outward
from eventsapp.kernel import db, i18n, log
from eventsapp.settings import Settings
from eventsapp.web import display, spelled

MAX_UPLOAD_BYTES = 12 * 1024 * 1024


def create_app(config: Settings | None = None, *, threads: int = 4) -> Flask:
    """Build the application.

    Args:
        config: read from the environment when None.
        threads: of one server process; the connection pool is sized by it.
    """
    config = settings.use(config or settings.read())
    # Who tries the demo reads the addresses that it printed: they must not scroll away.
    log.set_up(config.log, every_deed=config.production)
    app = Flask(
        "eventsapp",
        template_folder=str(bundle.TEMPLATES),
        static_folder=str(bundle.STATIC),
        static_url_path="/static",
    )
    app.request_class = spelled.Request
    app.config.update(
        SECRET_KEY=config.secret_key,
        MAX_CONTENT_LENGTH=MAX_UPLOAD_BYTES,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=2000,
        MIGRATIONS=str(bundle.MIGRATIONS),
        WTF_CSRF_CHECK_DEFAULT=False,
        # Nothing uses Flask's own session; were it used, it must not overwrite the sign-in cookie.
        SESSION_COOKIE_NAME="flask",
        TESTING=config.env == "test",
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(_=i18n._, ngettext=i18n.ngettext, pick=i18n.pick)
    db.init_app(app, config.database_url, threads=threads)
    outward.bound(threads)
    display.init_app(app)
    web.register(app)
    app.wsgi_app = outward.InRequests(app.wsgi_app)  # type: ignore[method-assign]
    wiring.connect()
    # Once, before servers fork: each worker would do it in its first request, in memory of its own.
    configure_mappers()
    return app
