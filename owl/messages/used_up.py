"""How many people a message would find with their week's allowance used up, before it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.households.allowance import week_of
from owl.households.allowance_models import AllowanceUse
from owl.households.choices import Rhythm
from owl.households.models import Subscriber
from owl.messages.draft import Draft
from owl.messages.reach import recipients

PEOPLE_ASKED = 1_000  # where there are more: a share of so many is right to a thirtieth
MOST_ASKED = 2_000  # homes; to ask the people of more takes longer than an author waits for a number


@dataclass(frozen=True, slots=True)
class UsedUp:
    """People whose week is used up."""

    people: int
    is_exact: bool


def people_used_up(session: Session, draft: Draft, *, homes: int, allowance: int, now: datetime) -> UsedUp:
    """Those of whom the draft reaches in so many `homes`; `allowance` is the house's, for who chose none.

    A routine message waits for their digest, an urgent one goes to them anyway. Who gets everything in a digest is
    not counted: for them nothing changes. Of more than MOST_ASKED homes it is the share that all people have.
    The areas must have been checked.
    """
    used = sa.and_(AllowanceUse.subscriber_id == Subscriber.id, AllowanceUse.week == week_of(draft.send_at or now))
    is_full = sa.and_(
        Subscriber.rhythm == Rhythm.AT_ONCE,
        sa.func.coalesce(AllowanceUse.used, 0) >= sa.func.coalesce(Subscriber.weekly_allowance, allowance),
    )
    if homes > MOST_ASKED:
        last_id = session.scalar(sa.select(sa.func.max(Subscriber.id))) or 0
        step = max(1, last_id // PEOPLE_ASKED)
        # Looked up by their numbers, as to look at everybody for every tenth takes longer.
        number = sa.func.generate_series(step, last_id, step).table_valued("value").render_derived()
        counts = sa.select(sa.func.count().filter(is_full), sa.func.count()).select_from(number)
        asked = counts.join(Subscriber, Subscriber.id == number.c.value).outerjoin(AllowanceUse, used)
        full, everybody = session.execute(asked).one()
        return UsedUp(round(homes * full / max(1, everybody)), is_exact=False)
    each = recipients(draft.audience, draft.topic, now).order_by(None).subquery()
    found = session.scalar(
        sa.select(sa.func.count(Subscriber.id.distinct()))
        .select_from(each)
        .join(Subscriber, Subscriber.id == each.c.subscriber_id)
        .outerjoin(AllowanceUse, used)
        .where(is_full)
    )
    return UsedUp(found or 0, is_exact=True)
