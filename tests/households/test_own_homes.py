"""Several homes of one person, each with its own choices; a move keeps choices and history."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.errors import BadInput, Conflict
from owl.foundation.notices import Channel
from owl.geography.queries import Place
from owl.households.choices import HowFar, Kind
from owl.households.home_models import HomeMove
from owl.households.inviting import invitation_to, invite
from owl.households.models import Household, Subscriber, Subscription
from owl.households.own_homes import MOST_HOMES, HaveThatHome, add_home, move_home
from owl.households.queries import subscriber_row
from owl.households.ties import Tie
from owl.households.wanting import Topic
from owl.messages.audience import Area, AreaKind, Audience
from owl.messages.reach import recipients
from tests import factories
from tests.factories import NOW

HERE = "hitchin-urban"


def place(postcode: str = "SG5 1AB") -> Place:
    return Place(postcode, None, None, HERE, "Hitchin Urban", "E07000099", "North Herts")


def homes(session: Session, owner: Subscriber) -> list[tuple[str, str | None, Tie]]:
    session.expire_all()
    return [(home.postcode, home.house, home.tie) for home in subscriber_row(session, owner.id, now=NOW).homes]


@pytest.fixture
def owner(session: Session) -> Subscriber:
    return factories.subscriber(session, factories.household(session, neighbourhood_id=HERE), kinds=["crime_alert"])


def test_a_second_home_begins_with_the_choices_of_the_first_and_then_has_its_own(
    session: Session, owner: Subscriber
) -> None:
    first = session.scalars(sa.select(Subscription)).one()
    first.how_far, first.only_urgent = HowFar.STREET, True
    session.commit()

    added = add_home(owner.id, place=place(), house="4", tie="relative", now=NOW)

    kept = session.get_one(Subscription, added)
    assert (kept.kinds, kept.how_far, kept.only_urgent) == (["crime_alert"], HowFar.STREET, True)
    kept.kinds = ["event"]
    session.commit()
    assert [home.kinds for home in subscriber_row(session, owner.id, now=NOW).homes] == [
        (Kind.CRIME_ALERT,),
        (Kind.EVENT,),
    ]
    assert homes(session, owner)[1] == ("SG5 1AB", "4", Tie.RELATIVE)


@pytest.mark.parametrize("house", ["4", ""])
def test_a_home_is_added_once_however_often_the_button_is_pressed(
    session: Session, owner: Subscriber, house: str
) -> None:
    add_home(owner.id, place=place(), house=house, tie="work", now=NOW)
    with pytest.raises(HaveThatHome):
        add_home(owner.id, place=place(), house=house, tie="work", now=NOW)
    assert len(homes(session, owner)) == 2


def test_what_a_home_is_must_be_said_and_nobody_has_more_than_a_few(session: Session, owner: Subscriber) -> None:
    with pytest.raises(BadInput) as refusal:
        add_home(owner.id, place=place(), house="", tie="castle", now=NOW)
    assert list(refusal.value.fields) == ["tie"]
    for number in range(1, MOST_HOMES):
        add_home(owner.id, place=place(), house=str(number), tie="work", now=NOW)
    with pytest.raises(Conflict, match="as many as we take"):
        add_home(owner.id, place=place(), house="last", tie="work", now=NOW)
    assert len(homes(session, owner)) == MOST_HOMES


def test_nobody_gets_the_same_text_twice_for_two_homes_or_for_two_people_in_one(
    session: Session, owner: Subscriber
) -> None:
    mine = factories.contact_point(session, owner, channel=Channel.SMS)
    add_home(owner.id, place=place(), house="4", tie="relative", now=NOW)
    partner = factories.subscriber(session, session.get_one(Household, _home_of(session, owner)), kinds=["crime_alert"])
    theirs = factories.contact_point(session, partner, channel=Channel.SMS)
    audience = Audience.of([Area(AreaKind.NEIGHBOURHOOD, HERE)], channels=[Channel.SMS])

    reached = session.execute(recipients(audience, Topic(Kind.CRIME_ALERT), NOW)).all()

    assert [row[0] for row in reached] == [mine.id, theirs.id]


def test_a_move_keeps_the_choices_and_the_history_and_ends_the_link_to_the_old_home(
    session: Session, owner: Subscriber
) -> None:
    subscription = session.scalars(sa.select(Subscription)).one()
    subscription.how_far, subscription.not_by_text = HowFar.NEIGHBOURHOOD, ["crime_alert"]
    session.commit()
    old = subscription.household_id
    point = factories.contact_point(session, owner)
    sent = factories.delivery(session, point, home=session.get_one(Household, old))
    invite(owner.id, subscription.id, now=NOW)

    move_home(owner.id, subscription.id, place=place(), house="4", tie="own", now=NOW + timedelta(minutes=1))

    session.refresh(subscription)
    assert (subscription.how_far, subscription.not_by_text) == (HowFar.NEIGHBOURHOOD, ["crime_alert"])
    moved = session.scalars(sa.select(HomeMove)).one()
    assert (moved.from_household_id, moved.to_household_id) == (old, subscription.household_id)
    session.refresh(sent)
    assert (sent.household_id, sent.contact_point_id) == (old, point.id)
    assert invitation_to(session, subscription.id, now=NOW + timedelta(minutes=2)) is None


def test_saving_a_home_unchanged_moves_nobody(session: Session, owner: Subscriber) -> None:
    subscription = session.scalars(sa.select(Subscription)).one()
    home = session.get_one(Household, subscription.household_id)
    there = Place(home.postcode, None, None, HERE, "Hitchin Urban", "E07000099", "North Herts")
    move_home(owner.id, subscription.id, place=there, house="", tie="work", now=NOW)
    session.refresh(subscription)
    assert (subscription.household_id, subscription.tie) == (home.id, Tie.WORK)
    assert session.scalars(sa.select(HomeMove)).all() == []


def _home_of(session: Session, owner: Subscriber) -> int:
    found = sa.select(Subscription.household_id).where(Subscription.subscriber_id == owner.id).order_by(Subscription.id)
    return session.scalars(found).first() or 0
