"""One rule for text: what is kept, what two spellings have in common. Any text at all."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.kernel import spelling
from tests.vectors import FOLD

ANY = st.text(max_size=60)


@given(ANY)
def test_what_is_kept_is_composed_and_kept_as_it_is_the_second_time(text):
    kept = spelling.clean(text)

    assert unicodedata.is_normalized("NFC", kept)
    assert spelling.clean(kept) == kept
    assert spelling.line(spelling.line(text)) == spelling.line(text)
    kept.encode()  # no half of a character is left
    assert not set(kept) & set("\0\x1b\u202a\u202e\u2066\u2069\ufeff")


@given(ANY)
def test_composed_and_decomposed_letters_are_one_name(text):
    composed, apart = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))

    assert spelling.clean(composed) == spelling.clean(apart)
    assert spelling.fold(composed) == spelling.fold(apart)


@given(ANY)
def test_no_name_is_folded_to_nothing(text):
    assert bool(spelling.fold(text)) == bool(spelling.line(text))


@pytest.mark.parametrize(
    "text",
    [
        "👩\u200d💻 et Zoé",  # zero-width joiner
        "می\u200cخواهم",  # zero-width non-joiner
        "pitch \U0001fa77",  # known to phones before our Unicode
        "李小龍",
        "Ivӑn",
        "a\u00a0b",
        "deux\nlignes",
    ],
)
def test_text_stays_as_it_was_typed(text):
    assert spelling.clean(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b", "ab"),
        ("Ada\u202e ecalevoL", "Ada ecalevoL"),
        ("\u2067abc\u2069", "abc"),
        ("e\u0301", "é"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\x1b[31m", "a[31m"),
        ("page\x0cpage", "page page"),
        ("\ud800x", "x"),
    ],
)
def test_what_has_no_meaning_goes(typed, kept):
    assert spelling.clean(typed) == kept


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Łukasz Øst", "lukasz ost"),
        ("Société  Œuvre", "societe-oeuvre"),
        ("STRASSE", "straße"),
        ("Hélène", "HELENE"),
    ],
)
def test_spellings_of_one_name(one, other):
    assert spelling.fold(one) == spelling.fold(other)


@pytest.mark.parametrize("case", FOLD, ids=lambda case: case["name"])
def test_the_cases_that_pages_fold_too(case):
    assert spelling.fold(case["name"]) == case["fold"]


def test_different_names_stay_different():
    names = [
        "李小龍",
        "山田太郎",
        "Иван Иванов",
        "かとう",
        "がとう",
        "कमल",
        "कमला",
        "!!",
        "??",
        "😀",
    ]

    assert len({spelling.fold(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Sean.O'Brien@Example.org ", "sean.o'brien@example.org"),
        ("ada@xn--bcher-kva.example", "ada@bücher.example"),
        ("ada@bu\u0308cher.example", "ada@bücher.example"),
        ("Zoe\u0308@mail.example", "zoë@mail.example"),
    ],
)
def test_one_spelling_for_one_mailbox(typed, kept):
    assert spelling.address(typed) == kept
    assert spelling.address(kept) == kept


@pytest.mark.parametrize("typed", ["", "ada", "ada@", "@b.example", "a b@c.example", "a@b"])
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(ValueError, match="address"):
        spelling.address(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "06\u00a012\u00a034\u00a056\u00a078",
        "\u202a06 12 34 56 78\u202c",
        "06/12/34/56/78",
        "06\u202f12 34\u200e 56 78",
        "０６ 12 34 56 78",
    ],
)
def test_a_phone_is_cleaned_before_it_is_checked(typed):
    assert spelling.phone(typed) == "06 12 34 56 78"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Une soirée  de\tpitchs ", "Une soirée de pitchs"),
        ("Premier\r\nDeuxième\u2028Troisième", "Premier\nDeuxième\nTroisième"),
        ("Un paragraphe.\n \n\n\nUn autre.", "Un paragraphe.\n\nUn autre."),
        ("\n\n  Au milieu\x00\n\n", "Au milieu"),
        ("", ""),
        (None, ""),
    ],
)
def test_paragraphs_stay_apart_and_nothing_else_does(typed, kept):
    assert spelling.lines(typed) == kept


@given(ANY)
def test_several_lines_are_the_same_the_second_time(text):
    kept = spelling.lines(text)

    assert spelling.lines(kept) == kept
    assert kept.split() == spelling.clean(text).split()


@pytest.mark.parametrize(
    ("domain", "on_the_wire"),
    [
        ("bücher.example", "xn--bcher-kva.example"),
        ("bu\u0308cher.example", "xn--bcher-kva.example"),
        ("mail.example", "mail.example"),
    ],
)
def test_a_mail_server_is_asked_for_a_domain_in_its_own_letters(domain, on_the_wire):
    assert spelling.ascii_domain(domain) == on_the_wire


@pytest.mark.parametrize("domain", ["", "bü cher.example", "é..example", "a@b.example"])
def test_a_letter_to_what_is_no_domain_is_refused(domain):
    with pytest.raises(ValueError, match="domain"):
        spelling.ascii_domain(domain)


def test_what_is_no_address_is_counted_by_its_small_words():
    assert spelling.address_or_words(" Ada@Example.ORG ") == "ada@example.org"
    assert spelling.address_or_words("  PAS Une\n adresse ") == "pas une adresse"
