"""What nobody finished or uses any more is forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from owl.foundation.database import transaction
from owl.households.allowance import week_of
from owl.households.allowance_models import AllowanceUse
from owl.households.models import Joining, MagicLink, Proof
from owl.households.talking import forget_talks

DAY = timedelta(days=1)  # proofs and links of a day are counted before another is sent


def clear_unfinished(now: datetime) -> int:
    """Forget joinings, proofs and magic links that have run out; how many. For the clock.

    And what was used up of the allowances of weeks that are over, and the talks by text of two days ago.
    """
    joinings = delete(Joining).where(Joining.expires_at <= now).returning(Joining.id)
    proofs = delete(Proof).where(Proof.expires_at <= now, Proof.created_at <= now - DAY).returning(Proof.id)
    links = delete(MagicLink).where(MagicLink.created_at <= now - DAY).returning(MagicLink.subscriber_id)
    weeks = delete(AllowanceUse).where(AllowanceUse.week < week_of(now))
    with transaction() as session:
        session.execute(weeks)
        forget_talks(session, now=now)
        return sum(len(session.scalars(statement).all()) for statement in (joinings, proofs, links))
