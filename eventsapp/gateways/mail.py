"""Letters leave here: SMTP, the console, a folder, or memory in tests."""

import smtplib
import ssl
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email.errors import MessageError
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from eventsapp.gateways import outward
from eventsapp.gateways.outward import Patience
from eventsapp.kernel import clock, spelling

NO_STARTTLS = (
    "the server offers no STARTTLS, so the password was not sent; use smtps://, "
    "or add ?cleartext=yes to EVENTSAPP_MAIL_URL on a network that nobody else reads"
)


class MailRefused(Exception):
    """For good: this letter cannot be sent as it is (no such mailbox, no valid header)."""


class MailUnreachable(Exception):
    """For now: try the same letter, with the same Message-ID, later."""


@dataclass(frozen=True)
class Attachment:
    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Message:
    """A letter. ``message_id`` (with its <>) is stable over retries: a copy can be recognised."""

    to: str
    subject: str
    text: str
    from_: str
    message_id: str
    html: str | None = None
    reply_to: str | None = None
    # Where a POST ends such letters at once (RFC 8058); empty for letters that nobody can end.
    unsubscribe: str = ""
    attachments: Sequence[Attachment] = field(default_factory=tuple)


class Mailer(Protocol):
    """Anything that takes a letter or says why not."""

    def send(self, message: Message) -> None: ...

    def greet(self) -> None:
        """Whether letters could leave now, without one.

        Raises:
            MailUnreachable, MailRefused.
        """


def mailer(mail_url: str) -> Mailer:
    """The mailer of a setting: ``smtp://``, ``smtps://``, ``console:``, ``file:DIR``, ``memory:``.

    Raises:
        ValueError: none of these.
    """
    scheme = mail_url.split(":", 1)[0]
    if scheme in ("smtp", "smtps"):
        return Smtp(mail_url)
    if scheme == "console":
        return Console()
    if scheme == "file":
        return Folder(Path(mail_url.removeprefix("file:").removeprefix("//")))
    if scheme == "memory":
        return memory()
    raise ValueError(f"mail is sent by smtp:, smtps:, console:, file: or memory:, not {scheme}:")


