"""Phones at the door: what they hold to the camera, and what they say."""

import io

from PIL import Image
from playwright.sync_api import expect

from eventsapp.domain.checkin import devices
from eventsapp.gateways import qr

HOST = "127.0.0.1"
PHONE = {"width": 375, "height": 812}
# No camera is needed to decide: the codes are typed.
NO_CAMERA = "navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('no camera'))"


def film_of(text, frames=8):
    """A hand that holds a code to the camera, not quite straight."""
    code = Image.open(io.BytesIO(qr.png(text, pixels_per_module=9))).convert("RGB")
    film = io.BytesIO()
    for number in range(frames):
        frame = Image.new("RGB", (1280, 720), (64, 58, 52))
        held = code.rotate(number - 4, expand=True, fillcolor=(255, 255, 255))
        frame.paste(held, (400 + 4 * number, 120))
        frame.save(film, "JPEG", quality=80)
    return film.getvalue()


def type_in(phone, text):
    phone.get_by_role("button", name="Saisir").click()
    phone.get_by_label("Code du billet").fill(text)
    phone.get_by_role("button", name="Vérifier").click()


def scanner_at(gate, browser, address, script=NO_CAMERA):
    """A phone that scans for the gate, its page kept for a reload without network."""
    context = browser.new_context(viewport=PHONE, locale="fr-FR")
    _device, secret = devices.pair(devices.offer_pairing(gate.id, actor="account:1"), "Nora")
    # With the path that the server gives it: else it could not be taken away again.
    context.add_cookies([{"name": "door", "value": secret, "domain": HOST, "path": "/door"}])
    context.add_init_script(script)
    phone = context.new_page()
    phone.set_default_timeout(10_000)
    phone.goto(f"{address}/door/")
    expect(phone.locator("#phone[data-kept=yes]")).to_be_attached(timeout=15_000)
    return phone


def answer_with(status, body):
    return lambda asked: asked.fulfill(status=status, body=body)


def verdict_of(phone, text):
    """(colour, word, what stands below) for a code that is typed."""
    type_in(phone, text)
    expect(phone.locator("#verdict")).to_be_visible(timeout=10_000)
    # Read and left in one go: a green one leaves by itself after a second.
    return tuple(
        phone.evaluate(
            """() => {
              const text = (id) => document.getElementById(id).textContent;
              const colour = document.getElementById("verdict").className.replace("say is-", "");
              document.getElementById("next").click();
              return [colour, text("word"), text("detail")];
            }"""
        )
    )


def ask_module(page, name, call, given=None):
    """What ``call(module, given)`` (JavaScript) returns for one of the scanner's modules."""
    return page.evaluate(
        """async (given) => {
          const scanner = document.querySelector("script[type=module]").src;
          return (CALL)(await import(new URL("NAME.js", scanner).href), given);
        }""".replace("CALL", call).replace("NAME", name),
        given,
    )
