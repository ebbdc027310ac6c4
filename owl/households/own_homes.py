"""The homes that somebody gets messages for: added, moved, given up. Every verb checks that the home is theirs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict, NotFound
from owl.foundation.languages import gettext
from owl.geography.queries import Place
from owl.households.home_models import HomeMove, Invitation
from owl.households.homes import find_or_add_home, forget_house, house_form
from owl.households.models import Household, Subscription
from owl.households.names import parse_house
from owl.households.proving import hold_asker
from owl.households.ties import Tie

MOST_HOMES = 10  # of one person: more is not somebody's home, and the county can't be watched house by house
CHOICES_OF_A_HOME = ("kinds", "not_by_mail", "not_by_text", "texts_only_urgent", "only_urgent", "how_far")


class HaveThatHome(Conflict):
    """The subscriber gets messages for the home already."""

    def __init__(self) -> None:
        super().__init__(gettext("You get messages for this home already."))


def add_home(subscriber_id: int, *, place: Place, house: str, tie: str, now: datetime) -> int:
    """Send messages for this home too, with the choices of the first one to begin with; the subscription's id.

    Raises BadInput for the fields `house` and `tie`, HaveThatHome, or Conflict for more homes than anybody has.
    """
    typed, chosen = parse_house(house), parse_tie(tie)
    with transaction() as session:
        hold_asker(session, None, subscriber_id)
        if typed is None and _has_home_without_number(session, subscriber_id, place.postcode):
            raise HaveThatHome  # the button was pressed twice
        household_id = _find_or_add(session, place, typed, now)
        return tie_home(session, subscriber_id, household_id, tie=chosen, now=now)


def tie_home(session: Session, subscriber_id: int, household_id: int, *, tie: Tie, now: datetime) -> int:
    """Tie the subscriber to one more household; the subscription's id. Belongs inside the caller's transaction.

    Raises HaveThatHome, or Conflict for more homes than anybody has.
    """
    mine = list(
        session.scalars(
            select(Subscription).where(Subscription.subscriber_id == subscriber_id).order_by(Subscription.id)
        )
    )
    if any(home.household_id == household_id for home in mine):
        raise HaveThatHome
    if len(mine) >= MOST_HOMES:
        raise Conflict(
            gettext(
                "You have %(number)s homes here, which is as many as we take. Give one up first.", number=MOST_HOMES
            )
        )
    if not mine:
        raise NotFound(gettext("There is no such page."))
    kept = {name: getattr(mine[0], name) for name in CHOICES_OF_A_HOME}
    added = Subscription(subscriber_id=subscriber_id, household_id=household_id, tie=tie, created_at=now, **kept)
    session.add(added)
    session.flush()
    return added.id


def move_home(
    subscriber_id: int, subscription_id: int, *, place: Place, house: str, tie: str | None = None, now: datetime
) -> None:
    """Send messages for the home at this place instead. What was sent for the old one stays counted there.

    Its choices move along; an invitation to the old home ends. Raises BadInput for the fields `house` and `tie`,
    NotFound, or HaveThatHome.
    """
    typed = parse_house(house)
    chosen = parse_tie(tie) if tie is not None else None
    with transaction() as session:
        subscription = own_subscription(session, subscriber_id, subscription_id)
        subscription.tie = chosen or subscription.tie
        move_to(session, subscription, place, typed, now)


def move_to(session: Session, subscription: Subscription, place: Place, house: str | None, now: datetime) -> None:
    """The same as a step of a verb's transaction, where the home is not there already. Raises HaveThatHome."""
    if not _is_there(session.get_one(Household, subscription.household_id), place, house):
        _move(session, subscription, _find_or_add(session, place, house, now), now)


def _find_or_add(session: Session, place: Place, house: str | None, now: datetime) -> int:
    return find_or_add_home(
        session,
        postcode=place.postcode,
        neighbourhood_id=place.neighbourhood_id,
        ward_code=place.ward_code,
        house=house,
        now=now,
    )


def _is_there(home: Household, place: Place, house: str | None) -> bool:
    """Whether the home is at this place already: a home without a number can't be found by its number."""
    same_house = house_form(home.house or "") == house_form(house or "")
    return same_house and (home.postcode, home.neighbourhood_id) == (place.postcode, place.neighbourhood_id)


def _has_home_without_number(session: Session, subscriber_id: int, postcode: str) -> bool:
    found = (
        select(Subscription.id)
        .join(Household, Household.id == Subscription.household_id)
        .where(Subscription.subscriber_id == subscriber_id)
        .where(Household.postcode == postcode, Household.house_index.is_(None))
    )
    return session.scalar(found.limit(1)) is not None


def _move(session: Session, subscription: Subscription, household_id: int, now: datetime) -> None:
    taken = select(Subscription.id).where(
        Subscription.subscriber_id == subscription.subscriber_id, Subscription.household_id == household_id
    )
    if session.scalar(taken) is not None:
        raise HaveThatHome
    former, subscription.household_id = subscription.household_id, household_id
    session.add(
        HomeMove(subscription_id=subscription.id, from_household_id=former, to_household_id=household_id, at=now)
    )
    end_invitations(session, subscription.id, now)
    session.flush()
    forget_house(session, [former])


def remove_home(subscriber_id: int, subscription_id: int) -> None:
    """Send nothing more for the home. Raises NotFound, or Conflict where it is the only one."""
    with transaction() as session:
        hold_asker(session, None, subscriber_id)
        subscription = own_subscription(session, subscriber_id, subscription_id)
        mine = select(func.count()).where(Subscription.subscriber_id == subscriber_id)
        if session.execute(mine).scalar_one() == 1:
            raise Conflict(gettext("This is your only home here. Change its postcode, or leave OWL."))
        session.delete(subscription)
        session.flush()
        forget_house(session, [subscription.household_id])


def own_subscription(session: Session, subscriber_id: int, subscription_id: int) -> Subscription:
    """The subscription, locked until the commit. Raises NotFound where it is not the subscriber's."""
    found = session.scalar(
        select(Subscription)
        .where(Subscription.id == subscription_id, Subscription.subscriber_id == subscriber_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(gettext("There is no such home on your page."))
    return found


def end_invitations(session: Session, subscription_id: int, now: datetime) -> None:
    """Let no link to the subscription's home work any more."""
    live = select(Invitation).where(Invitation.subscription_id == subscription_id, Invitation.expires_at > now)
    for invitation in session.scalars(live):
        invitation.expires_at = now


def parse_tie(text: str) -> Tie:
    """What the home is to them. Raises BadInput for the field `tie`."""
    try:
        return Tie(text)
    except ValueError:
        raise BadInput({"tie": gettext("Choose whose home it is.")}) from None
