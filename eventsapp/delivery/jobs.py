"""WORKS: the one table saying who does the long work of a kind; and the runner that calls it.

A work gets a ``Step``, goes on from its cursor, calls ``step`` after each part, and returns its
result. It can be repeated from any cursor. A refusal ends the job with its sentence; any other
error is tried again from the last cursor.
"""

import logging
from collections.abc import Mapping

from eventsapp.delivery import assigning, campaign_mails, exports
from eventsapp.delivery.step import Step, Work
from eventsapp.domain.messages import campaigns
from eventsapp.gateways import files
from eventsapp.kernel import i18n, jobs
from eventsapp.kernel import log as words
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import Refusal
from eventsapp.kernel.jobs import Claimed

log = logging.getLogger(__name__)


WORKS: dict[str, Work] = {
    "export": exports.export,
    assigning.KIND: assigning.deal_lists,
    campaigns.JOB: campaign_mails.gather,
}


def work_once(works: Mapping[str, Work] = WORKS) -> bool:
    """Do one job that is due; False when none is."""
    held = jobs.claim()
    if held is None:
        return False
    with words.doing(f"job:{held.id}"):
        try:
            _do(works, held)
        except jobs.LeaseLost:
            log.warning("%s: another worker has it", held.kind)
            db.session.remove()
    return True


def drain(works: Mapping[str, Work] = WORKS) -> int:
    """Work until no job is due (tests, the demo, ``worker --once``)."""
    count = 0
    while work_once(works):
        count += 1
    return count


def forget_old() -> None:
    """Delete old jobs and the files that they made (the worker calls it)."""
    for result in jobs.forget_old():
        if "file" in result:
            files.delete(result["file"])


def _do(works: Mapping[str, Work], held: Claimed) -> None:
    work = works.get(held.kind)
    if work is None:
        log.error("%s: nobody does it", held.kind)
        jobs.fail(held, {"code": "unexpected", "facts": {}})
        return
    try:
        with i18n.use_locale(held.locale):
            result = work(Step(held))
    except jobs.LeaseLost:
        raise
    except jobs.Stopped:
        db.session.remove()
        jobs.stopped(held)
    except Refusal as refusal:
        db.session.remove()
        jobs.fail(held, {"code": refusal.code, "facts": refusal.facts})
    except Exception:
        log.exception("%s: claim %s", held.kind, held.claims)
        db.session.remove()
        jobs.retry(held)
    else:
        jobs.finish(held, result)
        log.info("%s: done", held.kind)
