"""The grid of a call as a form: rows that are added, moved and taken away before it is saved.

The whole grid travels with each press of a button, so that nothing of it is lost and nothing is
stored before "Enregistrer". It needs no script.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from eventsapp.domain.selection.calls.grid import (
    HIGHEST,
    MOST_CRITERIA,
    WHOLE,
    CriterionDraft,
    GridDraft,
)
from eventsapp.kernel import spelling
from eventsapp.web.forms import numbers

LONGEST_LABEL, LONGEST_HINT, LONGEST_ANCHOR = 120, 300, 60
TEXTS = {"label_fr": LONGEST_LABEL, "label_en": LONGEST_LABEL, "hint_fr": LONGEST_HINT,
         "hint_en": LONGEST_HINT}  # fmt: skip
# A page is never asked for more rows than may be saved, plus the one that is one too many.
MOST_ROWS = MOST_CRITERIA + 1


@dataclass
class Row:
    """One criterion as typed. ``anchors``: level -> (French, English)."""

    id: str = ""
    label_fr: str = ""
    label_en: str = ""
    weight: str = ""
    hint_fr: str = ""
    hint_en: str = ""
    anchors: dict[int, tuple[str, str]] = field(default_factory=dict)


@dataclass
class Typed:
    """What the page shows again, whatever was typed."""

    least: str
    most: str
    rows: list[Row]

    def draft(self) -> GridDraft:
        return GridDraft(
            _whole(self.least, HIGHEST),
            _whole(self.most, HIGHEST),
            tuple(
                CriterionDraft(
                    id=row.id,
                    label_fr=row.label_fr,
                    label_en=row.label_en,
                    weight=_whole(row.weight, WHOLE),
                    hint_fr=row.hint_fr,
                    hint_en=row.hint_en,
                    anchors=row.anchors,
                )
                for row in self.rows
            ),
        )

    def press(self, button: str) -> bool:
        """Do what a button of the form asks for, apart from saving; False for any other."""
        deed, _dash, where = button.partition("-")
        if deed == "add" and len(self.rows) < MOST_ROWS:
            self.rows.append(Row())
        elif deed in ("up", "down", "remove") and numbers.is_whole(where, most=len(self.rows) - 1):
            row = self.rows.pop(int(where))
            if deed != "remove":
                self.rows.insert(max(0, int(where) + (1 if deed == "down" else -1)), row)
        return deed in ("add", "up", "down", "remove", "look")


def typed(grid: GridDraft) -> Typed:
    """What is saved, as the form shows it."""
    rows = [
        Row(
            id=one.id,
            label_fr=one.label_fr,
            label_en=one.label_en,
            weight="" if one.weight is None else str(one.weight),
            hint_fr=one.hint_fr,
            hint_en=one.hint_en,
            anchors=dict(one.anchors),
        )
        for one in grid.criteria
    ]
    return Typed(str(grid.least), str(grid.most), rows)


def read(form: Mapping[str, str]) -> Typed:
    """What was sent; texts in their one spelling, cut where a column of the page ends."""
    count = numbers.whole(form["rows"]) if numbers.is_whole(form.get("rows", "")) else 0
    rows = [_row(form, f"c{place}") for place in range(min(count, MOST_ROWS))]
    return Typed(form.get("least", "").strip()[:9], form.get("most", "").strip()[:9], rows)


def _row(form: Mapping[str, str], name: str) -> Row:
    texts = {part: _line(form, f"{name}-{part}", longest) for part, longest in TEXTS.items()}
    anchors = {}
    for level in range(HIGHEST + 1):
        pair = (
            _line(form, f"{name}-a{level}-fr", LONGEST_ANCHOR),
            _line(form, f"{name}-a{level}-en", LONGEST_ANCHOR),
        )
        if any(pair):
            anchors[level] = pair
    weight = form.get(f"{name}-weight", "").strip()[:9]
    return Row(id=form.get(f"{name}-id", "")[:120], weight=weight, anchors=anchors, **texts)


def _line(form: Mapping[str, str], name: str, longest: int) -> str:
    return spelling.line(form.get(name, ""))[:longest].rstrip()


def _whole(text: str, most: int) -> int | None:
    plain = text.replace("\u00a0", "").replace("%", "").strip()
    return numbers.whole(plain) if numbers.is_whole(plain, most=most) else None
