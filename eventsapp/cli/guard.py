"""What no command of a demo may touch."""

from eventsapp import settings
from eventsapp.domain.programme import queries


class NotADemo(Exception):
    """The process is a demo, with its own Stripe and accounts, and the database is not."""


def refuse_foreign_series() -> None:
    """A forgotten EVENTSAPP_ENV must not sell a real series through the sandbox.

    Raises:
        NotADemo: this is a demo, and the database holds a series that is none.
    """
    foreign = queries.real_series() if settings.current().env == "demo" else None
    if foreign is not None:
        raise NotADemo(
            f"EVENTSAPP_ENV is demo, and the series {foreign} is not a demo; "
            "set EVENTSAPP_ENV=production"
        )
