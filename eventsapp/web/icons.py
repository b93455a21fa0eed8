"""Signs drawn inline: 20 x 20 strokes, domain swatches, the mark. Decorative unless labelled."""

from markupsafe import Markup

STROKES = {
    "alert": '<path d="M10 2.5 18.5 17h-17zM10 8v4M10 14.4v.2"/>',
    "back": '<path d="M16.5 10H4m5-5.5L3.5 10 9 15.5"/>',
    "bill": '<path d="M4 2h12v16l-2-1.5-2 1.5-2-1.5L8 18l-2-1.5L4 18zM7 6.5h6M7 10h6M7 13.5h3"/>',
    "bus": '<path d="M3 3h14v12H3zM3 10h14M6 15v2.5M14 15v2.5M6 12.7v.1M14 12.7v.1"/>',
    "cal": '<path d="M2.5 4.5h15v13h-15zM2.5 8.5h15M6.5 2v4M13.5 2v4"/>',
    "check": '<path d="m3.5 10.5 4.3 4.3 8.7-9.3"/>',
    "clock": '<circle cx="10" cy="10" r="7.7"/><path d="M10 5.5V10l3 2"/>',
    "cross": '<path d="m4.5 4.5 11 11m0-11-11 11"/>',
    "desk": '<path d="M2 8h16v3H2zM4 11v7M16 11v7M10 2v6M7 2h6"/>',
    "down": '<path d="M10 2.5v11m-4.5-4.5 4.5 4.5 4.5-4.5M3 17.5h14"/>',
    "flag": '<path d="M4 18V2.5h11.5l-2.5 4 2.5 4H4"/>',
    "go": '<path d="M3.5 10H16m-5-5.5L16.5 10 11 15.5"/>',
    "info": '<circle cx="10" cy="10" r="7.7"/><path d="M10 9.2v4.8M10 6.1v.2"/>',
    "lift": '<circle cx="10" cy="3.6" r="1.7"/><path d="M10 6.5v5h4l2 5M8 9a4.6 4.6 0 1 0 5 6.8"/>',
    "lock": '<path d="M4 9h12v9H4zM6.5 9V6a3.5 3.5 0 0 1 7 0v3"/>',
    "mail": '<path d="M2 4.5h16v11H2zM2 5l8 6.5L18 5"/>',
    "minus": '<path d="M4 10h12"/>',
    "move": '<path d="M7 4v.1M13 4v.1M7 10v.1M13 10v.1M7 16v.1M13 16v.1"/>',
    "out": '<path d="M8 4H3.5v12.5H16V12M11 3.5h5.5V9M16 4l-7 7"/>',
    "pdf": '<path d="M4 1.8h8l4 4v12.4H4zM12 1.8v4h4M7 10h6M7 13.5h6"/>',
    "people": (
        '<circle cx="7.5" cy="6.5" r="3"/><path d="M1.5 17c0-3.5 2.5-5.5 6-5.5s6 2 6 '
        '5.5M13 4a3 3 0 0 1 0 5.5M15.5 12.2c2 .8 3 2.5 3 4.8"/>'
    ),
    "pin": (
        '<path d="M10 18.2S16 12.5 16 8A6 6 0 0 0 4 8c0 4.5 6 10.2 6 10.2z"/><circle '
        'cx="10" cy="8" r="2"/>'
    ),
    "plus": '<path d="M4 10h12M10 4v12"/>',
    "search": '<circle cx="8.5" cy="8.5" r="5.7"/><path d="m12.8 12.8 5 5"/>',
    "star": '<path d="m10 2.4 2.3 4.9 5.3.7-3.9 3.7 1 5.3L10 14.4 5.3 17l1-5.3L2.4 8l5.3-.7z"/>',
    "swap": '<path d="M3 7h13l-3.5-3.5M17 13H4l3.5 3.5"/>',
    "ticket": '<path d="M2 5h16v3.2a1.8 1.8 0 0 0 0 3.6V15H2v-3.2a1.8 1.8 0 0 0 0-3.6zM13 5v10"/>',
    "torch": '<path d="M6 2h8v3l-2 3v10H8V8L6 5zM6 5h8M10 11v2"/>',
    "undo": '<path d="M7 4 3 8l4 4M3 8h9a5 5 0 0 1 0 10H8"/>',
    "wifi-off": (
        '<path d="M2 7.5a12 12 0 0 1 4-2.4M9.5 4.1A12 12 0 0 1 18 7.5M5 11a7.5 7.5 0 0 '
        '1 3-1.8M12.5 9.5A7.5 7.5 0 0 1 15 11M10 15.5v.2M3 2l14 16"/>'
    ),
}

#: Each domain has a cut of its own, so that it is read without its colour.
CUTS = {
    "transverse": "M10 0 12.6 7.4 20 10 12.6 12.6 10 20 7.4 12.6 0 10 7.4 7.4z",
    "objets-connectes": "M0 0h20v20H0z",
    "smart-city": "M0 20V8h6V0h8v12h6v8z",
    "e-sante": "M7 0h6v7h7v6h-7v7H7v-7H0V7h7z",
    "cloud-big-data": "M10 0a10 10 0 1 0 0 20 10 10 0 0 0 0-20z",
    "tech-for-good": "M10 0 20 10 10 20 0 10z",
    "contenus-numeriques": "M2 0 20 10 2 20z",
}
ANY_CUT = "M10 1a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 5a4 4 0 1 1 0 8 4 4 0 0 1 0-8z"

MARK = Markup(
    '<svg viewBox="0 0 40 40" aria-hidden="true"><path fill="#E4572E" d="M0 0h40v40H0z"/>'
    '<path fill="#14213D" fill-rule="evenodd" d="M20 2a16 16 0 0 0 0 32zm0 6v20a10 10 0 0 1 0-20z'
    'M20 6a16 16 0 0 1 0 32zm0 6a10 10 0 0 1 0 20z"/>'
    '<path fill="#FBF8F3" d="M20 14a4 4 0 0 0 0 8zM20 18a4 4 0 0 1 0 8z"/></svg>'
)


def icon(name: str, label: str = "") -> Markup:
    """A sign of the set; ``label`` makes it speak, else it only goes with words.

    Raises:
        KeyError: no such sign; the template that names it is wrong.
    """
    said = Markup('role="img" aria-label="{}"').format(label) if label else 'aria-hidden="true"'
    sign = f'<svg class="i" viewBox="0 0 20 20" {said}>{STROKES[name]}</svg>'
    return Markup(sign)  # noqa: S704 - the label is escaped above, the strokes are ours


def mark() -> Markup:
    return MARK


def domain_mark(slug: str) -> Markup:
    known = slug if slug in CUTS else "transverse-other"
    cut = CUTS.get(slug, ANY_CUT)
    swatch = (
        f'<svg class="d-{known}" viewBox="0 0 20 20" aria-hidden="true"><path d="{cut}"/></svg>'
    )
    return Markup(swatch)  # noqa: S704 - both parts come from the table above
