"""``make pictures``: walks the six journeys in a fresh demo and keeps what a person would see.

Writes ``docs/pictures/<journey>-<step>-<lang>-<width>.jpg``, in French and English, on a phone and
on a desktop. The demo lives in a temporary folder; nothing of it stays.
"""

import io
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests import browser
from tests.faults.house import ROOT, House

FOLDER = ROOT / "docs" / "pictures"
SIZES = {375: 812, 1280: 900}
LANGUAGES = ("fr", "en")
TALLEST = {375: 2400, 1280: 1800}  # a longer page is cut: what counts is above
HEAVIEST = 130_000
SERIES = "ftw2015"
OPENING = "grand-opening-des-french-tech-weeks"
FREE = "meetup-nfc-et-sans-contact"
CALL = f"/organizer/{SERIES}/calls/ftw15-stands"


@dataclass(frozen=True)
class Walk:
    """One visitor with one screen and one language, and where the pictures go."""

    page: Page
    address: str
    lang: str
    width: int
    passwords: dict[str, tuple[str, str]]
    tokens: list[str]  # of the tickets bought on the way, for the door

    def open(self, path: str) -> None:
        self.page.goto(f"{self.address}{path}")

    def public(self, path: str = "") -> None:
        self.open(f"/{self.lang}/{SERIES}/{path}")

    def sign_in(self, role: str) -> None:
        email, password = self.passwords[role]
        self.open(f"/{self.lang}/sign-in")
        self.page.fill("#email", email)
        self.page.fill("#password", password)
        self.page.locator("button[value=password]").click()

    def desk(self, path: str) -> None:
        """A page of somebody signed in; the language is the account's unless it is asked for."""
        self.open(f"{path}{'&' if '?' in path else '?'}lang={self.lang}")

    def take(self, name: str) -> None:
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate("document.activeElement.blur()")
        whole = self.page.evaluate("document.documentElement.scrollHeight")
        path = FOLDER / f"{name}-{self.lang}-{self.width}.jpg"
        height = min(max(whole, SIZES[self.width]), TALLEST[self.width])
        self.page.set_viewport_size({"width": self.width, "height": height})
        taken = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        for quality in (48, 40, 32):
            taken.save(path, quality=quality, optimize=True, progressive=True)
            if path.stat().st_size < HEAVIEST:
                break
        self.page.set_viewport_size({"width": self.width, "height": SIZES[self.width]})
        print(f"{path.name:44} {path.stat().st_size // 1000:4} kB")


def attendee(walk: Walk) -> None:
    page = walk.page
    walk.public()
    walk.take("1-programme")
    walk.public(f"events/{OPENING}")
    page.locator(".buybox .stepper input").first.fill("3")
    walk.take("1-event")
    page.locator(".buybox button.btn-buy").click()
    walk.public(f"events/{FREE}")
    page.locator(".buybox .stepper input").first.fill("1")
    page.locator(".buybox button.btn-buy").click()
    page.fill("#email", "ada.lovelace@mail.example")
    page.fill("#first-1-0", "Ada")
    page.fill("#last-1-0", "Lovelace")
    people = (("Ada", "Lovelace"), ("Alan", "Turing"), ("Grace", "Hopper"))
    for number, (first, last) in enumerate(people):
        page.fill(f"#first-0-{number}", first)
        page.fill(f"#last-0-{number}", last)
    walk.take("1-details")
    page.check("#terms")
    page.locator("form#commande button.btn-buy").click()
    page.locator("button[value=card]").wait_for()
    walk.take("1-pay")
    page.locator("button[value=card]").click()
    page.locator("article.ticket .qr").first.wait_for()
    walk.take("1-order")
    drawn = Image.open(io.BytesIO(page.locator("article.ticket .qr svg").first.screenshot()))
    walk.tokens.append(zxingcpp.read_barcodes(drawn.convert("L"))[0].text)


