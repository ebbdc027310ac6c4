"""From when on what a neighbourhood shows counts as fresh."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.consultations.priorities.models import Decision, Freshness, PriorityCheck
from owl.consultations.priorities.queries import decided_in


def renew(session: Session, neighbourhood_id: str, now: datetime) -> None:
    """Something was signed or looked at: what is shown is as fresh as its oldest priority. A verb's step.

    A signature under one priority says nothing of the others; a half-way check looks at all of them.
    """
    checked = sa.select(sa.func.max(PriorityCheck.checked_at)).where(PriorityCheck.neighbourhood_id == neighbourhood_id)
    last_check = session.scalar(checked)
    chosen = [one.signed_at for one in decided_in(session, neighbourhood_id) if one.decision is Decision.CHOSEN]
    oldest = min(chosen, default=now)
    fresh_at = max(oldest, last_check) if last_check else oldest
    told = {"check_told_at": None, "alarm_told_at": None}
    row = insert(Freshness).values(neighbourhood_id=neighbourhood_id, fresh_at=fresh_at, **told)
    session.execute(
        row.on_conflict_do_update(
            index_elements=["neighbourhood_id"],
            set_={"fresh_at": fresh_at, **told},
            where=Freshness.fresh_at != fresh_at,
        )
    )
