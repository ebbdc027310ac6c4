"""From a message to what each recipient gets: written once for each team, then the links put in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from flask import render_template
from markupsafe import Markup

from owl.delivery.claiming import Recipient, SendingTeam
from owl.delivery.providers import OutgoingMail, OutgoingSms
from owl.foundation.current import delivery_token, settings
from owl.foundation.signed_links import Purpose
from owl.messages.markdown import as_html, as_text
from owl.messages.models import Message
from owl.messages.sms_frame import frame_text, sample_link

# Stand-ins for the two links of a recipient; no message can contain them (NUL is refused in composing).
FEEDBACK, UNSUBSCRIBE = "\0feedback\0", "\0unsubscribe\0"
# What the email package raises on an address that can't stand in a header.
NOT_IN_A_HEADER = (ValueError, IndexError, MessageError)
# Links stand on one line with their header's name, for the readers that do not unfold.
LINES = SMTP.clone(max_line_length=160)
SAMPLE_TEAM = SendingTeam("your neighbourhood", "Your Safer Neighbourhood Team", "team@example.com")


@dataclass(frozen=True, slots=True)
class Frame:
    """A message as one team's residents get it, but for their own links."""

    subject: str
    text: str
    html: str

    def with_links(self, *, feedback: str, unsubscribe: str) -> tuple[str, str]:
        """(text, HTML) of one recipient."""
        text, html = (
            part.replace(FEEDBACK, feedback).replace(UNSUBSCRIBE, unsubscribe) for part in (self.text, self.html)
        )
        return text, html


@dataclass(frozen=True, slots=True)
class Preview:
    """A message as a resident will see it."""

    subject: str
    text: str
    html: str
    sms: str | None


class Renderer:
    """Renders one message, each team's frame once."""

    def __init__(self, message: Message, *, sender: str) -> None:
        self.message = message
        self.sender = sender  # name and rank of the author, shown at the foot
        self._frames: dict[SendingTeam, Frame] = {}

    def frame(self, team: SendingTeam) -> Frame:
        """The message in the name of one team."""
        if team not in self._frames:
            words = {
                "message": self.message,
                "team": team,
                "sender": self.sender,
                "feedback_url": FEEDBACK,
                "unsubscribe_url": UNSUBSCRIBE,
                "public_url": settings().public_url,
            }
            body = as_text(self.message.body)
            text = render_template("messages/mail.txt", body=body, **words)
            safe = Markup(as_html(self.message.body))  # noqa: S704  # as_html lets only its own few elements through
            html = render_template("messages/mail.html", body=safe, **words)
            self._frames[team] = Frame(self.message.title, text, html)
        return self._frames[team]

    def mail(self, recipient: Recipient, *, now: datetime) -> OutgoingMail:
        """One mail, ready for the wire. Raises one of NOT_IN_A_HEADER where the address can't stand in one."""
        frame = self.frame(recipient.team)
        unsubscribe = f"{settings().public_url}/unsubscribe/{self._token(Purpose.UNSUBSCRIBE, recipient.seq)}"
        text, html = frame.with_links(feedback=self._feedback_link(recipient.seq), unsubscribe=unsubscribe)
        mail = EmailMessage(policy=LINES)
        mail["From"] = Address(f"{recipient.team.name} (OWL)", addr_spec=settings().mail_from)
        mail["To"] = Address(recipient.name or "", addr_spec=recipient.address)
        mail["Reply-To"] = Address(recipient.team.name, addr_spec=recipient.team.email)
        mail["Subject"] = frame.subject
        mail["Date"] = format_datetime(now)
        mail["Message-ID"] = f"<{self.message.id}.{recipient.seq}@{settings().bounce_domain}>"
        mail["List-Unsubscribe"] = f"<{unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
        mail["List-Id"] = f"OWL alerts <alerts.{settings().bounce_domain}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
        mail["Feedback-ID"] = f"{self.message.id}:{self.message.kind.value}:owl"
        mail.set_content(text)
        mail.add_alternative(html, subtype="html")
        return OutgoingMail(recipient.seq, self._return_path(recipient.seq), recipient.address, mail.as_bytes())

    def text(self, recipient: Recipient) -> OutgoingSms:
        """One text, with an address for its receipts."""
        body = frame_text(self.message.sms_text or self.message.title, link=self._feedback_link(recipient.seq))
        receipts = f"{settings().public_url}/hooks/twilio/status/{self._token(Purpose.RECEIPT, recipient.seq)}"
        return OutgoingSms(recipient.seq, recipient.address, body, receipts)

    def _feedback_link(self, seq: int) -> str:
        return f"{settings().public_url}/r/{self._token(Purpose.FEEDBACK, seq)}"

    def _return_path(self, seq: int) -> str:
        return f"b-{self._token(Purpose.RETURN_PATH, seq)}@{settings().bounce_domain}"

    def _token(self, purpose: Purpose, seq: int) -> str:
        return delivery_token(purpose, self.message.id, seq)


def preview(message: Message, *, sender: str) -> Preview:
    """The message as a resident will see it, with links that lead nowhere."""
    frame = Renderer(message, sender=sender).frame(SAMPLE_TEAM)
    home = settings().public_url
    text, html = frame.with_links(feedback=home, unsubscribe=home)
    sms = frame_text(message.sms_text, link=sample_link(home)) if message.sms_text else None
    return Preview(frame.subject, text, html, sms)


def render_mails(
    renderer: Renderer, recipients: Sequence[Recipient], *, now: datetime
) -> tuple[list[OutgoingMail], list[int]]:
    """(mails, seqs of those whose address can't stand in a header)."""
    mails, unusable = [], []
    for recipient in recipients:
        try:
            mails.append(renderer.mail(recipient, now=now))
        except NOT_IN_A_HEADER:
            unusable.append(recipient.seq)
    return mails, unusable
