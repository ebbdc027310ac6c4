"""What recipients thought of a message."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.replies.models import MessageRating, Rating


def ratings_of(session: Session, message_id: int) -> tuple[tuple[Rating, int], ...]:
    """How many of the message's recipients chose each rating."""
    counted = sa.select(MessageRating.rating, sa.func.count().label("homes")).where(
        MessageRating.message_id == message_id
    )
    counts = {row.rating: row.homes for row in session.execute(counted.group_by(MessageRating.rating))}
    return tuple((rating, counts.get(rating, 0)) for rating in Rating)


def rating_by(session: Session, message_id: int, seq: int) -> Rating | None:
    """What the delivery's recipient chose, if they did."""
    row = session.get(MessageRating, (message_id, seq))
    return row.rating if row else None
