"""Letters against a real SMTP server, and what each answer of it means."""

import email
import email.policy
import socket
from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

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
        self.letters = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.answer.startswith("250"):
            self.letters.append(envelope.content)
        return self.answer


@pytest.fixture
def smtp():
    server = Server()
    # The controller asks its own port whether it is up, so it must know it before: no port 0.
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=port)
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
