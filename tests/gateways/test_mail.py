"""Letters against a real SMTP server, and what each answer of it means."""

import email
import email.policy
import socket
from dataclasses import replace
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventsapp.gateways import mail

LETTER = mail.Message(
    to="zelie@startup.example",
    subject="Vos billets : Grand Opening",
    text="Bonjour Zélie,\n\nvoici vos billets.\n",
    html="<p>Bonjour Zélie</p>",
    from_="French Tech Weeks <billets@ftw.example>",
    message_id="<order-A7-1@ftw.example>",
    attachments=(mail.Attachment("billets.pdf", "application/pdf", b"%PDF-1.7"),),
)


class Server:
    def __init__(self):
        self.letters, self.recipients = [], []
        self.answer = "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.answer.startswith("250"):
            self.letters.append(envelope.content)
            self.recipients.append(envelope.rcpt_tos)
        return self.answer


@pytest.fixture(params=[False, True], ids=["plain", "smtputf8"])
def smtp(request):
    yield from serving(smtputf8=request.param)


def serving(*, smtputf8):
    """A mail server on a free port, with the extension for addresses with accents or without."""
    server = Server()
    server.smtputf8 = smtputf8
    # The controller asks its own port whether it is up, so it must know it before: no port 0.
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=port, enable_SMTPUTF8=smtputf8)
    controller.start()
    server.url = f"smtp://127.0.0.1:{port}"
    yield server
    controller.stop(no_assert=True)


def test_a_letter_arrives_whole(smtp):
    mail.mailer(smtp.url).send(LETTER)

    letter = email.message_from_bytes(smtp.letters[0], policy=email.policy.default)
    assert letter["Message-ID"] == LETTER.message_id
    assert letter["Subject"] == LETTER.subject
    assert letter.get_body(("plain",)).get_content().startswith("Bonjour Zélie")
    assert [part.get_filename() for part in letter.iter_attachments()] == ["billets.pdf"]
    assert len(smtp.letters) == 1


WORDS = st.lists(
    st.text("aéàçœŒ€漢😀=?_\"<>,;:()'-A1", min_size=1, max_size=24), min_size=1, max_size=24
).map(" ".join)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(subject=WORDS, name=st.text("aéàç漢 ", min_size=1, max_size=60).map(str.split).map(" ".join))
def test_a_subject_and_a_name_arrive_word_for_word_whatever_their_length(smtp, subject, name):
    from_ = f"{name} <billets@ftw.example>" if name else "billets@ftw.example"
    mail.mailer(smtp.url).send(replace(LETTER, subject=subject, from_=from_))

    letter = email.message_from_bytes(smtp.letters[-1], policy=email.policy.default)
    assert letter["Subject"] == subject
    # The library's parser of phrases keeps a space that RFC 2047 drops between encoded words.
    sender = email.message_from_bytes(smtp.letters[-1])["From"]
    assert parseaddr(str(make_header(decode_header(sender)))) == (name, "billets@ftw.example")
    raw = smtp.letters[-1].split(b"\r\n\r\n")[0]
    assert raw.isascii() and max(len(line) for line in raw.split(b"\r\n")) <= 998


def test_a_domain_with_accents_leaves_as_servers_spell_it(smtp):
    mail.mailer(smtp.url).send(
        replace(LETTER, to="zelie@bücher.example", reply_to="Ici <a@bücher.example>")
    )

    letter = email.message_from_bytes(smtp.letters[0], policy=email.policy.default)
    assert smtp.recipients == [["zelie@xn--bcher-kva.example"]]
    assert letter["To"] == "zelie@xn--bcher-kva.example"
    assert letter["Reply-To"] == "Ici <a@xn--bcher-kva.example>"


def test_an_address_with_accents_leaves_where_the_server_takes_it_and_is_final_elsewhere(smtp):
    letter = replace(LETTER, to="zélie@bücher.example")

    if smtp.smtputf8:
        mail.mailer(smtp.url).send(letter)
        assert smtp.recipients == [["zélie@xn--bcher-kva.example"]]
    else:
        with pytest.raises(mail.MailRefused, match="SMTPUTF8"):
            mail.mailer(smtp.url).send(letter)
        assert smtp.letters == []


def test_no_such_mailbox_is_final(smtp):
    smtp.answer = "550 No such user"

    with pytest.raises(mail.MailRefused):
        mail.mailer(smtp.url).send(LETTER)


def test_a_full_server_is_tried_again(smtp):
    smtp.answer = "451 Try later"

    with pytest.raises(mail.MailUnreachable):
        mail.mailer(smtp.url).send(LETTER)


def test_nobody_listening_is_tried_again():
    with pytest.raises(mail.MailUnreachable):
        mail.mailer("smtp://127.0.0.1:9").send(LETTER)


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Billets\r\nBcc: everybody@evil.example"},
        {"to": "a@b.example\nBcc: c@d.example"},
        {"from_": "x@y.example\0"},
        {"message_id": "<a@b>\r\n\r\nbody"},
        {"reply_to": "a@b.example\rX: 1"},
    ],
)
def test_a_header_never_becomes_two(change):
    with pytest.raises(mail.MailRefused):
        mail.as_email(replace(LETTER, **change))


def test_a_folder_holds_each_letter_once(tmp_path):
    folder = mail.mailer(f"file:{tmp_path}")
    folder.send(LETTER)
    folder.send(LETTER)

    assert [path.name for path in tmp_path.iterdir()] == ["order-A7-1-ftw-example.eml"]


def test_the_console_shows_the_letter(capsys):
    mail.mailer("console:").send(LETTER)

    assert "Message-ID: <order-A7-1@ftw.example>" in capsys.readouterr().err


def test_memory_keeps_letters_and_fails_on_demand():
    memory = mail.Memory()
    memory.send(LETTER)
    memory.failure = mail.MailUnreachable("down")

    with pytest.raises(mail.MailUnreachable):
        memory.send(LETTER)
    assert memory.sent == [LETTER]


def test_another_scheme_is_refused_at_start():
    with pytest.raises(ValueError, match="ftp"):
        mail.mailer("ftp://x")


@pytest.fixture
def asking(smtp):
    """The same server, which takes any password and notes it; it offers no STARTTLS."""
    heard = []

    def take(_server, _session, _envelope, _mechanism, login):
        heard.append(login.password)
        return AuthResult(success=True)

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(
        smtp, hostname="127.0.0.1", port=port, authenticator=take, auth_require_tls=False
    )
    controller.start()
    yield f"smtp://user:geheim@127.0.0.1:{port}", heard
    controller.stop(no_assert=True)


def test_a_password_is_not_sent_in_clear(asking):
    url, heard = asking

    with pytest.raises(mail.MailUnreachable, match="STARTTLS") as error:
        mail.mailer(url).send(LETTER)

    assert (heard, "geheim" in str(error.value)) == ([], False)


def test_a_password_is_sent_in_clear_when_the_setting_says_so(asking, smtp):
    url, heard = asking

    mail.mailer(f"{url}?cleartext=yes").send(LETTER)

    assert (heard, len(smtp.letters)) == ([b"geheim"], 1)
