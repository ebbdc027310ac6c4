"""What a subscriber changes about what they get: kinds and homes. Every verb checks that the home is theirs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict, NotFound
from owl.geography.queries import Place
from owl.households.choices import CHOICES, Kind
from owl.households.homes import find_or_add_home, forget_house
from owl.households.models import Subscription
from owl.households.names import parse_house
from owl.households.proving import hold_asker


def choose_kinds(subscriber_id: int, subscription_id: int, *, kinds: Iterable[str]) -> tuple[Kind, ...]:
    """Send these kinds for the home from now on. Raises BadInput or NotFound."""
    chosen = set(kinds)
    known = tuple(kind for kind in CHOICES if kind in chosen)
    if not known or len(known) != len(chosen):
        raise BadInput({"kinds": "Choose at least one kind of message. To stop all of them, leave OWL."})
    with transaction() as session:
        _subscription(session, subscriber_id, subscription_id).kinds = [kind.value for kind in known]
    return known


def move_home(subscriber_id: int, subscription_id: int, *, place: Place, house: str, now: datetime) -> None:
    """Send messages for the home at this place instead. What was sent for the old one stays counted there.

    Raises BadInput for the field `house`, NotFound, or Conflict where the subscriber has that home already.
    """
    typed = parse_house(house)
    with transaction() as session:
        subscription = _subscription(session, subscriber_id, subscription_id)
        household_id = find_or_add_home(
            session,
            postcode=place.postcode,
            neighbourhood_id=place.neighbourhood_id,
            ward_code=place.ward_code,
            house=typed,
            now=now,
        )
        taken = select(Subscription.id).where(
            Subscription.subscriber_id == subscriber_id,
            Subscription.household_id == household_id,
            Subscription.id != subscription_id,
        )
        if session.scalar(taken) is not None:
            raise Conflict("You get messages for this home already.")
        former, subscription.household_id = subscription.household_id, household_id
        session.flush()
        forget_house(session, [former])


def remove_home(subscriber_id: int, subscription_id: int) -> None:
    """Send nothing more for the home. Raises NotFound, or Conflict where it is the only one."""
    with transaction() as session:
        hold_asker(session, None, subscriber_id)
        subscription = _subscription(session, subscriber_id, subscription_id)
        mine = select(func.count()).where(Subscription.subscriber_id == subscriber_id)
        if session.execute(mine).scalar_one() == 1:
            raise Conflict("This is your only home here. Change its postcode, or leave OWL.")
        session.delete(subscription)
        session.flush()
        forget_house(session, [subscription.household_id])


def _subscription(session: Session, subscriber_id: int, subscription_id: int) -> Subscription:
    found = session.scalar(
        select(Subscription)
        .where(Subscription.id == subscription_id, Subscription.subscriber_id == subscriber_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("There is no such home on your page.")
    return found
