"""Cases that two languages read: pytest puts them to Python, a Chromium to the phone's own code.

``verdicts`` and ``tokens`` are rules of both. ``clock``, ``queue``, ``alone`` and ``rehearsal`` are
the phone's alone, kept here so that every rule of the door has its cases in one place.
"""

import json
from pathlib import Path

DOOR = json.loads((Path(__file__).parent / "door.json").read_text("utf-8"))
