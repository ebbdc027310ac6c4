"""Each night what has outlived its time is deleted, and the audit says how much of what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.audit import Audit, record_act
from owl.foundation.clock import LONDON, london_day
from owl.foundation.database import db, transaction
from owl.rights.rules import RULES

FROM_HOUR = 2  # of London: few wait for the database
ACT = "retention"
SHOWN = 60  # nights


@dataclass(frozen=True, slots=True)
class Night:
    """What one night deleted, by rule."""

    at: datetime
    deleted: dict[str, int]


def delete_what_is_old(*, now: datetime) -> dict[str, int] | None:
    """How much of what was deleted; None by day and where this night's work is done.

    One that was missed is made up for in the first hours after, whenever the clock is back. Twice is harmless.
    """
    begins = datetime.combine(london_day(now), time(FROM_HOUR), LONDON)
    if now < begins or _is_done(db.session(), since=begins):
        return None
    deleted = {rule.name: rule.forget(now - rule.kept, now) for rule in RULES}
    with transaction() as session:
        record_act(session, ACT, actor_id=None, subject="retention", subject_id=None, now=now, **deleted)
    return deleted


def nights(session: Session) -> list[Night]:
    """What the last nights deleted, the newest first."""
    asked = sa.select(Audit.at, Audit.details).where(Audit.act == ACT).order_by(Audit.at.desc()).limit(SHOWN)
    return [Night(at, details) for at, details in session.execute(asked)]


def _is_done(session: Session, *, since: datetime) -> bool:
    asked = sa.select(Audit.id).where(Audit.act == ACT, Audit.at >= since).limit(1)
    return session.scalar(asked) is not None
