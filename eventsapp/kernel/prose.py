"""Organizers' texts: Markdown as it is typed, safe HTML and plain text as they are read. Pure.

A library parses and another one cleans what was rendered. HTML that is typed stays text, pictures
have a place of their own, and addresses are of the web, of mail or of a phone.
"""

import re
from collections.abc import Sequence

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from eventsapp.kernel import spelling, words

#: Twelve pages: more is a file to download.
LONGEST = 20_000
#: What search engines and shared links show of a description.
OPENING = 200

_LINK = re.compile(r"(?i)(?:https?://|mailto:|tel:)\S")
_TAGS = {
    *("p", "br", "strong", "em", "a", "ul", "ol", "li", "blockquote", "hr"),
    *("h2", "h3", "h4", "h5", "h6"),
}
# No code and no references: nobody who writes a programme means them, and a text whose lines were
# indented would turn into a listing.
_READER = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 12}).disable(
    ["code", "fence", "html_block", "html_inline", "image", "reference", "backticks"]
)
_READER.validateLink = lambda url: bool(_LINK.match(url))  # type: ignore[method-assign]


def kept(text: str | None) -> str:
    """As a text is stored: lines keep their indent, which says what belongs to a list."""
    lines = (line.rstrip() for line in spelling.clean(text or "").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n").rstrip()


def html(text: str | None, *, below: int = 2) -> str:
    """Safe HTML of a text, typeset in the reader's language.

    Args:
        below: the level of the heading that the text stands under; its own begin one lower.
    """
    tokens = _READER.parse(text or "")
    _lower_headings(tokens, below)
    for token in tokens:
        for part in token.children or ():
            if part.type == "text":
                part.content = words.typo(part.content)
    made = nh3.clean(
        _READER.renderer.render(tokens, _READER.options, {}),
        tags=_TAGS,
        attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="nofollow noopener noreferrer",
    )
    return made.replace("&nbsp;", "\u00a0")


def plain(text: str | None, *, links: bool = True) -> str:
    """The same text without marks, for mails and calendars.

    Args:
        links: write the address of a link behind its words.
    """
    lines: list[str] = []
    marks: list[str] = []
    numbers: list[int | None] = []
    for token in _READER.parse(text or ""):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            ordered = token.type == "ordered_list_open"
            numbers.append(int(token.attrGet("start") or 1) if ordered else None)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            numbers.pop()
        elif token.type == "list_item_open":
            number = numbers[-1]
            marks.append(f"{'  ' * (len(numbers) - 1)}{'-' if number is None else f'{number}.'} ")
            numbers[-1] = None if number is None else number + 1
        elif token.type == "inline":
            mark = marks.pop() if marks else ""
            marks.clear()
            if lines and not (mark and lines[-1].lstrip()[:1] in ("-", *"0123456789")):
                lines.append("")
            lines += (mark + _words(token.children or [], links)).split("\n")
    return "\n".join(lines).strip()


def opening(*texts: str | None) -> str:
    """The first words of the first text that has any, in one line of at most ``OPENING``."""
    said = next((line for text in texts if (line := spelling.line(plain(text, links=False)))), "")
    if len(said) <= OPENING:
        return said
    head = said[:OPENING].rsplit(" ", 1)[0]
    return head.rstrip(" ,;:.") + "…"


def _lower_headings(tokens: Sequence[Token], below: int) -> None:
    """Headings begin right under the one above them, and none is skipped."""
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    levels = sorted({token.tag for token in headings})
    for token in headings:
        token.tag = f"h{min(6, below + 1 + levels.index(token.tag))}"


def _words(parts: Sequence[Token], links: bool) -> str:
    said: list[str] = []
    begun: list[tuple[int, str]] = []
    for part in parts:
        if part.type == "text":
            said.append(part.content)
        elif part.type in ("softbreak", "hardbreak"):
            said.append("\n")
        elif part.type == "link_open":
            begun.append((len(said), str(part.attrGet("href") or "")))
        elif part.type == "link_close":
            start, address = begun.pop()
            shown = "".join(said[start:])
            if links and shown != address and address.removeprefix("mailto:") != shown:
                said.append(f" ({address})")
    return "".join(said)
