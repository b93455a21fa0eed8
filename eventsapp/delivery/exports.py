"""Files of lists, made as jobs: the whole of what the page was narrowed to."""

import tempfile
from pathlib import Path
from typing import Any

from eventsapp.delivery.step import Step
from eventsapp.domain.checkin.listing import ATTENDEES, SCANS
from eventsapp.domain.selection.ranking.listing import APPLICATIONS
from eventsapp.domain.ticketing.catalogue.guests import GUESTS
from eventsapp.domain.ticketing.sales.answers_listed import ANSWERS, NEEDS
from eventsapp.domain.ticketing.sales.listing import ORDERS
from eventsapp.gateways import files, spreadsheet
from eventsapp.kernel import audit, clock, lists
from eventsapp.kernel.lists import Kind

KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (ORDERS, ATTENDEES, ANSWERS, NEEDS, SCANS, APPLICATIONS, GUESTS)
}


def export(step: Step) -> dict[str, Any]:
    """Write the file, keep it, note who has it; begins anew when it was cut off."""
    asked = step.payload
    kind = KINDS[asked["list"]]
    scope = asked["scope"]
    listing = kind.listing(*scope)
    wish = lists.wish(listing, filters=asked["filters"], sort=asked["sort"],
                      descending=asked["descending"], columns=asked["columns"])  # fmt: skip
    titles = kind.titles(*scope)
    header = [titles[key] for key in wish.columns]
    total = lists.count(listing, wish)
    step(0, total)

    def told(done: int) -> None:
        # Somebody may have bought since the rows were counted.
        step(min(done, total), total)

    with tempfile.TemporaryDirectory() as folder, lists.whole(listing, wish) as rows:
        path = Path(folder) / "list"
        cells = kind.cells(scope, wish.columns)
        plain = ([clock.plain(value, asked["zone"]) for value in cells(row)] for row in rows)
        if asked["format"] == spreadsheet.XLSX:
            count = spreadsheet.write_xlsx(path, header, plain, told)
        else:
            with path.open("wb") as file:
                count = spreadsheet.write_csv(file, header, plain, told)
        kept = files.adopt(path)
    audit.note(f"{kind.name}.exported", asked["about"], actor=step.held.asked_by,
               series_id=asked["series_id"], detail={"rows": count})  # fmt: skip
    return {
        "file": kept.key,
        "filename": f"{asked['name']}.{asked['format']}",
        "media_type": spreadsheet.MEDIA_TYPES[asked["format"]],
        "permission": kind.permission,
        "rows": count,
    }
