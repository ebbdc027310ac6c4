"""Coordinators: named by officers, vetted by those who may, and what each may do at this moment."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import Role, RoleName, User, UserRole
from owl.accounts.permissions import Permission, require
from owl.accounts.users import as_stored
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict, NotFound, Refused
from owl.watches.keeping import watch_for
from owl.watches.models import Watch, WatchCoordinator
from owl.watches.vetting import VETTED_FOR, VETTING_MOVES, Tier, Vetting, tier_now

NO_SUCH_COORDINATOR = (
    "No coordinator signs in with this address. Ask your administrator to add them, in the role of coordinator."
)


def name_coordinator(watch_id: int, *, email: str, actor_id: int, now: datetime) -> int:
    """The user id of a new coordinator of the watch, who may do nothing before being vetted.

    Raises BadInput for the field `email`, Conflict where they are one already, NotFound or Refused.
    """
    with transaction() as session:
        watch = watch_for(session, watch_id, user_id=actor_id, lock=True)
        require(session, actor_id, Permission.COMPOSE, [watch.neighbourhood_id])
        user_id = session.scalar(
            sa.select(User.id)
            .join(UserRole, UserRole.user_id == User.id)
            .join(Role, Role.id == UserRole.role_id)
            .where(User.email == as_stored(email), User.active, Role.name == RoleName.COORDINATOR.value)
        )
        if user_id is None:
            raise BadInput({"email": NO_SUCH_COORDINATOR})
        if session.get(WatchCoordinator, (watch_id, user_id)) is not None:
            raise Conflict("They are on the list of this watch already.")
        session.add(WatchCoordinator(watch_id=watch_id, user_id=user_id, named_at=now))
        _record(session, "name coordinator", watch_id, actor_id, now, coordinator_id=user_id)
        return user_id


def decide_coordinator(
    watch_id: int, user_id: int, vetting: Vetting, *, tier: Tier | None = None, actor_id: int, now: datetime
) -> None:
    """Move the vetting of a coordinator on. Vetted, they hold the tier for three years.

    Raises BadInput where a tier is missing, Conflict where the vetting can't become that, Refused also for oneself,
    or NotFound.
    """
    with transaction() as session:
        watch = watch_for(session, watch_id, user_id=actor_id, lock=True)
        require(session, actor_id, Permission.VET, [watch.neighbourhood_id])
        found = session.get(WatchCoordinator, (watch_id, user_id))
        if found is None:
            raise NotFound("There is no such coordinator of this watch.")
        if user_id == actor_id:
            raise Refused("Somebody else must decide about you.")
        if vetting not in VETTING_MOVES[found.vetting]:
            raise Conflict(f"Nothing was done: their vetting stands at “{found.vetting.label.lower()}” now.")
        if vetting is Vetting.VETTED:
            if tier is None:
                raise BadInput({"tier": "Choose what this coordinator may do."})
            found.tier, found.vetted_until = tier.value, now + VETTED_FOR
        found.vetting = vetting
        _record(
            session, "decide about coordinator", watch_id, actor_id, now, coordinator_id=user_id,
            vetting=vetting.value, tier=found.tier,
        )  # fmt: skip


def require_tier(
    session: Session, user_id: int, watch_id: int, least: Tier, now: datetime, *, lock: bool = False
) -> tuple[Watch, Tier]:
    """The watch that the coordinator runs, and what they may do there.

    Raises Refused, also before they are vetted and when their vetting has run out, or NotFound.
    """
    require(session, user_id, Permission.RUN_WATCH)
    asked = (
        sa.select(Watch, WatchCoordinator)
        .join(WatchCoordinator, WatchCoordinator.watch_id == Watch.id)
        .where(Watch.id == watch_id, WatchCoordinator.user_id == user_id)
    )
    asked = asked.with_for_update(of=Watch) if lock else asked
    found = session.execute(asked.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound("There is no such watch of yours.")
    watch, own = found
    tier = tier_now(watch.standing, own.vetting, Tier(own.tier) if own.tier else None, own.vetted_until, now)
    if tier is None:
        raise Refused("You can do nothing for this watch at the moment. Ask its police team.")
    if tier < least:
        raise Refused("You may not do this for the watch. Ask its police team if you need to.")
    return watch, tier


def _record(session: Session, act: str, watch_id: int, actor_id: int, now: datetime, **details: object) -> None:
    record_act(session, act, actor_id=actor_id, subject="watch", subject_id=watch_id, now=now, **details)