def startup(walk: Walk) -> None:
    page = walk.page
    walk.public("calls/")
    page.locator("main a[href$='/calls/ftw15-pitch']").first.click()
    walk.take("2-call")
    page.locator("main input[type=email]").fill(f"equipe-{walk.lang}{walk.width}@mistral.example")
    page.locator("main form button").last.click()
    for name, typed in (
        ("company", "Mistral & Cie"),
        ("founded", "2001"),
        ("siren", "123456789"),
        ("city", "Marseille"),
    ):
        page.fill(f'[name="{name}"]', typed)
    page.locator('[name="postcode"]').focus()
    page.locator("#siren-early").filter(has_text="SIREN").wait_for()
    walk.take("2-application")


def juror(walk: Walk) -> None:
    walk.sign_in("juror")
    walk.desk("/jury/")
    walk.take("3-list")
    walk.page.locator(".jury-go a").click()
    walk.take("3-review")


def selection(walk: Walk) -> None:
    walk.sign_in("organizer")
    walk.desk(f"{CALL}/ranking")
    walk.take("4-ranking")
    walk.desk(f"{CALL}/decisions")
    prepare = walk.page.locator(".decide button.btn-ink")
    if prepare.count():  # the next visitor finds them prepared
        prepare.click()
    walk.take("4-decisions")


def organizer(walk: Walk) -> None:
    walk.sign_in("organizer")
    walk.desk(f"/organizer/{SERIES}/")
    walk.take("5-dashboard")
    walk.desk(f"/organizer/{SERIES}/programme")
    walk.take("5-planning")


def door(walk: Walk) -> None:
    page = walk.page
    walk.sign_in("organizer")
    walk.desk(f"/organizer/{SERIES}/door/")
    walk.take("6-gates")
    page.locator("form[action$='/pairings'] button").first.click()
    link = page.locator(".pairing code").inner_text()
    page.goto(f"{link}?lang={walk.lang}")
    page.locator("form input[type=text], form .input").first.fill("Nora")
    page.locator("button.big").click()
    page.locator("#phone").wait_for()
    page.wait_for_timeout(1500)  # the camera starts, the list of tickets is fetched
    walk.take("6-scanning")
    page.locator("#type").click()
    page.fill("#token", walk.tokens[0])
    page.locator("#typed button.is-full").click()
    page.locator("#verdict.is-yes").wait_for()
    walk.take("6-verdict")


JOURNEYS: tuple[Callable[[Walk], None], ...] = (
    attendee,
    startup,
    juror,
    selection,
    organizer,
    door,
)


def walk_all(chromium: Browser, house: House, passwords: dict[str, tuple[str, str]]) -> None:
    for lang in LANGUAGES:
        for width, height in SIZES.items():
            tokens: list[str] = []
            for journey in JOURNEYS:
                context = chromium.new_context(
                    viewport={"width": width, "height": height},
                    locale="fr-FR" if lang == "fr" else "en-GB",
                    permissions=["camera"],
                    reduced_motion="reduce",
                )
                page = context.new_page()
                page.set_default_timeout(15_000)
                journey(Walk(page, house.address, lang, width, passwords, tokens))
                context.close()


def dim_hall(folder: Path) -> Path:
    """What the camera sees while nobody holds a ticket to it."""
    path = folder / "hall.mjpeg"
    light = Image.radial_gradient("L").resize((1280, 720)).point(lambda shade: 96 - shade // 3)
    frame = io.BytesIO()
    Image.merge("RGB", (light, light, light.point(lambda shade: shade + 8))).save(frame, "JPEG")
    path.write_bytes(frame.getvalue() * 8)
    return path


def main() -> int:
    binary = browser.find()
    if binary is None:
        print("no Chromium on this machine: no pictures", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), f"sqlite:///{folder}/demo.sqlite3")
        try:
            house.command("demo", "load")
            house.serve()
            listed = json.loads(house.command("demo", "accounts", "--json"))
            passwords = {e["role"]: (e["email"], e["password"]) for e in reversed(listed)}
            with sync_playwright() as playwright:
                cameras = (
                    "--use-fake-ui-for-media-stream",
                    "--use-fake-device-for-media-stream",
                    f"--use-file-for-fake-video-capture={dim_hall(Path(folder))}",
                )
                chromium = playwright.chromium.launch(
                    executable_path=binary, args=[*browser.ARGUMENTS, *cameras]
                )
                walk_all(chromium, house, passwords)
                chromium.close()
        finally:
            house.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
