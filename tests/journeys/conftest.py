"""The browsers of the journeys, and the house behind a real port."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright
from werkzeug.serving import make_server

from eventsapp import settings
from eventsapp.kernel import clock
from tests import browser, make
from tests.conftest import COULD_NOT_RUN, in_ci

# A busy machine is no defect.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def shared_chromium(playwright: Playwright) -> Iterator[Browser]:
    """A real Chromium, started once; in CI its absence fails, elsewhere the last lines say it."""
    binary = browser.find()
    if binary is None:
        if in_ci():
            pytest.fail("a browser is required in CI")
        COULD_NOT_RUN.add("browser: no Chromium was found on this machine")
        pytest.skip("no Chromium on this machine")
    launched = playwright.chromium.launch(executable_path=binary, args=list(browser.ARGUMENTS))
    yield launched
    launched.close()


@pytest.fixture
def chromium(shared_chromium: Browser) -> Iterator[Browser]:
    """The browser; each test opens contexts of its own, which share nothing and end with it."""
    yield shared_chromium
    for context in shared_chromium.contexts:
        context.close()


@pytest.fixture
def address(app):
    """The application behind a real port, with a real clock."""
    clock.freeze(None)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    at = f"http://127.0.0.1:{server.server_port}"
    settings.use(replace(app.extensions["settings"], base_url=at))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield at
    server.shutdown()
    thread.join(5)
    settings.use(app.extensions["settings"])


@pytest.fixture
def evening(app, address):
    return make.event(title_fr="Grand Opening", starts_at=datetime.now(UTC) - timedelta(minutes=20))


@pytest.fixture
def browser_with_camera(tmp_path, playwright):
    """Returns ``launch(film)``: a Chromium whose camera shows the film."""
    binary = browser.find()
    open_browsers = []

    def launch(film=None, cameras=1):
        # Without a film the camera shows clocks of its own.
        fake = [f"--use-fake-device-for-media-stream=device-count={cameras}"]
        if film:
            path = tmp_path / "film.mjpeg"
            path.write_bytes(film)
            fake.append(f"--use-file-for-fake-video-capture={path}")
        try:
            launched = playwright.chromium.launch(
                executable_path=binary,
                args=["--no-sandbox", "--disable-gpu", "--use-fake-ui-for-media-stream", *fake],
            )
        except Exception:
            if in_ci():
                raise
            COULD_NOT_RUN.add("browser: no Chromium was found on this machine")
            pytest.skip("no Chromium on this machine")
        open_browsers.append(launched)
        return launched

    yield launch
    for one in open_browsers:
        one.close()
