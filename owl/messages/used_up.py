"""How many people a message would find with their week's allowance used up, before it is sent."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.households.allowance import week_of
from owl.households.allowance_models import AllowanceUse
from owl.households.choices import Rhythm
from owl.households.models import Subscriber, Subscription
from owl.messages.draft import Draft
from owl.messages.reach import recipients


def people_used_up(session: Session, draft: Draft, *, allowance: int, now: datetime) -> int:
    """People whose week is used up, of those whom the draft reaches; `allowance` is the house's, for who chose none.

    A routine message waits for their digest, an urgent one goes to them anyway. Who gets everything in a digest is
    not counted: for them nothing changes. The areas must have been checked.
    """
    week = week_of(draft.send_at or now)
    allowed = sa.func.coalesce(Subscriber.weekly_allowance, allowance)
    used = sa.and_(AllowanceUse.subscriber_id == Subscriber.id, AllowanceUse.week == week)
    full = (
        sa.select(Subscriber.id)
        .join(AllowanceUse, used)
        .where(Subscriber.rhythm == Rhythm.AT_ONCE, AllowanceUse.used >= allowed)
    )
    # Who wants nothing routine at all has no row of the week.
    none = sa.select(Subscriber.id).where(Subscriber.rhythm == Rhythm.AT_ONCE, allowed == 0)
    reached = (
        recipients(draft.audience, draft.topic, now)
        .where(Subscription.subscriber_id.in_(full.union(none)))
        .order_by(None)
        .subquery()
    )
    return session.scalar(sa.select(sa.func.count(reached.c.subscriber_id.distinct()))) or 0
