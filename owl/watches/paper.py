"""Homes that get messages on paper: asked for by who lives there, kept by whoever brings them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.accounts.permissions import Permission, permissions_of, require
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict, NotFound
from owl.geography.queries import place_of
from owl.households.homes import find_or_add_home, forget_house
from owl.households.models import Household
from owl.households.names import parse_house
from owl.watches.areas import covers
from owl.watches.coordinating import require_tier
from owl.watches.keeping import watch_for
from owl.watches.models import Watch, WatchHome
from owl.watches.vetting import Tier

MOST_HOMES = 300  # of one watch: more than anybody walks to


@dataclass(frozen=True, slots=True)
class PaperHome:
    """A home on the list of a watch. No name is known."""

    household_id: int
    house: str
    postcode: str
    confirmed_at: datetime


def add_paper_home(watch_id: int, *, postcode: str, house: str, actor_id: int, now: datetime) -> None:
    """Have messages brought on paper to the home, as who lives there asked. Twice confirms it.

    Raises BadInput for `postcode` or `house`, Conflict for more than anybody walks to, NotFound or Refused.
    """
    with transaction() as session:
        watch = require_hand(session, watch_id, user_id=actor_id, now=now, lock=True)
        typed = parse_house(house)
        if typed is None:
            raise BadInput({"house": "Enter the number or name of the house. Don’t enter anybody’s name."})
        try:
            place = place_of(session, postcode)
        except BadInput as error:
            raise BadInput({"postcode": error.sentence}) from None
        home_id = find_or_add_home(
            session, postcode=place.postcode, neighbourhood_id=place.neighbourhood_id, ward_code=place.ward_code,
            house=typed, now=now,
        )  # fmt: skip
        home = session.get_one(Household, home_id)
        if not session.scalar(
            sa.select(Watch.id)
            .join(Household, Household.id == home_id)
            .where(Watch.id == watch.id, covers(Household, Household.postcode))
        ):
            raise BadInput({"postcode": f"{place.postcode} is not in the area of this watch."})
        if (session.scalar(sa.select(sa.func.count()).where(WatchHome.watch_id == watch_id)) or 0) >= MOST_HOMES:
            raise Conflict(f"This watch has {MOST_HOMES} homes on paper, which is as many as we take.")
        row = insert(WatchHome).values(
            watch_id=watch_id, household_id=home_id, house=typed, added_by=actor_id, confirmed_at=now
        )
        session.execute(
            row.on_conflict_do_update(
                index_elements=["watch_id", "household_id"], set_={"house": row.excluded.house, "confirmed_at": now}
            )
        )
        home.on_paper = True
        record_act(session, "add paper home", actor_id=actor_id, subject="watch", subject_id=watch_id, now=now)


def remove_paper_home(watch_id: int, household_id: int, *, actor_id: int, now: datetime) -> None:
    """Bring nothing more to the home, and forget where it is. Raises NotFound or Refused."""
    with transaction() as session:
        require_hand(session, watch_id, user_id=actor_id, now=now)
        gone = sa.delete(WatchHome).where(WatchHome.watch_id == watch_id, WatchHome.household_id == household_id)
        if not session.scalars(gone.returning(WatchHome.household_id)).all():
            raise NotFound("This home is not on the list of this watch.")
        _let_go(session, [household_id])
        record_act(session, "remove paper home", actor_id=actor_id, subject="watch", subject_id=watch_id, now=now)


def forget_paper_homes(before: datetime, _: datetime) -> int:
    """Forget the homes that nobody has confirmed since then; how many."""
    with transaction() as session:
        gone = sa.delete(WatchHome).where(WatchHome.confirmed_at < before).returning(WatchHome.household_id)
        ids = list(session.scalars(gone))
        _let_go(session, ids)
        return len(ids)


def confirm_paper_homes(session: Session, watch_id: int, household_ids: list[int], now: datetime) -> None:
    """Note that these homes still want it: they took a message. Inside the caller's transaction."""
    of = (WatchHome.watch_id == watch_id, WatchHome.household_id.in_(household_ids))
    session.execute(sa.update(WatchHome).where(*of).values(confirmed_at=now))


def paper_homes(session: Session, watch_id: int) -> list[PaperHome]:
    """The homes on the list of the watch, street by street as postcodes go."""
    asked = (
        sa.select(WatchHome.household_id, WatchHome.house, Household.postcode, WatchHome.confirmed_at)
        .join(Household, Household.id == WatchHome.household_id)
        .where(WatchHome.watch_id == watch_id)
        .order_by(Household.postcode, Household.id)
    )
    return [PaperHome(*row) for row in session.execute(asked)]


def require_hand(session: Session, watch_id: int, *, user_id: int, now: datetime, lock: bool = False) -> Watch:
    """The watch, whose homes its coordinators and the officers there may care for. Raises NotFound or Refused."""
    user = session.get(User, user_id)
    if user is not None and Permission.RUN_WATCH in permissions_of(user):
        return require_tier(session, user_id, watch_id, Tier.SEES, now, lock=lock)[0]
    require(session, user_id, Permission.COMPOSE)
    watch = watch_for(session, watch_id, user_id=user_id, lock=lock)
    require(session, user_id, Permission.COMPOSE, [watch.neighbourhood_id])
    return watch


def _let_go(session: Session, household_ids: list[int]) -> None:
    """Of homes that no watch brings anything to any more."""
    still = sa.exists().where(WatchHome.household_id == Household.id)
    session.execute(sa.update(Household).where(Household.id.in_(household_ids), ~still).values(on_paper=False))
    forget_house(session, household_ids)
