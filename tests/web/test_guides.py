"""The guides say what the pages say: words in bold are those of the pages, pictures exist."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
GUIDES = ROOT / "docs" / "guides"


def words_of_the_pages(lang: str) -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "eventsapp/locale/en").glob("*.po"):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                said = message.id if lang == "fr" else message.string
                found |= {said} if isinstance(said, str) else set(said)
    return found


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_button_and_room_that_a_guide_names_is_one(lang):
    text = (GUIDES / f"organizer.{lang}.md").read_text(encoding="utf-8")
    bold = re.findall(r"\*\*(.+?)\*\*", text)
    # A sentence in bold is an idea; a small letter begins a term.
    named = {one for one in bold if one[0].isupper() and one[-1] not in ".:"}

    assert len(named) > 25
    assert named - words_of_the_pages(lang) == set()


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_what_a_guide_shows_and_leads_to_is_there(lang):
    text = (GUIDES / f"organizer.{lang}.md").read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+)\)", text)

    assert len(targets) > 5
    assert [one for one in targets if not (GUIDES / one).exists()] == []


def test_both_guides_have_the_same_chapters_and_pictures():
    french, english = (
        (GUIDES / f"organizer.{lang}.md").read_text(encoding="utf-8") for lang in ("fr", "en")
    )
    shape = r"^## (\d+)|^- \*|\]\(\.\./pictures/([\w-]+?)-(?:fr|en)-"
    assert re.findall(shape, french, re.M) == re.findall(shape, english, re.M)
