"""The one step by which a message changes its status: a conditional update that checks what it moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.events import EventName, record_events
from owl.messages.life_cycle import sources
from owl.messages.models import Message, MessageStatus


def move(
    session: Session, message_id: int, to: MessageStatus, *conditions: sa.ColumnElement[bool], **values: Any
) -> bool:
    """Whether the message was moved: it may become this and the conditions held at that moment."""
    moved = change(session, message_id, Message.status.in_(sources(to)), *conditions, status=to, **values)
    if moved:
        _tell(session, to, [message_id])
    return moved


def move_all(session: Session, to: MessageStatus, *conditions: sa.ColumnElement[bool], **values: Any) -> list[int]:
    """The ids of all messages that could become this and for which the conditions held; they are moved."""
    moved = session.scalars(
        sa.update(Message)
        .where(Message.status.in_(sources(to)), *conditions)
        .values(version=Message.version + 1, status=to, **values)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    ).all()
    _tell(session, to, moved)
    return list(moved)


def change(session: Session, message_id: int, *conditions: sa.ColumnElement[bool], **values: Any) -> bool:
    """Whether the message was changed: the conditions held at that moment. Its version goes up by one.

    A message that the session holds already must be refreshed after.
    """
    statement = (
        sa.update(Message)
        .where(Message.id == message_id, *conditions)
        .values(version=Message.version + 1, **values)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(statement) is not None


def _tell(session: Session, to: MessageStatus, message_ids: Sequence[int]) -> None:
    record_events(session, EventName(f"message.{to.value}"), message_ids)
