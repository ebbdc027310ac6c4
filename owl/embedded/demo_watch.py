"""A watch of the demo: with an area, a coordinator who is vetted, members, and templates for whoever writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.embedded.demo_users import DemoUser
from owl.foundation.database import db, transaction
from owl.households.models import Household, Subscription
from owl.messages.templates import add_starters
from owl.watches.coordinating import decide_coordinator, name_coordinator
from owl.watches.keeping import Typed, decide_watch, propose_watch
from owl.watches.models import Watch, WatchKind, WatchMember
from owl.watches.vetting import Standing, Tier, Vetting

NAME = "Market Place"
MEMBERS = 25


def begin_watch(users: Sequence[DemoUser], *, now: datetime) -> None:
    """Make the watch and the templates as people would, unless a watch is there."""
    by_role = {user.role: user for user in users}
    coordinator = by_role.get(RoleName.COORDINATOR.value)
    if coordinator is None or _is_there(db.session()):
        return
    officer_id, chief_id = by_role[RoleName.OFFICER.value].id, by_role[RoleName.SUPERVISOR.value].id
    add_starters(actor_id=by_role[RoleName.ADMINISTRATOR.value].id, now=now)
    where = _fullest(db.session())
    db.session.rollback()
    if where is None:
        return
    typed = Typed(NAME, WatchKind.NEIGHBOURHOOD.value, where, wards=frozenset({where}))
    watch_id = propose_watch(typed, actor_id=officer_id, now=now)
    decide_watch(watch_id, Standing.ACTIVE, actor_id=chief_id, now=now)
    name_coordinator(watch_id, email=coordinator.email, actor_id=officer_id, now=now)
    decide_coordinator(watch_id, coordinator.id, Vetting.CHECKING, actor_id=chief_id, now=now)
    decide_coordinator(watch_id, coordinator.id, Vetting.VETTED, tier=Tier.WRITES, actor_id=chief_id, now=now)
    with transaction() as session:
        session.add_all(
            WatchMember(watch_id=watch_id, subscription_id=number, paper_if_unreached=True, joined_at=now)
            for number in _who_joins(session, where)
        )


def _is_there(session: Session) -> bool:
    return bool(session.scalar(sa.select(sa.exists().where(Watch.id.is_not(None)))))


def _fullest(session: Session) -> str | None:
    """The neighbourhood with most homes, so that there are members also in a small demo."""
    homes = sa.func.count()
    counted = sa.select(Household.neighbourhood_id).group_by(Household.neighbourhood_id)
    return session.scalar(counted.order_by(homes.desc(), Household.neighbourhood_id).limit(1))


def _who_joins(session: Session, where: str) -> Sequence[int]:
    asked = sa.select(Subscription.id).join(Household, Household.id == Subscription.household_id)
    return session.scalars(
        asked.where(Household.neighbourhood_id == where).order_by(Subscription.id).limit(MEMBERS)
    ).all()
