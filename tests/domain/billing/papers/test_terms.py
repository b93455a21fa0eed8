"""The words that buyers accepted: the same words for ever (law.md L05)."""

import pytest

from eventsapp.domain.billing.papers import terms
from eventsapp.kernel.errors import NotFound


def test_words_are_kept_once_and_given_back_unchanged(app, now):
    first = terms.keep("<p>Conditions – « été » 19 €</p>", "fr")
    then = now()
    now(days=400)
    assert terms.keep("<p>Conditions – « été » 19 €</p>", "fr") == first

    kept = terms.read(first)
    assert (kept.body, kept.lang) == ("<p>Conditions – « été » 19 €</p>", "fr")
    assert kept.first_shown_at == then


def test_a_changed_word_is_another_text_and_the_first_stays(app):
    first, second = terms.keep("<p>quinze jours</p>", "fr"), terms.keep("<p>dix jours</p>", "fr")
    assert first != second
    assert terms.read(first).body == "<p>quinze jours</p>"


def test_a_text_that_nobody_accepted_is_not_there(app):
    with pytest.raises(NotFound):
        terms.read("0" * 32)
