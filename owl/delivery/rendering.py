"""From a message to what each recipient gets: frames built once for each team, what differs spliced in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from owl.delivery.claiming import Recipient, SendingTeam
from owl.delivery.mail_frame import Letter, MailFrame, Own, Senders, mail_frame
from owl.delivery.mail_headers import UnusableAddress, mailbox
from owl.delivery.providers import OutgoingMail, OutgoingSms
from owl.delivery.reason import padded_day
from owl.foundation.clock import london_day
from owl.foundation.current import delivery_signer, settings
from owl.foundation.database import db
from owl.foundation.languages import Language, speaking
from owl.foundation.signed_links import Purpose
from owl.households.partners import partner_name
from owl.households.reading import PLAIN, Reading
from owl.messages.codes import SAMPLE
from owl.messages.models import Message, Severity
from owl.messages.pictures import ShownPicture, pictures_of
from owl.messages.queries import followed_code
from owl.messages.sms_frame import frame_text, sample_link
from owl.messages.translations import words_in

# A stand-in for the link in a text; no message can contain it (NUL is refused in composing).
LINK = "\0link\0"
SAMPLE_TEAM = SendingTeam("your neighbourhood", "Your Safer Neighbourhood Team", "team@example.com")


@dataclass(frozen=True, slots=True)
class Preview:
    """A message as a resident will see it."""

    subject: str
    text: str
    html: str
    sms: str | None


class Renderer:
    """Renders one message for one recipient after another: 15 µs for a mail."""

    def __init__(
        self,
        message: Message,
        *,
        sender: str,
        follows: str | None = None,
        partner: str | None = None,
        pictures: tuple[ShownPicture, ...] = (),
    ) -> None:
        """`sender`: name and rank of the author. `follows`: of a follow-up, the code of the message before it.

        `partner`: on whose behalf it is written.
        """
        known = settings()
        self.message_id, self.code = message.id, message.code or SAMPLE
        self._message, self._sender, self._follows, self._partner = message, sender, follows, partner
        self._pictures = pictures
        self.senders = Senders(known.public_url, known.mail_from, known.bounce_domain)
        self._frames: dict[tuple[SendingTeam, Reading], MailFrame] = {}
        self._texts: dict[Language, tuple[str, str]] = {}  # before and after the link
        self._feedback, self._unsubscribe, self._return_path, self._receipt = map(
            delivery_signer, (Purpose.FEEDBACK, Purpose.UNSUBSCRIBE, Purpose.RETURN_PATH, Purpose.RECEIPT)
        )

    def frame(self, team: SendingTeam, reading: Reading = PLAIN) -> MailFrame:
        """The message in the name of one team, for those who read alike."""
        frame = self._frames.get((team, reading))
        if frame is None:
            of, words = self._message, words_in(self._message, reading.language)
            letter = Letter(
                of.id, self.code, of.kind, of.severity is Severity.URGENT, words.title, words.body, self._sender,
                team, self.senders, self._follows, self._partner, reading=reading, written_in=words.language,
                pictures=self._pictures,
            )  # fmt: skip
            frame = mail_frame(letter)
            self._frames[team, reading] = frame
        return frame

    def frame_for(self, recipient: Recipient) -> MailFrame:
        """What the recipient reads."""
        return self.frame(recipient.team, recipient.reading)

    def own(self, recipient: Recipient, *, date: str) -> Own:
        """What is the recipient's own in a mail of this date (RFC 5322). Raises UnusableAddress."""
        seq = recipient.seq
        return Own(
            mailbox("To", recipient.name, recipient.address),
            date,
            seq,
            self._feedback.sign(self.message_id, seq),
            self._unsubscribe.sign(self.message_id, seq),
            padded_day(recipient.chosen_on, recipient.reading.language),
        )

    def mail(self, recipient: Recipient, *, date: str) -> OutgoingMail:
        """One mail, ready for the wire. Raises UnusableAddress."""
        content = self.frame_for(recipient).mail(self.own(recipient, date=date))
        token = self._return_path.sign(self.message_id, recipient.seq).decode()
        return OutgoingMail(recipient.seq, f"b-{token}@{self.senders.bounce_domain}", recipient.address, content)

    def text(self, recipient: Recipient) -> OutgoingSms:
        """One text, with an address for its receipts."""
        home, seq = self.senders.public_url, recipient.seq
        link = f"{home}/r/{self._feedback.sign(self.message_id, seq).decode()}"
        receipts = f"{home}/hooks/twilio/status/{self._receipt.sign(self.message_id, seq).decode()}"
        return OutgoingSms(seq, recipient.address, self.text_for(recipient, link), receipts)

    def text_for(self, recipient: Recipient, link: str) -> str:
        """What the recipient reads on a phone."""
        language = recipient.reading.language
        if language not in self._texts:
            words = words_in(self._message, language)
            with speaking(language):
                whole = frame_text(words.sms_text or words.title, link=LINK, code=self.code)
            before, _, after = whole.rpartition(LINK)
            self._texts[language] = before, after
        before, after = self._texts[language]
        return f"{before}{link}{after}"


def preview(message: Message, *, sender: str, language: Language = Language.ENGLISH) -> Preview:
    """The message as a resident will see it who reads this language, with links that lead nowhere."""
    words = words_in(message, language)
    home = settings().public_url
    follows, partner = followed_code(db.session(), message), partner_name(db.session(), message.partner_id)
    pictures = pictures_of(db.session(), message.id)
    renderer = Renderer(message, sender=sender, follows=follows, partner=partner, pictures=pictures)
    chosen_on = padded_day(london_day(message.created_at), language).decode()
    text, html = renderer.frame(SAMPLE_TEAM, Reading(language)).with_links(
        feedback=home, unsubscribe=home, chosen_on=chosen_on
    )
    with speaking(language):
        sms = frame_text(words.sms_text, link=sample_link(home), code=message.code) if words.sms_text else None
    return Preview(words.title, text, html, sms)


def render_mails(
    renderer: Renderer, recipients: Sequence[Recipient], *, now: datetime
) -> tuple[list[OutgoingMail], list[int]]:
    """(mails, seqs of those whose address can't stand in a header)."""
    mails, unusable = [], []
    date = format_datetime(now)
    for recipient in recipients:
        try:
            mails.append(renderer.mail(recipient, date=date))
        except UnusableAddress:
            unusable.append(recipient.seq)
    return mails, unusable
