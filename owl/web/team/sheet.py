"""What the composer's form holds: words as they were typed, so that nothing is lost when some can't be used."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import time
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from owl.foundation.errors import BadInput
from owl.foundation.notices import Channel
from owl.households.choices import CHOICES, Kind
from owl.messages.audience import Area, Audience, BrokenAudience
from owl.messages.checks.finding import Words
from owl.messages.draft import Draft
from owl.messages.models import Message, Severity
from owl.messages.translations import TRANSLATED, Translation
from owl.messages.typed_moment import TypedMoment
from owl.messages.word_rules import NAMES, field_of
from owl.web.addresses import version_in

T = TypeVar("T")
END_OF_DAY = time(23, 59)
NOT_TYPED = TypedMoment()


@dataclass(frozen=True, slots=True)
class Sheet:
    """The composer's fields, as text."""

    kind: str = ""
    severity: str = Severity.ROUTINE.value
    title: str = ""
    body: str = ""
    sms_text: str = ""
    partner: str = ""  # its id; empty: the police's own
    include: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset({Channel.EMAIL.value})
    person: str = ""  # "named", where somebody can be recognised
    send: TypedMoment = NOT_TYPED
    valid: TypedMoment = NOT_TYPED
    version: int = 0  # of the draft that is shown; 0 for a new one
    unsaved: str = ""  # what is typed is kept under this key; empty: none is drawn yet
    translations: tuple[Translation, ...] = tuple(Translation(language, "", "") for language in TRANSLATED)

    @classmethod
    def typed(cls, form: MultiDict[str, str]) -> Sheet:
        """What was sent."""
        names = ("kind", "severity", "title", "body", "sms_text", "partner", "person", "unsaved")
        return cls(
            **{name: form.get(name, "") for name in names},
            include=frozenset(form.getlist("include")),
            exclude=frozenset(form.getlist("exclude")),
            channels=frozenset(form.getlist("channels")),
            send=TypedMoment.typed(form, "send"),
            valid=TypedMoment.typed(form, "valid"),
            version=version_in(form),
            translations=tuple(
                Translation(language, *(form.get(field_of(name, language), "") for name in NAMES))
                for language in TRANSLATED
            ),
        )

    @classmethod
    def kept(cls, message: Message) -> Sheet:
        """What the draft holds."""
        draft = Draft.of(message)
        there = {words.language: words for words in draft.translations}
        return cls(
            kind=draft.kind.value,
            severity=draft.severity.value,
            title=draft.title,
            body=draft.body,
            sms_text=draft.sms_text,
            partner=str(draft.partner_id or ""),
            include=frozenset(map(str, draft.audience.include)),
            exclude=frozenset(map(str, draft.audience.exclude)),
            channels=frozenset(draft.audience.channels),
            person="named" if draft.names_a_person else "",
            send=TypedMoment.of(draft.send_at),
            valid=TypedMoment.of(draft.valid_until),
            version=message.version,
            translations=tuple(there.get(language, Translation(language, "", "")) for language in TRANSLATED),
        )

    def words(self) -> Words:
        """What is checked of it, whatever else was typed."""
        kind = Kind(self.kind) if self.kind in CHOICES else None
        return Words(kind, self.title, self.body, self.sms_text, Channel.SMS.value in self.channels)

    def draft(self) -> Draft:
        """The draft that these words make. Raises BadInput with every fault."""
        faults: dict[str, str] = {}
        if self.kind not in CHOICES:
            faults["kind"] = "Choose what the message is about."
        if self.severity not in set(Severity):
            faults["severity"] = "Choose how urgent it is."
        if not self.channels <= set(Channel):
            faults["channels"] = "Choose email, text message or both."
        if self.partner and not (self.partner.isascii() and self.partner.isdigit() and len(self.partner) < 10):
            faults["partner"] = "Choose a partner from the list, or none."
        send_at = _or_fault(faults, lambda: self.send.read("send_at"))
        until = _or_fault(faults, lambda: self.valid.read("valid_until", without_time=END_OF_DAY))
        include = _or_fault(faults, lambda: _areas("include", self.include)) or ()
        exclude = _or_fault(faults, lambda: _areas("exclude", self.exclude)) or ()
        if faults:
            raise BadInput(faults)
        audience = Audience.of(include, exclude, map(Channel, self.channels))
        kind, severity = Kind(self.kind), Severity(self.severity)
        partner_id = int(self.partner) if self.partner else None
        named = self.person == "named"
        return Draft(
            kind, severity, self.title, self.body, self.sms_text, audience, until, send_at, partner_id, named,
            self.translations,
        )  # fmt: skip


def _or_fault(faults: dict[str, str], read: Callable[[], T]) -> T | None:
    try:
        return read()
    except BadInput as error:
        faults.update(error.fields)
        return None


def _areas(field: str, texts: Iterable[str]) -> tuple[Area, ...]:
    try:
        return tuple(map(Area.parse, texts))
    except BrokenAudience as error:
        raise BadInput({field: error.sentence}) from None
