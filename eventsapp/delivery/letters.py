"""Letters: one frame for every mail, as text and as HTML, in the reader's language.

A letter is paragraphs, facts and one action, given as plain values. Nothing that a stranger wrote
is a template, a format string or a link: it is escaped, and mail programs get no bare address to
turn into one (``kernel.words.defuse``). A paragraph that brings its own ``__html__`` (the words of
an organizer, ``messages.writing.Rich``) has its links.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from eventsapp import bundle, settings
from eventsapp.delivery.errors import Never
from eventsapp.gateways import mail
from eventsapp.gateways.mail import Attachment, MailRefused, Message
from eventsapp.kernel import i18n


@dataclass(frozen=True)
class Letter:
    """What a mail says. ``facts`` are (label, value) rows; ``action`` is (label, url)."""

    subject: str
    title: str
    paragraphs: Sequence[str]
    facts: Sequence[tuple[str, str]] = ()
    action: tuple[str, str] | None = None
    after: Sequence[str] = ()
    signature: str = ""
    attachments: Sequence[Attachment] = field(default_factory=tuple)
    reply_to: str | None = None
    # Where one click ends letters of this kind; empty for those that nobody can end.
    unsubscribe: str = ""


def post(letter: Letter, *, to: str, key: str, locale: str) -> None:
    """Send one letter.

    Args:
        key: names the letter for ever: the same key gives the same Message-ID, so that a copy
            sent twice can be recognised.

    Raises:
        Never: the address is refused for good.
        MailUnreachable: try again later.
    """
    if not to:  # who paid at the door gave no address: nobody is there to write to
        return
    config = settings.current()
    host = config.base_url.split("//")[-1].split("/")[0].split(":")[0]
    message = Message(
        to=to,
        subject=_one_line(letter.subject),
        text=_render("letter.txt", letter, locale),
        html=_render("letter.html", letter, locale),
        from_=config.mail_from,
        message_id=f"<{key}@{host}>",
        reply_to=letter.reply_to,
        unsubscribe=letter.unsubscribe,
        attachments=letter.attachments,
    )
    try:
        mail.mailer(config.mail_url).send(message)
    except MailRefused as error:
        raise Never(str(error)) from error


def _one_line(subject: str) -> str:
    return " ".join(subject.split())[:200]


def _render(template: str, letter: Letter, locale: str) -> str:
    with i18n.use_locale(locale):
        return _environment().get_template(template).render(letter=letter, lang=locale)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(bundle.TEMPLATES / "email"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["_"] = i18n._
    return made
