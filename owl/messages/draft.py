"""What an author has written so far, as a value, and what it must be before a supervisor is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from owl.foundation.errors import BadInput
from owl.foundation.languages import Language
from owl.foundation.notices import Channel
from owl.households.choices import Kind
from owl.households.wanting import Topic
from owl.messages.audience import Audience
from owl.messages.checks.finding import Words
from owl.messages.models import Message, Severity
from owl.messages.translations import Translation, translations_of
from owl.messages.word_rules import faults_of_shape, faults_of_words

LONGEST_VALIDITY = timedelta(days=366)
LONGEST_WAIT = timedelta(days=90)  # between approval and sending much may change


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
    translations: tuple[Translation, ...] = ()
    consultation_id: int | None = None  # of an invitation: what it invites to

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
            translations_of(message),
            message.consultation_id,
        )

    @property
    def topic(self) -> Topic:
        """What of it decides who wants it."""
        return Topic(self.kind, self.severity is Severity.URGENT, self.partner_id, self.consultation_id)

    @property
    def words(self) -> Words:
        """What of it the checks look over."""
        return Words(self.kind, self.title, self.body, self.sms_text, self.by_text)

    @property
    def by_text(self) -> bool:
        """Whether it is to go out as a text as well."""
        return Channel.SMS in self.audience.channels

    @property
    def english(self) -> Translation:
        """The words that everybody gets for whom there are no others."""
        return Translation(Language.ENGLISH, self.title, self.body, self.sms_text)

    def tidied(self) -> Draft:
        """The same with one kind of line end and no blanks around, and only the translations that are there."""
        english, *others = (words.tidied() for words in (self.english, *self.translations))
        there = tuple(words for words in others if words.is_there)
        return replace(self, title=english.title, body=english.body, sms_text=english.sms_text, translations=there)

    def check_shape(self) -> None:
        """Raises BadInput for what can't be kept, even as a draft."""
        faults: dict[str, str] = {}
        for words in (self.english, *self.translations):
            faults |= faults_of_shape(words)
        if faults:
            raise BadInput(faults)

    def check_ready(self, *, public_url: str, now: datetime) -> None:
        """Raises BadInput, with every fault, unless a supervisor can be asked to approve it."""
        self.check_shape()
        faults: dict[str, str] = {}
        for words in (self.english, *self.translations):
            faults |= faults_of_words(words, by_text=self.by_text, public_url=public_url)
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
