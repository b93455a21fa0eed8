"""A token as a QR code: SVG for pages, PNG for mails, modules for paper."""

import io
from functools import lru_cache

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import MODE_ALPHA_NUM, QRData

# Searching for the best of eight masks is nine tenths of the time of a code. Any mask decodes.
_MASK = 2
QUIET_ZONE = 4
_TOKEN_LENGTH, _TOKEN_VERSION = 147, 6


@lru_cache(maxsize=1024)
def modules(text: str) -> tuple[str, ...]:
    """Rows of "1" (dark) and "0", without the quiet zone.

    Base45 and capitals take QR's alphanumeric mode, two characters in eleven bits: a signed token
    of 147 characters fits version 6 (41 x 41).
    """
    plain = not _needs_bytes(text)
    # The version of a token is known; looking for it costs a third of the work.
    known = _TOKEN_VERSION if plain and len(text) == _TOKEN_LENGTH else None
    code = qrcode.QRCode(
        version=known, error_correction=ERROR_CORRECT_M, mask_pattern=_MASK, border=0
    )
    code.add_data(QRData(text, mode=MODE_ALPHA_NUM) if plain else text)
    code.make(fit=known is None)
    return tuple("".join("1" if dark else "0" for dark in row) for row in code.modules)


def _needs_bytes(text: str) -> bool:
    return any(mark not in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:" for mark in text)


def svg(text: str, *, label: str | None = None) -> str:
    """One path of horizontal runs, 4 KB. Scales without blur; takes the page's colours.

    Args:
        label: what a screen reader says; without it the code is decoration.
    """
    rows = modules(text)
    side = len(rows) + 2 * QUIET_ZONE
    said = f'role="img" aria-label="{_attribute(label)}"' if label else 'aria-hidden="true"'
    return (
        f'<svg class="qr-code" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"'
        f' {said} shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path stroke="#000" d="{_runs(rows)}"/></svg>'
    )


def _runs(rows: tuple[str, ...]) -> str:
    """The dark runs as strokes one module high, moving relatively: half the length of squares."""
    parts: list[str] = []
    for y, row in enumerate(rows, start=QUIET_ZONE):
        x, pen = row.find("1"), 0
        parts.append(f"M{x + QUIET_ZONE} {y}.5")
        while x >= 0:
            end = row.find("0", x)
            end = len(row) if end < 0 else end
            parts.append(f"{f'm{x - pen} 0' if pen else ''}h{end - x}")
            pen, x = end, row.find("1", end)
    return "".join(parts)


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def png(text: str, *, pixels_per_module: int = 8) -> bytes:
    """Black on white, two colours, under 1 KB."""
    rows = modules(text)
    side = len(rows) + 2 * QUIET_ZONE
    small = Image.new("1", (side, side), 1)
    for y, row in enumerate(rows, start=QUIET_ZONE):
        for x, module in enumerate(row, start=QUIET_ZONE):
            if module == "1":
                small.putpixel((x, y), 0)
    target = io.BytesIO()
    size = side * pixels_per_module
    small.resize((size, size), Image.Resampling.NEAREST).save(target, "PNG", optimize=True)
    return target.getvalue()
