"""One reply with what surrounds it: its message, its writer, its answers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.foundation.errors import NotFound
from owl.foundation.notices import Channel
from owl.households.models import Subscriber
from owl.messages.markdown import as_text
from owl.messages.models import Message
from owl.replies.answering import signature
from owl.replies.models import Addition, Answer, Reply
from owl.replies.queries import ReplyRow, reply_rows
from owl.replies.reaching import address_for_answer


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What a colleague wrote back, or what the resident added: then without an author."""

    author: str | None
    words: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Conversation:
    """One reply with what surrounds it."""

    reply: ReplyRow
    message_text: str  # plain
    message_went_at: datetime
    writer: str | None  # the name they gave, if they gave one
    answers: tuple[AnswerRow, ...]  # and additions, oldest first
    additions: int
    goes_by: Channel | None  # how an answer would reach them; None: it can't


def conversation(session: Session, reply_id: int, areas: Collection[str]) -> Conversation:
    """The reply, its message and its answers. Raises NotFound, also for a reply outside the areas."""
    found = session.execute(reply_rows(areas).where(Reply.id == reply_id)).one_or_none()
    if found is None:
        raise NotFound("We can't find that reply, or it belongs to another team.")
    row = ReplyRow(*found)
    message = session.get_one(Message, row.message_id)
    writer, goes_by = _writer(session, reply_id)
    answers = _answers(session, reply_id)
    return Conversation(
        reply=row,
        message_text=as_text(message.body),
        message_went_at=message.approved_at or message.created_at,
        writer=writer,
        answers=answers,
        additions=sum(row.author is None for row in answers),
        goes_by=goes_by,
    )


def _writer(session: Session, reply_id: int) -> tuple[str | None, Channel | None]:
    subscriber_id = session.scalar(sa.select(Reply.subscriber_id).where(Reply.id == reply_id))
    if subscriber_id is None:
        return None, None
    reached_by = address_for_answer(session, subscriber_id)
    return session.get_one(Subscriber, subscriber_id).name, reached_by.channel if reached_by else None


def _answers(session: Session, reply_id: int) -> tuple[AnswerRow, ...]:
    rows = session.execute(
        sa.select(User.rank, User.name, Answer.words, Answer.written_at)
        .join(User, User.id == Answer.author_id)
        .where(Answer.reply_id == reply_id)
        .order_by(Answer.id)
    )
    answers = [AnswerRow(signature(rank, name), words, written_at) for rank, name, words, written_at in rows]
    added = session.execute(
        sa.select(Addition.words, Addition.written_at).where(Addition.reply_id == reply_id).order_by(Addition.id)
    )
    answers += [AnswerRow(None, words, written_at) for words, written_at in added]
    return tuple(sorted(answers, key=lambda row: row.written_at))
