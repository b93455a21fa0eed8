"""Pictures drawn anew: what is kept is ours, and what is hostile is never unpacked."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from eventsapp.gateways import pictures
from eventsapp.kernel import frames
from tests import make

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def drawn(made, width, ending):
    return Image.open(pictures.path_of(made.key, width, ending))


def test_a_picture_is_kept_in_three_sizes_and_two_kinds(app):
    made = pictures.make(make.photograph((2400, 1200)))

    assert (made.width, made.height) == (1600, 800)
    for width in frames.WIDTHS:
        for ending, kind in (("webp", "WEBP"), ("jpg", "JPEG")):
            file = drawn(made, width, ending)
            assert (file.format, file.size) == (kind, (width, width // 2))


def test_a_small_one_is_not_enlarged_and_a_tall_one_is_bounded(app):
    small = pictures.make(make.photograph((300, 200)))
    tall = pictures.make(make.photograph((500, 5000)))

    assert (small.width, small.height) == (300, 200)
    assert drawn(small, 300, "webp").size == (300, 200)
    assert tall.height <= frames.WIDTHS[-1] * frames.TALLEST


def test_where_when_and_by_whom_it_was_taken_is_gone(app):
    exif = Image.Exif()
    exif[0x010F] = "Appareil"
    exif[0x8825] = {1: "N", 2: (43.0, 17.0, 0.0)}
    exif[0x9286] = "commentaire"
    sent = make.photograph((800, 600), exif=exif, comment=b"secret", dpi=(300, 300))
    assert b"Appareil" in sent and b"secret" in sent

    made = pictures.make(sent)

    for ending in pictures.ENDINGS:
        kept = pictures.path_of(made.key, 480, ending).read_bytes()
        assert b"Appareil" not in kept and b"secret" not in kept and b"Exif" not in kept
        assert dict(drawn(made, 480, ending).getexif()) == {}


def test_it_stands_as_the_phone_was_held(app):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter

    made = pictures.make(make.photograph((800, 400), exif=exif))

    assert (made.width, made.height) == (400, 800)


def test_what_is_clear_stays_clear_or_becomes_white(app):
    sent = BytesIO()
    Image.new("RGBA", (400, 400), (0, 0, 0, 0)).save(sent, "PNG")

    made = pictures.make(sent.getvalue())

    assert drawn(made, 400, "webp").convert("RGBA").getpixel((200, 200))[3] == 0
    assert drawn(made, 400, "jpg").getpixel((200, 200)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_colour_is_read(app, mode):
    sent = BytesIO()
    kind = "JPEG" if mode == "CMYK" else "PNG"
    Image.new(mode, (200, 200)).save(sent, kind)

    assert pictures.make(sent.getvalue()).width == 200


def png(width, height, data=b""):
    """A PNG whose header says what it likes."""

    def chunk(kind, content):
        return (
            struct.pack(">I", len(content)) + kind + content
            + struct.pack(">I", zlib.crc32(kind + content))
        )  # fmt: skip

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_a_bomb_is_refused_before_it_is_unpacked(app, monkeypatch):
    monkeypatch.setattr(Image.Image, "load", lambda _self: pytest.fail("unpacked"))
    for width, height in ((60_000, 60_000), (8000, 8000), (2**31 - 1, 2**31 - 1)):
        with pytest.raises((pictures.TooLarge, pictures.Unreadable)):
            pictures.make(png(width, height))


def hostile():
    whole = make.photograph((800, 600))
    gif, tiff, svg = (
        BytesIO(),
        BytesIO(),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
    )
    Image.new("P", (200, 200)).save(gif, "GIF")
    Image.new("RGB", (200, 200)).save(tiff, "TIFF")
    return {
        "nothing": b"",
        "words": b"bonjour",
        "page": b"<!doctype html><script>alert(1)</script>",
        "drawing": svg,
        "gif": gif.getvalue(),
        "tiff": tiff.getvalue(),
        "pdf": b"%PDF-1.7\n%%EOF",
        "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 200 200\n",
        "cut off": whole[: len(whole) // 3],
        "header alone": whole[:20],
        "no data": png(200, 200),
        "lies": png(200, 200, zlib.compress(b"\0" * 10)),
    }


@pytest.mark.parametrize("what", sorted(hostile()))
def test_what_is_no_whole_picture_is_refused(app, what):
    with pytest.raises(pictures.Unreadable):
        pictures.make(hostile()[what])


def test_a_page_behind_a_picture_is_not_kept(app):
    made = pictures.make(make.photograph((400, 400)) + b"<script>alert(1)</script>")

    assert b"script" not in pictures.path_of(made.key, 400, "jpg").read_bytes()


def test_a_stamp_is_refused(app):
    with pytest.raises(pictures.TooSmall):
        pictures.make(make.photograph((600, 80)))


@pytest.mark.parametrize("key", ["../../etc", "a" * 31, "A" * 32, "", "a" * 32])
def test_no_key_leaves_the_folder(app, key):
    with pytest.raises(FileNotFoundError):
        pictures.path_of(key, 480, "webp")


@pytest.mark.parametrize("ending", ["png", "part", "../480.jpg", ""])
def test_only_files_that_were_made_are_there(app, ending):
    made = pictures.make(make.photograph((400, 400)))

    with pytest.raises(FileNotFoundError):
        pictures.path_of(made.key, 400, ending)
    pictures.delete(made.key)
    with pytest.raises(FileNotFoundError):
        pictures.path_of(made.key, 400, "jpg")
