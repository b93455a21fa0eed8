"""A code is right when a reader reads it."""

import io
import os
import xml.etree.ElementTree as ElementTree

import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image

from eventsapp.domain.ticketing.sales.tokens import Payload, sign
from eventsapp.gateways import qr


@pytest.fixture
def token():
    payload = Payload(key_id=1, event=3, product=2, ticket_id=os.urandom(16))
    return sign(payload, Ed25519PrivateKey.generate())


def read(image):
    return [code.text for code in zxingcpp.read_barcodes(image)]


def test_a_png_is_read_again_and_small(token):
    png = qr.png(token)

    assert read(Image.open(io.BytesIO(png)).convert("L")) == [token]
    assert len(png) < 1500


@pytest.mark.parametrize("angle", [-25, 90, 180])
def test_a_tilted_code_is_read_again(token, angle):
    upright = Image.open(io.BytesIO(qr.png(token))).convert("L")

    assert read(upright.rotate(angle, expand=True, fillcolor=255)) == [token]


def test_a_token_fits_version_6(token):
    assert len(qr.modules(token)) == 41


def test_the_svg_draws_the_same_modules(token):
    drawn = ElementTree.fromstring(qr.svg(token, label="Code"))
    path = drawn.findall("{http://www.w3.org/2000/svg}path")[1].attrib["d"]
    rows = qr.modules(token)
    seen = [["0"] * len(rows) for _ in rows]
    for line in path.split("M")[1:]:
        x, rest = line.split(" ", 1)
        y = int(float(rest.split("h")[0].split("m")[0]) - 0.5) - qr.QUIET_ZONE
        x = int(x) - qr.QUIET_ZONE
        moves = rest[rest.index("h") :].replace("m", " m").replace("h", " h").split(" ")
        for move in moves:
            if move.startswith("m"):
                x += int(move[1:])
            elif move.startswith("h"):
                for step in range(int(move[1:])):
                    seen[y][x + step] = "1"
                x += int(move[1:])

    assert tuple("".join(row) for row in seen) == rows
    assert len(qr.svg(token)) < 4000


def test_the_label_is_text(token):
    assert "<b>" not in qr.svg(token, label='"><b>')


def test_other_texts_are_coded_too():
    png = qr.png("https://exemple.example/door/pair/abc")

    assert read(Image.open(io.BytesIO(png)).convert("L")) == [
        "https://exemple.example/door/pair/abc"
    ]
