"""Markdown of organizers: what is safe stays, what is not is words."""

import time
from html.parser import HTMLParser

import pytest

from eventsapp.kernel import i18n, prose


def elements(made):
    """(tag, attributes) of every element that a browser would find."""
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.append((tag, dict(attributes)))
    parser.feed(made)
    return found


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[clic](javascript:alert(1))",
        "[clic](JaVaScRiPt:alert(1))",
        "[clic](java&#115;cript:alert(1))",
        "[clic](vbscript:msgbox(1))",
        "[clic](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
        "[clic](file:///etc/passwd)",
        "<javascript:alert(1)>",
        "![x](javascript:alert(1))",
        "![suivi](https://ailleurs.example/suivi.gif)",
        '[clic](https://a.example "onmouseover=alert(1)")',
        "[a]: javascript:alert(1)\n\n[a]",
        "<a href='https://a.example' onclick='alert(1)'>a</a>",
        "<!-- --><svg onload=alert(1)>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "```<script>\nalert(1)\n```",
        "<style>*{display:none}</style>",
    ],
)
def test_nothing_typed_runs_or_loads(typed):
    found = elements(prose.html(typed))

    assert {tag for tag, _attributes in found} <= {"p", "a", "br"}
    for _tag, attributes in found:
        assert attributes.keys() <= {"href", "rel"}
        assert attributes.get("href", "https://").startswith("https://")


def test_what_organizers_write_becomes_what_they_mean():
    made = prose.html(
        "Un *mot* et **deux**,\nune [page](https://a.example/?a=1&b=2).\n\n- un\n- deux"
    )

    assert made == (
        "<p>Un <em>mot</em> et <strong>deux</strong>,<br>\nune "
        '<a href="https://a.example/?a=1&amp;b=2" rel="nofollow noopener noreferrer">page</a>'
        ".</p>\n"
        "<ul>\n<li>un</li>\n<li>deux</li>\n</ul>\n"
    )


def test_links_of_mail_and_phone_are_links_and_others_are_words():
    made = prose.html("[a](mailto:a@b.example) [b](tel:+33536490000) [c](/fr/ici) [d](#bas)")

    assert made.count("<a ") == 2
    assert "[c](/fr/ici)" in made


def test_headings_stand_below_the_one_above_and_none_is_skipped():
    assert prose.html("# Un\n\n### Trois\n\n# Un") == ("<h3>Un</h3>\n<h4>Trois</h4>\n<h3>Un</h3>\n")
    assert "<h6>" in prose.html("# a\n\n## b\n\n### c\n\n#### d", below=5)


def test_a_text_is_typeset_and_its_addresses_are_not():
    with i18n.use_locale("fr"):
        made = prose.html("L'entrée : libre ! [lien](https://a.example/l'un?x=1)")

    assert "L’entrée\u00a0: libre\u202f!" in made
    assert "https://a.example/l" in made and "l’un" not in made


def test_indented_lines_are_no_listing():
    assert "<pre>" not in prose.html("Un\n\n    deux\n\n\ttrois")


@pytest.mark.parametrize(
    "typed",
    [
        *(sign * prose.LONGEST for sign in ("[", "*", "_", ">", "- ", "`", "<", "&", "#", "(")),
        "[a](" * 5000,
        "![a](" * 4000,
        "*a_ " * 5000,
        "> " * 5000 + "a",
        "- a\n  " * 3000,
        "\n".join(" " * n + "- a" for n in range(190)),
        "<a><b>" * 3000,
    ],
)
def test_a_huge_or_deep_text_costs_little(typed):
    before = time.process_time()
    prose.html(typed[: prose.LONGEST])
    prose.plain(typed[: prose.LONGEST])

    assert time.process_time() - before < 3


def test_plain_words_for_mails_and_calendars():
    said = prose.plain(
        "## Venir\n\nPar **train** : [la gare](https://gare.example).\n\n"
        "- un\n- deux\n  1. trois\n\nFin"
    )

    assert said == (
        "Venir\n\nPar train : la gare (https://gare.example).\n\n- un\n- deux\n  1. trois\n\nFin"
    )
    assert prose.plain("<b>gras</b> & *vif*") == "<b>gras</b> & vif"
    assert prose.plain("<https://a.example>") == "https://a.example"


def test_an_opening_is_one_line_of_whole_words():
    long = "mot " * 200

    assert prose.opening("", "# Titre\n\nDeux [mots](https://a.example).") == "Titre Deux mots."
    assert len(prose.opening(long)) <= prose.OPENING + 1
    assert prose.opening(long).endswith("mot…")


def test_what_is_kept_keeps_its_lists():
    assert prose.kept("- un  \n  - deux\n\n\n\nfin\n\n") == "- un\n  - deux\n\nfin"
