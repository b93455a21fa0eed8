"""``eventsapp worker``: the outbox, and the periodic commands in one table."""

import argparse
import logging
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from eventsapp import __version__, schema, settings
from eventsapp.cli import guard
from eventsapp.delivery import jobs, promises, worker
from eventsapp.domain.accounts import api_keys, invitations, refused
from eventsapp.domain.billing.money import payments, reconciliation, trouble
from eventsapp.domain.checkin import presence
from eventsapp.domain.messages import automatic, recipients
from eventsapp.domain.programme import pictures
from eventsapp.domain.questions import files
from eventsapp.domain.selection.calls import retention
from eventsapp.domain.selection.decisions import offers
from eventsapp.domain.ticketing.catalogue import guests
from eventsapp.domain.ticketing.sales import (
    forgetting,
    holds,
    orders,
    shares,
    token_ends,
    ways_out,
    withdrawal,
)
from eventsapp.domain.ticketing.sales import retention as sold
from eventsapp.gateways.stripe_account import sandbox
from eventsapp.kernel import audit, limits
from eventsapp.kernel import log as words
from eventsapp.kernel.db import db

log = logging.getLogger(__name__)

IDLE_SECONDS = 0.5
# After SIGTERM a job may end its present step; then the process goes.
LAST_STEP_SECONDS = 20


def deliver_sandbox_webhooks() -> None:
    """In the demo our own sandbox sends its news from here, as Stripe would."""
    if settings.current().sandbox_stripe:
        sandbox().deliver_webhooks()


# (every so many seconds, command). A command is short, repeatable, and owns its transactions.
PERIODIC: list[tuple[float, Callable[[], Any]]] = [
    (1, deliver_sandbox_webhooks),
    (5, holds.release_expired),
    (10, payments.sweep),
    (30, trouble.look_again),
    (300, promises.sweep),
    (10, withdrawal.withdraw_due),
    (10, orders.expire_due),
    (600, ways_out.remind_due),
    (5, audit.seal),
    (60, presence.note_entered),
    (600, limits.forget_old),
    (3600, api_keys.forget_old_answers),
    (3600, shares.forget_old),
    (60, token_ends.fill),
    (3600, invitations.forget_old),
    (3600, refused.forget_old),
    (60, offers.expire_due),
    (3600, files.forget_unlinked),
    (3600, pictures.forget_taken_off),
    (3600, jobs.forget_old),
    (3600, retention.forget),
    (3600, forgetting.forget_sensitive),
    (3600, sold.forget),
    (3600, guests.forget),
    (3600, recipients.forget),
    (60, automatic.send_due),
    (86_400, reconciliation.nightly),
]


class Stop:
    """Set by SIGTERM and SIGINT: the running message is finished, then the worker ends."""

    asked = False

    def __call__(self, _signal: int, _frame: FrameType | None) -> None:
        self.asked = True


def add_to(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser("worker", help="mails, expiry of holds, reconciliation")
    parser.add_argument("--once", action="store_true", help="do what is due, then end")
    parser.set_defaults(run=run)


def run(app: Flask, arguments: argparse.Namespace) -> int:
    with app.app_context():
        try:
            schema.refuse_old()
            guard.refuse_foreign_series()
        except (schema.OldSchema, guard.NotADemo) as error:
            print(error, file=sys.stderr)
            return 1
        except SQLAlchemyError:
            log.warning("the database does not answer yet")
    log.info("eventsapp %s: the worker begins", __version__)
    stop = Stop()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
    # Long work has a thread of its own: a letter never waits behind an export.
    long_work = threading.Thread(target=do_jobs, args=(app, stop), name="jobs", daemon=True)
    if not arguments.once:
        long_work.start()
    due = [0.0] * len(PERIODIC)
    while not stop.asked:
        with app.app_context():
            try:
                busy = worker.work_once()
                run_periodic(due)
                if arguments.once:
                    busy += jobs.work_once()
            except Exception:
                # The database may be restarting: wait and go on, never die silently.
                log.exception("the worker met an error and goes on")
                busy = 0
                time.sleep(2)
            finally:
                db.session.remove()
        if arguments.once and not busy:
            return 0
        if not busy:
            time.sleep(IDLE_SECONDS)
    if long_work.is_alive():
        long_work.join(LAST_STEP_SECONDS)
    log.info("the worker ends")
    return 0


def do_jobs(app: Flask, stop: Stop) -> None:
    """One job after the other until the end is asked for; what is cut off goes on at the next
    start, from the last step that was saved."""
    while not stop.asked:
        with app.app_context():
            try:
                busy = jobs.work_once()
            except Exception:
                log.exception("the jobs met an error and go on")
                busy = False
                time.sleep(2)
            finally:
                db.session.remove()
        if not busy:
            time.sleep(IDLE_SECONDS)


def run_periodic(due: list[float]) -> None:
    """Call what is due. One that fails is tried again in its turn and holds up no other: else a
    broken count at the door would keep every unpaid place taken."""
    now = time.monotonic()
    for index, (seconds, command) in enumerate(PERIODIC):
        if now < due[index]:
            continue
        due[index] = now + seconds
        with words.doing(command.__name__):
            try:
                command()
            except Exception:
                log.exception("%s failed; it comes again in %s s", command.__name__, seconds)
                db.session.remove()
