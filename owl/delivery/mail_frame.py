"""A message as one team's residents get it by mail: built once, then spliced for each of them."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from functools import lru_cache

import structlog
from flask import render_template
from markupsafe import Markup

from owl.delivery.claiming import SendingTeam
from owl.delivery.digests.contents import Contents
from owl.delivery.mail_headers import FoldedHeader, UnusableAddress, mailbox_header, whole_header, words_header
from owl.delivery.reason import LONGEST_DAY, padded_day
from owl.delivery.splicing import Splice
from owl.foundation.languages import Language, speaking
from owl.foundation.signed_links import LINK_LENGTH
from owl.households.choices import Kind
from owl.households.reading import PLAIN, Reading
from owl.messages.mail_weight import LINE, lightest_encoding
from owl.messages.markdown import as_html, as_text
from owl.messages.pictures import ShownPicture

# Stand-ins for what differs inside: two links, and the day of a choice. No message can contain them (NUL is refused).
FEEDBACK, UNSUBSCRIBE, CHOSEN_ON = "\0feedback\0", "\0unsubscribe\0", "\0chosen on\0"
POLICY = SMTP.clone(max_line_length=LINE)
FRAMES_KEPT = 128  # of 10 to 40 KB: the teams of the county for a few messages that go out together
WIDEST_PICTURE = 568  # px: the column of mail.html
LARGER = 8  # px: 18 become 26, which is large print (RNIB: 18 point)
LONGEST_PREHEADER = 140  # characters; what lists of mails show after the subject

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Senders:
    """Where mail comes from, by the settings."""

    public_url: str
    mail_from: str
    bounce_domain: str


@dataclass(frozen=True, slots=True)
class Letter:
    """All that decides what a mail says, but for whom it is to."""

    message_id: int
    code: str  # by which anybody can look it up
    kind: Kind
    is_urgent: bool
    title: str
    body: str  # Markdown
    sender: str  # name and rank of the author, shown at the foot
    team: SendingTeam
    senders: Senders
    follows: str | None = None  # of a follow-up: the code of the message before it
    partner: str | None = None  # on whose behalf the team writes
    contents: Contents | None = None  # of a digest, in place of body and sender
    reading: Reading = PLAIN
    written_in: Language = Language.ENGLISH  # title and body
    pictures: tuple[ShownPicture, ...] = ()


@dataclass(frozen=True, slots=True)
class Own:
    """What is one recipient's own: the headers that are theirs, their tokens, and when they made their choice."""

    to: str  # folded
    date: str
    seq: int
    feedback: bytes
    unsubscribe: bytes
    chosen_on: bytes  # of owl.delivery.reason


class MailFrame:
    """A letter that waits for its recipients. It keeps words and bytes, no names or addresses of theirs."""

    def __init__(self, letter: Letter) -> None:
        self.letter = letter
        with speaking(letter.reading.language):
            self.text, self.html = _write(letter)
        link = f"{letter.senders.public_url}/unsubscribe/{'-' * LINK_LENGTH}"  # as long as any
        halves = self.with_links(feedback=link, unsubscribe=link, chosen_on="x" * LONGEST_DAY)
        self._encodings = [lightest_encoding(half) for half in halves]
        self._splice = self._checked_splice()

    def with_links(self, *, feedback: str, unsubscribe: str, chosen_on: str) -> tuple[str, str]:
        """(text, HTML) of one recipient."""
        text, html = (
            part.replace(FEEDBACK, feedback).replace(UNSUBSCRIBE, unsubscribe).replace(CHOSEN_ON, chosen_on)
            for part in (self.text, self.html)
        )
        return text, html

    def mail(self, own: Own) -> bytes:
        """The mail of one recipient, ready for the wire."""
        if self._splice is None:
            return self.mail_as_built(own)
        head = f"To: {own.to}\r\nDate: {own.date}\r\nMessage-ID: {self._message_id(own.seq)}\r\n"
        return head.encode() + self._splice.filled((own.feedback, own.unsubscribe, own.chosen_on))

    def mail_as_built(self, own: Own) -> bytes:
        """The same by the email package alone: 50 times slower, and what `mail` is held to."""
        mail = EmailMessage(policy=POLICY)
        mail["To"] = FoldedHeader("To", own.to)
        mail["Date"] = FoldedHeader("Date", own.date)
        mail["Message-ID"] = whole_header("Message-ID", self._message_id(own.seq))
        self._build(mail, own.feedback.decode(), own.unsubscribe.decode(), own.chosen_on.decode())
        return mail.as_bytes()

    def _message_id(self, seq: int) -> str:
        return f"<{self.letter.message_id}.{seq}@{self.letter.senders.bounce_domain}>"

    def _build(self, mail: EmailMessage, feedback: str, unsubscribe: str, chosen_on: str) -> None:
        """Add all but the headers of one recipient."""
        home = self.letter.senders.public_url
        feedback, unsubscribe = f"{home}/r/{feedback}", f"{home}/unsubscribe/{unsubscribe}"
        for header in _headers(self.letter, unsubscribe):
            mail[header.name] = header
        text, html = self.with_links(feedback=feedback, unsubscribe=unsubscribe, chosen_on=chosen_on)
        mail.set_content(text, cte=self._encodings[0])
        mail.add_alternative(html, subtype="html", cte=self._encodings[1])
        # The same mail is the same bytes each time, and nobody can write a text with the digest of itself in it.
        mail.set_boundary("=_" + hashlib.sha256(f"{self.text}{self.html}".encode()).hexdigest()[:32])

    def _checked_splice(self) -> Splice | None:
        """The letter cut open; None, said in the log, if it is ever not what the email package builds."""
        mail = EmailMessage(policy=POLICY)
        stand_ins = _random(LINK_LENGTH), _random(LINK_LENGTH), _random(LONGEST_DAY)
        self._build(mail, *stand_ins)
        self._splice = Splice(mail.as_bytes(), [stand_in.encode() for stand_in in stand_ins])
        tokens = b"-" * LINK_LENGTH, b"A" * LINK_LENGTH
        sample = Own("sample@example.com", "Thu, 01 Jan 1970 00:00:00 +0000", 1, *tokens, padded_day(None))
        if self.mail(sample) == self.mail_as_built(sample):
            return self._splice
        log.error("a mail can't be spliced; each is built by itself", message=self.letter.message_id)
        return None


