"""One reply with what surrounds it: its message, its writer, what was said and noted, and what they wrote before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from owl.foundation.errors import NotFound
from owl.foundation.notices import Channel
from owl.households.models import Subscriber
from owl.messages.markdown import as_text
from owl.messages.models import Message
from owl.replies.escalation import words_found
from owl.replies.models import Reply
from owl.replies.queries import ReplyRow, reply_rows
from owl.replies.reaching import address_for_answer
from owl.replies.turns import AnswerRow, turns_of

EARLIER = 5  # contacts of the same resident that are shown


@dataclass(frozen=True, slots=True)
class Conversation:
    """One reply with what surrounds it."""

    reply: ReplyRow
    message_text: str  # plain
    message_went_at: datetime
    writer: str | None  # the name they gave, if they gave one
    answers: tuple[AnswerRow, ...]  # additions, notes, and what was merged into it too, oldest first
    additions: int
    written: int  # answers
    goes_by: Channel | None  # how an answer would reach them; None: it can't
    escalating: tuple[str, ...]  # the words of today's list that it holds
    earlier: tuple[ReplyRow, ...]  # of the same resident, in the same areas, newest first


def conversation(session: Session, reply_id: int, areas: Collection[str]) -> Conversation:
    """The reply and what surrounds it. Raises NotFound, also for a reply outside the areas."""
    found = session.execute(reply_rows(areas).where(Reply.id == reply_id)).one_or_none()
    if found is None:
        raise NotFound("We can't find that reply, or it belongs to another team.")
    row = ReplyRow(*found)
    message = session.get_one(Message, row.message_id)
    writer, goes_by = _writer(session, row.subscriber_id)
    turns = turns_of(session, reply_id)
    theirs = [turn.words for turn in turns if turn.author is None]
    return Conversation(
        reply=row,
        message_text=as_text(message.body),
        message_went_at=message.approved_at or message.created_at,
        writer=writer,
        answers=turns,
        additions=sum(turn.is_addition for turn in turns),
        written=sum(turn.is_answer for turn in turns),
        goes_by=goes_by,
        escalating=words_found(session, row.words, *theirs) if row.urgent else (),
        earlier=_earlier(session, row, areas),
    )


def _writer(session: Session, subscriber_id: int | None) -> tuple[str | None, Channel | None]:
    if subscriber_id is None:
        return None, None
    reached_by = address_for_answer(session, subscriber_id)
    return session.get_one(Subscriber, subscriber_id).name, reached_by.channel if reached_by else None


def _earlier(session: Session, row: ReplyRow, areas: Collection[str]) -> tuple[ReplyRow, ...]:
    if row.subscriber_id is None:
        return ()
    others = reply_rows(areas).where(
        Reply.subscriber_id == row.subscriber_id, Reply.id != row.id, Reply.merged_into_id.is_(None)
    )
    return tuple(ReplyRow(*found) for found in session.execute(others.order_by(Reply.id.desc()).limit(EARLIER)))
