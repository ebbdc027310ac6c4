"""Homes: the second person who joins at a house finds the first one's."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from owl.foundation.database import contact_keys
from owl.geography.models import Neighbourhood, Postcode, Ward
from owl.geography.postcode_text import sector_of
from owl.households.models import Household, Subscription


def house_form(house: str) -> str:
    """The one spelling under which a house is found again: "Flat 2, 14 A" is "flat 2 14a"."""
    words = " ".join(re.findall(r"\w+", house.casefold()))
    return re.sub(r"(\d) ([^\W\d])\b", r"\1\2", words)


def house_index(postcode: str, house: str) -> bytes:
    """The blind index of a house, different at every postcode, so that the many houses numbered 1 don't show."""
    return contact_keys().blind_index(f"{postcode}\0{house_form(house)}", context="household.house")


def find_or_add_home(
    session: Session, *, postcode: str, neighbourhood_id: str, ward_code: str | None, house: str | None, now: datetime
) -> int:
    """The household's id: the one of this house where it is given, else a new one.

    It is placed as our list of postcodes says at this moment: since somebody typed it, a new set may have been applied.
    """
    index = house_index(postcode, house) if house and house_form(house) else None
    added: int | None = session.scalar(
        insert(Household)
        .values(
            postcode=postcode,
            neighbourhood_id=_neighbourhood_now(postcode, neighbourhood_id),
            ward_code=func.coalesce(_listed(Postcode.ward_code, postcode), _known(Ward.code, ward_code)),
            house=house if index else None,
            house_index=index,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["postcode", "house_index"])
        .returning(Household.id)
    )
    if added is not None:
        return added
    return session.execute(
        select(Household.id).where(Household.postcode == postcode, Household.house_index == index)
    ).scalar_one()


def _neighbourhood_now(postcode: str, chosen: str) -> ColumnElement[str]:
    """That of the postcode; where our list lacks it the chosen one, or what most of its sector belongs to."""
    around = (
        select(Postcode.neighbourhood_id)
        .where(Postcode.sector == sector_of(postcode))
        .group_by(Postcode.neighbourhood_id)
        .order_by(func.count().desc())
        .limit(1)
    )
    return func.coalesce(
        _listed(Postcode.neighbourhood_id, postcode), _known(Neighbourhood.id, chosen), around.scalar_subquery()
    )


def _listed(column: InstrumentedAttribute[str], postcode: str) -> ScalarSelect[str]:
    return select(column).where(Postcode.code == postcode).scalar_subquery()


def _known(key: InstrumentedAttribute[str], code: str | None) -> ScalarSelect[str]:
    return select(key).where(key == code).scalar_subquery()


def subscribe_home(session: Session, subscriber_id: int, household_id: int, *, kinds: list[str], now: datetime) -> None:
    """Tie the subscriber to the household with these kinds, which replace those chosen before."""
    row = insert(Subscription).values(
        subscriber_id=subscriber_id, household_id=household_id, kinds=kinds, created_at=now
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=["subscriber_id", "household_id"], set_={"kinds": row.excluded.kinds, "chosen_at": now}
        )
    )


def forget_house(session: Session, household_ids: list[int]) -> None:
    """Wipe name or number of the homes where nobody subscribes any more; the row stays, because deliveries count it.

    But not of those that asked for messages on paper.
    """
    subscribed = exists().where(Subscription.household_id == Household.id)
    session.execute(
        update(Household)
        .where(Household.id.in_(household_ids), ~subscribed, ~Household.on_paper)
        .values(house=None, house_index=None)
    )
