"""How a message did beside the earlier ones of its kind in the same places."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.messages.models import Message
from owl.reports.models import MessageTally

MOST = 5


@dataclass(frozen=True, slots=True)
class Compared:
    """One message in the comparison; counts are those of its tally."""

    id: int
    title: str
    approved_at: datetime
    homes: int
    targeted: int
    reached: int  # deliveries
    useful: int  # ratings
    not_useful: int
    replies: int

    @property
    def reached_share(self) -> float | None:
        """Of its deliveries; None where there were none."""
        return self.reached / self.targeted if self.targeted else None

    @property
    def useful_share(self) -> float | None:
        """Of those who rated it; None where nobody did."""
        rated = self.useful + self.not_useful
        return self.useful / rated if rated else None


def with_earlier(session: Session, message: Message, areas: Collection[str]) -> list[Compared]:
    """The message first, then those of its kind that went to the same areas before it, the newest first.

    `areas`: where the reader may see messages. Empty before the message was counted.
    """
    shared = sorted(set(message.neighbourhood_ids) & set(areas))
    earlier = sa.and_(
        Message.kind == message.kind,
        Message.id < message.id,
        Message.approved_at.is_not(None),
        Message.training.is_(False),
        Message.neighbourhood_ids.overlap(shared),
    )
    asked: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            Message.id, Message.title, Message.approved_at, Message.homes, Message.targeted, MessageTally.reached,
            MessageTally.useful, MessageTally.not_useful, MessageTally.replies,
        )
        .join(MessageTally, MessageTally.message_id == Message.id)
        .where(sa.or_(Message.id == message.id, earlier), Message.homes.is_not(None))
        .order_by(Message.id.desc())
        .limit(MOST + 1)
    )  # fmt: skip
    rows = [Compared(*row) for row in session.execute(asked)]
    return rows if rows and rows[0].id == message.id else []
