"""Three hands: who writes a message, who returns it and who approves it are different people (adr 39)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.messages.models import Message, MessageEditor


def wrote_on(session: Session, message: Message, user_id: int) -> bool:
    """Whether some of its words are the user's."""
    return message.author_id == user_id or _has(session, message.id, user_id, MessageEditor.saved_at.is_not(None))


def returned_it(session: Session, message_id: int, user_id: int) -> bool:
    """Whether the user has said before what has to change."""
    return _has(session, message_id, user_id, MessageEditor.returned_at.is_not(None))


def note_return(session: Session, message_id: int, user_id: int, *, now: datetime) -> None:
    """Remember that the user returned it, inside the caller's transaction."""
    row = insert(MessageEditor).values(message_id=message_id, user_id=user_id, seen_at=now, returned_at=now)
    again = row.on_conflict_do_update(index_elements=["message_id", "user_id"], set_={"returned_at": now})
    session.execute(again)


def _has(session: Session, message_id: int, user_id: int, hand: sa.ColumnElement[bool]) -> bool:
    asked = sa.exists().where(MessageEditor.message_id == message_id, MessageEditor.user_id == user_id, hand)
    return bool(session.scalar(sa.select(asked)))
