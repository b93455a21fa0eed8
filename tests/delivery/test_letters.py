"""The frame of every letter: words stay words, subjects stay one line, names stay the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.delivery.errors import Never
from eventsapp.delivery.letters import Letter, post
from eventsapp.gateways import mail
from eventsapp.gateways.mail import MailRefused
from eventsapp.kernel.words import defuse


@pytest.fixture
def sent(app):
    box = mail.memory().sent
    box.clear()
    return box


def letter(**given) -> Letter:
    defaults = {"subject": "Votre billet", "title": "Votre billet", "paragraphs": ["Bonjour,"]}
    return Letter(**defaults | given)


def test_a_letter_is_text_and_html_in_one_language(sent):
    post(letter(signature="L’équipe"), to="ada@example.org", key="k-1", locale="en")
    [one] = sent
    assert 'lang="en"' in one.html and "L’équipe" in one.text and "L’équipe" in one.html
    assert one.message_id == "<k-1@localhost>"


@pytest.mark.parametrize("mark", ["\r\nBcc: b@c.example", "\n", "\u2028x", " \t "])
def test_a_subject_is_one_line_of_two_hundred_at_most(sent, mark):
    post(letter(subject="a" + mark + "b" * 300), to="ada@example.org", key="k", locale="fr")
    assert len(sent[0].subject.splitlines()) == 1
    assert len(sent[0].subject) <= 200


def test_what_a_user_wrote_is_escaped_and_never_a_template(sent):
    words = "<b>{{ 7 * 7 }}</b> & {0}"
    post(letter(paragraphs=[words], facts=[(words, words)]), to="a@b.example", key="k", locale="fr")
    [one] = sent
    assert one.text.count(words) == 3
    assert "<b>" not in one.html and "&lt;b&gt;{{ 7 * 7 }}&lt;/b&gt; &amp; {0}" in one.html


def test_an_address_refused_for_good_is_not_tried_again(sent, monkeypatch):
    def refuses(_message):
        raise MailRefused("550 no such user")

    monkeypatch.setattr(mail.memory(), "send", refuses)
    with pytest.raises(Never, match="550"):
        post(letter(), to="a@b.example", key="k", locale="fr")


@pytest.mark.parametrize(
    "bare",
    ["http://evil.example", "HTTPS://evil.example", "www.evil.example", "mailto:a@b.c",
     "evil.example", "evil.example/x", "ada@evil.example"],
)  # fmt: skip
def test_an_address_in_a_users_words_is_no_link(bare):
    assert bare not in defuse(f"voyez {bare} vite")
    assert defuse(f"voyez {bare}").replace("\u2060", "") == f"voyez {bare}"


@given(st.text(max_size=80))
def test_defused_words_are_one_line_and_the_same_words(text):
    made = defuse(text)
    assert len(made.splitlines()) <= 1
    assert made.replace("\u2060", "") == " ".join(text.split()).replace("\u2060", "")
