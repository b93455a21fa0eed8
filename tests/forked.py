"""Processes forked from one that has read the program: each is spared a second and a half of work.

They share nothing with the test but what they are handed, and can be killed like any other.
"""

import multiprocessing

FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(["eventsapp.app", "eventsapp.cli.outcome"])
