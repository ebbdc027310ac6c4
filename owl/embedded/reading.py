"""Caught mails and texts as their reader sees them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from owl.embedded.caught import Mail, Text

LINK = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True)
class Part:
    """A run of words, or a link."""

    words: str
    is_link: bool


@dataclass(frozen=True)
class ShownMail:
    """A mail as a mail program shows it."""

    id: int
    at: datetime
    recipient: str
    sender: str
    subject: str
    plain: str
    html: str | None
    one_click: str | None  # where a mail program posts when its reader presses Unsubscribe (RFC 8058)

    @property
    def lines(self) -> list[list[Part]]:
        """The plain text, line by line."""
        return lines_of(self.plain)


@dataclass(frozen=True)
class ShownText:
    """A text as a phone shows it."""

    text: Text

    @property
    def resident(self) -> str:
        """The number on the other side."""
        return self.text.sender if self.text.inbound else self.text.recipient

    @property
    def lines(self) -> list[list[Part]]:
        """What it says, line by line."""
        return lines_of(self.text.body)


def show_mail(mail: Mail) -> ShownMail:
    """The mail, decoded."""
    message = message_from_bytes(mail.content, policy=policy.SMTPUTF8)
    assert isinstance(message, EmailMessage)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    return ShownMail(
        id=mail.id,
        at=mail.at,
        recipient=mail.recipient,
        sender=str(message["From"] or mail.sender),
        subject=str(message["Subject"] or "(no subject)"),
        plain=str(plain.get_content()) if plain else "",
        html=str(html.get_content()) if html else None,
        one_click=_one_click(message),
    )


def lines_of(words: str) -> list[list[Part]]:
    """Lines of words and links."""
    return [list(_parts(line)) for line in words.splitlines()]


def _parts(line: str) -> list[Part]:
    found, end = [], 0
    for link in LINK.finditer(line):
        found += [Part(line[end : link.start()], is_link=False), Part(link[0], is_link=True)]
        end = link.end()
    return [part for part in [*found, Part(line[end:], is_link=False)] if part.words]


def _one_click(message: EmailMessage) -> str | None:
    if "one-click" not in str(message["List-Unsubscribe-Post"] or "").lower():
        return None
    links = re.findall(r"<(https?://[^>]+)>", str(message["List-Unsubscribe"] or ""))
    return links[0] if links else None
