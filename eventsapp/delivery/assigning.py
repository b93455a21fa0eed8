"""The jury's lists, dealt by a job: the desk does not wait for them inside a request."""

from typing import Any

from eventsapp.delivery.step import Step
from eventsapp.domain.selection.jury import dealing
from eventsapp.kernel.i18n import _, ngettext

KIND = "jury.assign"


def deal_lists(step: Step) -> dict[str, Any]:
    """Deal what is missing. The lists and the cursor are written together: repeated, it says again
    what it did. The payload has ``call_id`` and ``actor``."""
    if "added" not in step.cursor:
        step(0, 2)
        added = dealing.assign_missing(
            step.payload["call_id"],
            actor=step.payload["actor"],
            written=lambda count: step(2, 2, added=count),
        )
    else:
        added = step.cursor["added"]
    said = ngettext("{n} lecture attribuée.", "{n} lectures attribuées.", added)
    if not added:
        said = _("Chaque candidature avait déjà ses lecteurs.")
    return {"sentence": said, "added": added}
