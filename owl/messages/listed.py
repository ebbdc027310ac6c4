"""Messages as lists show them to residents, each with what was written after it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.languages import Language
from owl.households.choices import Kind
from owl.messages.models import FollowUp, Message, MessageStatus
from owl.messages.translations import words_in

S = MessageStatus
TOLD = (S.SENDING, S.PAUSED, S.SENT, S.CLOSED)  # somebody has it


@dataclass(frozen=True, slots=True)
class LaterWords:
    """What was written after a message, to the same people."""

    which: FollowUp
    code: str
    title: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class ListedMessage:
    """A message for all, as a list shows it."""

    code: str
    kind: Kind
    title: str
    body: str  # Markdown
    written_in: Language
    sent_at: datetime
    valid_until: datetime | None
    later: tuple[LaterWords, ...]  # the newest first

    @property
    def is_over(self) -> bool:
        """Whether residents were told so."""
        return any(one.which is FollowUp.STAND_DOWN for one in self.later)


def listed(session: Session, messages: Sequence[Message], language: Language) -> tuple[ListedMessage, ...]:
    """The messages, which went out, in this language or English."""
    later = _later(session, [message.id for message in messages], language)
    return tuple(_one(message, later.get(message.id, ()), language) for message in messages)


def _later(session: Session, message_ids: Sequence[int], language: Language) -> dict[int, tuple[LaterWords, ...]]:
    """What was written after each of the messages and has gone out, the newest first."""
    asked = (
        sa.select(Message)
        .where(Message.follows_id.in_(message_ids), Message.status.in_(TOLD), Message.approved_at.is_not(None))
        .order_by(Message.approved_at.desc())
    )
    found: defaultdict[int, list[LaterWords]] = defaultdict(list)
    for one in session.scalars(asked) if message_ids else ():
        if one.follows_id and one.follow_up and one.approved_at:
            title = words_in(one, language).title
            found[one.follows_id].append(LaterWords(one.follow_up, one.code, title, one.approved_at))
    return {message_id: tuple(later) for message_id, later in found.items()}


def _one(message: Message, later: tuple[LaterWords, ...], language: Language) -> ListedMessage:
    words = words_in(message, language)
    assert message.approved_at is not None  # noqa: S101  # it went out
    sent_at = max(message.approved_at, message.send_at or message.approved_at)
    return ListedMessage(
        message.code, message.kind, words.title, words.body, words.language, sent_at, message.valid_until, later
    )
