"""What a team writes back to a resident, and handing them on to whoever can help: to those who may be written to."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.colleagues import signature
from owl.accounts.models import Team, User
from owl.foundation.clock import show_time
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict
from owl.foundation.notices import Channel, send_notice
from owl.households.models import ContactPoint
from owl.messages.models import Message
from owl.messages.sms_text import plain
from owl.replies.holding import hold_reply, record, refuse_unread, stop_clock
from owl.replies.links import conversation_token
from owl.replies.lists import Entry, entry_named
from owl.replies.models import Answer, Reply
from owl.replies.reaching import address_for_answer
from owl.replies.references import reference_of
from owl.replies.states import Ending, ReplyState
from owl.replies.ticket_models import ListName
from owl.replies.turns import whole
from owl.replies.words import clean_words

LONGEST_TEXT = 480  # characters of an answer that goes by text: four segments with what stands around it


class AlreadyAnswered(Conflict):
    """A colleague was quicker."""


class CannotBeAnswered(Conflict):
    """The reply is anonymous, or its writer has stopped all messages."""


def answer_reply(
    reply_id: int,
    words: str,
    *,
    author_id: int,
    seen: int | None = None,
    written: int | None = None,
    waits: bool = False,
    now: datetime,
) -> None:
    """Answer the reply and send the answer: by mail to a working email, else by text; its clock stops.

    `seen` and `written`: how many additions and answers the officer was shown; None: not asked, and it has none.
    `waits`: for what the resident says to it; else it is closed. Raises BadInput, NotFound, Refused, IsMerged,
    CannotBeAnswered, AddedMeanwhile, or AlreadyAnswered when a colleague was quicker.
    """
    words = clean_words(words, empty="Write your answer.")
    with transaction() as session:
        reply, author = hold_reply(session, reply_id, user_id=author_id)
        channel = _write(session, reply, words, author=author, seen=seen, written=written, now=now)
        stop_clock(session, reply, Ending.ANSWERED, now=now)
        reply.answered_at, reply.closed_because = reply.answered_at or now, None
        reply.state = ReplyState.WAITING if waits else ReplyState.CLOSED
        record(session, "answer reply", reply, user_id=author_id, now=now, by=channel.value)


def hand_over_reply(
    reply_id: int,
    body: str,
    words: str = "",
    *,
    author_id: int,
    seen: int | None = None,
    written: int | None = None,
    now: datetime,
) -> None:
    """Tell the resident which other body can help and where to write to it, and close the reply.

    Nothing about the resident goes to the body. Raises what `answer_reply` does; BadInput also for an unknown body.
    """
    words = clean_words(words)
    with transaction() as session:
        reply, author = hold_reply(session, reply_id, user_id=author_id)
        place = entry_named(session, ListName.BODIES, body)
        if place is None:
            raise BadInput({"body": "Choose who this is for."})
        _write(session, reply, _directions(place, words), author=author, seen=seen, written=written, now=now)
        stop_clock(session, reply, Ending.HANDED_ON, now=now)
        reply.answered_at, reply.closed_because = reply.answered_at or now, None
        reply.handed_to, reply.state = place.name, ReplyState.CLOSED
        record(session, "hand over reply", reply, user_id=author_id, now=now, to=place.name)


def _directions(place: Entry, words: str) -> str:
    sentence = f"This is for {place.name}, who can help you better than we can: {place.address}"
    return f"{words}\n\n{sentence}" if words else sentence


def _write(
    session: Session,
    reply: Reply,
    words: str,
    *,
    author: User,
    seen: int | None,
    written: int | None,
    now: datetime,
) -> Channel:
    """Add the answer and send it; by which channel."""
    reached_by = _reached_by(session, reply)
    if reached_by.channel is Channel.SMS:
        words = _as_text(words)
    _refuse_second(session, reply, written)
    refuse_unread(session, reply.id, seen=seen)
    session.add(Answer(reply_id=reply.id, author_id=author.id, words=words, written_at=now))
    _send(session, reply, words, to=reached_by, author=author, now=now)
    return reached_by.channel


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


def _refuse_second(session: Session, reply: Reply, written: int | None) -> None:
    """Of two officers at once, the lock of the reply lets one through; the other is told by whom it was answered."""
    answers = session.execute(
        sa.select(User.name, Answer.written_at)
        .join(User, User.id == Answer.author_id)
        .where(Answer.reply_id.in_(whole(reply.id)))
        .order_by(Answer.id)
    ).all()
    quicker = len(answers) > written if written is not None else reply.answered_at is not None
    if answers and quicker:
        name, at = answers[-1]
        raise AlreadyAnswered(f"{name} answered this on {show_time(at)}. Your answer was not sent.")


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
