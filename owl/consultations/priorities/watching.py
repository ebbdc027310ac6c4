"""What the clock does for priorities: sergeants hear that it is time to look half-way, and before it is too late."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.deciders import addresses_of_deciders
from owl.accounts.permissions import Permission
from owl.consultations.priorities.freshness import Age, age, fresh_until, stale_on
from owl.consultations.priorities.models import Freshness
from owl.foundation.clock import show_day
from owl.foundation.database import transaction
from owl.foundation.notices import Channel, send_notice
from owl.geography.models import Neighbourhood

TEMPLATES = {Age.CHECK_DUE: "priorities_check", Age.ALARM: "priorities_alarm"}


def watch_priorities(now: datetime) -> None:
    """Tell each team's sergeant and inspector once that a check is due, and again before three months are over."""
    with transaction() as session:
        # Whoever hears the alarm has no use for the reminder as well.
        _tell(session, Age.ALARM, Freshness.alarm_told_at, now)
        _tell(session, Age.CHECK_DUE, Freshness.check_told_at, now)


def _tell(
    session: Session, reached: Age, told_at: sa.orm.InstrumentedAttribute[datetime | None], now: datetime
) -> None:
    older = sa.select(Freshness).where(Freshness.fresh_at < fresh_until(now, reached), told_at.is_(None))
    rows = session.scalars(older.with_for_update(skip_locked=True)).all()
    stages = {Age.CHECK_DUE: {Age.CHECK_DUE}, Age.ALARM: {Age.ALARM, Age.STALE}}[reached]
    due = [row for row in rows if age(row.fresh_at, now) in stages]
    for row in due:
        setattr(row, told_at.key, now)
    if due:
        _send(session, TEMPLATES[reached], due, now)


def _send(session: Session, template: str, due: list[Freshness], now: datetime) -> None:
    """One mail to each who decides there, of all their neighbourhoods."""
    areas = {row.neighbourhood_id: stale_on(row.fresh_at) for row in due}
    asked = sa.select(Neighbourhood.id, Neighbourhood.name).where(Neighbourhood.id.in_(areas))
    names: dict[str, str] = {row[0]: row[1] for row in session.execute(asked)}
    mails: dict[str, list[str]] = defaultdict(list)
    for area, addresses in addresses_of_deciders(session, Permission.VET, areas, now).items():
        for address in addresses:
            mails[address].append(area)
    for address, ids in sorted(mails.items()):
        listed = sorted(ids, key=lambda area: names[area])
        send_notice(
            session, template, channel=Channel.EMAIL, address=address, now=now, count=len(ids),
            neighbourhoods=", ".join(f"{names[area]} ({show_day(areas[area])})" for area in listed),
        )  # fmt: skip
