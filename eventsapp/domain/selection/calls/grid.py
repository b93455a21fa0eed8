"""The grid on which a jury marks: criteria with weights, and what each level of the scale means."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from eventsapp.domain.programme.naming import free_slug
from eventsapp.domain.questions.fields import Problem
from eventsapp.domain.selection.calls import calls, frozen
from eventsapp.domain.selection.calls.errors import CallIncomplete
from eventsapp.domain.selection.calls.models import Call
from eventsapp.kernel import audit
from eventsapp.kernel.errors import EditedMeanwhile
from eventsapp.kernel.transaction import lock, transaction

#: More than a juror can hold in mind, and than a page can show.
MOST_CRITERIA = 20
#: A mark is one key or one touch; beyond twenty steps nobody tells two of them apart.
LOWEST, HIGHEST = 0, 20
#: Weights are percent of the whole: pages, letters and minutes say "30 %" and mean it.
WHOLE = 100


@dataclass(frozen=True)
class CriterionDraft:
    """A criterion as somebody is about to save it.

    Attributes:
        id: of one that stands; empty for a new one.
        weight: percent of the score, None when none was given.
        anchors: level -> (French, English); a level without words is only a number.
    """

    label_fr: str
    label_en: str
    weight: int | None
    id: str = ""
    hint_fr: str = ""
    hint_en: str = ""
    anchors: Mapping[int, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class GridDraft:
    """``least`` and ``most``: the ends of the scale, both included."""

    least: int | None
    most: int | None
    criteria: tuple[CriterionDraft, ...]

    @property
    def levels(self) -> range:
        """Empty while the scale makes no sense."""
        if self.least is None or self.most is None or not sensible(self.least, self.most):
            return range(0)
        return range(self.least, self.most + 1)


def sensible(least: int, most: int) -> bool:
    return LOWEST <= least < most <= HIGHEST


def grid_of(call: Call) -> GridDraft:
    """The grid as the editor shows it."""
    return GridDraft(
        call.scale_least, call.scale_most, tuple(_draft_of(one) for one in call.criteria)
    )


def fingerprint(call: Call) -> str:
    """Names what an editor has read; it changes with every change of it."""
    read = [call.criteria, call.scale_least, call.scale_most]
    return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()[:32]


def change(call_id: int, read: str, draft: GridDraft, *, actor: str) -> Call:
    """Replace criteria and scale.

    Args:
        read: ``fingerprint`` of what the page showed.

    Raises:
        CallAnswered: an application was submitted under the present ones.
        EditedMeanwhile: somebody saved since.
        CallIncomplete: with the problems.
    """
    with transaction():
        call = lock(Call, call_id)
        frozen.refuse_answered(call)
        if fingerprint(call) != read:
            raise EditedMeanwhile(what="call")
        found = problems_of(draft)
        if found:
            raise CallIncomplete(problems=found)
        criteria = stored(draft, {one["id"] for one in call.criteria})
        calls.refuse_weights(criteria)
        call.criteria = criteria
        call.scale_least, call.scale_most = draft.levels[0], draft.levels[-1]
        audit.note("call.grid_changed", f"call:{call.id}", actor=actor, series_id=call.series_id)
        return call


def problems_of(draft: GridDraft) -> list[Problem]:
    """What keeps the grid from being saved. Fields are ``scale``, ``weights`` (the whole), and
    ``c<place>-<part>`` of a criterion."""
    found = []
    if not draft.levels:
        found.append(Problem("scale", "scale", {"least": LOWEST, "most": HIGHEST}))
    for place, one in enumerate(draft.criteria):
        if not one.label_fr:
            found.append(Problem(f"c{place}-label_fr", "required"))
        if one.weight is None or not 1 <= one.weight <= WHOLE:
            found.append(Problem(f"c{place}-weight", "weight"))
    total = sum(one.weight or 0 for one in draft.criteria)
    if not draft.criteria:
        found.append(Problem("weights", "no_criteria"))
    elif len(draft.criteria) > MOST_CRITERIA:
        found.append(Problem("weights", "many_criteria", {"most": MOST_CRITERIA}))
    elif total != WHOLE:
        found.append(Problem("weights", "weights", {"total": total}))
    return found


def stored(draft: GridDraft, known: Collection[str] = ()) -> list[dict[str, Any]]:
    """As ``Call.criteria`` keeps them. What a level outside the scale meant is gone with it."""
    taken: set[str] = set()
    stored = []
    for one in draft.criteria:
        own = one.id in known and one.id not in taken
        name = one.id if own else free_slug(one.label_fr, taken | set(known), fallback="critere")
        taken.add(name)
        stored.append(
            {
                "id": name,
                "weight": one.weight,
                "label": {"fr": one.label_fr, "en": one.label_en or one.label_fr},
                "hint": {"fr": one.hint_fr, "en": one.hint_en or one.hint_fr},
                "anchors": {
                    str(level): {"fr": fr or en, "en": en or fr}
                    for level in draft.levels
                    for fr, en in [one.anchors.get(level, ("", ""))]
                    if fr or en
                },
            }
        )
    return stored


def _draft_of(one: Mapping[str, Any]) -> CriterionDraft:
    label, hint = one.get("label", {}), one.get("hint", {})
    return CriterionDraft(
        id=one["id"],
        label_fr=label.get("fr", ""),
        label_en=label.get("en", ""),
        weight=one["weight"],
        hint_fr=hint.get("fr", ""),
        hint_en=hint.get("en", ""),
        anchors={
            int(level): (text.get("fr", ""), text.get("en", ""))
            for level, text in one.get("anchors", {}).items()
        },
    )
