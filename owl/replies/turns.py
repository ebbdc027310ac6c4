"""What was said, added, answered and noted in one conversation, in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.colleagues import signature
from owl.accounts.models import User
from owl.messages.models import Message
from owl.replies.models import Addition, Answer, Reply
from owl.replies.references import reference_of
from owl.replies.ticket_models import Note


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One turn: a colleague's answer or note, or what the resident added or wrote elsewhere: then without an author."""

    author: str | None
    words: str
    written_at: datetime
    kind: Literal["answer", "note", "addition", "merged"] = "answer"
    about: str = ""  # of what was merged: its reference and its message

    @property
    def is_addition(self) -> bool:
        """Whether the resident added it to the conversation."""
        return self.kind == "addition"

    @property
    def is_answer(self) -> bool:
        """Whether a colleague wrote it to the resident."""
        return self.kind == "answer"


def turns_of(session: Session, reply_id: int) -> tuple[AnswerRow, ...]:
    """All turns after the reply's first words, also of what was merged into it, oldest first."""
    rows = [
        *_merged(session, reply_id),
        *_additions(session, reply_id),
        *_by_colleagues(session, reply_id, Answer, "answer"),
        *_by_colleagues(session, reply_id, Note, "note"),
    ]
    return tuple(sorted(rows, key=lambda row: row.written_at))


def whole(reply_id: int) -> sa.Select[int]:
    """The ids of the reply and of those that were merged into it."""
    return sa.select(Reply.id).where(sa.or_(Reply.id == reply_id, Reply.merged_into_id == reply_id))


def _merged(session: Session, reply_id: int) -> list[AnswerRow]:
    found = session.execute(
        sa.select(Reply.id, Message.title, Reply.words, Reply.received_at)
        .join(Message, Message.id == Reply.message_id)
        .where(Reply.merged_into_id == reply_id)
    )
    return [AnswerRow(None, words, at, "merged", f"{reference_of(id_)}, {title}") for id_, title, words, at in found]


def _additions(session: Session, reply_id: int) -> list[AnswerRow]:
    found = session.execute(
        sa.select(Addition.words, Addition.written_at)
        .where(Addition.reply_id.in_(whole(reply_id)))
        .order_by(Addition.id)
    )
    return [AnswerRow(None, words, written_at, "addition") for words, written_at in found]


def _by_colleagues(
    session: Session, reply_id: int, model: type[Answer] | type[Note], kind: Literal["answer", "note"]
) -> list[AnswerRow]:
    found = session.execute(
        sa.select(User.rank, User.name, model.words, model.written_at)
        .join(User, User.id == model.author_id)
        .where(model.reply_id.in_(whole(reply_id)))
        .order_by(model.id)
    )
    return [AnswerRow(signature(rank, name), words, written_at, kind) for rank, name, words, written_at in found]
