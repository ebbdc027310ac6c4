"""What sending needs of a provider, and what comes back: one Outcome for each delivery handed over.

Outcomes come in groups no longer than the provider has open lines (connections, threads), and while the
caller writes a group down the provider begins nothing new. So a worker that is killed leaves at most
twice as many deliveries unrecorded as there are open lines (docs/adr/0009-recording-in-groups.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from flask import current_app


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """One mail, ready for the wire. `content` is its RFC 5322 form with CRLF line ends."""

    seq: int
    return_path: str
    recipient: str
    content: bytes


@dataclass(frozen=True, slots=True)
class OutgoingSms:
    """One text. `recipient` in E.164; `receipts_to` is the address for status callbacks, if any are wanted."""

    seq: int
    recipient: str
    body: str
    receipts_to: str | None = None


class Result(StrEnum):
    """What became of handing one delivery over."""

    SENT = "sent"
    TEMPORARY = "temporary"  # try again later
    PERMANENT = "permanent"  # never again
    UNSURE = "unsure"  # the answer was lost: ask the provider before trying again
    NOT_NOW = "not now"  # the provider takes nothing from us at present; this one was not tried


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result for one delivery, with the provider's reference or its code for the fault."""

    seq: int
    result: Result
    reference: str | None = None
    segments: int | None = None
    fault: str | None = None  # "550 5.1.1", "21610": a code, never an address


@dataclass(frozen=True, slots=True)
class Sent:
    """What a provider has on one text that it was handed earlier. `said` is the word of its receipts."""

    reference: str
    said: str
    fault: str | None
    segments: int | None
    price: Decimal | None  # what it cost, not negative; None until it is known
    currency: str | None


class MailProvider(Protocol):
    """Takes mails over a line of its own."""

    def send_all(self, mails: Sequence[OutgoingMail]) -> Iterator[list[Outcome]]:
        """Hand over each mail; an outcome for every one, in groups and any order. Raises nothing.

        A group, if only an empty one, comes at least every two seconds.
        """
        ...


class SmsProvider(Protocol):
    """Takes texts."""

    def send_all(self, texts: Sequence[OutgoingSms]) -> Iterator[list[Outcome]]:
        """Hand over each text; an outcome for every one, in groups as mail's are. Raises nothing."""
        ...

    def look_up(self, texts: Sequence[OutgoingSms]) -> Iterator[list[Outcome]]:
        """SENT for each text that the provider already has, TEMPORARY for each that it has not."""
        ...

    def sent_between(self, since: datetime, until: datetime) -> Iterator[list[Sent]]:
        """What the provider has on every text sent in that time, in large pages; ends early where it can't be asked."""
        ...


def mail_provider() -> MailProvider:
    """This application's way of sending mail."""
    provider: MailProvider = current_app.extensions["owl.mail"]
    return provider


def sms_provider() -> SmsProvider:
    """This application's way of sending texts."""
    provider: SmsProvider = current_app.extensions["owl.sms"]
    return provider
