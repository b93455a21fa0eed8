"""The browsers of the journeys, and the house behind a real port."""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from eventsapp import settings
from eventsapp.kernel import clock
from tests import browser, make
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
def browser_with_camera(tmp_path):
    """Returns ``launch(film)``: a Chromium whose camera shows the film."""
    binary = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        open_browsers = []

        def launch(film=None, cameras=1):
            # Without a film the camera shows clocks of its own.
            fake = [f"--use-fake-device-for-media-stream=device-count={cameras}"]
            if film:
                path = tmp_path / "film.mjpeg"
                path.write_bytes(film)
                fake.append(f"--use-file-for-fake-video-capture={path}")
            try:
                browser = playwright.chromium.launch(
                    executable_path=binary,
                    args=[
                        "--no-sandbox",
                        "--disable-gpu",
                        "--use-fake-ui-for-media-stream",
                        *fake,
                    ],
                )
            except Exception:
                if in_ci():
                    raise
                COULD_NOT_RUN.add("browser: no Chromium was found on this machine")
                pytest.skip("no Chromium on this machine")
            open_browsers.append(browser)
            return browser

        yield launch
        for browser in open_browsers:
            browser.close()
