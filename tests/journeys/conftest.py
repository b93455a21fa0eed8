"""The browser of the journeys."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import browser
from tests.conftest import COULD_NOT_RUN, in_ci


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """A real Chromium; in CI its absence fails, elsewhere it is said in the last lines."""
    binary = browser.find()
    if binary is None:
        if in_ci():
            pytest.fail("a browser is required in CI")
        COULD_NOT_RUN.add("browser: no Chromium was found on this machine")
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=binary, args=["--no-sandbox", "--disable-gpu"]
        )
        yield launched
        launched.close()
