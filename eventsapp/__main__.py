"""``python -m eventsapp``."""

import sys

from eventsapp.main import main

sys.exit(main())
