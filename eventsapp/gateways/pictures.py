"""Pictures that people send: opened with suspicion, drawn anew in three sizes, kept by a key.

What is served was drawn by us: no byte of the file that came is kept, nor what a camera wrote into
it (place, owner, device). A header says how large a picture is; one that is too large is never
unpacked.
"""

import os
import re
import shutil
import struct
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import Lock

from PIL import Image, ImageCms, ImageOps

from eventsapp import settings
from eventsapp.kernel import frames, secrets

#: What is read, by content; a name or a header of the sender says nothing.
FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 10 * 1024 * 1024
#: What phones take; unpacked it is 150 MB.
MOST_PIXELS = 50_000_000
#: Less is a stamp: neither a face nor a place can be seen.
LEAST_SIDE = 120
ENDINGS = {"webp": "image/webp", "jpg": "image/jpeg"}
KEY = re.compile(r"[a-z2-7]{32}")
BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, Image.DecompressionBombError)

# Unpacking is the hungriest thing that a request can ask for: one at a time in a process.
_one = Lock()


class Unreadable(Exception):
    """No picture of a known kind, or a broken one."""


class TooLarge(Exception):
    """More pixels than are unpacked."""


class TooSmall(Exception):
    """Fewer pixels than can be shown."""


@dataclass(frozen=True)
class Made:
    key: str
    width: int
    height: int


def make(content: bytes) -> Made:
    """Draw a picture anew in its sizes and keep the files; whole on disk when this returns.

    Raises:
        Unreadable, TooLarge, TooSmall
    """
    with _one:
        picture = _opened(content)
        key = secrets.new_secret()
        folder = _folder(key)
        part = folder.with_suffix(".part")
        part.mkdir(parents=True)
        try:
            for width, height in frames.sizes(*picture.size):
                _draw(picture.resize((width, height), Image.Resampling.LANCZOS), part, width)
            part.rename(folder)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
    width, height = frames.sizes(*picture.size)[-1]
    return Made(key, width, height)


def path_of(key: str, width: int, ending: str) -> Path:
    """Where one file of a picture lies.

    Raises:
        FileNotFoundError: there is none.
    """
    path = _folder(key) / f"{width}.{ending}"
    if ending not in ENDINGS or not path.is_file():
        raise FileNotFoundError(key)
    return path


def delete(key: str) -> None:
    shutil.rmtree(_folder(key), ignore_errors=True)


def _opened(content: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as found:
            width, height = found.size
            if width * height > MOST_PIXELS:
                raise TooLarge
            if min(width, height) < LEAST_SIDE:
                raise TooSmall
            # A JPEG is unpacked no larger than needed.
            found.draft("RGB", (frames.WIDTHS[-1], frames.WIDTHS[-1] * frames.TALLEST))
            found.load()
            upright = ImageOps.exif_transpose(found)
            return _plain(upright if upright is not None else found)
    except BROKEN as error:
        raise Unreadable from error


def _plain(picture: Image.Image) -> Image.Image:
    """Its colours as browsers mean them, and nothing beside them."""
    profile = picture.info.get("icc_profile")
    clear = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    wanted = "RGBA" if clear else "RGB"
    if profile and picture.mode in ("RGB", "RGBA", "CMYK"):
        try:
            known = ImageCms.ImageCmsProfile(BytesIO(profile))
            target = "RGB" if picture.mode == "CMYK" else picture.mode
            turned = ImageCms.profileToProfile(
                picture, known, ImageCms.createProfile("sRGB"), outputMode=target
            )
            picture = turned if turned is not None else picture
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a profile that nobody can read: the colours as they stand
    plain = Image.new(wanted, picture.size)
    plain.paste(picture.convert(wanted))
    return plain


def _draw(picture: Image.Image, folder: Path, width: int) -> None:
    flat = picture
    if picture.mode == "RGBA":
        flat = Image.new("RGB", picture.size, "white")
        flat.paste(picture, mask=picture.getchannel("A"))
    for ending, drawn, how in (
        ("webp", picture, {"quality": 80, "method": 4}),
        ("jpg", flat, {"quality": 82, "optimize": True, "progressive": True}),
    ):
        with (folder / f"{width}.{ending}").open("xb") as file:
            drawn.save(file, "WEBP" if ending == "webp" else "JPEG", **how)
            file.flush()
            os.fsync(file.fileno())


def _folder(key: str) -> Path:
    # Keys come from addresses: none may ever leave the folder.
    if not KEY.fullmatch(key):
        raise FileNotFoundError(key)
    return settings.current().data_dir / "pictures" / key[:2] / key
