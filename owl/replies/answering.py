"""What a team writes back to a resident: once, and to whoever may still be written to."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import Team, User
from owl.accounts.permissions import Permission, require
from owl.foundation.audit import record_act
from owl.foundation.clock import show_time
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict, NotFound
from owl.foundation.notices import Channel, send_notice
from owl.households.models import ContactPoint
from owl.messages.models import Message
from owl.messages.sms_text import plain
from owl.replies.links import conversation_token
from owl.replies.models import Addition, Answer, Reply
from owl.replies.reaching import address_for_answer
from owl.replies.references import reference_of
from owl.replies.words import clean_words

LONGEST_TEXT = 480  # characters of an answer that goes by text: four segments with what stands around it


class AlreadyAnswered(Conflict):
    """A colleague was quicker."""


class AddedMeanwhile(Conflict):
    """The resident wrote more after the officer had opened the conversation."""

    def __init__(self) -> None:
        super().__init__("They have written more since you opened this. Read it below, then send your answer again.")


class CannotBeAnswered(Conflict):
    """The reply is anonymous, or its writer has stopped all messages."""


def answer_reply(reply_id: int, words: str, *, author_id: int, seen: int | None = None, now: datetime) -> None:
    """Answer the reply and send the answer: by mail to a working email, else by text.

    `seen`: how many additions the officer was shown; None: not asked. Raises BadInput, NotFound, Refused,
    CannotBeAnswered, AddedMeanwhile, or AlreadyAnswered when a colleague was quicker.
    """
    words = clean_words(words, empty="Write your answer.")
    with transaction() as session:
        reply = session.get(Reply, reply_id)
        if reply is None:
            raise NotFound("We can't find that reply.")
        author = require(session, author_id, Permission.ANSWER, [reply.neighbourhood_id])
        reached_by = _reached_by(session, reply)
        if reached_by.channel is Channel.SMS:
            words = _as_text(words)
        _mark_answered(session, reply_id, now)
        if seen is not None and seen != _additions(session, reply_id):
            raise AddedMeanwhile
        session.add(Answer(reply_id=reply_id, author_id=author_id, words=words, written_at=now))
        _send(session, reply, words, to=reached_by, author=author, now=now)
        channel = reached_by.channel.value
        record_act(
            session, "answer reply", actor_id=author_id, subject="reply", subject_id=reply_id, now=now, by=channel
        )


def _reached_by(session: Session, reply: Reply) -> ContactPoint:
    if reply.subscriber_id is None:
        raise CannotBeAnswered("This reply is anonymous, so it can't be answered.")
    reached_by = address_for_answer(session, reply.subscriber_id)
    if reached_by is None:
        raise CannotBeAnswered("Whoever wrote this has stopped all messages. Nothing was sent.")
    return reached_by


def _as_text(words: str) -> str:
    line = " ".join(plain(words).split())
    if len(line) > LONGEST_TEXT:
        sentence = f"This answer goes by text: use {LONGEST_TEXT} characters or fewer. You have used {len(line):,}."
        raise BadInput({"words": sentence})
    return line


def _mark_answered(session: Session, reply_id: int, now: datetime) -> None:
    """Of two officers at once, the database lets one through."""
    moved = session.scalar(
        sa.update(Reply)
        .where(Reply.id == reply_id, Reply.answered_at.is_(None))
        .values(answered_at=now)
        .returning(Reply.id)
        .execution_options(synchronize_session=False)
    )
    if moved is None:
        quicker = session.execute(
            sa.select(User.name, Answer.written_at)
            .join(User, User.id == Answer.author_id)
            .where(Answer.reply_id == reply_id)
            .order_by(Answer.id.desc())
            .limit(1)
        ).one()
        raise AlreadyAnswered(
            f"{quicker.name} answered this on {show_time(quicker.written_at)}. Your answer was not sent."
        )


def _additions(session: Session, reply_id: int) -> int:
    """How many there are; none can be added any more, since the reply is locked."""
    return session.scalar(sa.select(sa.func.count()).where(Addition.reply_id == reply_id)) or 0


def _send(session: Session, reply: Reply, words: str, *, to: ContactPoint, author: User, now: datetime) -> None:
    message = session.get_one(Message, reply.message_id)
    team = session.scalar(sa.select(Team.name).where(Team.neighbourhood_id == reply.neighbourhood_id))
    assert to.address is not None  # noqa: S101  # one that is not suppressed was not erased
    send_notice(
        session,
        "answer",
        channel=to.channel,
        address=to.address,
        now=now,
        words=words,
        author=signature(author.rank, author.name),
        team=team or "Safer Neighbourhood Team",
        title=message.title,
        reference=reference_of(reply.id),
        token=conversation_token(reply.id),
    )


def signature(rank: str | None, name: str) -> str:
    """As residents and colleagues read it: "PCSO Amy Field"."""
    return f"{rank} {name}" if rank else name
