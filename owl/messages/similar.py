"""Messages of the same kind that went to the same homes today: said before another one goes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.clock import start_of_day
from owl.geography.models import Postcode
from owl.messages.audience import Audience
from owl.messages.draft import Draft
from owl.messages.models import Message, MessageStatus
from owl.messages.places import postcodes_inside
from owl.messages.reach import neighbourhoods_touched

MOST = 3
LOOKED_AT = 20  # the newest of today's


@dataclass(frozen=True, slots=True)
class Similar:
    """One of them. `to_all`: it went to every postcode that this one goes to."""

    id: int
    title: str
    homes: int | None
    went_at: datetime
    to_all: bool
    is_ahead: bool  # it is to start later


def similar_today(
    session: Session, draft: Draft, *, now: datetime, but_not: int | None = None, training: bool = False
) -> tuple[Similar, ...]:
    """The newest messages of the draft's kind that went, or are going, to some of its postcodes today.

    `but_not`: the draft's own row. Those of training count among themselves. Raises EmptyAudience or UnknownArea.
    """
    went_at = sa.func.greatest(Message.approved_at, Message.send_at)
    candidates = session.execute(
        sa.select(Message.id, Message.title, Message.homes, went_at, Message.audience)
        .where(
            Message.neighbourhood_ids.overlap(neighbourhoods_touched(session, draft.audience)),
            Message.approved_at >= start_of_day(now),
            Message.kind == draft.kind,
            Message.follows_id.is_(None),
            Message.status != MessageStatus.CANCELLED,
            Message.training.is_(training),
            Message.id != (but_not or 0),
        )
        .order_by(Message.approved_at.desc())
        .limit(LOOKED_AT)
    ).all()
    if not candidates:
        return ()
    mine = sa.select(sa.func.count()).select_from(Postcode).where(postcodes_inside(draft.audience))
    both = (mine.where(postcodes_inside(Audience.from_json(row.audience))) for row in candidates)
    # One by one, as each has an index of its own to go by.
    own, *shared = session.execute(sa.select(*(count.scalar_subquery() for count in (mine, *both)))).one()
    found = (
        Similar(row.id, row.title, row.homes, row[3], to_all=count == own, is_ahead=row[3] > now)
        for row, count in zip(candidates, shared, strict=True)
        if count
    )
    return tuple(found)[:MOST]