@lru_cache(maxsize=FRAMES_KEPT)
def mail_frame(letter: Letter) -> MailFrame:
    """The frame of the letter, kept between batches: it needs some 4 ms to build. Needs an application's context."""
    return MailFrame(letter)


def _random(length: int) -> str:
    return secrets.token_urlsafe(length)[:length]


def _headers(letter: Letter, unsubscribe: str) -> list[FoldedHeader]:
    """The headers that are the same for every resident, but for the link."""
    team, domain = letter.team, letter.senders.bounce_domain
    headers = [
        mailbox_header("From", f"{team.name} (OWL)", letter.senders.mail_from),
        words_header("Subject", letter.title),
        whole_header("List-Unsubscribe", f"<{unsubscribe}>"),
        whole_header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),  # RFC 8058
        whole_header("List-Id", f"OWL alerts <alerts.{domain}>"),
        whole_header("Auto-Submitted", "auto-generated"),  # RFC 3834: no out-of-office answers, please
        # Google's feedback loop: the last field names the sender, in 5 to 15 letters.
        whole_header("Feedback-ID", f"{letter.message_id}:{letter.kind.value}::owl-alerts"),
    ]
    try:
        headers.insert(1, mailbox_header("Reply-To", team.name, team.email))
    except UnusableAddress:  # the mail goes out all the same; it has a button for answers
        log.error("the team's address can't stand in a mail", neighbourhood=team.neighbourhood)
    return headers


@lru_cache(maxsize=64)
def _halves(body: str) -> tuple[str, Markup]:
    """The officer's words as text and as HTML: the same for each team."""
    return as_text(body), Markup(as_html(body))  # noqa: S704  # as_html lets only its own few elements through


def _write(letter: Letter) -> tuple[str, str]:
    """The letter as text and as HTML."""
    words: dict[str, object] = {
        "letter": letter,
        "team": letter.team,
        "feedback_url": FEEDBACK,
        "unsubscribe_url": UNSUBSCRIBE,
        "chosen_on": CHOSEN_ON,
        "public_url": letter.senders.public_url,
        "widest_picture": WIDEST_PICTURE,
        "size": lambda px: px + LARGER if letter.reading.large_text else px,
    }
    if letter.contents is not None:
        return _write_digest(letter.contents, words)
    text, html = _halves(letter.body)
    words["preheader"] = _preheader(text)
    return (
        render_template("messages/mail.txt", body=text, **words),
        render_template("messages/mail.html", body=html, **words),
    )


def _write_digest(contents: Contents, words: dict[str, object]) -> tuple[str, str]:
    halves = [_halves(item.body) for item in contents.items]
    words |= {
        "contents": contents,
        "heading": contents.heading,
        "why": contents.why,
        "preheader": _preheader("; ".join(item.title for item in (*contents.items, *contents.others))),
    }
    return (
        render_template("messages/digest.txt", bodies=[text for text, _ in halves], **words),
        render_template("messages/digest.html", bodies=[html for _, html in halves], **words),
    )


def _preheader(text: str) -> str:
    return " ".join(text.split())[:LONGEST_PREHEADER]
