"""Members: residents who choose to belong to a watch around one of their homes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.foundation.database import transaction
from owl.foundation.errors import NotFound
from owl.foundation.languages import gettext
from owl.households.models import Household, Subscription
from owl.watches.areas import covers
from owl.watches.models import Watch, WatchKind, WatchMember
from owl.watches.vetting import Standing


@dataclass(frozen=True, slots=True)
class NearWatch:
    """A watch around a subscriber's home, and whether they belong to it."""

    watch_id: int
    subscription_id: int
    name: str
    kind: WatchKind
    postcode: str  # of the home
    joined_at: datetime | None
    paper_if_unreached: bool


def watches_near(session: Session, subscriber_id: int) -> list[NearWatch]:
    """The active watches around each of the subscriber's homes, and those they joined, by home and name."""
    tie = sa.and_(WatchMember.watch_id == Watch.id, WatchMember.subscription_id == Subscription.id)
    around = sa.and_(Watch.standing == Standing.ACTIVE, covers(Household, Household.postcode))
    found = session.execute(
        sa.select(Watch.id, Subscription.id, Watch.name, Watch.kind, Household.postcode, WatchMember.joined_at)
        .add_columns(sa.func.coalesce(WatchMember.paper_if_unreached, False))
        .select_from(Subscription)
        .join(Household, Household.id == Subscription.household_id)
        .join(Watch, Watch.standing != Standing.ENDED)
        .outerjoin(WatchMember, tie)
        .where(Subscription.subscriber_id == subscriber_id, sa.or_(around, WatchMember.joined_at.is_not(None)))
        .order_by(Subscription.id, Watch.name, Watch.id)
    )
    return [NearWatch(*row) for row in found]


def join_watch(
    subscriber_id: int, watch_id: int, subscription_id: int, *, paper_if_unreached: bool, now: datetime
) -> None:
    """Belong to the watch with this home; twice changes only the wish about paper. Raises NotFound."""
    with transaction() as session:
        near = (
            sa.select(Subscription.id)
            .join(Household, Household.id == Subscription.household_id)
            .join(Watch, Watch.id == watch_id)
        )
        mine = (Subscription.id == subscription_id, Subscription.subscriber_id == subscriber_id)
        open_here = (Watch.standing == Standing.ACTIVE, covers(Household, Household.postcode))
        if session.scalar(near.where(*mine, *open_here)) is None:
            raise NotFound(gettext("There is no such watch near your home."))
        row = insert(WatchMember).values(
            watch_id=watch_id, subscription_id=subscription_id, paper_if_unreached=paper_if_unreached, joined_at=now
        )
        wish = {"paper_if_unreached": row.excluded.paper_if_unreached}
        session.execute(row.on_conflict_do_update(index_elements=["watch_id", "subscription_id"], set_=wish))


def leave_watch(subscriber_id: int, watch_id: int, subscription_id: int) -> None:
    """Belong to the watch no more with this home. Twice is the same as once."""
    with transaction() as session:
        mine = sa.select(Subscription.id).where(
            Subscription.id == subscription_id, Subscription.subscriber_id == subscriber_id
        )
        gone = sa.delete(WatchMember).where(WatchMember.watch_id == watch_id, WatchMember.subscription_id.in_(mine))
        session.execute(gone)


def memberships_of(session: Session, subscriber_id: int) -> list[dict[str, Any]]:
    """What is held of the subscriber's watches: UK GDPR, articles 15 and 20."""
    found = session.execute(
        sa.select(Watch.name, Watch.kind, Household.postcode, WatchMember.joined_at, WatchMember.paper_if_unreached)
        .join(WatchMember, WatchMember.watch_id == Watch.id)
        .join(Subscription, Subscription.id == WatchMember.subscription_id)
        .join(Household, Household.id == Subscription.household_id)
        .where(Subscription.subscriber_id == subscriber_id)
        .order_by(WatchMember.joined_at, Watch.id)
    )
    return [
        {"watch": name, "kind": kind.label, "postcode": postcode, "since": joined, "on_paper_if_unreached": paper}
        for name, kind, postcode, joined, paper in found
    ]
