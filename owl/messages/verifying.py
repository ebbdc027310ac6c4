"""The original of a message, for whoever has its code and wants to know whether it is ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.foundation.errors import NotFound
from owl.foundation.languages import Language
from owl.geography.models import Neighbourhood
from owl.households.choices import Kind
from owl.households.partners import partner_name
from owl.messages.for_all import message_is_for_all
from owl.messages.models import FollowUp, Message, MessageStatus, Severity
from owl.messages.pictures import ShownPicture, pictures_of
from owl.messages.queries import stand_down_of
from owl.messages.translations import Translation, translations_of, words_in

S = MessageStatus
WENT_OUT = (S.SENDING, S.PAUSED, S.SENT, S.CLOSED, S.CANCELLED)  # cancelled: some may have it, once it was approved


class UnknownCode(NotFound):
    """No message that went out has this code."""


@dataclass(frozen=True, slots=True)
class Later:
    """What we wrote to the same people afterwards."""

    which: FollowUp
    code: str
    title: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Original:
    """A message as it went out."""

    code: str
    kind: Kind
    title: str
    body: str  # Markdown
    sms_text: str | None
    written_in: Language
    others: tuple[Translation, ...]  # in every other language in which it went out
    sender: str | None  # rank and name; None: OWL made it by itself
    partner: str | None  # on whose behalf
    neighbourhoods: tuple[str, ...]  # their names, in the order of the alphabet
    sent_at: datetime
    over_since: datetime | None  # its validity has ended
    ended_by: str | None  # the code of what we wrote when it was over, where we did
    is_stopped: bool  # before everybody had it
    is_urgent: bool
    is_training: bool  # it reached nobody but guests
    valid_until: datetime | None
    pictures: tuple[ShownPicture, ...]
    later: tuple[Later, ...]  # the oldest first
    is_for_all: bool  # or for those alone who have its code

    @property
    def is_withheld(self) -> bool:
        """Whether its words are shown no more: somebody who was missing was found."""
        return self.kind is Kind.MISSING_PERSON and self.ended_by is not None


def original(session: Session, code: str, *, language: Language = Language.ENGLISH, now: datetime) -> Original:
    """The message with this code (as `read_code` writes it), in this language or English. Raises UnknownCode."""
    asked = sa.select(Message).where(
        Message.code == code, Message.approved_at.is_not(None), Message.status.in_(WENT_OUT)
    )
    message = session.scalar(asked)
    if message is None or message.approved_at is None:
        raise UnknownCode("None of our messages has this code.")
    sent_at = max(message.approved_at, message.send_at or message.approved_at)
    return original_of(session, message, language=language, sent_at=sent_at, now=now)


def original_of(
    session: Session, message: Message, *, language: Language, sent_at: datetime, now: datetime
) -> Original:
    """The message as it is shown to whoever has its code; a draft as it would be if it went out at `sent_at`."""
    end, words = stand_down_of(session, message.id), words_in(message, language)
    return Original(
        code=message.code,
        kind=message.kind,
        title=words.title,
        body=words.body,
        sms_text=words.sms_text or None,
        written_in=words.language,
        others=tuple(
            other
            for other in (words_in(message, Language.ENGLISH), *translations_of(message))
            if other.language is not words.language
        ),
        sender=_sender(session, message),
        partner=partner_name(session, message.partner_id),
        neighbourhoods=tuple(
            session.scalars(
                sa.select(Neighbourhood.name)
                .where(Neighbourhood.id.in_(message.neighbourhood_ids))
                .order_by(Neighbourhood.name)
            )
        ),
        sent_at=sent_at,
        over_since=message.valid_until if message.valid_until and message.valid_until <= now else None,
        ended_by=end.code if end is not None and end.approved_at is not None else None,
        is_stopped=message.status is S.CANCELLED,
        is_urgent=message.severity is Severity.URGENT,
        is_training=message.training,
        valid_until=message.valid_until,
        pictures=pictures_of(session, message.id),
        later=_later(session, message.id),
        is_for_all=message_is_for_all(session, message.id),
    )


def _sender(session: Session, message: Message) -> str | None:
    asked = sa.select(sa.func.concat_ws(" ", User.rank, User.name)).where(User.id == message.author_id)
    return session.scalar(asked)


def _later(session: Session, message_id: int) -> tuple[Later, ...]:
    asked = sa.select(Message.follow_up, Message.code, Message.title, Message.approved_at).where(
        Message.follows_id == message_id, Message.approved_at.is_not(None), Message.status.in_(WENT_OUT)
    )
    found = session.execute(asked.order_by(Message.approved_at))
    return tuple(Later(which, code, title, at) for which, code, title, at in found if which and at)