def as_email(message: Message) -> EmailMessage:
    """The letter on the wire.

    Raises:
        MailRefused: a header would break into two, or an address is none.
    """
    letter = EmailMessage(policy=WIRE)
    headers = {
        "From": _on_the_wire(message.from_),
        "To": _on_the_wire(message.to),
        "Subject": message.subject,
        "Message-ID": message.message_id,
        "Date": format_datetime(clock.now()),
        # Out-of-office answers would go to a mailbox that nobody reads.
        "Auto-Submitted": "auto-generated",
    }
    if message.reply_to:
        headers["Reply-To"] = _on_the_wire(message.reply_to)
    if message.unsubscribe:
        headers["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    for name, value in headers.items():
        if any(mark in value for mark in "\r\n\0"):
            raise MailRefused(f"{name} has a line break")
        try:
            letter[name] = value
        except (MessageError, ValueError, IndexError) as error:
            raise MailRefused(f"{name} is not valid") from error
    letter.set_content(message.text)
    if message.html is not None:
        letter.add_alternative(message.html, subtype="html")
    for attachment in message.attachments:
        maintype, _, subtype = attachment.content_type.partition("/")
        letter.add_attachment(
            attachment.content, maintype=maintype, subtype=subtype, filename=attachment.filename
        )
    return letter


class Wire(EmailPolicy):
    """Folds words with accents so that every space survives.

    The library's own folding puts spaces between encoded words, where RFC 2047 says that readers
    drop them: "pitch de" arrived as "pitchde". Header() writes them inside.
    """

    def fold(self, name: str, value: Any) -> str:
        return self._encoded(name, value) or super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        encoded = self._encoded(name, value)
        return encoded.encode("ascii") if encoded else super().fold_binary(name, value)

    def _encoded(self, name: str, value: Any) -> str | None:
        text = str(value)
        if self.utf8 or text.isascii():
            return None
        if name == "Subject":
            return f"{name}: {self._words(name, text)}{self.linesep}"
        if name in ("From", "To", "Reply-To"):
            said, bare = parseaddr(text)
            if bare.isascii():
                return f"{name}: {self._words(name, said)}{self.linesep} <{bare}>{self.linesep}"
        return None

    def _words(self, name: str, text: str) -> str:
        return Header(text, "utf-8", header_name=name).encode(linesep=self.linesep)


WIRE = Wire(linesep="\r\n")


def _on_the_wire(value: str) -> str:
    """An address with its domain as servers spell it (``xn--``); people go on reading accents.

    RFC 2047 allows no encoded word inside an address, and few servers speak SMTPUTF8.
    """
    _name, bare = parseaddr(value)
    local, at, domain = bare.rpartition("@")
    if not at or domain.isascii():
        return value
    try:
        plain = spelling.ascii_domain(domain)
    except ValueError as error:
        raise MailRefused(f"{domain} is no domain") from error
    return value.replace(bare, f"{local}@{plain}")


class Smtp:
    """One connection per letter: a worker that dies holds nothing, a slow server one lease."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._secure = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (465 if self._secure else 25)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password or "")
        self._cleartext = parts.query == "cleartext=yes"

    def send(self, message: Message) -> None:
        letter = as_email(message)
        with self._open() as server:
            if not (server.has_extn("smtputf8") or _sent_in_ascii(letter)):
                # Tried again, it would be refused again: somebody asks for another address.
                raise MailRefused("the mail server takes no address with accents (SMTPUTF8)")
            server.send_message(letter)

    def greet(self) -> None:
        with self._open() as server:
            server.noop()

    @contextmanager
    def _open(self) -> Iterator[smtplib.SMTP]:
        """A connection that is signed in; what goes wrong on it is said in our words."""
        try:
            with outward.call() as patience, closing(self._connected(patience)) as server:
                yield server
        except outward.Busy as error:
            raise MailUnreachable(str(error)) from error
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            raise _refusal(code, answer) from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailUnreachable(str(error)) from error

    def _connected(self, patience: Patience) -> smtplib.SMTP:
        wait = patience.answer_s
        context = ssl.create_default_context()
        server: smtplib.SMTP
        if self._secure:
            server = smtplib.SMTP_SSL(self._host, self._port, timeout=wait, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=wait)
        try:
            server.ehlo_or_helo_if_needed()
            if not self._secure and server.has_extn("starttls"):
                server.starttls(context=context)
            elif self._user is not None and not (self._secure or self._cleartext):
                raise MailUnreachable(NO_STARTTLS)
            if self._user is not None:
                server.login(self._user, self._password)
        except BaseException:
            server.close()
            raise
        return server


def _sent_in_ascii(letter: EmailMessage) -> bool:
    return all(parseaddr(str(letter[name]))[1].isascii() for name in ("From", "To"))


def _refusal(code: int, answer: bytes | str) -> MailRefused | MailUnreachable:
    said = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    # 5xx about the letter is final. 530, 534, 535 are about our own password: somebody mends it.
    if 500 <= code < 600 and code not in (530, 534, 535, 538):
        return MailRefused(f"{code} {said}")
    return MailUnreachable(f"{code} {said}")


class Console:
    def send(self, message: Message) -> None:
        sys.stderr.write(as_email(message).as_string() + "\n" + "-" * 72 + "\n")

    def greet(self) -> None:
        """It is always there."""


class Folder:
    """A file per letter, named by its Message-ID: sent again, it replaces itself."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: Message) -> None:
        letter = as_email(message)
        name = "".join(mark if mark.isalnum() else "-" for mark in message.message_id.strip("<>"))
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            draft = self._folder / f".{name}.part"
            draft.write_bytes(letter.as_bytes())
            draft.replace(self._folder / f"{name}.eml")
        except OSError as error:
            raise MailUnreachable(str(error)) from error

    def greet(self) -> None:
        """The folder is made with the first letter."""


class Memory:
    """For tests: ``sent`` holds the letters; ``failure``, when set, is raised instead."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.failure: Exception | None = None

    def send(self, message: Message) -> None:
        if self.failure is not None:
            raise self.failure
        as_email(message)
        self.sent.append(message)

    def greet(self) -> None:
        if self.failure is not None:
            raise self.failure


@lru_cache(maxsize=1)
def memory() -> Memory:
    """The one in-memory mailer of the process."""
    return Memory()
