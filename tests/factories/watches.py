"""Watches, who runs them and who belongs to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName, User
from owl.households.models import Household, Subscriber, Subscription
from owl.watches.models import Watch, WatchArea, WatchCoordinator, WatchHome, WatchKind, WatchMember
from owl.watches.vetting import Standing, Tier, Vetting
from tests.factories.accounts import user
from tests.factories.households import household
from tests.factories.places import neighbourhood_id
from tests.factories.start import FOREVER, NOW, numbers


def watch(session: Session, *, codes: Sequence[str] = (), **fields: Any) -> Watch:
    """An active watch. `codes`: its area; all of its neighbourhood where none is given."""
    fields.setdefault("neighbourhood_id", neighbourhood_id(session))
    given = {"kind": WatchKind.NEIGHBOURHOOD, "name": f"Oak Street {next(numbers)}", "standing": Standing.ACTIVE}
    row = Watch(**given | {"created_at": NOW} | fields)
    session.add(row)
    session.flush()
    session.add_all(WatchArea(watch_id=row.id, code=code) for code in codes or [row.neighbourhood_id])
    session.commit()
    return row


def coordinator(
    session: Session, of: Watch, *, tier: Tier = Tier.WRITES, vetting: Vetting = Vetting.VETTED, **fields: Any
) -> User:
    """Somebody who runs the watch, vetted for good."""
    row = user(session, role=RoleName.COORDINATOR, **{"rank": None} | fields)
    runs(session, of, row, tier=tier, vetting=vetting)
    return row


def runs(
    session: Session, of: Watch, who: User, *, tier: Tier = Tier.WRITES, vetting: Vetting = Vetting.VETTED
) -> None:
    """The user runs the watch."""
    own = WatchCoordinator(watch_id=of.id, user_id=who.id, vetting=vetting, tier=tier.value, named_at=NOW)
    own.vetted_until = FOREVER
    session.add(own)
    session.commit()


def member(session: Session, of: Watch, who: Subscriber, *, paper: bool = False) -> None:
    """The subscriber belongs to the watch with each of their homes."""
    for number in session.scalars(sa.select(Subscription.id).where(Subscription.subscriber_id == who.id)):
        session.add(WatchMember(watch_id=of.id, subscription_id=number, paper_if_unreached=paper, joined_at=NOW))
    session.commit()


def paper_home(session: Session, of: Watch, **fields: Any) -> Household:
    """A home that asked the watch for paper."""
    row = household(session, **{"neighbourhood_id": of.neighbourhood_id, "on_paper": True} | fields)
    session.add(WatchHome(watch_id=of.id, household_id=row.id, house="12", confirmed_at=NOW))
    session.commit()
    return row
