"""Cases that two languages read: pytest puts them to Python, a Chromium to the page's own code.

``verdicts``, ``tokens`` and ``days`` are rules of both. ``clock``, ``queue``, ``alone`` and
``rehearsal`` are the phone's alone, kept here so that every rule of the door has its cases in one
place. ``FOLD``: names, and what ``spelling.fold`` leaves of them.
"""

import json
from pathlib import Path

DOOR = json.loads((Path(__file__).parent / "door.json").read_text("utf-8"))
FOLD = json.loads((Path(__file__).parent / "fold.json").read_text("utf-8"))
