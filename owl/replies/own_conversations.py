"""A resident's own replies with their answers, as they read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.colleagues import signature
from owl.accounts.models import Team, User
from owl.foundation.errors import Expired, NotFound
from owl.foundation.languages import gettext
from owl.messages.models import Message
from owl.replies.holding import runs
from owl.replies.links import conversation_token
from owl.replies.merging import goes_on_in
from owl.replies.models import Addition, Answer, Reply
from owl.replies.recourse import may_ask
from owl.replies.references import reference_of

LASTS = timedelta(days=180)  # after the last word in it; on the resident's own page it stays


class ConversationEnded(Expired):
    """The link is too old."""

    def __init__(self) -> None:
        super().__init__(gettext("This link no longer works, because nobody has written here for half a year."))


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side wrote."""

    author: str | None  # of the team: "PCSO Amy Field"; None: the resident
    words: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class OwnConversation:
    """One reply, what was added, what was answered."""

    reply_id: int
    title: str  # of the message it is about
    team_name: str
    due_at: datetime | None  # None: it is answered, or needs no answer
    answered: bool
    may_ask_inspector: bool  # it is late, and they have not asked yet
    asked_inspector: bool
    turns: tuple[Turn, ...]  # oldest first

    @property
    def reference(self) -> str:
        """For the telephone: "R1042-3"."""
        return reference_of(self.reply_id)

    @property
    def token(self) -> str:
        """Of its own page."""
        return conversation_token(self.reply_id)


def own_conversation(session: Session, reply_id: int, *, now: datetime) -> OwnConversation:
    """The conversation that its writer's link opens: that in which it goes on, where it was merged into another.

    Raises NotFound, or ConversationEnded after half a year.
    """
    found = _conversations(session, Reply.id == goes_on_in(session, reply_id), now=now)
    if not found:
        raise NotFound(gettext("We can't find that reply."))
    if now > found[0].turns[-1].written_at + LASTS:
        raise ConversationEnded
    return found[0]


def conversations_of(session: Session, subscriber_id: int, *, now: datetime) -> list[OwnConversation]:
    """All that the subscriber wrote under their name, newest first."""
    mine = sa.and_(Reply.subscriber_id == subscriber_id, Reply.merged_into_id.is_(None))
    return _conversations(session, mine, now=now)


def _conversations(session: Session, which: sa.ColumnElement[bool], *, now: datetime) -> list[OwnConversation]:
    rows = session.execute(
        sa.select(Reply, Message.title, Team.name)
        .join(Message, Message.id == Reply.message_id)
        .outerjoin(Team, Team.neighbourhood_id == Reply.neighbourhood_id)
        .where(which, Reply.subscriber_id.is_not(None))
        .order_by(Reply.id.desc())
    ).all()
    turns = _turns(session, [reply for reply, _, _ in rows])
    return [
        OwnConversation(
            reply.id,
            title,
            team or gettext("Safer Neighbourhood Team"),
            reply.due_at if runs(reply) else None,
            reply.answered_at is not None,
            may_ask(reply, now),
            reply.recourse_at is not None and runs(reply),
            tuple(sorted(turns[reply.id], key=lambda turn: turn.written_at)),
        )
        for reply, title, team in rows
    ]


def _turns(session: Session, replies: list[Reply]) -> dict[int, list[Turn]]:
    """By reply, what both sides wrote, also in what was merged into it."""
    turns = {reply.id: [Turn(None, reply.words, reply.received_at)] for reply in replies}
    into = sa.func.coalesce(Reply.merged_into_id, Reply.id)
    merged = sa.select(Reply.merged_into_id, Reply.words, Reply.received_at).where(Reply.merged_into_id.in_(turns))
    added = (
        sa.select(into, Addition.words, Addition.written_at)
        .join(Reply, Reply.id == Addition.reply_id)
        .where(sa.or_(Reply.id.in_(turns), Reply.merged_into_id.in_(turns)))
        .order_by(Addition.id)
    )
    for reply_id, words, written_at in (*session.execute(merged), *session.execute(added)):
        turns[reply_id].append(Turn(None, words, written_at))
    answers = (
        sa.select(into, User.rank, User.name, Answer.words, Answer.written_at)
        .join(User, User.id == Answer.author_id)
        .join(Reply, Reply.id == Answer.reply_id)
        .where(sa.or_(Reply.id.in_(turns), Reply.merged_into_id.in_(turns)))
        .order_by(Answer.id)
    )
    for reply_id, rank, name, words, written_at in session.execute(answers):
        turns[reply_id].append(Turn(signature(rank, name), words, written_at))
    return turns
