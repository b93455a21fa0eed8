"""One released event with a few places, in a database that nobody uses yet.

Run as ``python -m tests.faults.seed PLACES`` with the environment of the house.
"""

import sys

from eventsapp.app import create_app
from eventsapp.domain.programme import releases
from tests import make

if __name__ == "__main__":
    with create_app().app_context():
        series = make.series(slug="essai", is_demo=True)
        event = make.event(series, slug="ouverture", capacity=int(sys.argv[1]))
        make.product(event, places=None, code="STD", per_order_max=4)
        releases.publish(series.id, actor="test")
