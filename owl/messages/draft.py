"""What an author has written so far, as a value, and what it must be before a supervisor is asked."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from owl.foundation.errors import BadInput
from owl.foundation.notices import Channel
from owl.households.choices import Kind
from owl.households.wanting import Topic
from owl.messages.audience import Audience
from owl.messages.checks.finding import Words
from owl.messages.mail_weight import HEAVIEST_MAIL, weight_of
from owl.messages.models import Message, Severity
from owl.messages.sms_frame import frame_text, sample_link
from owl.messages.sms_text import TextLength, measure

LONGEST_TITLE = 120  # characters; mail readers on phones show about 40
LONGEST_BODY = 10_000
LONGEST_TEXT = 1_000  # typed; what is sent is held to segments
MOST_SEGMENTS = 4  # 14 hours for the county at 10 a second are 3; Twilio refuses more than 10
LONGEST_VALIDITY = timedelta(days=366)
LONGEST_WAIT = timedelta(days=90)  # between approval and sending much may change
NAMES = {"title": "title", "body": "message", "sms_text": "text message"}
LIMITS = {"title": LONGEST_TITLE, "body": LONGEST_BODY, "sms_text": LONGEST_TEXT}
TOO_HEAVY = (
    "The message makes a mail of {weight} KB, and it may have {most}. Shorten it, or link to a page with the rest."
)
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # can show words in another order


@dataclass(frozen=True, slots=True)
class Draft:
    """A message before it is approved. `body` is Markdown; times are aware UTC."""

    kind: Kind
    severity: Severity
    title: str
    body: str
    sms_text: str
    audience: Audience
    valid_until: datetime | None
    send_at: datetime | None = None  # None: at its approval
    partner_id: int | None = None  # on whose behalf; None: the police's own
    names_a_person: bool = False  # somebody can be recognised in it: a second person looks at it first

    @classmethod
    def of(cls, message: Message) -> Draft:
        """What the message's row holds. Raises BrokenAudience."""
        return cls(
            message.kind,
            message.severity,
            message.title,
            message.body,
            message.sms_text or "",
            Audience.from_json(message.audience),
            message.valid_until,
            message.send_at,
            message.partner_id,
            message.names_a_person,
        )

    @property
    def topic(self) -> Topic:
        """What of it decides who wants it."""
        return Topic(self.kind, self.severity is Severity.URGENT, self.partner_id)

    @property
    def words(self) -> Words:
        """What of it the checks look over."""
        return Words(self.kind, self.title, self.body, self.sms_text, self.by_text)

    @property
    def by_text(self) -> bool:
        """Whether it is to go out as a text as well."""
        return Channel.SMS in self.audience.channels

    def tidied(self) -> Draft:
        """The same with one kind of line end and no blanks around."""
        return replace(self, title=self.title.strip(), body=_lines(self.body), sms_text=_lines(self.sms_text))

    def check_shape(self) -> None:
        """Raises BadInput for what can't be kept, even as a draft."""
        words = {"title": self.title, "body": self.body, "sms_text": self.sms_text}
        faults: dict[str, str] = {}
        for field, text in words.items():
            if len(text) > LIMITS[field]:
                faults[field] = f"The {NAMES[field]} is {len(text):,} characters long. Use {LIMITS[field]:,} or fewer."
            elif field == "title" and ("\n" in text or "\r" in text):
                faults[field] = "The title must be on one line."
            elif any(map(_is_unseen, text)):
                faults[field] = f"The {NAMES[field]} has hidden characters in it. Delete it and type it again."
        if faults:
            raise BadInput(faults)

    def check_ready(self, *, public_url: str, now: datetime) -> None:
        """Raises BadInput, with every fault, unless a supervisor can be asked to approve it."""
        self.check_shape()
        faults: dict[str, str] = {}
        if not self.title:
            faults["title"] = "Enter a title. It is what people see first."
        if not self.body:
            faults["body"] = "Write the message."
        elif (weight := weight_of(self.title, self.body)) > HEAVIEST_MAIL:
            faults["body"] = TOO_HEAVY.format(weight=weight // 1000, most=HEAVIEST_MAIL // 1000)
        if self.by_text:
            faults |= _faults_of_text(self.sms_text, public_url)
        faults |= self._faults_of_validity(now) | self._faults_of_start(now)
        if not self.audience.include:
            faults["include"] = "Choose at least one area to include."
        if not self.audience.channels:
            faults["channels"] = "Choose email, text message or both."
        if faults:
            raise BadInput(faults)

    def _faults_of_validity(self, now: datetime) -> dict[str, str]:
        if self.valid_until is None:
            asks = self.kind is Kind.CONSULTATION_INVITATION
            return {"valid_until": "Enter when the consultation closes."} if asks else {}
        if self.valid_until <= now:
            return {"valid_until": "The message must be valid until a time in the future."}
        if self.valid_until > now + LONGEST_VALIDITY:
            return {"valid_until": "The message can be valid for a year at most."}
        return {}

    def _faults_of_start(self, now: datetime) -> dict[str, str]:
        if self.send_at is None:
            return {}
        if self.send_at <= now:
            return {"send_at": "Choose a time in the future, or leave it empty to send at approval."}
        if self.send_at > now + LONGEST_WAIT:
            return {"send_at": f"Choose a time within the next {LONGEST_WAIT.days} days."}
        if self.valid_until is not None and self.valid_until <= self.send_at:
            return {"send_at": "It would go out when it is no longer valid. Choose an earlier time, or a later end."}
        return {}


def measure_framed(words: str, *, public_url: str) -> TextLength:
    """The length of the whole text that residents get, as it is billed."""
    return measure(frame_text(words, link=sample_link(public_url)))


def _faults_of_text(words: str, public_url: str) -> dict[str, str]:
    if not words:
        return {"sms_text": "Write the text message, or leave text messages out."}
    segments = measure_framed(words, public_url=public_url).segments
    if segments > MOST_SEGMENTS:
        return {"sms_text": f"The text message needs {segments} texts for each person. Shorten it to {MOST_SEGMENTS}."}
    return {}


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _is_unseen(letter: str) -> bool:
    return letter in TURNING or (letter not in "\n\t" and unicodedata.category(letter) in {"Cc", "Cs"})
