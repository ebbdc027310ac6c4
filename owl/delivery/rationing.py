"""What of a routine message goes out, and what waits for a digest: the one place where a week's allowance is enforced.

Waits: what is for somebody who chose a digest, or whose allowance of the week is used up. What is urgent never waits,
and takes nothing of an allowance; it is counted whom it reaches in spite of one (docs/adr/0021-weekly-allowance.md).
"""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from owl.accounts.limits import limit_in_sql
from owl.accounts.models import Limit
from owl.delivery.models import DeliveryStatus
from owl.foundation.notices import Channel
from owl.households.allowance_models import AllowanceUse
from owl.households.choices import Rhythm
from owl.households.models import Subscriber

Chosen = sa.Select[int, int, Channel, int | None]
Rationed = sa.Select[int, int, Channel, int | None, str, bool]


def rationed(everybody: Chosen, *, week: date, urgent: bool) -> Rationed:
    """Everybody to write to, with two columns more: `status` to begin with, and whether it `overrides` an allowance.

    `week`: the Monday of the week in which the message goes out.
    """
    each = everybody.order_by(None).subquery("each")
    used = sa.and_(AllowanceUse.subscriber_id == each.c.subscriber_id, AllowanceUse.week == week)
    allowed = sa.func.coalesce(Subscriber.weekly_allowance, limit_in_sql(Limit.WEEKLY_ALLOWANCE))
    used_up = sa.func.coalesce(AllowanceUse.used, 0) >= allowed
    waits = sa.false() if urgent else sa.or_(Subscriber.rhythm != Rhythm.AT_ONCE, used_up)
    status = sa.case((waits, DeliveryStatus.HELD_FOR_DIGEST.value), else_=DeliveryStatus.QUEUED.value)
    overrides = used_up if urgent else sa.false()
    return (
        sa.select(*each.c, status.label("status"), overrides.label("overrides"))
        .join(Subscriber, Subscriber.id == each.c.subscriber_id)
        .outerjoin(AllowanceUse, used)
    )


def use_up(chosen: sa.CTE, week: date) -> sa.Insert:
    """Count the message once for everybody to whom it goes out, also if they get it by mail and by text."""
    person = chosen.c.subscriber_id
    each = (
        sa.select(person, sa.literal(week), sa.literal(1))
        .where(chosen.c.status == DeliveryStatus.QUEUED.value)
        .distinct()
        .order_by(person)
    )
    first = insert(AllowanceUse).from_select(["subscriber_id", "week", "used"], each, include_defaults=False)
    return first.on_conflict_do_update(
        index_elements=["subscriber_id", "week"], set_={"used": AllowanceUse.used + first.excluded.used}
    )
